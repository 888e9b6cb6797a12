"""Detection of intersecting curves in their 1D mesh.

Gmsh may not terminate when it meshes a surface that such curves bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from deposition.mesh.cell import Floats, Ints, Mask

_TOUCHING = 1e-6
"""Distance below which a point lies on a segment, relative to the length of the segment."""


@dataclass(frozen=True)
class Crossing:
    """Two curves that intersect or overlap at ``point`` (2,), which is not a common end point."""

    curves: tuple[int, int]
    point: Floats


def find_crossing(points: Floats, segments: Ints, curve: Ints) -> Crossing | None:
    """First pair of segments that cross, overlap or touch other than at a common end point.

    points (n, 2) without duplicates; segments (k, 2) point indices; curve (k,) of each segment.
    """
    pairs = _near_pairs(points, segments)
    a, b = segments[pairs[:, 0]], segments[pairs[:, 1]]
    common = (a[:, :, None] == b[:, None, :]).any(axis=(1, 2))
    bad = np.all(np.sort(a, axis=1) == np.sort(b, axis=1), axis=1)
    bad |= ~common & _cross(points[a], points[b])
    for end in (0, 1):
        bad |= ~_is_end(a[:, end], b) & _on(points[a[:, end]], points[b])
        bad |= ~_is_end(b[:, end], a) & _on(points[b[:, end]], points[a])
    if not bad.any():
        return None
    first = int(np.flatnonzero(bad)[0])
    one, other = (int(c) for c in curve[pairs[first]])
    return Crossing((one, other), _meeting_point(points[a[first]], points[b[first]]))


def _near_pairs(points: Floats, segments: Ints) -> Ints:
    """(p, 2) pairs of segments that are near enough to intersect."""
    ends = points[segments]
    length = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1)
    tree = cKDTree(ends.mean(axis=1))
    pairs = tree.query_pairs(1.01 * float(length.max()), output_type="ndarray")
    apart = np.linalg.norm(tree.data[pairs[:, 0]] - tree.data[pairs[:, 1]], axis=1)
    return pairs[apart <= 0.51 * length[pairs].sum(axis=1)]


def _cross(a: Floats, b: Floats) -> Mask:
    """(p,) segments a (p, 2, 2) with end points on both sides of b, and vice versa."""
    return (_side(b, a[:, 0]) * _side(b, a[:, 1]) < 0) & (_side(a, b[:, 0]) * _side(a, b[:, 1]) < 0)


def _side(segment: Floats, point: Floats) -> Floats:
    """(p,) twice the signed area of the triangle formed by segment and point."""
    along, to = segment[:, 1] - segment[:, 0], point - segment[:, 0]
    return along[:, 0] * to[:, 1] - along[:, 1] * to[:, 0]


def _on(point: Floats, segment: Floats) -> Mask:
    """(p,) points that lie on their segment."""
    along = segment[:, 1] - segment[:, 0]
    length2 = np.einsum("ij,ij->i", along, along)
    # A segment of zero length contains no point.
    t = np.einsum("ij,ij->i", point - segment[:, 0], along) / np.maximum(length2, 1e-300)
    off = point - segment[:, 0] - t.clip(0, 1)[:, None] * along
    return np.einsum("ij,ij->i", off, off) < _TOUCHING**2 * length2


def _is_end(point: Ints, segment: Ints) -> Mask:
    return (segment == point[:, None]).any(axis=1)


def _meeting_point(a: Floats, b: Floats) -> Floats:
    """Intersection of the lines through two segments (2, 2); their mean point if parallel."""
    along_a, along_b = a[1] - a[0], b[1] - b[0]
    determinant = along_a[0] * along_b[1] - along_a[1] * along_b[0]
    if abs(determinant) <= 1e-9 * np.linalg.norm(along_a) * np.linalg.norm(along_b):
        return (a.mean(axis=0) + b.mean(axis=0)) / 2
    start = b[0] - a[0]
    t = (start[0] * along_b[1] - start[1] * along_b[0]) / determinant
    return a[0] + np.clip(t, 0, 1) * along_a
