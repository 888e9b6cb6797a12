"""``.vtu`` files: VTK's XML format for unstructured grids, the format of the recorded fields.

Simplices only; arrays are inline base64, compressed by zlib, which VTK, ParaView and meshio read.
Format: https://docs.vtk.org/en/latest/vtk_file_formats/
"""

from __future__ import annotations

import base64
import sys
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
from numpy.typing import NDArray

from deposition.common.atomic_files import write_bytes
from deposition.common.errors import ResultsError
from deposition.mesh.cell import Floats, Ints

Array = NDArray[Any]

VTK_TYPE = {2: 3, 3: 5, 4: 10}
"""VTK cell type by number of corners: line, triangle, tetrahedron."""

_HEADER = np.dtype(np.uint64)
_DTYPES: dict[str, np.dtype[Any]] = {
    "Float64": np.dtype(np.float64),
    "Int64": np.dtype(np.int64),
    "UInt8": np.dtype("u1"),
}
_NAMES = {dtype: name for name, dtype in _DTYPES.items()}


@dataclass(frozen=True, eq=False)
class Grid:
    """Simplicial mesh with data.

    points      (n, 3)  coordinates; vectors in the data have three components as well
    simplices   (m, s)  vertex indices, s = 2, 3 or 4
    point_data, cell_data   arrays with n and m rows by name
    field_data              scalars by name
    """

    points: Floats
    simplices: Ints
    point_data: dict[str, Array] = field(default_factory=dict)
    cell_data: dict[str, Array] = field(default_factory=dict)
    field_data: dict[str, float | int] = field(default_factory=dict)


def write_vtu(path: Path, grid: Grid) -> None:
    """Write a grid atomically: the file is complete or does not exist."""
    root = ET.Element(
        "VTKFile",
        type="UnstructuredGrid",
        version="1.0",
        byte_order="LittleEndian" if sys.byteorder == "little" else "BigEndian",
        header_type="UInt64",
        compressor="vtkZLibDataCompressor",
    )
    body = ET.SubElement(root, "UnstructuredGrid")
    fields = ET.SubElement(body, "FieldData")
    for name, value in grid.field_data.items():
        _append(fields, name, np.array([value])).set("NumberOfTuples", "1")
    count, corners = grid.simplices.shape
    piece = ET.SubElement(
        body, "Piece", NumberOfPoints=str(len(grid.points)), NumberOfCells=str(count)
    )
    _append_all(ET.SubElement(piece, "PointData"), grid.point_data)
    _append_all(ET.SubElement(piece, "CellData"), grid.cell_data)
    _append(ET.SubElement(piece, "Points"), "Points", grid.points)
    cells: dict[str, Array] = {
        "connectivity": grid.simplices.ravel(),
        "offsets": np.arange(1, count + 1, dtype=np.int64) * corners,
        "types": np.full(count, VTK_TYPE[corners], dtype=np.uint8),
    }
    _append_all(ET.SubElement(piece, "Cells"), cells)
    write_bytes(path, ET.tostring(root, encoding="utf-8", xml_declaration=True))


def read_vtu(path: Path) -> Grid:
    """Read a file of ``write_vtu``.  Raises ResultsError if it is missing or of another format."""
    try:
        body = ET.parse(path).getroot().find("UnstructuredGrid")
        if body is None:
            raise ValueError("it has no UnstructuredGrid")
        piece = body.find("Piece")
        if piece is None:
            raise ValueError("it has no Piece")
        cells = _read_all(piece.find("Cells"))
        corners = int(cells["offsets"][0])
        return Grid(
            points=_read_all(piece.find("Points"))["Points"].reshape(-1, 3),
            simplices=cells["connectivity"].reshape(-1, corners),
            point_data=_read_all(piece.find("PointData")),
            cell_data=_read_all(piece.find("CellData")),
            field_data={k: v[0].item() for k, v in _read_all(body.find("FieldData")).items()},
        )
    except (OSError, ET.ParseError, ValueError, LookupError, zlib.error) as problem:
        raise ResultsError(
            f"cannot read {path} as a recorded .vtu file: {problem}. "
            "Restore the file, or run the scenario again with --overwrite."
            " [E467]"
        ) from problem


def _append_all(parent: ET.Element, arrays: dict[str, Array]) -> None:
    for name, values in arrays.items():
        _append(parent, name, values)


def _append(parent: ET.Element, name: str, values: Array) -> ET.Element:
    # Integers and booleans are written as Int64, bytes as UInt8, all else as Float64.
    dtype: np.dtype[Any] = np.dtype(np.int64 if values.dtype.kind in "biu" else np.float64)
    if values.dtype == np.uint8:
        dtype = values.dtype
    values = np.ascontiguousarray(values, dtype=dtype)
    element = ET.SubElement(parent, "DataArray", type=_NAMES[dtype], Name=name)
    if values.ndim == 2:
        element.set("NumberOfComponents", str(values.shape[1]))
    element.set("format", "binary")
    element.text = _encode(values.tobytes())
    return element


def _encode(raw: bytes) -> str:
    """One compressed block after its header: (blocks, block size, last size, compressed size)."""
    packed = zlib.compress(raw, level=1)
    header = np.array([1, len(raw), 0, len(packed)], dtype=_HEADER)
    return (base64.b64encode(header.tobytes()) + base64.b64encode(packed)).decode()


def _read_all(parent: ET.Element | None) -> dict[str, Array]:
    if parent is None:
        raise ValueError("a section of the Piece is missing")
    return {element.attrib["Name"]: _decode(element) for element in parent}


def _decode(element: ET.Element) -> Array:
    """The inverse of ``_append``."""
    dtype = _DTYPES[element.attrib["type"]]
    components = int(element.get("NumberOfComponents", "0"))
    shape = (-1, components) if components else (-1,)
    header_length = len(base64.b64encode(bytes(4 * _HEADER.itemsize)))
    packed = base64.b64decode((element.text or "")[header_length:])
    return np.frombuffer(zlib.decompress(packed), dtype=dtype).reshape(shape)
