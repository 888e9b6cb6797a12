"""Lithium that can be stripped, and the place where it is exhausted first.

Lithium on a collector can be stripped completely: where a step would take all of it, it becomes
electrolyte at once, without a cut.  Without a collector the metal ends at the edge of the box, and
a surface that comes within a cell of that edge has no lithium left below it.  A surface that stands
on the edge, as that of a half disc, has its metal beside it and does not count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from deposition.interface.connectivity import Connectivity
from deposition.interface.numerics import NUMERICS, InterfaceNumerics
from deposition.mesh.cell import COLLECTOR, ELECTROLYTE, LITHIUM, Cell, Floats, Mask, rename
from deposition.mesh.surface import Surface


def strippable_volume(cell: Cell, volume_deficit: float) -> float:
    """Lithium volume that can be stripped off a collector, µm^d; inf without a collector.

    volume_deficit (µm^d): target of the metal less its volume in the mesh.
    """
    lithium = cell.in_region(LITHIUM)
    if not cell.in_region(COLLECTOR).any():
        return float("inf")
    return max(0.0, float(cell.volumes[lithium].sum()) + volume_deficit) if lithium.any() else 0.0


@dataclass(frozen=True, eq=False)
class Thinnest:
    """The least lithium between the surface and the edge of the box.

    place (d,) µm of the facet there, empty without one; thickness, µm; least: the thickness below
    which it is exhausted, µm
    """

    place: Floats
    thickness: float
    least: float

    @property
    def left(self) -> float:
        """Thickness that can still be stripped there, µm."""
        return self.thickness - self.least

    @property
    def exhausted(self) -> bool:
        """Whether nothing is left there."""
        return self.left < 0.0


NOWHERE = Thinnest(np.empty(0), np.inf, 0.0)
"""Lithium that is exhausted at no place."""


def thinnest_lithium(
    cell: Cell,
    surface: Surface,
    anchors: Floats,
    least: float,
    numerics: InterfaceNumerics = NUMERICS,
) -> Thinnest:
    """The least lithium above the anchors; it is exhausted below ``least`` (µm)."""
    growth = cell.growth
    level = growth.turned(surface.normal)[:, -1] < -numerics.metal_below_cosine
    own = np.flatnonzero(surface.on(LITHIUM) & (level | (not growth.is_defined)))
    if len(anchors) == 0 or len(own) == 0:
        return NOWHERE
    below, _ = cKDTree(anchors).query(surface.midpoint[own])
    if len(anchors) > 1 and growth.is_defined:  # the edge of the box, not only its vertices
        height = growth.turned(surface.midpoint[own])[:, -1]
        below = np.minimum(below, np.abs(height - growth.turned(anchors)[:, -1].min()))
    thinnest = int(below.argmin())
    return Thinnest(surface.midpoint[own[thinnest]], float(below[thinnest]), least)


def strips_all(
    cell: Cell,
    surface: Surface,
    advance: Floats,
    volume_deficit: float,
    numerics: InterfaceNumerics = NUMERICS,
) -> Mask | None:
    """(m,) the lithium, if a step with these advances (f,), µm, strips all of it; else None.

    -Σ s_f A_f >= ``all_lithium`` times the strippable volume.
    """
    # -Σ s_f A_f > 0 is the volume that the step strips.
    left = strippable_volume(cell, volume_deficit)
    if not 0.0 < left < float("inf"):
        return None
    working = surface.working
    gained = float(advance[working] @ surface.area[working])
    return cell.in_region(LITHIUM) if -gained >= numerics.all_lithium * left else None


def without(cell: Cell, lithium: Mask) -> Connectivity:
    """The cell with this lithium (m,) turned into electrolyte."""
    bare = rename(cell, lithium, ELECTROLYTE)
    return Connectivity(bare, bare, np.zeros(len(cell.simplices), dtype=bool))
