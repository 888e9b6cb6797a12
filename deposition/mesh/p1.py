"""Piecewise linear fields on simplices: gradients, surface stiffness, facet means."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array, csr_array

from deposition.mesh.cell import Floats, Ints


def gradients(points: Floats, simplices: Ints, values: Floats) -> Floats:
    """(m, d) gradient of a piecewise linear field (n,) in each simplex, per unit of ``points``."""
    edges = points[simplices[:, 1:]] - points[simplices[:, :1]]
    rises = values[simplices[:, 1:]] - values[simplices[:, :1]]
    return np.asarray(np.linalg.solve(edges, rises[..., None])[..., 0], dtype=np.float64)


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


def _facet_to_vertex(facets: Ints, area: Floats, vertices: int) -> csr_array:
    """(v, f) Π: area-weighted mean over the facets around each vertex; rows sum to 1."""
    share = np.repeat(area / facets.shape[1], facets.shape[1])
    column = np.repeat(np.arange(len(facets)), facets.shape[1])
    weight = coo_array((share, (facets.ravel(), column)), shape=(vertices, len(facets))).tocsr()
    return csr_array(weight / weight.sum(axis=1)[:, None])
