"""The parent of each new surface facet, and what it inherits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from deposition.interface.huygens import FACTOR_RANGE
from deposition.mesh.cell import COUNTER, DEAD_LITHIUM, Cell, Floats, Ints, Mask
from deposition.mesh.distance import argmin_by_point, longest_edge, near_pairs, nearest_on_facet
from deposition.mesh.surface import Surface, SurfaceState


@dataclass(frozen=True, eq=False)
class FacetParents:
    """Old and new surface, and which old facet each new one descends from.

    All lithium that moves counts as working on ``old`` and ``new``; connected (g,) says what of it
    belongs to the working electrode and does not float.

    new_corners (g, d, d) of the new facets, µm; parent (g,) index of the old facet of each new one;
    advance (g,) of that facet, µm; foot (g, d) the place on it nearest to the new midpoint, µm
    """

    old: Surface
    new: Surface
    connected: Mask
    new_corners: Floats
    parent: Ints
    advance: Floats
    foot: Floats


def find_parents(
    old_cell: Cell, old: Surface, advance: Floats, new_cell: Cell, new: Surface
) -> FacetParents:
    """Find the parent of every new facet: argmin_f (dist - |s_f|) on lithium that moves, the
    nearest old facet of the same electrode elsewhere."""
    parent = np.zeros(new.size, dtype=np.int64)
    parent[new.working] = _working_parents(old_cell, old, advance, new)
    for electrode in (DEAD_LITHIUM, COUNTER):
        mine, theirs = new.on(electrode), np.flatnonzero(old.on(electrode))
        if mine.any():
            # Metal that has just been pinched off had been working: it keeps the nearest film.
            pocket = theirs if len(theirs) and electrode == COUNTER else np.arange(old.size)
            _, nearest = cKDTree(old.midpoint[pocket]).query(new.midpoint[mine])
            parent[mine] = pocket[nearest]
    foot = nearest_on_facet(new.midpoint, old_cell.points[old.facets[parent]])
    corners = new_cell.points[new.facets]
    return FacetParents(old, new, new.working, corners, parent, advance[parent], foot)


def _working_parents(cell: Cell, old: Surface, advance: Floats, new: Surface) -> Ints:
    candidates = np.flatnonzero(old.working)
    reach = np.abs(advance[candidates])
    points = new.midpoint[new.working]
    corners = cell.points[old.facets[candidates]]
    cutoff = FACTOR_RANGE[1] * reach.max(initial=0.0) + longest_edge(corners)
    pairs = near_pairs(points, corners, cutoff)
    best = argmin_by_point(pairs, pairs.distance - reach[pairs.facet], len(points))
    lost = best < 0
    if lost.any():
        _, best[lost] = cKDTree(old.midpoint[candidates]).query(points[lost])
    return candidates[best]


def inherit(parents: FacetParents, state: SurfaceState, passed: Floats, body: Ints) -> SurfaceState:
    """The parents' film on the new facets, with the charge (f,) C/m² that each old facet passed."""
    parent = parents.parent
    return SurfaceState(
        state.fractions[parent],
        state.thickness[parent],
        (state.charge + passed)[parent],
        body,
        state.films,
    )
