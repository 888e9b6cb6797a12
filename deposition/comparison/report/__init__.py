"""Self-contained HTML page that compares results and opens offline."""

from deposition.comparison.report.page import page, write_report

__all__ = ["page", "write_report"]
