"""Collapse of short edges at the bad triangles that remeshing leaves where regions meet.

Mmg neither moves nor merges the vertices at which three regions meet, and takes a short edge of the
surface that ends there for a corner.  The triangles on such an edge are needles.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from deposition.mesh.cell import Floats, Ints, star_of
from deposition.mesh.edge_flips import FIXED
from deposition.mesh.quality import mean_ratio

STRAIGHT = 1e-7
"""Angle (rad) by which an outline that stays may turn at a vertex that is taken away."""

_OUTSIDE = -2
"""Kind of what lies outside of the box."""


@dataclass(frozen=True)
class Interface:
    """The interface that may change its shape: between regions of two kinds, by a distance, µm."""

    kinds: tuple[int, int]
    tolerance: float


def without_short_edges(
    points: Floats, simplices: Ints, kind: Ints, interface: Interface, least: float
) -> tuple[Ints, Ints]:
    """Triangles (m, 3) without short edges at those below the quality ``least``, and the rows that
    are left.

    kind (m,) of the region of each, ``FIXED`` where the mesh stays.  All outlines but the interface
    keep their shape: one of their vertices goes only where they are straight.  A collapse is done
    if it takes no region away from a place and makes the worst triangle around it better.
    """
    simplices = simplices.copy()
    alive = np.ones(len(simplices), dtype=bool)
    quality = mean_ratio(points, simplices)
    for bad in np.flatnonzero(quality < least)[np.argsort(quality[quality < least])]:
        if not alive[bad]:
            continue
        for gone, stays in _short_edges(points, simplices[alive], simplices[bad]):
            star = star_of(gone, simplices)
            star = star[alive[star]]
            if not _may_go(points, simplices[star], kind[star], gone, stays, interface):
                continue
            dies = (simplices[star] == stays).any(axis=1)
            kept = star[~dies]
            changed = np.where(simplices[kept] == gone, stays, simplices[kept])
            better = mean_ratio(points, changed)
            if better.min(initial=1.0) > quality[star].min():
                simplices[kept], quality[kept] = changed, better
                alive[star[dies]] = False
                break
    return simplices[alive], np.flatnonzero(alive)


def _short_edges(points: Floats, simplices: Ints, corners: Ints) -> list[tuple[int, int]]:
    """Edges from the corners (3,) of a triangle, shortest first, up to half its longest edge."""
    edges = []
    longest = max(float(np.linalg.norm(points[a] - points[b])) for a, b in combinations(corners, 2))
    for gone in map(int, corners):
        beside = np.setdiff1d(simplices[star_of(gone, simplices)], gone)
        lengths = np.linalg.norm(points[beside] - points[gone], axis=1)
        near = lengths <= 0.5 * longest
        edges += [
            (float(length), gone, int(end))
            for length, end in zip(lengths[near], beside[near], strict=True)
        ]
    return [(gone, stays) for _, gone, stays in sorted(edges)]


def _may_go(
    points: Floats,
    star: Ints,
    kind: Ints,
    gone: int,
    stays: int,
    interface: Interface,
) -> bool:
    """Whether a vertex may be merged into its neighbour, with regard to the outlines of regions.

    star (s, 3): the triangles around it, with their kinds (s,)
    """
    if np.any(kind == FIXED):
        return False
    outline = outline_around(star, kind, gone)
    if not outline:
        return True
    if stays not in outline or len(outline) != 2:
        return False
    if len({frozenset(pair) for pair in outline.values()}) != 1:
        return False
    one, other = (points[v] - points[gone] for v in outline)
    twice_area = abs(one[0] * other[1] - one[1] * other[0])
    if set(outline[stays]) <= set(interface.kinds):
        # The vertex leaves the new side by no more than its distance from it.
        side = float(np.linalg.norm(one - other))
        shortest = float(min(np.linalg.norm(one), np.linalg.norm(other)))
        return bool(min(twice_area / side, shortest) <= interface.tolerance)
    straight = twice_area <= STRAIGHT * float(np.linalg.norm(one) * np.linalg.norm(other))
    return bool(straight and float(one @ other) < 0.0)


def outline_around(star: Ints, kind: Ints, vertex: int) -> dict[int, tuple[int, int]]:
    """The edges from a vertex that part two regions: the other end, and the two kinds."""
    sides: dict[int, list[int]] = {}
    for triangle, own in zip(star, kind, strict=True):
        for end in triangle[triangle != vertex]:
            sides.setdefault(int(end), []).append(int(own))
    both = {v: (*kinds, _OUTSIDE)[:2] for v, kinds in sides.items()}
    return {v: (one, other) for v, (one, other) in both.items() if one != other}
