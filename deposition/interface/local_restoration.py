"""Restoration of the total of a dissolved species beside the surface that moved.

Metal that recedes leaves room in which there is nothing of a species yet, and metal that grows
takes some away: the concentration has a kink at the old surface.  The new mesh has no vertices
there, so that interpolation gains or loses what the triangles between kink and vertices hold, of
the order s h ∂c/∂n per area in a step s with edges h.  That is taken or given back where it arose,

    c <- c (1 + μ w),    μ = (total before - ∫ c dV) / ∫ w c dV
    w = (s/s_max) max(0, 1 - d/δ),    δ = ``restored_edges`` h

with the distance d from the nearest vertex of the new surface that has moved and the way s of that
vertex, relative to the motion of the fields.  A factor on the concentration of the whole pocket
would leave it beside the surface, where it reacts, and take it from far away: in case I3 the order
of convergence is then 0.6.

The salt keeps a factor for the whole pocket (``salt_transfer``): no reaction uses it up at a wall,
so that it has no such kink, and the fields move along with what both walls have in common.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from deposition.interface.numerics import InterfaceNumerics
from deposition.mesh.cell import Cell, Floats
from deposition.mesh.distance import nearest_facet, point_facet_distance
from deposition.mesh.surface import extract_surface


def beside_moved_surface(
    old: Cell, new: Cell, motion: Floats | float, numerics: InterfaceNumerics
) -> Floats:
    """(n,) w at the vertices of the new cell, at most 1; 1 everywhere if no surface has moved.

    motion (d,) of the fields in the step, µm.
    """
    before, after = extract_surface(old), extract_surface(new)
    if not before.size or not after.size:
        return np.ones(len(new.points))
    on_surface = np.unique(after.facets)
    came_from = (new.points - motion)[on_surface]
    corners = old.points[before.facets]
    nearest = corners[nearest_facet(came_from, corners)]
    way = point_facet_distance(came_from, nearest)
    moved = way > numerics.rounding_way * after.edge.mean()
    if not moved.any():
        return np.ones(len(new.points))
    parts = np.isin(after.facets, on_surface[moved]).any(axis=1)
    reach = numerics.restored_edges * float(after.edge[parts].mean())
    tree = cKDTree(new.points[on_surface[moved]])
    distance, vertex = tree.query(new.points, distance_upper_bound=reach)
    share = np.append(way[moved] / way[moved].max(), 0.0)[vertex]
    return np.asarray(share * np.maximum(0.0, 1.0 - distance / reach), dtype=np.float64)
