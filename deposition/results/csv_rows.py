"""Tables of a run in CSV files: one line per row of a dataclass."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import fields
from math import nan
from pathlib import Path
from typing import Any, TypeVar

from deposition.common.errors import ResultsError

Row = TypeVar("Row")


def line_of(row: Any) -> str:
    """A row, an instance of a dataclass, as a line of its file; NaN is empty."""
    values = (getattr(row, field.name) for field in fields(row))
    cells = (f"{v:.10g}" if isinstance(v, float) else str(v) for v in values)
    return ",".join("" if cell == "nan" else cell for cell in cells) + "\n"


def number_in(cell: str) -> float:
    """The number in a cell; NaN in an empty one."""
    return float(cell) if cell else nan


def read_rows(
    path: Path, content: str, row: Callable[[Sequence[str], Sequence[str]], Row]
) -> list[Row]:
    """Read a table of a run; no rows without a file.

    content  what it holds, for the message
    row      makes a row of the names in the first line and the cells of another
    Raises ResultsError if the file cannot be read.
    """
    if not path.exists():
        return []
    try:
        with open(path, encoding="utf-8", newline="") as file:
            names, *lines = csv.reader(file)
        return [row(names, line) for line in lines]
    except (OSError, ValueError, TypeError, KeyError) as problem:
        raise ResultsError(
            f"cannot read {path} as a table of {content}: {problem}. "
            "Restore the file, or run the scenario again with --overwrite. [E469]"
        ) from problem


def by_name(names: Sequence[str], cells: Sequence[str]) -> dict[str, float]:
    """The numbers of a line by the names of its columns."""
    return {name: float(cell) for name, cell in zip(names, cells, strict=True)}
