"""The error bars of a study as a table in the terminal."""

from __future__ import annotations

import math

from rich.console import Console
from rich.table import Table

from deposition.results.error_bars import CONVERGED, Convergence, ErrorBar
from deposition.results.summary_table import titles


def print_convergence(found: Convergence, console: Console) -> None:
    """Print a row for each number: value, error, and its parts with their orders."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("")
    for title in ("value", "error", "%", "mesh", "step", "round-off"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("")
    for key, bar in found.bars.items():
        table.add_row(title_of(key), *cells(bar))
    console.print(table)
    known = sum(bar.converged for bar in found.bars.values())
    console.print(
        f"{known} of {len(found.bars)} numbers are known to {100 * CONVERGED:g} %. The error is "
        "that by mesh, step and round-off together; orders are in brackets where three runs show "
        "one, and 1 is assumed elsewhere.",
        highlight=False,
    )


def title_of(key: str) -> str:
    """Title of a number, as in the table of ``compare``."""
    return titles([{key: None}]).get(key, key).strip()


def cells(bar: ErrorBar) -> list[str]:
    """The columns of a row."""
    relative = 100.0 * bar.relative
    return [
        f"{bar.value:.4g}",
        f"{bar.error:.2g}",
        f"{relative:.2g}" if math.isfinite(relative) else "–",
        _with_order(bar.mesh, bar.mesh_order),
        _with_order(bar.step, bar.step_order),
        f"{bar.noise:.1g}",
        "" if bar.converged else "not converged",
    ]


def _with_order(error: float, order: float) -> str:
    return f"{error:.1g}" + ("" if math.isnan(order) else f" [{order:.1f}]")
