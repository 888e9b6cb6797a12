"""Gaussian average along the surface, of amounts that sit at points of it.

The Gaussian of standard deviation L is the solution of the heat equation on the surface itself
after the time L²/2, so distances are those along the surface: the other side of a gap or of a thin
wall is far away.  A side wall of the box is a mirror (no flux), and the total is conserved:

    ∂u/∂t = Δ_s u,    M du/dt = -K u,    u(L²/2) ≈ r(τ M⁻¹K)ⁿ u(0),    τ = L²/(2n)

in P1 finite elements with the lumped mass M (2D: half of the adjacent lengths) and the stiffness K,
whose positive entries beside the diagonal, of obtuse triangles, are left out.  r is the L-stable
Padé approximation of exp(-z) of third order,

    r(z) = (1 - z/3) / (1 + 2z/3 + z²/6) = 2 Re[c / (z - p)],    p = -2 + i√2,  c = -1 - 5i/√2

An amount at a point counts at the corners of its facet with its barycentric coordinates, which
keeps its sum and its centre.  This, and the mean over the corners of a facet in place of its own
mean, widen the average by a variance of S/(d² - 1) each, S = Σ|x_v - x_f|² of the corners of a
facet; the Gaussian is narrower by both, by their mean over the surface.

Source: Hairer & Wanner, Solving Ordinary Differential Equations II, 1996, §IV.3 (Padé); the use of
the heat equation for a Gaussian on a surface is standard, e.g. Crane, Weischedel & Wardetzky, ACM
Trans. Graph. 32 (2013) 152.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csc_array, diags_array
from scipy.sparse.linalg import SuperLU, splu

from deposition.interface.numerics import NUMERICS, InterfaceNumerics
from deposition.mesh.cell import Cell, Floats, Ints
from deposition.mesh.p1 import surface_stiffness, vertex_sum

_POLE = complex(-2.0, np.sqrt(2.0))
_WEIGHT = complex(-1.0, -5.0 / np.sqrt(2.0))


@dataclass(frozen=True, eq=False)
class SurfaceAverage:
    """A Gaussian average on the facets (f, d) of a surface with ``points`` (v, d), µm.

    area (f,) µm^(d-1); length: standard deviation, µm
    """

    points: Floats
    facets: Ints
    area: Floats
    length: float
    numerics: InterfaceNumerics = NUMERICS

    @classmethod
    def of(
        cls,
        cell: Cell,
        facets: Ints,
        area: Floats,
        sheet: Ints,
        length: float,
        numerics: InterfaceNumerics = NUMERICS,
    ) -> SurfaceAverage:
        """The average on facets (f, d) of a cell, of area (f,); those of different ``sheet`` (f,)
        share no vertex."""
        count = len(cell.points)
        apart = facets + (sheet - sheet.min(initial=0))[:, None] * count
        used, local = np.unique(apart, return_inverse=True)
        local = local.reshape(facets.shape)
        return cls(cell.points[used % count], local, area, length, numerics)

    @cached_property
    def mass(self) -> Floats:
        """(v,) share of the area that belongs to each vertex, µm^(d-1)."""
        return vertex_sum(self.facets, self.area / self.facets.shape[1], len(self.points))

    @property
    def _variance(self) -> float:
        """L² less the variance of the steps from points to corners and from corners to facets, but
        no less than half of L²: the length is below two facets then."""
        corners = self.points[self.facets]
        away = corners - corners.mean(axis=1, keepdims=True)
        spread = np.einsum("fcd,fcd->f", away, away) @ self.area / self.area.sum()
        corner_count, dim = corners.shape[1:]
        widened = 2.0 * float(spread) / ((corner_count + 1) * (dim - 1))
        return max(self.length**2 - widened, 0.5 * self.length**2)

    @cached_property
    def _factors(self) -> SuperLU:
        """Factors of τK - pM."""
        stiffness = surface_stiffness(self.points, self.facets, self.area)
        beside = stiffness - diags_array(stiffness.diagonal())
        beside = beside.minimum(0.0)
        monotone = beside - diags_array(np.asarray(beside.sum(axis=1)).ravel())
        step = 0.5 * self._variance / self.numerics.averaging_steps
        return splu(csc_array(step * monotone - _POLE * diags_array(self.mass)))

    def at_vertices(self, facet: Ints, weight: Floats, amounts: Floats) -> Floats:
        """(v, c) averaged density of amounts (m, c) at points, per µm^(d-1).

        facet (m,) and barycentric coordinates weight (m, d) of the points
        """
        content = np.zeros((len(self.points), amounts.shape[1]))
        for corner, share in zip(self.facets[facet].T, weight.T, strict=True):
            np.add.at(content, corner, share[:, None] * amounts)
        # M u <- 2 Re[c M (τK - pM)⁻¹ M u]
        density = content / self.mass[:, None]
        for _ in range(self.numerics.averaging_steps):
            load = (self.mass[:, None] * density).astype(complex)
            density = 2.0 * np.real(_WEIGHT * self._factors.solve(load))
        return density

    def on_facets(self, density: Floats) -> Floats:
        """(f, c) mean over each facet of a density (v, c); Σ A_f u_f = Σ M_v u_v."""
        return np.asarray(density[self.facets].mean(axis=1), dtype=np.float64)
