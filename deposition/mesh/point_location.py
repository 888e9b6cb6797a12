"""Transfer of nodal fields between meshes by point location.

A vertex outside the old mesh (where metal receded) takes the value at the nearest point inside:
the barycentric coordinates are clipped, so the result stays within the range of the old field.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from deposition.mesh.cell import Floats, Ints, Mask, determinant

_NEAREST_VERTICES = 4


@dataclass(frozen=True, eq=False)
class Located:
    """Positions of points in a mesh.

    simplex  (p,)        simplex that contains the point, else the nearest candidate
    weight   (p, d + 1)  clipped barycentric coordinates in that simplex
    inside   (p,)        points inside their simplex
    """

    simplex: Ints
    weight: Floats
    inside: Mask

    def take_over(self, places: Ints, other: Located) -> None:
        """Replace the positions of the points ``places`` (q,)."""
        self.simplex[places], self.weight[places] = other.simplex, other.weight
        self.inside[places] = other.inside


@dataclass(frozen=True, eq=False)
class Locator:
    """Finds points in ``simplices`` (m, d + 1) with vertices ``nodes`` (n, d).

    Candidates are the simplices around the nearest node, and around the nearest few for a point
    that lies in none of these; the one with the largest minimum barycentric coordinate is chosen.
    """

    nodes: Floats
    simplices: Ints

    def locate(self, points: Floats, expected: Ints | None = None) -> Located:
        """Locate ``points`` (p, d); expected (p,): simplices that are tried first."""
        if expected is None:
            return self._search(points)
        corners = self.nodes.take(self.simplices.take(expected, axis=0), axis=0)
        weight = barycentric(points, corners)
        found = Located(expected.copy(), weight, weight.min(axis=1) >= 0.0)
        elsewhere = np.flatnonzero(~found.inside)
        found.take_over(elsewhere, self._search(points[elsewhere]))
        return found

    def _search(self, points: Floats) -> Located:
        used = self._used
        _, nearest = self._tree.query(points)
        found = self._stars.best(points, used[nearest][:, None])
        outside = np.flatnonzero(~found.inside)
        count = min(_NEAREST_VERTICES, len(used))
        if len(outside) and count > 1:
            _, near = self._tree.query(points[outside], k=count)
            found.take_over(outside, self._stars.best(points[outside], used[near]))
        return found

    @cached_property
    def _used(self) -> Ints:
        in_use = np.zeros(len(self.nodes), dtype=bool)
        in_use[self.simplices] = True
        return np.flatnonzero(in_use)

    @cached_property
    def _tree(self) -> cKDTree:
        return cKDTree(self.nodes[self._used])

    @cached_property
    def _stars(self) -> _Stars:
        return _Stars.of(self.nodes, self.simplices)


def locate(points: Floats, nodes: Floats, simplices: Ints) -> Located:
    """Locate ``points`` (p, d) in ``simplices`` (m, d + 1) with vertices ``nodes`` (n, d), once."""
    return Locator(nodes, simplices).locate(points)


@dataclass(frozen=True, eq=False)
class _Stars:
    """The simplices (m, d + 1) around each of the nodes (n, d): those of node v are
    ``around[start[v]:start[v + 1]]``."""

    nodes: Floats
    simplices: Ints
    start: Ints
    around: Ints

    @classmethod
    def of(cls, nodes: Floats, simplices: Ints) -> _Stars:
        count, corners = simplices.shape
        starts = np.arange(0, simplices.size + 1, corners)
        # Columns of the incidence matrix, which SciPy sorts by counting.
        incidence = csr_array(
            (np.ones(simplices.size, dtype=bool), simplices.ravel(), starts),
            shape=(count, len(nodes)),
        ).tocsc()
        return cls(nodes, simplices, incidence.indptr, incidence.indices)

    def best(self, points: Floats, near: Ints) -> Located:
        """Among the simplices around the nodes ``near`` (p, k), the best one for each point."""
        if not len(points):
            none = np.empty((0, self.simplices.shape[1]))
            return Located(np.empty(0, dtype=np.int64), none, np.empty(0, dtype=bool))
        degree = (self.start[1:] - self.start[:-1])[near]
        rows = np.repeat(np.arange(len(points)), degree.sum(axis=1))
        vertex, degree = near.ravel(), degree.ravel()
        first = np.repeat(self.start[vertex] - np.cumsum(degree) + degree, degree)
        simplex = self.around[first + np.arange(len(first))]
        corners = self.nodes.take(self.simplices.take(simplex, axis=0), axis=0)
        weight = barycentric(points.take(rows, axis=0), corners)
        lowest = np.nan_to_num(weight.min(axis=1), nan=-np.inf)
        begin = np.flatnonzero(np.diff(rows, prepend=-1))
        best = np.flatnonzero(lowest == np.maximum.reduceat(lowest, begin)[rows])
        chosen = best[np.flatnonzero(np.diff(rows[best], prepend=-1))]
        clipped = np.clip(weight[chosen], 0.0, None)
        clipped /= clipped.sum(axis=1, keepdims=True)
        return Located(simplex[chosen], clipped, lowest[chosen] > -1e-9)


def interpolate(located: Located, simplices: Ints, values: Floats) -> Floats:
    """(p,) linear interpolant of nodal ``values`` (n,) at the located points."""
    return np.einsum("ij,ij->i", values[simplices[located.simplex]], located.weight)


def barycentric(points: Floats, corners: Floats) -> Floats:
    """(p, d + 1) barycentric coordinates of points (p, d) in simplices (p, d + 1, d); NaN where
    the volume of a simplex is 0."""
    first, *others = np.moveaxis(corners, 1, 0)
    edges, way = [other - first for other in others], points - first
    whole = determinant(edges)
    whole = np.where(whole != 0.0, whole, np.nan)
    parts = ([*edges[:k], way, *edges[k + 1 :]] for k in range(len(edges)))
    weight = [determinant(part) / whole for part in parts]
    return np.array([1.0 - sum(weight), *weight]).T
