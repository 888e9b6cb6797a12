"""Curvature of the lithium surface by P1 finite elements on its facets, 2D and 3D alike.

With S the stiffness matrix of the surface and x its vertices, (S x)_v = ∫ K n φ_v up to sign, so

    b_v = (S x)_v · n̂_v = ∫ K φ_v,      K_v = b_v / a_v,      K_f = mean of K_v over the facet

n̂_v points out of the metal and a_v is the area that vertex v stands for.  K > 0 where the metal is
convex.  When the surface advances by s, K changes by -Δ_s s; taken at the end of the step this is

    K_f(s) = K_f + [Πᵀ S Π s]_f / A_f,   Π averages facet values to vertices

which is symmetric and positive, so that it damps ripples however long the step.

Where the surface meets the outside of the box it is mirrored: the normal keeps no component along
the normals of the box.  Where it meets another body it ends, and carries no curvature.
Source: Dziuk, Numer. Math. 58 (1991) 603 (surface finite elements for mean curvature).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from deposition.cell import Cell, Floats, Ints
from deposition.constants import MICROMETRE
from deposition.surface import Surface
from deposition.vertex_normals import vertex_normals


@dataclass(frozen=True, eq=False)
class Curvature:
    """Curvature of some facets of a surface.

    facets   (f,)    which facets of ``Surface`` these are
    now      (f,)    K at the start of the step, 1/m
    change   (f, f)  1/m²: K at the end of a step is ``now + change @ s``, s the advance in m
    """

    facets: Ints
    now: Floats
    change: csr_array


def lithium_curvature(cell: Cell, surface: Surface, on: NDArray[np.bool_]) -> Curvature:
    """Curvature of the lithium surface, the facets ``on`` (f,)."""
    chosen = np.flatnonzero(on)
    vertices, corner = np.unique(surface.facets[chosen], return_inverse=True)
    corner = corner.reshape(len(chosen), cell.dim)
    points = cell.points[vertices] * MICROMETRE
    area = surface.area[chosen] * MICROMETRE ** (cell.dim - 1)
    average = _facet_to_vertex(corner, area, len(vertices))
    stiffness = surface_stiffness(points, corner, area)
    normal = vertex_normals(cell, vertices, average @ -surface.normal[chosen])
    normal[np.isin(vertices, surface.facets[~on])] = 0.0
    integral = np.einsum("ij,ij->i", stiffness @ points, normal)
    spread = csr_array(average.T / area[:, None])
    return Curvature(chosen, spread @ integral, csr_array(spread @ stiffness @ average))


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
