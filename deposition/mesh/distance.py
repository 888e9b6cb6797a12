"""Distances from points to the facets of a surface, pair by pair, in 2D and in 3D."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from deposition.mesh.cell import Floats, Ints

NEIGHBOURS = 12
"""Facets that are tried when the nearest one is wanted: those with the nearest midpoints."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Which points are near which facets, and how near.

    point     (p,) index of the point, ascending
    facet     (p,) index of the facet
    distance  (p,) Euclidean distance from the point to the facet, µm
    """

    point: Ints
    facet: Ints
    distance: Floats


def near_pairs(points: Floats, corners: Floats, cutoff: float) -> Pairs:
    """Every point-facet pair no further apart than ``cutoff`` (µm).

    points (n, d); corners (f, d, d): the d corners of each facet.
    """
    centre = corners.mean(axis=1)
    reach = np.linalg.norm(corners - centre[:, None], axis=2).max(initial=0.0)
    tree = cKDTree(points)
    found = cKDTree(centre).sparse_distance_matrix(tree, cutoff + reach, output_type="ndarray")
    facet, point = found["i"].astype(np.int64), found["j"].astype(np.int64)
    distance = point_facet_distance(points[point], corners[facet])
    near = distance <= cutoff
    point, facet, distance = point[near], facet[near], distance[near]
    order = np.lexsort((facet, point))
    return Pairs(point[order], facet[order], distance[order])


def point_facet_distance(points: Floats, corners: Floats) -> Floats:
    """(p,) distance of each point (p, d) to its segment or triangle, corners (p, d, d)."""
    return np.linalg.norm(points - nearest_on_facet(points, corners), axis=1)


def nearest_facet(points: Floats, corners: Floats) -> Ints:
    """(n,) the facet (f, d, d) that is nearest to each point (n, d), of the few with the nearest
    midpoints: right where neighbouring facets are of like size."""
    count = min(NEIGHBOURS, len(corners))
    _, near = cKDTree(corners.mean(axis=1)).query(points, k=count)
    near = near.reshape(len(points), count)
    distance = point_facet_distance(np.repeat(points, count, axis=0), corners[near.ravel()])
    nearest = distance.reshape(near.shape).argmin(axis=1)
    return np.asarray(near[np.arange(len(near)), nearest], dtype=np.int64)


def nearest_on_facet(points: Floats, corners: Floats) -> Floats:
    """(p, d) the place on each segment or triangle (p, d, d) nearest to each point (p, d)."""
    if points.shape[1] == 2:
        return _on_segment(points, corners[:, 0], corners[:, 1])
    return _on_triangle(points, corners)


def _on_segment(points: Floats, start: Floats, end: Floats) -> Floats:
    along = end - start
    length2 = np.einsum("ij,ij->i", along, along)
    t = np.einsum("ij,ij->i", points - start, along) / np.where(length2 > 0, length2, 1.0)
    return start + np.clip(t, 0.0, 1.0)[:, None] * along


def _on_triangle(points: Floats, corners: Floats) -> Floats:
    """The foot in the plane where it lies inside, else the nearest place on the three edges."""
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    normal = np.cross(b - a, c - a)
    area2 = np.einsum("ij,ij->i", normal, normal)
    offset = points - a
    w_b = np.einsum("ij,ij->i", np.cross(offset, c - a), normal)
    w_c = np.einsum("ij,ij->i", np.cross(b - a, offset), normal)
    inside = (w_b >= 0) & (w_c >= 0) & (w_b + w_c <= area2) & (area2 > 0)
    height = np.einsum("ij,ij->i", offset, normal) / np.where(area2 > 0, area2, 1.0)
    edges = np.stack([_on_segment(points, p, q) for p, q in ((a, b), (b, c), (c, a))])
    nearest = np.linalg.norm(points - edges, axis=2).argmin(axis=0)
    on_edge = edges[nearest, np.arange(len(points))]
    return np.where(inside[:, None], points - height[:, None] * normal, on_edge)


def longest_edge(corners: Floats) -> float:
    """The longest edge of facets with these corners (f, d, d), µm."""
    ahead = np.roll(corners, 1, axis=1)
    return float(np.linalg.norm(ahead - corners, axis=2).max(initial=0.0))


def minimum_by_point(pairs: Pairs, values: Floats, count: int, missing: float) -> Floats:
    """(count,) smallest of ``values`` (one a pair) at each point, else ``missing``."""
    result = np.full(count, missing)
    np.minimum.at(result, pairs.point, values)
    return result


def argmin_by_point(pairs: Pairs, values: Floats, count: int) -> Ints:
    """(count,) the facet of the pair with the smallest value at each point, else -1."""
    order = np.lexsort((values, pairs.point))
    points, first = np.unique(pairs.point[order], return_index=True)
    result = np.full(count, -1, dtype=np.int64)
    result[points] = pairs.facet[order][first]
    return result
