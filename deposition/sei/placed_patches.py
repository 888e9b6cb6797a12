"""Patches of film at stated places of the electrodes.

A facet belongs to the patch that holds its midpoint.  The mesh of a drawn cell follows the borders
of the patches; in another mesh they are true to a facet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from deposition.common.errors import ScenarioError
from deposition.geometry.extent import span
from deposition.mesh.cell import COUNTER, Cell, Ints, Mask
from deposition.mesh.drawing import Shape
from deposition.mesh.surface import Surface


class PlacedPatch(Protocol):
    """A patch of ``sei.patch``."""

    @property
    def film(self) -> str: ...
    @property
    def on(self) -> str: ...
    @property
    def is_line(self) -> bool: ...
    @property
    def ends(self) -> tuple[float, float]: ...
    @property
    def drawn(self) -> Shape: ...


def placed_patches(cell: Cell, surface: Surface, patches: Sequence[PlacedPatch]) -> Ints:
    """(f,) index into ``patches`` on each facet, -1 on facets without.

    Raises ScenarioError for a patch that holds no facet or overlaps another, one of another
    dimension than the cell, and a cell that does not grow along its last coordinate.
    """
    index = np.full(surface.size, -1, dtype=np.int64)
    for number, patch in enumerate(patches):
        if patch.is_line != (cell.dim == 2):
            raise _refused(number, f"the cell is {cell.dim}D")
        if not (cell.growth.is_upwards and cell.growth.is_defined):
            raise _refused(number, "the cell does not grow along its last coordinate")
        on = surface.on(COUNTER) if patch.on == "counter" else surface.working
        held = on & _holds(patch, surface)
        if not held.any():
            raise _refused(number, f"it holds no element of the surface of the {patch.on}")
        twice = held & (index >= 0)
        if twice.any():
            first = int(index[twice][0]) + 1
            place = span(surface.midpoint[twice])
            raise _refused(number, f"it overlaps patch {first} at {place}")
        index[held] = number
    return index


def _holds(patch: PlacedPatch, surface: Surface) -> Mask:
    if patch.is_line:
        x, (start, end) = surface.midpoint[:, 0], patch.ends
        return np.asarray((start < x) & (x < end))
    return np.asarray(patch.drawn.holds(surface.midpoint[:, :2]))


def _refused(number: int, problem: str) -> ScenarioError:
    return ScenarioError(
        f"sei.patch.{number + 1} cannot be placed: {problem}. In 2D state from and to, in 3D "
        "shape, position and size, within the electrode and apart from other patches; for other "
        "cells state a file whose boundaries are named. [E953]"
    )
