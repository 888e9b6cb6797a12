"""The step in scikit-fem: fluxes by blocks of matrices, i_n eliminated on the facets.

With C = c/c0 and Φ = φF/RT, all fluxes consist of two matrices, K = ∫ ∇u·∇v and A(C) = ∫ C ∇u·∇v;
B(Φ) = ∫ u ∇Φ·∇v is the derivative of A(C) Φ by C.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import skfem
from scipy.sparse import bmat, csc_matrix, csr_matrix, diags
from scipy.sparse.linalg import splu
from skfem.helpers import dot, grad

from benchmarks.cases import Case
from benchmarks.peers.bordered import Linearized, solve_bordered
from benchmarks.peers.kinetics import FacetCurrent, facet_current
from benchmarks.step_problem import Answer, StepProblem
from deposition.common.constants import FARADAY
from deposition.mesh.cell import Floats, match_rows

try:
    from pypardiso import PyPardisoSolver
except ImportError:  # the only solver of SciPy itself
    PyPardisoSolver = None

LINEAR_SOLVER = "SuperLU" if PyPardisoSolver is None else "PARDISO (MKL)"

MESHES = {2: skfem.MeshTri, 3: skfem.MeshTet}
ELEMENTS = {2: skfem.ElementTriP1, 3: skfem.ElementTetP1}
VOLUMES = {1: 1.0, 2: 0.5, 3: 1.0 / 6.0}
"""Of the reference simplices, by dimension."""


def midpoint_rule(dim: int) -> tuple[Floats, Floats]:
    """Quadrature at the midpoint of the reference simplex: (dim, 1) point, and its weight.

    The rules of scikit-fem that are asked for order 1 have more points.
    """
    return np.full((dim, 1), 1.0 / (dim + 1)), np.array([VOLUMES[dim]])


@skfem.BilinearForm
def laplacian(u: Any, v: Any, w: Any) -> Any:
    """∇u·∇v."""
    return dot(grad(u), grad(v))


@skfem.BilinearForm
def weighted_laplacian(u: Any, v: Any, w: Any) -> Any:
    """C ∇u·∇v."""
    return w["weight"] * dot(grad(u), grad(v))


@skfem.BilinearForm
def drift(u: Any, v: Any, w: Any) -> Any:
    """u ∇Φ·∇v."""
    return u * dot(w["potential"].grad, grad(v))


@skfem.BilinearForm
def weighted_mass(u: Any, v: Any, w: Any) -> Any:
    """Weight u v."""
    return w["weight"] * u * v


@skfem.LinearForm
def weighted(v: Any, w: Any) -> Any:
    """Weight v."""
    return w["weight"] * v


class Step:
    """The equations on one mesh, in A (A per metre of depth in 2D)."""

    def __init__(self, problem: StepProblem) -> None:
        self.problem = problem
        across = np.ascontiguousarray(problem.points.T), np.ascontiguousarray(problem.simplices.T)
        mesh = MESHES[problem.dim](*across)
        element = ELEMENTS[problem.dim]()
        self.basis = skfem.Basis(mesh, element, quadrature=midpoint_rule(problem.dim))
        sides = match_rows(np.sort(mesh.facets.T, axis=1), np.sort(problem.facets, axis=1))
        rule = midpoint_rule(problem.dim - 1)
        self.walls = skfem.FacetBasis(mesh, element, facets=sides, quadrature=rule)
        self.area = self.walls.dx.sum(axis=1)
        self.laplacian = laplacian.assemble(self.basis)
        one = np.ones_like(self.basis.dx)
        scale = FARADAY * problem.concentration
        self.storage = scale / problem.time_step * weighted.assemble(self.basis, weight=one)
        self.old = problem.old / problem.concentration
        cation, anion = problem.diffusivities
        self.anion, self.sum, self.excess = scale * np.array(
            [anion, cation + anion, cation - anion]
        )

    def at_walls(self, c: Floats, phi: Floats, metal: float) -> tuple[Floats, FacetCurrent]:
        """C at the midpoints of the facets, and i_n."""
        at_c, at_phi = (np.asarray(self.walls.interpolate(x))[:, 0] for x in (c, phi))
        current = facet_current(self.problem, at_c, at_phi, metal)
        return at_c, current

    def linearize(self, x: Floats, metal: float) -> Linearized[csr_matrix]:
        """Residual and tangent at x = (C, Φ)."""
        c, phi = np.split(x, 2)
        weighted_k = weighted_laplacian.assemble(self.basis, weight=self.basis.interpolate(c))
        drift_k = drift.assemble(self.basis, potential=self.basis.interpolate(phi))
        at_c, current = self.at_walls(c, phi, metal)
        plating, moved = self.problem.plating, self.problem.molar_volume / FARADAY
        speed = np.where(plating, moved * current.value, self.problem.counter_speed)
        salt = -FARADAY * self.problem.concentration * at_c  # A s/m³, times the speed
        per_current = salt * moved * plating
        residual = [
            self.storage * (c - self.old)
            + self.anion * (self.laplacian @ c - weighted_k @ phi)
            + self.load(salt * speed),
            self.excess * (self.laplacian @ c) + self.sum * (weighted_k @ phi)
            + self.load(current.value),
        ]  # fmt: skip
        c_by_c = per_current * current.by_concentration + salt / at_c * speed
        tangent = [
            [
                diags(self.storage) + self.anion * (self.laplacian - drift_k) + self.mass(c_by_c),
                -self.anion * weighted_k + self.mass(per_current * current.by_potential),
            ],
            [
                self.excess * self.laplacian + self.sum * drift_k
                + self.mass(current.by_concentration),
                self.sum * weighted_k + self.mass(current.by_potential),
            ],
        ]  # fmt: skip
        by_metal = plating * current.by_metal
        return Linearized(
            np.concatenate(residual),
            bmat(tangent, format="csr"),
            np.concatenate([self.load(per_current * by_metal), self.load(by_metal)]),
            float((self.area * current.value)[plating].sum()) - self.problem.current,
            np.concatenate(
                [self.load(plating * y) for y in (current.by_concentration, current.by_potential)]
            ),
            float(self.area @ by_metal),
        )

    def load(self, weight: Floats) -> Floats:
        """∮ weight v of a weight per facet."""
        return weighted.assemble(self.walls, weight=weight[:, None])

    def mass(self, weight: Floats) -> csr_matrix:
        """∮ weight u v of a weight per facet."""
        return weighted_mass.assemble(self.walls, weight=weight[:, None])

    def solve(self) -> Answer:
        """The fields at the end of the step."""
        start = np.concatenate([self.old, np.zeros_like(self.old)])
        x, metal, corrections = solve_bordered(self.linearize, factors(), start)
        c, phi = np.split(x, 2)
        _, current = self.at_walls(c, phi, metal)
        return Answer(
            self.problem.concentration * c,
            self.problem.thermal_voltage * phi,
            current.value,
            corrections,
            LINEAR_SOLVER,
        )


def factors() -> Callable[[csr_matrix], Callable[[Floats], Floats]]:
    """From a matrix to the function that solves with its factors."""
    if PyPardisoSolver is None:
        return lambda matrix: splu(csc_matrix(matrix)).solve
    solver = PyPardisoSolver()

    def factor(matrix: csr_matrix) -> Callable[[Floats], Floats]:
        solver.factorize(matrix)
        return lambda right: solver.solve(matrix, right)

    return factor


def prepare(case: Case) -> Callable[[], Answer]:
    """Build the mesh, the bases and the matrices that stay; return the function that solves."""
    return Step(case.problem).solve
