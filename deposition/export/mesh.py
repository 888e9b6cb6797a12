"""One state through meshio."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import meshio
import numpy as np

from deposition.export.names import without_slash
from deposition.results.vtu import Grid

_SHAPE = {2: "line", 3: "triangle", 4: "tetra"}
_FIELDS = ("xdmf", "gmsh", "med")
"""Formats that hold arrays; the others get the mesh alone."""
_OPTIONS: dict[str, dict[str, Any]] = {"ply": {"binary": True}, "stl": {"binary": False}}


def write_mesh(path: Path, grid: Grid, file_format: str) -> None:
    """Write a grid in a format of meshio (its name for it)."""
    # PLY has no wider numbers, and meshio would warn.
    simplices = grid.simplices.astype(np.int32) if file_format == "ply" else grid.simplices
    mesh = meshio.Mesh(grid.points, [(_SHAPE[simplices.shape[1]], simplices)])
    if file_format in _FIELDS:
        rename = without_slash if file_format == "med" else str
        mesh.point_data = {rename(name): values for name, values in grid.point_data.items()}
        mesh.cell_data = {rename(name): [values] for name, values in grid.cell_data.items()}
    mesh.write(path, file_format=file_format, **_OPTIONS.get(file_format, {}))
