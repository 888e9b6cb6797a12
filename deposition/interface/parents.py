"""Parent facet of each new surface facet, and the film that it inherits.

On lithium that moves, the parent is the old facet that attains Huygens' minimum at the new
midpoint, argmin_f (dist - |s_f|); elsewhere it is the nearest one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

from deposition.interface.numerics import NUMERICS, InterfaceNumerics
from deposition.mesh.cell import COUNTER, DEAD_LITHIUM, Cell, Floats, Ints, Mask
from deposition.mesh.distance import earliest_facet, longest_edge
from deposition.mesh.surface import Surface, SurfaceState, extract_surface


@dataclass(frozen=True, eq=False)
class FacetParents:
    """Old and new surface, and the parent of each new facet.

    old, new     surfaces on which all lithium that moves counts as working electrode
    old_cell, new_cell  their cells
    connected    (g,) new facets of the working electrode that do not float
    old_advance  (f,) of the old facets, µm
    parent       (g,) index of the old facet of each new one
    """

    old: Surface
    new: Surface
    old_cell: Cell
    new_cell: Cell
    connected: Mask
    old_advance: Floats
    parent: Ints

    @property
    def advance(self) -> Floats:
        """(g,) of the parents, µm."""
        return np.asarray(self.old_advance[self.parent], dtype=np.float64)

    @property
    def new_corners(self) -> Floats:
        """(g, d, d) of the new facets, µm."""
        return np.asarray(self.new_cell.points[self.new.facets], dtype=np.float64)

    def with_cell(self, cell: Cell) -> FacetParents:
        """The same facets of the new surface on a ``cell`` whose vertices have moved."""
        return replace(self, new=extract_surface(cell), new_cell=cell)


def find_parents(
    old_cell: Cell,
    old: Surface,
    advance: Floats,
    new_cell: Cell,
    new: Surface,
    numerics: InterfaceNumerics = NUMERICS,
) -> FacetParents:
    """Find the parent of every new facet; advance (f,) of the old ones, µm."""
    parent = np.zeros(new.size, dtype=np.int64)
    parent[new.working] = _working_parents(old_cell, old, advance, new, numerics)
    for electrode in (DEAD_LITHIUM, COUNTER):
        chosen, candidates = new.on(electrode), np.flatnonzero(old.on(electrode))
        if chosen.any():
            # Metal that has just been pinched off was working before: any old facet may be nearest.
            same = len(candidates) > 0 and electrode == COUNTER
            candidates = candidates if same else np.arange(old.size)
            _, nearest = cKDTree(old.midpoint[candidates]).query(new.midpoint[chosen])
            parent[chosen] = candidates[nearest]
    return FacetParents(old, new, old_cell, new_cell, new.working, advance, parent)


def _working_parents(
    cell: Cell, old: Surface, advance: Floats, new: Surface, numerics: InterfaceNumerics
) -> Ints:
    """(w,) parents of the new working facets; the nearest midpoint where none is within reach."""
    candidates = np.flatnonzero(old.working)
    reach = np.abs(advance[candidates])
    points = new.midpoint[new.working]
    corners = cell.points[old.facets[candidates]]
    cutoff = numerics.largest_scaling * reach.max(initial=0.0) + longest_edge(corners)
    best = earliest_facet(points, corners, reach, cutoff)
    lost = best < 0
    if lost.any():
        _, best[lost] = cKDTree(old.midpoint[candidates]).query(points[lost])
    return candidates[best]


def inherit(parents: FacetParents, state: SurfaceState, passed: Floats, body: Ints) -> SurfaceState:
    """The parents' film on the new facets.

    passed (f,): charge that each old facet passed in the step, C/m²; body (g,) of the new facets.
    """
    parent = parents.parent
    return SurfaceState(
        state.fractions[parent],
        state.volumes[parent],
        (state.charge + passed)[parent],
        body,
        state.films,
    )
