"""Whether the elements of a mesh lie beside each other, as they must, and not in each other."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from deposition.common.errors import GeometryError
from deposition.geometry.extent import span
from deposition.mesh.cell import Cell, Floats, Ints, Mask, facet_measures, facet_normals

_STEP = 1e-3
"""How far outside an outer facet to look, as a fraction of its size."""


def check_no_overlap(cell: Cell) -> None:
    """Raise GeometryError where regions overlap or neighbours do not share their interface.

    Two tests find both: no facet may have three elements, or two on the same side; and just
    outside an outer facet there must be no element.
    """
    crowded = _crowded_facets(cell)
    if len(crowded):
        raise GeometryError(
            f"elements overlap at {span(cell.points[crowded])}; a mesh covers each place once"
            " [E128]"
        )
    outer = cell.all_facets.vertices[cell.all_facets.outer()]
    inside = outer[_inside_mesh(cell, _just_outside(cell, outer))]
    if len(inside):
        raise GeometryError(
            f"regions overlap, or touch without sharing their interface, at "
            f"{span(cell.points[inside])}; build neighbours from the same curves or surfaces, or "
            "use BooleanFragments (OpenCASCADE) or Coherence"
            " [E129]"
        )


def _crowded_facets(cell: Cell) -> Ints:
    """Facets with more than two elements, or with two on the same side."""
    corners = cell.dim + 1
    local = np.array([[j for j in range(corners) if j != i] for i in range(corners)])
    stacked = np.sort(cell.simplices[:, local].reshape(-1, cell.dim), axis=1)
    apex = cell.simplices.reshape(-1)
    facets, group = np.unique(stacked, axis=0, return_inverse=True)
    normal = facet_normals(cell.points, facets)[group.ravel()]
    side = np.einsum("ij,ij->i", cell.points[apex] - cell.points[stacked[:, 0]], normal) > 0
    above = np.bincount(group.ravel(), weights=side, minlength=len(facets))
    below = np.bincount(group.ravel(), weights=~side, minlength=len(facets))
    return facets[(above > 1) | (below > 1)]


def _just_outside(cell: Cell, outer: Ints) -> Floats:
    """(k, d) a point beside each outer facet, away from its element."""
    table = cell.all_facets
    centre = cell.points[cell.simplices[table.simplices[table.outer(), 0]]].mean(axis=1)
    middle = cell.points[outer].mean(axis=1)
    normal = facet_normals(cell.points, outer)
    outward = np.sign(np.einsum("ij,ij->i", middle - centre, normal))
    size = facet_measures(cell.points, outer) ** (1.0 / (cell.dim - 1))
    return middle + (_STEP * size * outward)[:, None] * normal


def _inside_mesh(cell: Cell, queries: Floats) -> Mask:
    """(k,) whether each point lies in some element.

    Elements are sorted by size into classes of a factor of two, so that a graded mesh needs no
    long searches.
    """
    corners = cell.points[cell.simplices]
    centre = corners.mean(axis=1)
    reach = np.linalg.norm(corners - centre[:, None], axis=2).max(axis=1)
    classes = np.ceil(np.log2(reach)).astype(np.int64)
    found = np.zeros(len(queries), dtype=bool)
    tree = cKDTree(queries)
    for size_class in np.unique(classes):
        members = np.flatnonzero(classes == size_class)
        near = tree.sparse_distance_matrix(
            cKDTree(centre[members]), 2.0**size_class, output_type="ndarray"
        )
        query, element = near["i"], members[near["j"]]
        found[query[_contains(corners[element], queries[query])]] = True
    return found


def _contains(corners: Floats, points: Floats) -> Mask:
    """(p,) whether each simplex (p, d + 1, d) contains its point (p, d), the edge included."""
    edges = np.swapaxes(corners[:, 1:] - corners[:, :1], 1, 2)
    weights = np.linalg.solve(edges, (points - corners[:, 0])[:, :, None])[:, :, 0]
    return (weights.min(axis=1) >= 0) & (weights.sum(axis=1) <= 1)
