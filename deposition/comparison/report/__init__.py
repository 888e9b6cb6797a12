"""One page that compares results and opens offline, in any browser."""

from deposition.comparison.report.page import page, write_report

__all__ = ["page", "write_report"]
