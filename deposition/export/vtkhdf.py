"""VTKHDF: one HDF5 file with all states of a series, each with its own mesh.

Every array concatenates the rows of all states; ``Steps`` has the offset of each state.  Version
2.0 of the format, which VTK 9.3 and ParaView 5.12 or later read.
Format: https://docs.vtk.org/en/latest/vtk_file_formats/vtkhdf_file_format/
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from deposition.export.names import without_slash
from deposition.export.recorded import RecordedSeries
from deposition.results.vtu import VTK_TYPE, Grid

Array = NDArray[Any]

ABSENT = -1
"""Code of a name in states in which it does not occur, such as ``Region: dead_lithium``."""

_KINDS = {"PointData": "point_data", "CellData": "cell_data"}


def write_vtkhdf(path: Path, series: RecordedSeries, indices: Sequence[int]) -> None:
    """Write the selected states of a series; array names as ``without_slash`` gives them."""
    names = dict.fromkeys(name for index in indices for name in series.grid(index).field_data)
    with h5py.File(path, "w") as file:
        root = file.create_group("VTKHDF")
        root.attrs["Version"] = np.array([2, 0], dtype=np.int64)
        root.attrs.create("Type", b"UnstructuredGrid", dtype=h5py.string_dtype("ascii", 16))
        steps = root.create_group("Steps")
        steps.attrs["NSteps"] = len(indices)
        for number, index in enumerate(indices):
            grid = series.grid(index)
            _append_step(steps, number, series.time(index), grid, root)
            _append_mesh(root, grid)
            _append_data(root, grid, {name: grid.field_data.get(name, ABSENT) for name in names})


def _append_step(steps: h5py.Group, number: int, time: float, grid: Grid, root: h5py.Group) -> None:
    """Append the time of a state and its offsets: the present lengths of the arrays."""
    points, cells, corners = (
        _rows(root, "Points"),
        _rows(root, "Types"),
        _rows(root, "Connectivity"),
    )
    offsets = {"PartOffsets": number, "NumberOfParts": 1, "PointOffsets": points}
    offsets |= {"CellOffsets": cells, "ConnectivityIdOffsets": corners}
    offsets |= {f"PointDataOffsets/{without_slash(name)}": points for name in grid.point_data}
    offsets |= {f"CellDataOffsets/{without_slash(name)}": cells for name in grid.cell_data}
    _append(steps, "Values", np.array([time]))
    for name, row in offsets.items():
        _append(steps, name, np.array([row], dtype=np.int64))


def _append_mesh(root: h5py.Group, grid: Grid) -> None:
    count, corners = grid.simplices.shape
    arrays: dict[str, Array] = {
        "NumberOfPoints": np.array([len(grid.points)]),
        "NumberOfCells": np.array([count]),
        "NumberOfConnectivityIds": np.array([count * corners]),
        "Points": grid.points,
        "Connectivity": grid.simplices.ravel(),
        "Offsets": np.arange(count + 1, dtype=np.int64) * corners,
        "Types": np.full(count, VTK_TYPE[corners], dtype=np.uint8),
    }
    for name, values in arrays.items():
        _append(root, name, values)


def _append_data(root: h5py.Group, grid: Grid, scalars: dict[str, float | int]) -> None:
    for group, attribute in _KINDS.items():
        for name, values in getattr(grid, attribute).items():
            _append(root, f"{group}/{without_slash(name)}", values)
    steps = root["Steps"]
    for name, value in scalars.items():
        array = without_slash(name)
        row = _rows(root, f"FieldData/{array}")
        _append(steps, f"FieldDataOffsets/{array}", np.array([row], dtype=np.int64))
        # (components, tuples) of the array in this state.
        _append(steps, f"FieldDataSizes/{array}", np.array([[1, 1]], dtype=np.int64))
        _append(root, f"FieldData/{array}", np.array([value]))


def _rows(group: h5py.Group, name: str) -> int:
    return len(group[name]) if name in group else 0


def _append(group: h5py.Group, name: str, rows: Array) -> None:
    """Append rows to an array; create it with the first rows."""
    if name not in group:
        chunk = (min(max(len(rows), 64), 1 << 16), *rows.shape[1:])
        group.create_dataset(
            name, data=rows, maxshape=(None, *rows.shape[1:]), chunks=chunk, compression="gzip",
            compression_opts=1,
        )  # fmt: skip
        return
    array = group[name]
    before = len(array)
    array.resize(before + len(rows), axis=0)
    array[before:] = rows
