"""Table of the checks, on the terminal and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from deposition.common.atomic_files import write_text
from deposition.verification.case import Check, Result

HEADINGS = ("quantity", "exact", "computed", "error", "bound", "order", "result")
NUMBER = ".6g"


def print_result(console: Console, result: Result, place: str) -> None:
    """Print one case: a line, and one row per check."""
    case = result.case
    outcome = "[green]PASS[/]" if result.passed else "[red]FAIL[/]"
    console.print(
        f"\\[{place}] [bold]{case.name}[/] {case.title}: {outcome} ({result.seconds:.1f} s)",
        highlight=False,
    )
    if result.failure:
        console.print(f"  {result.failure}", markup=False, highlight=False, soft_wrap=True)
    if result.findings.checks:
        console.print(_grid(result.findings.checks), highlight=False)


def _grid(checks: Sequence[Check]) -> Table:
    table = Table(box=None, padding=(0, 1), pad_edge=False, header_style="dim")
    for heading in HEADINGS:
        text = heading in ("quantity", "result")
        # On a narrow terminal text is wrapped, numbers are not.
        table.add_column(heading, justify="left" if text else "right", no_wrap=not text)
    for check in checks:
        style = None if check.passed else "red"
        table.add_row(*row(check), style=style)
    return table


def row(check: Check) -> tuple[str, ...]:
    """Texts of a check, one per column of ``HEADINGS``."""
    unit = f", {check.unit}" if check.unit else ""
    return (
        check.quantity + unit,
        f"{check.exact:{NUMBER}}",
        f"{check.computed:{NUMBER}}",
        f"{check.error:.2g}",
        f"{check.bound:.2g}",
        "" if check.order is None else f"{check.order:.2f}",
        "PASS" if check.passed else "FAIL",
    )


def write_csv(results: Sequence[Result], path: Path) -> Path:
    """Write one row per check, with all digits; a case that failed has one row with the reason."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["case", "quantity", "unit", "exact", "computed", *HEADINGS[3:]])
    for result in results:
        for check in result.findings.checks:
            writer.writerow((result.case.name, *_in_full(check)))
        if result.failure:
            writer.writerow([result.case.name, result.failure, *[""] * 6, "FAIL"])
    write_text(path, text.getvalue())
    return path


def _in_full(check: Check) -> tuple[str | float, ...]:
    return (
        check.quantity,
        check.unit,
        check.exact,
        check.computed,
        check.error,
        check.bound,
        "" if check.order is None else check.order,
        "PASS" if check.passed else "FAIL",
    )
