"""Detection of overlapping elements and of non-conforming interfaces."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from deposition.common.errors import GeometryError
from deposition.geometry.extent import span
from deposition.mesh.cell import Cell, Floats, Ints, Mask, facet_measures, facet_normals

_STEP = 1e-3
"""Distance of the test point outside an exterior facet, relative to the size of the facet."""


def check_no_overlap(cell: Cell) -> None:
    """Raise GeometryError if elements overlap or neighbouring regions share no interface.

    No facet may have three elements, or two on the same side; and no element may contain a point
    just outside an exterior facet.
    """
    crowded = _crowded_facets(cell)
    if len(crowded):
        raise GeometryError(
            f"elements overlap at {span(cell.points[crowded])}. Remove the duplicate elements."
            " [E128]"
        )
    outer = cell.all_facets.vertices[cell.all_facets.outer()]
    inside = outer[_inside_mesh(cell, _just_outside(cell, outer))]
    if len(inside):
        raise GeometryError(
            f"regions overlap, or are adjacent without a common interface, at "
            f"{span(cell.points[inside])}. Build neighbouring regions from the same curves or "
            "surfaces, or use BooleanFragments (OpenCASCADE) or Coherence."
            " [E129]"
        )


def _crowded_facets(cell: Cell) -> Ints:
    """(k, d) facets with more than two elements, or with two on the same side."""
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
    """(k, d) test point at distance ``_STEP`` h outside each exterior facet."""
    table = cell.all_facets
    centre = cell.points[cell.simplices[table.simplices[table.outer(), 0]]].mean(axis=1)
    middle = cell.points[outer].mean(axis=1)
    normal = facet_normals(cell.points, outer)
    outward = np.sign(np.einsum("ij,ij->i", middle - centre, normal))
    size = facet_measures(cell.points, outer) ** (1.0 / (cell.dim - 1))
    return middle + (_STEP * size * outward)[:, None] * normal


def _inside_mesh(cell: Cell, queries: Floats) -> Mask:
    """(k,) points inside any element.

    Elements are grouped by size in classes of a factor of two, which bounds the search radius in a
    graded mesh.
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
    """(p,) simplices (p, d + 1, d) that contain their point (p, d), boundary included."""
    edges = np.swapaxes(corners[:, 1:] - corners[:, :1], 1, 2)
    weights = np.linalg.solve(edges, (points - corners[:, 0])[:, :, None])[:, :, 0]
    return (weights.min(axis=1) >= 0) & (weights.sum(axis=1) <= 1)
