"""Vertex normals of a surface, tangential to the walls at the exterior boundary of the box.

A side wall is a symmetry plane: the surface continues as its mirror image, so its vertex normal has
no component normal to the wall.
"""

from __future__ import annotations

from typing import cast

import numpy as np

from deposition.mesh.cell import COUNTER, Cell, Floats, Ints, facet_normals, read_only, touching

_WALLS = "walls"
"""Key of the facets of the walls in ``Cell.by_region``."""


def vertex_normals(cell: Cell, vertices: Ints, mean: Floats) -> Floats:
    """(v, d) unit vectors along ``mean`` (v, d) without its components normal to the box walls."""
    inside = wall_projectors(cell, vertices)
    tangential = np.einsum("ijk,ik->ij", inside, mean)
    length = np.linalg.norm(tangential, axis=1, keepdims=True)
    return np.where(length > 1e-6, tangential / np.where(length > 0, length, 1.0), 0.0)


def wall_projectors(cell: Cell, vertices: Ints) -> Floats:
    """(v, d, d) projector onto the directions tangential to all box walls at the vertex.

    It is built from the eigenvectors of Σ n nᵀ over the adjacent wall facets.
    """
    outer = _wall_facets(cell)
    wanted, at_wall = np.zeros((2, len(cell.points)), dtype=bool)
    wanted[vertices] = True
    beside = outer[touching(wanted, outer)]
    at_wall[beside] = True
    normal = facet_normals(cell.points, beside)
    dyads = np.einsum("fi,fj->fij", normal, normal)
    spread = np.zeros((len(cell.points), cell.dim, cell.dim))
    for corner in beside.T:
        np.add.at(spread, corner, dyads)
    projector = np.zeros((len(vertices), cell.dim, cell.dim))
    projector[:] = np.eye(cell.dim)
    walls = np.flatnonzero(at_wall[vertices])
    strength, direction = np.linalg.eigh(spread[vertices[walls]])
    # One facet contributes 1 to the trace; a slightly curved wall must not add a direction.
    free = (strength < 0.05 * np.maximum(strength[:, -1:], 1.0)).astype(float)
    projector[walls] = np.einsum("vik,vk,vjk->vij", direction, free, direction)
    return projector


def _wall_facets(cell: Cell) -> Ints:
    """(k, d) facets on the outside of the box, without the counter electrode."""
    if _WALLS not in cell.by_region:
        table = cell.all_facets
        wall = table.outer()
        counter = table.find(cell.named_facets(COUNTER))
        wall[counter[counter >= 0]] = False
        cell.by_region[_WALLS] = read_only(table.vertices[wall])
    return cast(Ints, cell.by_region[_WALLS])
