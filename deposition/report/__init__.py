"""One page that compares results and opens offline, in any browser."""

from deposition.report.page import write_report

__all__ = ["write_report"]
