"""Vertices that have gathered in a point of a 3D mesh become one.

Where a line of contact closes, on top of a sphere of dead lithium that the deposit covers, or where
Mmg fails on a curved surface, up to a dozen vertices lie at distances of a hundredth of a cell.
One edge after the other cannot be collapsed there: the cells in between would be inverted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from deposition.mesh.cell import Floats, Ints, Mask, simplex_volumes
from deposition.mesh.quality import mean_ratio
from deposition.mesh.tetrahedron_collapse import LINE, SHAPE, Limits


def merge_gathered_vertices(
    points: Floats, simplices: Ints, reference: Ints, limits: Limits
) -> tuple[Floats, Ints, Ints]:
    """Merge each group of gathered vertices: points (n, 3), and the tetrahedra (m, 4) that are left
    with their rows among the old ones.

    reference (m,) of the region of each.  A group consists of vertices of bad tetrahedra, joined by
    edges shorter than ``LINE`` of the longest length.  It becomes one of its vertices, if every
    region that keeps its shape has the same volume then; else a point near one of them at which
    they have.  The box must keep its volume, no cell may be inverted, and the worst cell around
    must become better.  The cells are then cones over the outside of the group: positive and of the
    same total volume, they fill it once.
    """
    rows: Ints = np.arange(len(simplices))
    for group in _groups(points, simplices, limits):
        spread = np.linalg.norm(points[group] - points[group].mean(axis=0), axis=1).max()
        inside = np.isin(simplices, group)
        around = np.flatnonzero(inside.any(axis=1))
        fixed = np.isin(reference[rows][around], limits.fixed).any()
        if spread > limits.length or fixed or not len(around):
            continue
        star = _Star(
            points, simplices[around], inside[around], reference[rows][around], limits.shaped
        )
        found = star.merged(group, spread)
        if found is None:
            continue
        place, into = found
        points, simplices = points.copy(), simplices.copy()
        points[into] = place
        simplices[around] = np.where(inside[around], into, simplices[around])
        left = np.ones(len(simplices), dtype=bool)
        left[around[~star.stays]] = False
        simplices, rows = simplices[left], rows[left]
    return points, simplices, rows


def _groups(points: Floats, simplices: Ints, limits: Limits) -> Iterator[Ints]:
    """The groups of gathered vertices."""
    bad = simplices[mean_ratio(points, simplices) < limits.quality]
    edges = np.concatenate([bad[:, pair] for pair in combinations(range(4), 2)])
    length = np.linalg.norm(points[edges[:, 0]] - points[edges[:, 1]], axis=1)
    one, other = edges[length < LINE * limits.length].T
    size = len(points)
    joined = coo_array((np.ones(len(one)), (one, other)), shape=(size, size))
    _, label = connected_components(joined, directed=False)
    for number in np.flatnonzero(np.bincount(label) > 1):
        yield np.flatnonzero(label == number)


@dataclass(frozen=True, eq=False)
class _Star:
    """The tetrahedra (k, 4) around a group of vertices of ``points``, and their regions (k,).

    inside (k, 4): corners that belong to the group; shaped: regions that keep their volume
    """

    points: Floats
    simplices: Ints
    inside: Mask
    region: Ints
    shaped: tuple[int, ...]

    @property
    def stays(self) -> Mask:
        """(k,) tetrahedra that remain: those with one corner in the group."""
        return np.asarray(self.inside.sum(axis=1) == 1)

    def merged(self, group: Ints, spread: float) -> tuple[Floats, int] | None:
        """Place of the vertex that stands for the group, and its number; None if there is none.

        spread: farthest way of the vertex from one of the group, µm
        """
        volumes = simplex_volumes(self.points, self.simplices)
        allowed, least = SHAPE * volumes.sum(), mean_ratio(self.points, self.simplices).min()
        before = self._by_region(volumes, np.ones(len(volumes), dtype=bool))
        kept, shifted = [], []
        for into in map(int, group):
            place = self.points[into]
            excess = self._volumes(place) - before
            if np.abs(excess).max() <= allowed:
                kept.append((self._quality(place), place, into))
                continue
            slope = np.array([self._volumes(place + e) - self._volumes(place) for e in np.eye(3)]).T
            shift = np.linalg.lstsq(slope, -excess)[0]
            place = place + shift
            left = np.abs(self._volumes(place) - before).max()
            at_wall = np.abs(slope[0]).max() * spread > allowed  # inside, any place fills the box
            if not at_wall and np.linalg.norm(shift) <= spread and left <= allowed:
                shifted.append((self._quality(place), place, into))
        for places in (kept, shifted):
            if places:
                quality, place, into = max(places, key=lambda one: one[0])
                if quality > least:
                    return place, into
        return None

    def _volumes(self, place: Floats) -> Floats:
        """(1 + s,) volume of all tetrahedra that remain, and of those in each shaped region."""
        points, simplices = self._moved(place)
        return self._by_region(simplex_volumes(points, simplices), self.stays)

    def _by_region(self, volumes: Floats, chosen: Mask) -> Floats:
        region = self.region[chosen]
        return np.array([volumes.sum(), *(volumes[region == one].sum() for one in self.shaped)])

    def _quality(self, place: Floats) -> float:
        """Worst quality with the group at ``place``; -1 if a tetrahedron is inverted."""
        points, simplices = self._moved(place)
        if simplex_volumes(points, simplices).min(initial=np.inf) <= 0.0:
            return -1.0
        return float(mean_ratio(points, simplices).min())

    def _moved(self, place: Floats) -> tuple[Floats, Ints]:
        """The tetrahedra that remain, with the group at ``place``, and points of them."""
        stays = self.stays
        simplices = np.where(self.inside[stays], len(self.points), self.simplices[stays])
        return np.vstack([self.points, place]), simplices
