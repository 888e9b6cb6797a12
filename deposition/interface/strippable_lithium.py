"""How much lithium is left to strip, and where it is worn through first.

Lithium on a collector can be used up to the last: what a step would take all of becomes electrolyte
at once, without a cut.  Without a collector the metal ends at the edge of the box, and a surface
that comes within a cell of that edge has nothing left below it.  A side that stands on the edge, as
that of a deposit in the shape of a half disc, has its metal beside it and says nothing.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from deposition.interface.connectivity import Connectivity
from deposition.mesh.cell import COLLECTOR, ELECTROLYTE, LITHIUM, Cell, Floats, Mask, rename
from deposition.mesh.surface import Surface

ALL = 1.0 - 1e-6
"""A step that would take more than this share of the lithium takes all of it."""
LEVEL = 0.7
"""Cosine to the growth axis from which a surface has its metal below it, and not beside it."""


def strippable_volume(cell: Cell, volume_deficit: float) -> float:
    """Volume that can be stripped off a collector, µm^d; without a collector there is no end to it.

    owed (µm^d): by how much the metal in the mesh lacks what it should be.
    """
    lithium = cell.in_region(LITHIUM)
    if not cell.in_region(COLLECTOR).any():
        return float("inf")
    return max(0.0, float(cell.volumes[lithium].sum()) + volume_deficit) if lithium.any() else 0.0


def exhausted_at(cell: Cell, surface: Surface, anchors: Floats, margin: float) -> Floats:
    """Where the lithium is less than ``margin`` (µm) thick above the points that anchor it.

    The facet with the least below it, (d,) µm; empty if there is enough everywhere.
    """
    own = np.flatnonzero(surface.on(LITHIUM) & (surface.normal[:, -1] < -LEVEL))
    if len(anchors) == 0 or len(own) == 0:
        return np.empty(0)
    below, _ = cKDTree(anchors).query(surface.midpoint[own])
    if len(anchors) > 1:  # the edge of the box, not only its vertices
        below = np.minimum(below, np.abs(surface.midpoint[own, -1] - anchors[:, -1].min()))
    thinnest = int(below.argmin())
    place = surface.midpoint[own[thinnest]] if below[thinnest] < margin else np.empty(0)
    return np.asarray(place, dtype=np.float64)


def strips_all(
    cell: Cell, surface: Surface, thickness: Floats, volume_deficit: float
) -> Mask | None:
    """(m,) the lithium, where a step of these thicknesses (f,) takes all of it; else None."""
    left = strippable_volume(cell, volume_deficit)
    if not 0.0 < left < float("inf"):
        return None
    working = surface.working
    gained = float(thickness[working] @ surface.area[working])
    return cell.in_region(LITHIUM) if -gained >= ALL * left else None


def without(cell: Cell, lithium: Mask) -> Connectivity:
    """The cell with this lithium gone."""
    bare = rename(cell, lithium, ELECTROLYTE)
    return Connectivity(bare, bare, np.zeros(len(cell.simplices), dtype=bool))
