"""Table of a sweep: one row per member with its parameters and its summary."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from deposition.results.summary_table import ROWS, Column, printed, write_csv
from deposition.sweeps.outcome import Row

SHOWN = {
    "roughness_rms_um": "roughness µm",
    "current_p99_over_mean_last": "i p99/mean",
    "height_max_um": "max. height µm",
    "cell_voltage_V": "voltage V",
    "c_min_mol_m3": "min. c mol/m³",
}
"""Column titles in the terminal by key of ``summary.json``; ``sweep.csv`` has all keys."""


def write_table(rows: Sequence[Row], path: Path) -> Path:
    """Write ``sweep.csv``: name, parameters, failure and the whole summary of each member."""
    columns = []
    for row in rows:
        keys = [axis.key for axis in row.member.axes]
        parameters: dict[str, Any] = dict(zip(keys, row.member.shown, strict=True))
        content = {**parameters, "failure": row.failure, **row.summary}
        columns.append(Column(row.member.name, content))
    return write_csv(columns, path)


def print_table(rows: Sequence[Row], quantity: str, console: Console) -> None:
    """Print the parameters, the quantity of the figure and the columns ``SHOWN``."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for axis in rows[0].member.axes:
        table.add_column(axis.short, justify="right", no_wrap=True)
    columns = {quantity: ROWS[quantity], **SHOWN}
    for title in columns.values():
        table.add_column(title, justify="right")
    table.add_column("")
    for row in rows:
        numbers = [printed(row.summary.get(name)) for name in columns]
        table.add_row(*row.member.shown, *numbers, "failed" if row.failure else "")
    console.print(table)
