"""Legacy ``.vtk`` files of single states, written by VTK: meshio refuses blanks in names."""

from __future__ import annotations

from pathlib import Path

import pyvista

from deposition.results.vtu import VTK_TYPE, Grid


def write_legacy_vtk(path: Path, grid: Grid) -> None:
    """Write a grid with its arrays and scalars, in binary."""
    mesh = pyvista.UnstructuredGrid(
        {VTK_TYPE[grid.simplices.shape[1]]: grid.simplices}, grid.points
    )
    mesh.point_data.update(grid.point_data)
    mesh.cell_data.update(grid.cell_data)
    for name, value in grid.field_data.items():
        mesh.field_data[name] = [value]
    mesh.save(path, binary=True)
