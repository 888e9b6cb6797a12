"""Table of a sweep as Parquet, with numbers as numbers, for pandas and Polars."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from deposition.common.atomic_files import write_bytes
from deposition.common.errors import MissingRequirement
from deposition.results.summary_table import Column, table_of


def write_parquet(columns: Sequence[Column], path: Path) -> Path:
    """Write one row per result, with the columns of the CSV table; empty cells are null.

    A column of integers, numbers or truth values keeps its type, any other one is text.  Raises
    MissingRequirement without pyarrow, and then removes the table of an earlier sweep.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as problem:
        path.unlink(missing_ok=True)
        raise MissingRequirement(
            f"no {path.name}, which needs pyarrow; it cannot be imported ({problem}). Install it: "
            "pip install pyarrow, or conda install -c conda-forge pyarrow. [E081]"
        ) from problem
    names, rows = table_of(columns)
    table = pyarrow.table({name: _typed([row.get(name) for row in rows]) for name in names})
    content = io.BytesIO()
    parquet.write_table(table, content)
    write_bytes(path, content.getvalue())
    return path


def _typed(cells: Sequence[Any]) -> Any:
    """Arrow array of the narrowest common type."""
    import pyarrow

    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds <= {bool}:
        return pyarrow.array(cells, pyarrow.bool_())
    if kinds <= {int}:
        return pyarrow.array(cells, pyarrow.int64())
    if kinds <= {int, float}:
        numbers = [None if cell is None else float(cell) for cell in cells]
        return pyarrow.array(numbers, pyarrow.float64())
    return pyarrow.array([None if cell is None else str(cell) for cell in cells])
