"""Distances between points and surface facets, in 2D and 3D."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.spatial import cKDTree

from deposition.mesh.cell import Floats, Ints

NEIGHBOURS = 12
"""Number of candidates for the nearest facet: the facets with the nearest midpoints."""

FLAT = 1e-12
"""Area of a triangle, squared and over that of its edges, below which it is flat: rounding."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Point-facet pairs within a cutoff.

    point     (p,) index of the point, ascending
    facet     (p,) index of the facet
    distance  (p,) Euclidean distance from the point to the facet, µm
    """

    point: Ints
    facet: Ints
    distance: Floats

    @cached_property
    def first(self) -> Ints:
        """The first pair of each point that has one."""
        return np.flatnonzero(np.diff(self.point, prepend=-1))


def near_pairs(points: Floats, corners: Floats, cutoff: float) -> Pairs:
    """All point-facet pairs with a distance of at most ``cutoff`` (µm).

    points (n, d); corners (f, d, d): the d vertices of each facet.
    """
    point, facet, _, _ = _candidates(points, corners, cutoff)
    return _measured(points, corners, point, facet, cutoff)


def leading_pairs(
    points: Floats, corners: Floats, cutoff: float, shifts: Sequence[tuple[Floats, Floats]]
) -> Pairs:
    """The pairs within ``cutoff`` (µm) of ``near_pairs``, without most of those that are never
    first: for any shifts of the facets between the two (f,) of one of ``shifts``, µm, the pair of
    each point with the least distance + shift is among them.

    A facet is no further than its centre, and nearer by no more than the reach of its corners.
    """
    point, facet, away, reach = _candidates(points, corners, cutoff)
    inside = away <= cutoff
    leads = np.zeros(len(point), dtype=bool)
    for least, most in shifts:
        latest = np.full(len(points), np.inf)
        np.minimum.at(latest, point[inside], (away + most[facet])[inside])
        leads |= away - reach[facet] + least[facet] <= latest[point]
    return _measured(points, corners, point[leads], facet[leads], cutoff)


def earliest_facet(points: Floats, corners: Floats, advance: Floats, cutoff: float) -> Ints:
    """(n,) facet whose wave arrives first at each point: argmin_f (distance - advance_f) over those
    within ``cutoff`` (µm), the first of equal ones; -1 where there is none.

    points (n, d); corners (f, d, d); advance (f,), µm.
    """
    pairs = leading_pairs(points, corners, cutoff, [(-advance, -advance)])
    return argmin_by_point(pairs, pairs.distance - advance[pairs.facet], len(points))


def _candidates(
    points: Floats, corners: Floats, cutoff: float
) -> tuple[Ints, Ints, Floats, Floats]:
    """(c,) points and facets of the pairs that may lie within the cutoff, (c,) distances to the
    centres of these facets, and (f,) the furthest corner of each facet from its centre, µm."""
    centre = corners.mean(axis=1)
    reach = np.linalg.norm(corners - centre[:, None], axis=2).max(axis=1)
    furthest = cutoff + reach.max(initial=0.0)
    tree, centres = (cKDTree(each, balanced_tree=False) for each in (points, centre))
    found = centres.sparse_distance_matrix(tree, furthest, output_type="ndarray")
    found = found[found["v"] <= cutoff + reach[found["i"]]]
    return found["j"].astype(np.int64), found["i"].astype(np.int64), found["v"], reach


def _measured(points: Floats, corners: Floats, point: Ints, facet: Ints, cutoff: float) -> Pairs:
    """Those of the pairs (c,) that lie within the cutoff, in order."""
    distance = point_facet_distance(points.take(point, axis=0), corners.take(facet, axis=0))
    near = distance <= cutoff
    point, facet, distance = point[near], facet[near], distance[near]
    order = np.argsort(point * np.int64(len(corners)) + facet)
    return Pairs(point[order], facet[order], distance[order])


def point_facet_distance(points: Floats, corners: Floats) -> Floats:
    """(p,) distance of each point (p, d) to its segment or triangle, corners (p, d, d)."""
    way = points - nearest_on_facet(points, corners)
    return np.asarray(np.sqrt(_products(way, way)), dtype=np.float64)


def nearest_facet(points: Floats, corners: Floats) -> Ints:
    """(n,) facet (f, d, d) nearest to each point (n, d) among those with the nearest midpoints.

    Exact where neighbouring facets are of similar size.
    """
    count = min(NEIGHBOURS, len(corners))
    _, near = cKDTree(corners.mean(axis=1)).query(points, k=count)
    near = near.reshape(len(points), count)
    corners = corners.take(near.ravel(), axis=0)
    distance = point_facet_distance(np.repeat(points, count, axis=0), corners)
    nearest = distance.reshape(near.shape).argmin(axis=1)
    return np.asarray(near[np.arange(len(near)), nearest], dtype=np.int64)


def nearest_on_facet(points: Floats, corners: Floats) -> Floats:
    """(p, d) closest point of each segment or triangle (p, d, d) to each point (p, d)."""
    if points.shape[1] == 2:
        return _on_segment(points, corners[:, 0], corners[:, 1])
    return _on_triangle(points, corners)


def _on_segment(points: Floats, start: Floats, end: Floats) -> Floats:
    along = end - start
    length2 = _products(along, along)
    t = _products(points - start, along) / np.where(length2 > 0, length2, 1.0)
    return start + np.clip(t, 0.0, 1.0)[:, None] * along


def _products(one: Floats, other: Floats) -> Floats:
    """(p,) scalar products of vectors (p, d), component by component: the fastest way."""
    return np.asarray(sum(a * b for a, b in zip(one.T, other.T, strict=True)))


def _on_triangle(points: Floats, corners: Floats) -> Floats:
    """Closest point a + v (b - a) + w (c - a), by the region of the plane in which the projection
    lies: triangle, edge or corner; of a flat triangle, the closest point on its edges.

    Source: Ericson, Real-Time Collision Detection, 2005, section 5.1.5.
    """
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    ab, ac, offset = b - a, c - a, points - a
    bb, bc, cc = _products(ab, ab), _products(ab, ac), _products(ac, ac)
    # Products of both edges with the way to the point, from a, b and c.
    a_b, a_c = _products(offset, ab), _products(offset, ac)
    b_b, b_c = a_b - bb, a_c - bc
    c_b, c_c = a_b - bc, a_c - cc
    # Barycentric coordinates of the projection, not normalised.
    of_a, of_b, of_c = b_b * c_c - c_b * b_c, c_b * a_c - a_b * c_c, a_b * b_c - b_b * a_c
    area = of_a + of_b + of_c
    v, w = of_b / np.where(area > 0.0, area, 1.0), of_c / np.where(area > 0.0, area, 1.0)
    from_b, from_c = b_c - b_b, c_b - c_c
    # Edges, then corners, which come later and so decide where both hold.
    on_bc = (of_a <= 0.0) & (from_b >= 0.0) & (from_c >= 0.0)
    on_ac = (of_b <= 0.0) & (a_c >= 0.0) & (c_c <= 0.0)
    on_ab = (of_c <= 0.0) & (a_b >= 0.0) & (b_b <= 0.0)
    w = np.where(on_bc, from_b / _not_zero(from_b + from_c), w)
    v = np.where(on_bc, 1.0 - w, v)
    w = np.where(on_ac, a_c / _not_zero(cc), w)
    v = np.where(on_ac, 0.0, v)
    v = np.where(on_ab, a_b / _not_zero(bb), v)
    w = np.where(on_ab, 0.0, w)
    at_c = (c_c >= 0.0) & (c_b <= c_c)
    at_b = (b_b >= 0.0) & (b_c <= b_b)
    at_a = (a_b <= 0.0) & (a_c <= 0.0)
    v = np.where(at_a | at_c, 0.0, np.where(at_b, 1.0, v))
    w = np.where(at_a | at_b, 0.0, np.where(at_c, 1.0, w))
    nearest = a + v[:, None] * ab + w[:, None] * ac
    flat = np.flatnonzero(area <= FLAT * bb * cc)
    if len(flat):
        sides = ((a[flat], b[flat]), (b[flat], c[flat]), (c[flat], a[flat]))
        edges = np.stack([_on_segment(points[flat], start, end) for start, end in sides])
        way = points[flat] - edges
        side = np.einsum("sij,sij->si", way, way).argmin(axis=0)
        nearest[flat] = edges[side, np.arange(len(flat))]
    return nearest


def _not_zero(values: Floats) -> Floats:
    """The values, 1 in place of 0."""
    return np.where(values != 0.0, values, 1.0)


def longest_edge(corners: Floats) -> float:
    """Longest edge of facets with these vertices (f, d, d), µm."""
    ahead = np.roll(corners, 1, axis=1)
    return float(np.linalg.norm(ahead - corners, axis=2).max(initial=0.0))


def minimum_by_point(pairs: Pairs, values: Floats, count: int, missing: float) -> Floats:
    """(count,) minimum of ``values`` (one per pair) at each point; ``missing`` without a pair."""
    result = np.full(count, missing)
    if len(values):
        least = np.minimum.reduceat(values, pairs.first)
        result[pairs.point[pairs.first]] = np.minimum(least, missing)
    return result


def argmin_by_point(pairs: Pairs, values: Floats, count: int) -> Ints:
    """(count,) facet of the pair with the smallest value at each point; -1 without a pair."""
    result = np.full(count, -1, dtype=np.int64)
    least = np.flatnonzero(values == minimum_by_point(pairs, values, count, np.inf)[pairs.point])
    # In reverse, so that the first of equal values stays.
    result[pairs.point[least[::-1]]] = pairs.facet[least[::-1]]
    return result
