"""Table of a sweep: one row per member with its parameters and its summary."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from deposition.results.summary_table import ROWS, Column, printed, write_csv
from deposition.sweeps.axes import Axis, numbers_of
from deposition.sweeps.outcome import Row
from deposition.sweeps.parquet import write_parquet
from deposition.sweeps.statistics import statistics_of

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
    return write_csv([_column(row, row.member.shown) for row in rows], path)


def write_typed_table(rows: Sequence[Row], path: Path) -> Path:
    """Write ``sweep.parquet``: the same, with parameters without a unit as numbers.

    Raises MissingRequirement without pyarrow.
    """
    values = [_typed(axis, rows, index) for index, axis in enumerate(rows[0].member.axes)]
    own = zip(*values, strict=True)
    return write_parquet([_column(row, v) for row, v in zip(rows, own, strict=True)], path)


def _typed(axis: Axis, rows: Sequence[Row], index: int) -> list[Any]:
    """Values of an axis in all rows, as numbers if all are numbers without a unit."""
    known = numbers_of(axis)
    if known is None or known[1]:
        return [row.member.shown[index] for row in rows]
    numbers = dict(zip(axis.values, map(float, known[0]), strict=True))
    return [numbers[row.member.values[index]] for row in rows]


def _column(row: Row, parameters: Sequence[Any]) -> Column:
    own = zip((axis.key for axis in row.member.axes), parameters, strict=True)
    return Column(row.member.name, {**dict(own), "failure": row.failure, **row.summary})


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


def print_statistics(rows: Sequence[Row], quantity: str, console: Console) -> None:
    """Print the quantity of the figure over the repetitions: runs, mean, deviation, confidence."""
    found = [one for one in statistics_of(rows) if one.quantity == quantity]
    table = Table(box=None, pad_edge=False, header_style="bold", title_justify="left",
                  title=f"\n{ROWS[quantity]}")  # fmt: skip
    keys = list(found[0].values) if found else []
    for title in (*(key.rpartition(".")[2] for key in keys), "runs", "mean", "deviation"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("mean, 95 % confidence", justify="right", no_wrap=True)
    for one in found:
        between = "" if math.isnan(one.low) else f"{one.low:.4g} … {one.high:.4g}"
        deviation = None if math.isnan(one.deviation) else one.deviation
        numbers = [str(one.count), printed(one.mean), printed(deviation), between]
        table.add_row(*(one.values[key] for key in keys), *numbers)
    console.print(table)
