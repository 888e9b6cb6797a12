"""Curvature of the lithium surface by P1 surface finite elements, in 2D and 3D.

With S the stiffness matrix of the surface and x its vertices, (S x)_v = ∫ K n φ_v up to sign, so

    b_v = (S x)_v · n̂_v = ∫ K φ_v,      K_v = b_v / a_v,      K_f = mean of K_v over the facet

n̂_v points out of the metal and a_v is the area associated with vertex v.  K > 0 where the metal is
convex.  When the surface advances by s, K changes by -Δ_s s; evaluated at the end of the step

    K_f(s) = K_f + [Πᵀ S Π s]_f / A_f,   Π averages facet values to vertices

which is symmetric and positive semidefinite and therefore damps ripples for any time step.

At the exterior boundary of the box the surface is mirrored: the vertex normal has no component
along the normals of the box.  Vertices shared with other surface facets carry no curvature.
Source: Dziuk, Numer. Math. 58 (1991) 603 (surface finite elements for mean curvature).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from deposition.common.constants import MICROMETRE
from deposition.mesh.cell import Cell, Floats, Ints, Mask
from deposition.mesh.p1 import surface_stiffness, vertex_mean_matrix
from deposition.mesh.surface import Surface
from deposition.mesh.vertex_normals import vertex_normals


@dataclass(frozen=True, eq=False)
class Curvature:
    """Curvature of some facets of a surface.

    facets   (f,)    indices of these facets in ``Surface``
    now      (f,)    K at the start of the time step, 1/m
    change   (f, f)  ∂K/∂s, 1/m²: K at the end of the step is ``now + change @ s``, s the advance, m
    """

    facets: Ints
    now: Floats
    change: csr_array


def lithium_curvature(cell: Cell, surface: Surface, on: Mask) -> Curvature:
    """Curvature of the lithium facets ``on`` (f,) of a surface."""
    chosen = np.flatnonzero(on)
    vertices, corner = np.unique(surface.facets[chosen], return_inverse=True)
    corner = corner.reshape(len(chosen), cell.dim)
    points = cell.points[vertices] * MICROMETRE
    area = surface.area[chosen] * MICROMETRE ** (cell.dim - 1)
    average = vertex_mean_matrix(corner, area, len(vertices))
    stiffness = surface_stiffness(points, corner, area)
    normal = vertex_normals(cell, vertices, average @ -surface.normal[chosen])
    normal[np.isin(vertices, surface.facets[~on])] = 0.0
    integral = np.einsum("ij,ij->i", stiffness @ points, normal)
    spread = csr_array(average.T / area[:, None])
    return Curvature(chosen, spread @ integral, csr_array(spread @ stiffness @ average))
