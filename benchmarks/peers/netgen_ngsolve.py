"""The step in NGSolve: one symbolic form with i_n as an unknown of the boundary elements.

NGSolve differentiates the form.  With C = c/c0 and Φ = φF/RT; i_n in units of the mean current.
"""

from __future__ import annotations

from collections.abc import Callable

import ngsolve as ng
import numpy as np
from netgen.meshing import Mesh

from benchmarks.cases import Case
from benchmarks.peers.bordered import CONVERGED, LARGEST_NUMBER
from benchmarks.step_problem import DENSITY, Answer, StepProblem
from deposition.common.constants import FARADAY

LINEAR_SOLVER = "UMFPACK"

MIDPOINT = {
    ng.SEGM: ng.IntegrationRule([(0.5,)], [1.0]),
    ng.TRIG: ng.IntegrationRule([(1 / 3, 1 / 3)], [0.5]),
    ng.TET: ng.IntegrationRule([(0.25, 0.25, 0.25)], [1 / 6]),
}
VERTICES = {
    ng.TRIG: ng.IntegrationRule([(0, 0), (1, 0), (0, 1)], [1 / 6] * 3),
    ng.TET: ng.IntegrationRule([(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)], [1 / 24] * 4),
}
"""Quadrature of the fluxes, and of the lumped storage."""


class Step:
    """The equations on one mesh, in A (A per metre of depth in 2D)."""

    def __init__(self, problem: StepProblem) -> None:
        self.problem = problem
        self.mesh = ng.Mesh(netgen_mesh(problem))
        vertices = ng.H1(self.mesh, order=1)
        electrodes = self.mesh.Boundaries("lithium|counter")
        facets = ng.SurfaceL2(self.mesh, order=0, definedon=electrodes)
        self.space = vertices * vertices * facets
        self.unknown = ng.GridFunction(self.space)
        self.old = ng.GridFunction(vertices)
        self.old.vec.FV().NumPy()[:] = problem.old / problem.concentration
        self.resistance = ng.GridFunction(facets)
        self.resistance.vec.FV().NumPy()[:] = problem.resistance[boundary_order(problem)]
        self.metal = ng.Parameter(0.0)
        self.form = ng.BilinearForm(self.space)
        self._add_fluxes()
        self._add_kinetics()
        (_, _, j), lithium = self.space.TestFunction(), self.mesh.Boundaries("lithium")
        self.by_metal = ng.LinearForm(self.space)
        self.by_metal += j * ng.ds(definedon=lithium, intrules=MIDPOINT)
        self.by_metal.Assemble()

    def _add_fluxes(self) -> None:
        problem = self.problem
        salt = FARADAY * problem.concentration
        cation, anion = (salt * d for d in problem.diffusivities)
        (c, phi, _), (q, p, _) = self.space.TnT()
        dx, lumped = ng.dx(intrules=MIDPOINT), ng.dx(intrules=VERTICES)
        migration = c * ng.grad(phi)
        self.form += salt / problem.time_step * (c - self.old) * q * lumped
        self.form += anion * (ng.grad(c) - migration) * ng.grad(q) * dx
        current = (cation - anion) * ng.grad(c) + (cation + anion) * migration
        self.form += current * ng.grad(p) * dx

    def _add_kinetics(self) -> None:
        problem = self.problem
        salt, moved = FARADAY * problem.concentration, problem.molar_volume / FARADAY
        (c, phi, i), (q, p, j) = self.space.TnT()
        half = i * (0.5 * DENSITY / problem.exchange_current_density) / ng.sqrt(c)
        asinh = ng.log(half + ng.sqrt(half * half + 1.0))
        film = self.resistance * (DENSITY / problem.thermal_voltage)
        overpotential = -phi - ng.log(c) + film * i + 2.0 * asinh
        sides = {
            "lithium": (self.metal + overpotential, moved * DENSITY * i),
            "counter": (overpotential, problem.counter_speed),
        }
        for side, (kinetics, speed) in sides.items():
            ds = ng.ds(definedon=self.mesh.Boundaries(side), intrules=MIDPOINT)
            self.form += (kinetics * j + DENSITY * i * p - salt * speed * c * q) * ds

    def solve(self) -> Answer:
        """The fields at the end of the step; raises ArithmeticError without convergence."""
        x, form, border = self.unknown.vec, self.form, self.by_metal.vec
        self.unknown.vec[:] = 0.0
        self.unknown.components[0].vec.data = self.old.vec
        self.metal.Set(0.0)
        residual, change, per_metal = (x.CreateVector() for _ in range(3))
        wanted, inverse = self.problem.current / DENSITY, None
        for number in range(1, LARGEST_NUMBER + 1):
            form.Apply(x, residual)
            form.AssembleLinearization(x)
            if inverse is None:
                inverse = form.mat.Inverse(self.space.FreeDofs(), inverse="umfpack")
            else:
                inverse.Update()
            change.data = -inverse * residual
            per_metal.data = -inverse * border
            missing = wanted - ng.InnerProduct(border, x) - ng.InnerProduct(border, change)
            of_metal = missing / ng.InnerProduct(border, per_metal)
            change.data += of_metal * per_metal
            x.data += change
            self.metal.Set(self.metal.Get() + of_metal)
            if max(np.abs(change.FV().NumPy()).max(), abs(of_metal)) < CONVERGED:
                return self.answer(number)
        raise ArithmeticError("Newton's method did not converge")

    def answer(self, corrections: int) -> Answer:
        """The unknowns in SI and in the order of the problem."""
        problem = self.problem
        c, phi, i = (part.vec.FV().NumPy().copy() for part in self.unknown.components)
        current = np.empty(len(problem.facets))
        current[boundary_order(problem)] = i
        return Answer(
            problem.concentration * c,
            problem.thermal_voltage * phi,
            DENSITY * current,
            corrections,
            LINEAR_SOLVER,
        )


def boundary_order(problem: StepProblem) -> np.ndarray:
    """(f,) rows of ``facets`` in the order of the boundary elements: lithium, then counter."""
    return np.concatenate([np.flatnonzero(problem.plating), np.flatnonzero(~problem.plating)])


def netgen_mesh(problem: StepProblem) -> Mesh:
    """The mesh with the boundaries ``lithium`` and ``counter``."""
    dim = problem.dim
    mesh = Mesh(dim=dim)
    points = np.zeros((len(problem.points), 3))
    points[:, :dim] = problem.points
    mesh.AddPoints(points)
    sides = (problem.plating, ~problem.plating)
    for name, of_dim, elements in (
        ("electrolyte", dim, problem.simplices),
        ("lithium", dim - 1, problem.facets[sides[0]]),
        ("counter", dim - 1, problem.facets[sides[1]]),
    ):
        region = mesh.AddRegion(name, dim=of_dim)
        mesh.AddElements(dim=of_dim, index=region, data=elements.astype(np.int32), base=0)
    return mesh


def prepare(case: Case) -> Callable[[], Answer]:
    """Build the mesh, the spaces and the form; return the function that solves."""
    return Step(case.problem).solve
