"""The growth axis of a cell: stated, or found from its electrodes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from deposition.common.errors import GeometryError
from deposition.mesh.cell import COUNTER, Cell, Floats
from deposition.mesh.footprint import projected_area
from deposition.mesh.growth_axis import UNDEFINED, UPWARDS, GrowthAxis
from deposition.mesh.surface import extract_surface

PLANAR = 0.95
"""|Σ n A| / Σ A from which a counter electrode is planar: 1 for a plane, 0.9 for a quarter circle,
0 for electrodes on opposite sides."""

FACING = 0.05
"""Share of the projected area of the box from which the working electrode faces the counter."""


def with_growth_axis(cell: Cell, stated: str, file: Path) -> Cell:
    """The cell with the axis that ``stated`` names (see ``GrowthAxis.parse``), "none", or the one
    found if it is empty.

    Raises GeometryError for an axis that a cell of this dimension does not have.
    """
    if stated == UNDEFINED:
        return replace(cell, growth=_undefined(cell))
    if not stated:
        return replace(cell, growth=find_growth_axis(cell))
    try:
        return replace(cell, growth=GrowthAxis.parse(stated, cell.dim))
    except ValueError:
        axes = "x, y" if cell.dim == 2 else "x, y, z"
        raise GeometryError(
            f'{file}: geometry.growth_axis = "{stated}" is no direction of a {cell.dim}D cell. '
            f'State one of {axes} with its sign, such as "+x", {cell.dim} components, or '
            f'"{UNDEFINED}"'
            " [E148]"
        ) from None


def find_growth_axis(cell: Cell) -> GrowthAxis:
    """The outward normal of the counter electrode, N = Σ n A / |Σ n A|.

    It is undefined, so that there is neither a projected area nor a height, unless the counter
    electrode is planar and the working electrode faces it: -N·Σ n A over the working electrode is
    the projected area of it (electrolyte to metal normals; pores and overhangs cancel).  A cell
    without a working electrode keeps the last coordinate.
    """
    surface = extract_surface(cell)
    counter, working = surface.on(COUNTER), surface.working
    if not working.any():
        return UPWARDS
    outward: Floats = surface.area[counter] @ surface.normal[counter]
    if np.linalg.norm(outward) < PLANAR * surface.area[counter].sum():
        return _undefined(cell)
    found = GrowthAxis.of(list(map(float, outward)))
    normal = found.turned(surface.area[working] @ surface.normal[working])[-1]
    box = projected_area(replace(cell, growth=found))
    return found if -normal >= FACING * box else _undefined(cell)


def _undefined(cell: Cell) -> GrowthAxis:
    surface = extract_surface(cell)
    return GrowthAxis(electrode_area=float(surface.area[surface.working].sum()))
