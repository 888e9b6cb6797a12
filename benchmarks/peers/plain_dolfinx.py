"""The step in DOLFINx and PETSc: forms bound once to a mesh, i_n eliminated on the facets.

With C = c/c0 and Φ = φF/RT as one blocked P1 function.  i_n and its derivatives are coefficients
of Crouzeix-Raviart, whose values belong to facets.
"""

from __future__ import annotations

from collections.abc import Callable

import basix.ufl
import numpy as np
import ufl
from dolfinx import fem, mesh
from dolfinx.fem import petsc
from mpi4py import MPI
from petsc4py import PETSc

from benchmarks.cases import Case
from benchmarks.peers.bordered import Linearized, solve_bordered
from benchmarks.peers.kinetics import FacetCurrent, facet_current
from benchmarks.step_problem import Answer, StepProblem
from deposition.common.constants import FARADAY
from deposition.mesh.cell import Floats, Ints, match_rows
from deposition.transport.dolfinx_compat import cell_nodes

LINEAR_SOLVER = "MUMPS"

SIMPLEX = {2: "triangle", 3: "tetrahedron"}
AT_FACETS = ("current", "by_concentration", "by_potential", "plating", "by_metal")


class Step:
    """The equations on one mesh, in A (A per metre of depth in 2D)."""

    def __init__(self, problem: StepProblem) -> None:
        self.problem = problem
        simplex = SIMPLEX[problem.dim]
        self.mesh = mesh.create_mesh(
            MPI.COMM_SELF,
            cells=problem.simplices,
            x=problem.points,
            e=basix.ufl.element("P", simplex, 1, shape=(problem.dim,)),
        )
        space = fem.functionspace(self.mesh, basix.ufl.element("P", simplex, 1, shape=(2,)))
        self.space, self.unknown = space, fem.Function(space)
        vertex = np.asarray(self.mesh.geometry.input_global_indices)
        self.vertex = np.empty(len(vertex), dtype=np.int64)  # of each node
        self.vertex[np.asarray(space.dofmap.list)] = vertex[cell_nodes(self.mesh)]
        self.node = np.argsort(self.vertex)[problem.facets]  # (f, d)
        facets = self._facets(vertex)
        per_facet = fem.functionspace(self.mesh, basix.ufl.element("CR", simplex, 1))
        of_facet = self._facet_dofs(per_facet)
        self.walls = of_facet[facets]
        self.at = {name: fem.Function(per_facet) for name in AT_FACETS}
        self.at["plating"].x.array[self.walls] = problem.plating
        self._write_forms(facets)
        self._allocate()

    def _facets(self, vertex: Ints) -> Ints:
        """(f,) numbers of the facets of the electrodes in the mesh."""
        dim = self.problem.dim
        topology = self.mesh.topology
        topology.create_connectivity(dim - 1, dim)
        number = topology.index_map(dim - 1).size_local
        nodes = mesh.entities_to_geometry(self.mesh, dim - 1, np.arange(number, dtype=np.int32))
        return match_rows(
            np.sort(vertex[nodes], axis=1), np.sort(self.problem.facets, axis=1)
        ).astype(np.int32)

    def _facet_dofs(self, space: fem.FunctionSpace) -> Ints:
        """Unknown of each facet of the mesh in the Crouzeix-Raviart space."""
        dim, topology = self.problem.dim, self.mesh.topology
        topology.create_connectivity(dim, dim - 1)
        table = topology.connectivity(dim, dim - 1).array
        dofs = np.empty(table.max() + 1, dtype=np.int64)
        dofs[table] = np.ravel(space.dofmap.list)
        return dofs

    def _write_forms(self, facets: Ints) -> None:
        problem, domain = self.problem, self.mesh
        tags = mesh.meshtags(
            domain, problem.dim - 1, np.sort(facets), np.ones(len(facets), dtype=np.int32)
        )
        midpoint = {"quadrature_degree": 1}
        dx = ufl.Measure("dx", domain, metadata=midpoint)
        ds = ufl.Measure("ds", domain, subdomain_data=tags, metadata=midpoint)(1)
        constant = {name: fem.Constant(domain, value) for name, value in self._numbers().items()}
        c, phi = ufl.split(self.unknown)
        q, p = ufl.split(ufl.TestFunction(self.space))
        d_c, d_phi = ufl.split(ufl.TrialFunction(self.space))
        at, moved, salt = self.at, constant["moved"], constant["salt"]
        speed = at["plating"] * moved * at["current"]
        speed += (1 - at["plating"]) * constant["counter_speed"]
        volume = (
            constant["anion"] * ufl.inner(ufl.grad(c) - c * ufl.grad(phi), ufl.grad(q)) * dx
            + ufl.inner(
                constant["excess"] * ufl.grad(c) + constant["sum"] * c * ufl.grad(phi),
                ufl.grad(p),
            )
            * dx
        )
        change = at["by_concentration"] * d_c + at["by_potential"] * d_phi
        pushed = at["plating"] * moved * c
        self.residual = fem.form(volume + (at["current"] * p - salt * c * speed * q) * ds)
        self.tangent = fem.form(
            ufl.derivative(volume, self.unknown)
            + (change * p - salt * (d_c * speed + pushed * change) * q) * ds
        )
        self.by_metal = fem.form(at["by_metal"] * (p - salt * pushed * q) * ds)
        self.row = fem.form(
            at["plating"] * (at["by_concentration"] * q + at["by_potential"] * p) * ds
        )
        self.capacity = fem.assemble_vector(fem.form(constant["storage"] * q * dx)).array
        measure = fem.form(ufl.TestFunction(at["current"].function_space) * ds)
        self.area = fem.assemble_vector(measure).array[self.walls]

    def _numbers(self) -> dict[str, float]:
        problem = self.problem
        salt = FARADAY * problem.concentration
        cation, anion = problem.diffusivities
        return {
            "salt": salt,
            "storage": salt / problem.time_step,
            "anion": salt * anion,
            "sum": salt * (cation + anion),
            "excess": salt * (cation - anion),
            "moved": problem.molar_volume / FARADAY,
            "counter_speed": problem.counter_speed,
        }

    def _allocate(self) -> None:
        """Matrix and solver: the analysis of MUMPS is done once."""
        self.matrix = petsc.create_matrix(self.tangent)
        self.right, self.answer = self.matrix.createVecs()
        self.diagonal = self.right.duplicate()
        self.diagonal.setArray(self.capacity)
        self.solver = PETSc.KSP().create(MPI.COMM_SELF)
        self.solver.setType("preonly")
        self.solver.getPC().setType("lu")
        self.solver.getPC().setFactorSolverType("mumps")

    def at_walls(self, x: Floats, metal: float) -> FacetCurrent:
        """i_n of the facets."""
        at_c, at_phi = x.reshape(-1, 2)[self.node].mean(axis=1).T
        return facet_current(self.problem, at_c, at_phi, metal)

    def linearize(self, x: Floats, metal: float) -> Linearized[PETSc.Mat]:
        """Residual and tangent."""
        current, plating = self.at_walls(x, metal), self.problem.plating
        by_metal = plating * current.by_metal
        values = (current.value, current.by_concentration, current.by_potential)
        for name, value in zip(("current", *AT_FACETS[1:3]), values, strict=True):
            self.at[name].x.array[self.walls] = value
        self.at["by_metal"].x.array[self.walls] = by_metal
        self.unknown.x.array[:] = x
        self.matrix.zeroEntries()
        petsc.assemble_matrix(self.matrix, self.tangent)
        self.matrix.assemble()
        self.matrix.setDiagonal(self.diagonal, addv=PETSc.InsertMode.ADD)
        return Linearized(
            fem.assemble_vector(self.residual).array + self.capacity * (x - self.start()),
            self.matrix,
            fem.assemble_vector(self.by_metal).array.copy(),
            float((self.area * current.value)[plating].sum()) - self.problem.current,
            fem.assemble_vector(self.row).array.copy(),
            float(self.area @ by_metal),
        )

    def start(self) -> Floats:
        """The unknowns at the start of the step."""
        old = self.problem.old[self.vertex] / self.problem.concentration
        return np.column_stack([old, np.zeros_like(old)]).ravel()

    def factor(self, matrix: PETSc.Mat) -> Callable[[Floats], Floats]:
        """The function that solves with the factors of a matrix."""
        self.solver.setOperators(matrix)

        def solve(right: Floats) -> Floats:
            self.right.setArray(right)
            self.solver.solve(self.right, self.answer)
            return self.answer.getArray().copy()

        return solve

    def solve(self) -> Answer:
        """The fields at the end of the step."""
        x, metal, corrections = solve_bordered(self.linearize, self.factor, self.start())
        c, phi = np.empty((2, len(self.vertex)))
        c[self.vertex], phi[self.vertex] = x.reshape(-1, 2).T
        return Answer(
            self.problem.concentration * c,
            self.problem.thermal_voltage * phi,
            self.at_walls(x, metal).value,
            corrections,
            LINEAR_SOLVER,
        )

    def __del__(self) -> None:
        for item in (self.solver, self.matrix, self.right, self.answer, self.diagonal):
            item.destroy()


def prepare(case: Case) -> Callable[[], Answer]:
    """Build the mesh, the spaces, the forms and the matrix; return the function that solves."""
    return Step(case.problem).solve
