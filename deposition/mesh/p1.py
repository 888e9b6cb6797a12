"""P1 finite elements on simplices: gradients, surface stiffness, sums and means at vertices."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array, csr_array

from deposition.mesh.cell import Floats, Ints, determinant


def gradients(points: Floats, simplices: Ints, values: Floats) -> Floats:
    """(m, d) gradient of a piecewise linear field (n,) in each simplex, per unit of ``points``."""
    edges = points[simplices[:, 1:]] - points[simplices[:, :1]]
    rises = values[simplices[:, 1:]] - values[simplices[:, :1]]
    # Cramer's rule for edges · gradient = rises, by the columns of the edges.
    columns = list(np.moveaxis(edges, 2, 0))
    parts = ([*columns[:k], rises, *columns[k + 1 :]] for k in range(len(columns)))
    whole = determinant(columns)
    return np.stack([determinant(part) / whole for part in parts], axis=1)


def surface_stiffness(points: Floats, facets: Ints, area: Floats) -> csr_array:
    """(v, v) ∫ ∇_s φ_u · ∇_s φ_v of P1 functions on facets (f, d) with ``points`` (v, d)."""
    edges = points[facets[:, 1:]] - points[facets[:, :1]]
    metric = edges @ edges.swapaxes(1, 2)
    inner = np.linalg.solve(metric, edges)
    gradients = np.concatenate([-inner.sum(axis=1, keepdims=True), inner], axis=1)
    local = area[:, None, None] * (gradients @ gradients.swapaxes(1, 2))
    corners = facets.shape[1]
    rows = np.repeat(facets, corners, axis=1).ravel()
    columns = np.tile(facets, (1, corners)).ravel()
    return coo_array((local.ravel(), (rows, columns)), shape=(len(points),) * 2).tocsr()


def vertex_sum(elements: Ints, values: Floats, vertices: int) -> Floats:
    """(vertices,) sum of values (k,) over the elements (k, c) around each vertex, 0 without one.

    ``elements`` are facets or simplices, a row of c vertex indices each; terms are added in the
    order of the rows.
    """
    each = np.repeat(values, elements.shape[1])
    return np.asarray(np.bincount(elements.ravel(), each, vertices), dtype=np.float64)


def vertex_mean(elements: Ints, values: Floats, weight: Floats, vertices: int) -> Floats:
    """(vertices,) Σ w u / Σ w over the elements around each vertex, 0 where Σ w = 0.

    values u (k,); weight w (k,) ≥ 0, the area of facets or the volume of simplices.
    """
    total = vertex_sum(elements, weight, vertices)
    return vertex_sum(elements, weight * values, vertices) / np.where(total > 0.0, total, 1.0)


def vertex_mean_matrix(facets: Ints, area: Floats, vertices: int) -> csr_array:
    """(v, f) Π, the operator of ``vertex_mean`` by area; rows sum to 1.

    Every vertex belongs to a facet.  Rounding differs from ``vertex_mean`` in the last bits.
    """
    share = np.repeat(area / facets.shape[1], facets.shape[1])
    column = np.repeat(np.arange(len(facets)), facets.shape[1])
    weight = coo_array((share, (facets.ravel(), column)), shape=(vertices, len(facets))).tocsr()
    return csr_array(weight / weight.sum(axis=1)[:, None])
