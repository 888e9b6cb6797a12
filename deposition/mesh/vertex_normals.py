"""Normals at the vertices of a surface, which at the walls of the box stay in the walls.

A side wall is a mirror: the surface meets its image there, so the normal of the whole has no
component across the wall.
"""

from __future__ import annotations

import numpy as np

from deposition.mesh.cell import COUNTER, Cell, Floats, Ints, Mask, facet_normals


def vertex_normals(cell: Cell, vertices: Ints, mean: Floats) -> Floats:
    """Unit normals (v, d) from ``mean`` (v, d), without the component along the box's normals."""
    inside = _complement_of_walls(cell, vertices)
    tangential = np.einsum("ijk,ik->ij", inside, mean)
    length = np.linalg.norm(tangential, axis=1, keepdims=True)
    return np.where(length > 1e-6, tangential / np.where(length > 0, length, 1.0), 0.0)


def _complement_of_walls(cell: Cell, vertices: Ints) -> Floats:
    """(v, d, d) projector onto the directions that are normal to no box wall at the vertex."""
    table = cell.all_facets
    outer = table.vertices[table.outer() & ~_is_counter(cell)]
    touching = outer[np.isin(outer, vertices).any(axis=1)]
    normal = facet_normals(cell.points, touching)
    dyads = np.einsum("fi,fj->fij", normal, normal)
    spread = np.zeros((len(cell.points), cell.dim, cell.dim))
    for corner in touching.T:
        np.add.at(spread, corner, dyads)
    strength, direction = np.linalg.eigh(spread[vertices])
    # One facet contributes 1 to the trace; a nearly flat wall does not add a second direction.
    free = (strength < 0.05 * np.maximum(strength[:, -1:], 1.0)).astype(float)
    return np.einsum("vik,vk,vjk->vij", direction, free, direction)


def _is_counter(cell: Cell) -> Mask:
    """(k,) of ``cell.all_facets``: whether the facet is the counter electrode."""
    found = cell.all_facets.find(cell.named_facets(COUNTER))
    flag = np.zeros(len(cell.all_facets.vertices), dtype=bool)
    flag[found[found >= 0]] = True
    return flag
