"""Transfer of nodal fields between meshes by point location.

A vertex outside the old mesh (where metal receded) takes the value at the nearest point inside:
the barycentric coordinates are clipped, so the result stays within the range of the old field.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from deposition.mesh.cell import Floats, Ints, Mask

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


def locate(points: Floats, nodes: Floats, simplices: Ints) -> Located:
    """Locate ``points`` (p, d) in ``simplices`` (m, d + 1) with vertices ``nodes`` (n, d).

    Candidates are the simplices around the nearest few nodes; the one with the largest minimum
    barycentric coordinate is chosen.
    """
    used = np.unique(simplices)
    count = min(_NEAREST_VERTICES, len(used))
    _, near = cKDTree(nodes[used]).query(points, k=count)
    start, around = _incidence(simplices, len(nodes))
    vertex = used[near.reshape(len(points), count)].ravel()
    point = np.repeat(np.arange(len(points)), count)
    degree = start[vertex + 1] - start[vertex]
    pair_point = np.repeat(point, degree)
    first = np.repeat(start[vertex] - np.cumsum(degree) + degree, degree)
    pair_simplex = around[first + np.arange(len(first))]
    weight = barycentric(points[pair_point], nodes[simplices[pair_simplex]])
    lowest = weight.min(axis=1)
    order = np.lexsort((-lowest, pair_point))
    _, best = np.unique(pair_point[order], return_index=True)
    chosen = order[best]
    clipped = np.clip(weight[chosen], 0.0, None)
    clipped /= clipped.sum(axis=1, keepdims=True)
    return Located(pair_simplex[chosen], clipped, lowest[chosen] > -1e-9)


def interpolate(located: Located, simplices: Ints, values: Floats) -> Floats:
    """(p,) linear interpolant of nodal ``values`` (n,) at the located points."""
    return np.einsum("ij,ij->i", values[simplices[located.simplex]], located.weight)


def barycentric(points: Floats, corners: Floats) -> Floats:
    """(p, d + 1) barycentric coordinates of points (p, d) in simplices (p, d + 1, d)."""
    edges = np.swapaxes(corners[:, 1:] - corners[:, :1], 1, 2)
    rest = np.linalg.solve(edges, (points - corners[:, 0])[:, :, None])[:, :, 0]
    return np.column_stack([1.0 - rest.sum(axis=1), rest])


def _incidence(simplices: Ints, count: int) -> tuple[Ints, Ints]:
    """Simplices around each vertex in compressed rows: offsets (n + 1,) and indices."""
    owner = np.repeat(np.arange(len(simplices)), simplices.shape[1])
    order = np.argsort(simplices.ravel(), kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(simplices.ravel(), minlength=count))])
    return start, owner[order]
