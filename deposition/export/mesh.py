"""Mesh files of single states, written by meshio."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import meshio
import numpy as np

from deposition.export.names import without_slash
from deposition.results.vtu import Grid

_SHAPE = {2: "line", 3: "triangle", 4: "tetra"}
_FIELDS = ("xdmf", "gmsh", "med")
"""Formats that hold arrays; the others hold the mesh alone."""
_OPTIONS: dict[str, dict[str, Any]] = {"ply": {"binary": True}, "stl": {"binary": False}}


def write_mesh(path: Path, grid: Grid, file_format: str) -> None:
    """Write a grid; ``file_format`` is the name of the format in meshio."""
    # PLY has 32-bit integers only; meshio warns about wider ones.
    simplices = grid.simplices.astype(np.int32) if file_format == "ply" else grid.simplices
    mesh = meshio.Mesh(grid.points, [(_SHAPE[simplices.shape[1]], simplices)])
    if file_format in _FIELDS:
        rename = without_slash if file_format == "med" else str
        mesh.point_data = {rename(name): values for name, values in grid.point_data.items()}
        mesh.cell_data = {rename(name): [values] for name, values in grid.cell_data.items()}
    mesh.write(path, file_format=file_format, **_OPTIONS.get(file_format, {}))
