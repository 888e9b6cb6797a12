"""Recorded states as PyVista meshes, with the arrays of the .vtu files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deposition.results.vtu import VTK_TYPE, Grid

if TYPE_CHECKING:
    import pyvista


def to_pyvista(grid: Grid) -> pyvista.UnstructuredGrid:
    """The mesh of a grid, with all its data."""
    import pyvista

    count, corners = grid.simplices.shape
    cells = np.column_stack([np.full(count, corners), grid.simplices])
    types = np.full(count, VTK_TYPE[corners], dtype=np.uint8)
    mesh = pyvista.UnstructuredGrid(cells.ravel(), types, grid.points)
    mesh.point_data.update(grid.point_data)
    mesh.cell_data.update(grid.cell_data)
    mesh.field_data.update({name: [value] for name, value in grid.field_data.items()})
    return mesh
