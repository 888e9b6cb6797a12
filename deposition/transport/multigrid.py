"""GMRES with algebraic multigrid, for systems that are too large for LU factors.

The preconditioner of a system with the unknowns u of the nodes, i of the facets, and m = (φ_m, I):

    [ K  B  E ] [u]    1  i is eliminated by the diagonal D of its rows: K - B D⁻¹ C
    [ C  D  G ] [i]    2  K⁻¹ is one pass of block Gauss-Seidel over the fields c, further species
    [ H  J  N ] [m]       and φ, with one multigrid V-cycle for each
                       3  m by its exact Schur complement, (φ_m, I) being a few numbers

It is the inverse but for the V-cycles, the order of the fields, and the capillarity that joins
neighbouring facets.  Rows are scaled by their largest entry: in amperes the error of a balance
would hide that of a facet.

Sources: Elman, Silvester & Wathen, Finite Elements and Fast Iterative Solvers, 2nd ed., 2014,
ch. 9 (block preconditioners); Henson & Yang, Appl. Numer. Math. 41 (2002) 155 (BoomerAMG);
De Sterck, Falgout, Nolting & Yang, Numer. Linear Algebra Appl. 15 (2008) 115 (HMIS with ext+i).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array, diags_array

from deposition.mesh.cell import Floats, Ints
from deposition.transport.dolfinx_compat import PETSc
from deposition.transport.linear import Layout, LinearSolver, Pattern, singular
from deposition.transport.mumps import Mumps

TOLERANCE = 1e-6
"""Residual of the scaled system, as a share of the right-hand side, at which GMRES ends.  What is
left of a correction is part of the next one: Newton's method converges to its own tolerance with at
most one more correction than with 1e-9, and GMRES takes two thirds of the iterations.  With 1e-4
Newton's method takes more, and be-3d refuses steps."""

BOOMERAMG = {"coarsen_type": "HMIS", "interp_type": "ext+i", "P_max": "4"}
"""Options of BoomerAMG: with those of PETSc set-up and V-cycle take twice as long in 3D, for 15 %
fewer iterations."""

MOST_ITERATIONS = 120
"""Iterations of GMRES after which the system is factorised instead; some 20 are usual."""

_log = logging.getLogger(__name__)


class Multigrid(LinearSolver):
    """GMRES with a multigrid preconditioner; LU factors where it does not converge."""

    is_small = False

    def __init__(self, pattern: Pattern, layout: Layout) -> None:
        super().__init__(pattern)
        self._layout = layout
        self._system: _Preconditioned | None = None
        self._factors: Mumps | None = None
        self._entries: Floats = np.empty(0)
        self.iterations: list[int] = []
        """Iterations of each solve."""

    def _factor(self, entries: Floats) -> None:
        self.free()
        self._entries = entries
        size = self.pattern.size
        rows = csr_array((entries, self.pattern.columns, self.pattern.starts), (size, size))
        self._system = _Preconditioned.of(rows, self._layout)

    def _solve(self, right: Floats) -> Floats:
        if self._factors is None:
            assert self._system is not None
            found, iterations = self._system.solve(right)
            self.iterations.append(iterations)
            if found is not None:
                return found
            _log.info(
                "multigrid has not converged in %d iterations; the system of %d unknowns is "
                "factorised",
                iterations,
                self.pattern.size,
            )
            self._factors = Mumps(self.pattern)
            self._factors._factor(self._entries)
        return self._factors._solve(right)

    def free(self) -> None:
        """Free multigrid hierarchies and factors."""
        for held in (self._system, self._factors):
            if held is not None:
                held.free()
        self._system = self._factors = None


class _Preconditioned:
    """A matrix with its preconditioner, and GMRES."""

    def __init__(
        self, matrix: csr_array, scale: Floats, nodes: _Fields, facets: _Facets, rest: _Rest
    ) -> None:
        self._scale, self._nodes, self._facets, self._rest = scale, nodes, facets, rest
        csr = (matrix.indptr, matrix.indices, matrix.data)
        self._matrix = PETSc.Mat().createAIJ(matrix.shape, csr=csr, comm=PETSc.COMM_SELF)
        self._x, self._b = self._matrix.createVecs()
        self._solver = PETSc.KSP().create(PETSc.COMM_SELF)
        self._solver.setOperators(self._matrix)
        self._solver.setType("gmres")
        self._solver.setGMRESRestart(MOST_ITERATIONS)
        self._solver.setPCSide(PETSc.PC.Side.RIGHT)
        self._solver.setTolerances(rtol=TOLERANCE, atol=1e-300, max_it=MOST_ITERATIONS)
        self._solver.getPC().setType("python")
        self._solver.getPC().setPythonContext(self)

    @classmethod
    def of(cls, rows: csr_array, layout: Layout) -> _Preconditioned:
        """Of a matrix; raises SolveError for a row without an entry."""
        largest = abs(rows).max(axis=1).toarray().ravel()
        if not np.all(largest > 0.0):
            raise singular()
        matrix = csr_array(diags_array(1.0 / largest) @ rows)
        n = layout.nodes * layout.fields
        m = n + layout.facets
        diagonal = matrix.diagonal()[n:m]
        if not np.all(diagonal):
            raise singular()
        upper, lower = matrix[:n, n:m], matrix[n:m, :n]
        facets = _Facets(upper, diags_array(1.0 / diagonal) @ lower, 1.0 / diagonal)
        nodes = _Fields.of(csr_array(matrix[:n, :n] - upper @ facets.lower), layout.fields)
        rest = _Rest.of(matrix, n, m, nodes, facets)
        return cls(matrix, 1.0 / largest, nodes, facets, rest)

    def solve(self, right: Floats) -> tuple[Floats | None, int]:
        """Solution, None without convergence, and the number of iterations."""
        self._b.setArray(self._scale * right)
        self._solver.solve(self._b, self._x)
        iterations = int(self._solver.getIterationNumber())
        if self._solver.getConvergedReason() < 0:
            return None, iterations
        return self._x.getArray().copy(), iterations

    def apply(self, _: object, right: PETSc.Vec, result: PETSc.Vec) -> None:
        """The preconditioner, as PETSc calls it."""
        result.setArray(self._rest.solve(right.getArray(readonly=True)))

    def free(self) -> None:
        """Free all objects of PETSc."""
        self._nodes.free()
        for petsc_object in (self._solver, self._matrix, self._x, self._b):
            petsc_object.destroy()


@dataclass(frozen=True, eq=False)
class _Facets:
    """Elimination of the facets: upper B, lower D⁻¹ C, inverse D⁻¹ of their rows."""

    upper: csr_array
    lower: csr_array
    inverse: Floats


class _Fields:
    """Block Gauss-Seidel over the fields of the nodes, a V-cycle for each."""

    def __init__(self, places: Sequence[Ints], rows: Sequence[csr_array]) -> None:
        """places: of the unknowns of each field; rows: of the matrix, with the columns of all."""
        self._places, self._rows = places, rows
        self._cycles = [_Cycle(row[:, own]) for row, own in zip(rows, places, strict=True)]

    @classmethod
    def of(cls, matrix: csr_array, fields: int) -> _Fields:
        """Of the matrix of the nodes."""
        places = [np.arange(k, matrix.shape[0], fields) for k in range(fields)]
        return cls(places, [matrix[own] for own in places])

    def solve(self, right: Floats) -> Floats:
        """Approximate solution."""
        found = np.zeros_like(right)
        for k, (own, rows, cycle) in enumerate(
            zip(self._places, self._rows, self._cycles, strict=True)
        ):
            found[own] = cycle(right[own] - rows @ found if k else right[own])
        return found

    def free(self) -> None:
        """Free the hierarchies."""
        for cycle in self._cycles:
            cycle.free()


class _Cycle:
    """A V-cycle of BoomerAMG, or of PETSc's own multigrid where there is no hypre."""

    def __init__(self, matrix: csr_array) -> None:
        csr = (matrix.indptr, matrix.indices, matrix.data)
        self._matrix = PETSc.Mat().createAIJ(matrix.shape, csr=csr, comm=PETSc.COMM_SELF)
        self._x, self._b = self._matrix.createVecs()
        self._cycle = PETSc.PC().create(PETSc.COMM_SELF)
        kind = _multigrid()
        self._cycle.setType(kind)
        self._cycle.setOperators(self._matrix)
        if kind == "hypre":
            _set_boomeramg(self._cycle)
        self._cycle.setUp()

    def __call__(self, right: Floats) -> Floats:
        """One cycle from zero."""
        self._b.setArray(right)
        self._cycle.apply(self._b, self._x)
        result: Floats = self._x.getArray().copy()
        return result

    def free(self) -> None:
        """Free the hierarchy."""
        for petsc_object in (self._cycle, self._matrix, self._x, self._b):
            petsc_object.destroy()


def _set_boomeramg(cycle: PETSc.PC) -> None:
    """Set the options of BoomerAMG, which petsc4py takes from PETSc's table only."""
    prefix = "deposition_"
    cycle.setOptionsPrefix(prefix)
    table = PETSc.Options()
    for name, value in BOOMERAMG.items():
        table[f"{prefix}pc_hypre_boomeramg_{name}"] = value
    cycle.setFromOptions()


def _multigrid() -> str:
    """PETSc's name of the multigrid: BoomerAMG of hypre, or GAMG where PETSc has no hypre."""
    trial = PETSc.PC().create(PETSc.COMM_SELF)
    try:
        trial.setType("hypre")
    except PETSc.Error:
        return "gamg"
    finally:
        trial.destroy()
    return "hypre"


@dataclass(frozen=True, eq=False)
class _Rest:
    """The whole preconditioner: facets, fields, and the few unknowns m that are left.

    to_rest    [H J], the rows of m by the unknowns of nodes and facets
    from_rest  [E; G], dense, the columns of m in the rows of nodes and facets
    own        N
    """

    nodes: _Fields
    facets: _Facets
    to_rest: csr_array
    from_rest: Floats
    own: Floats

    @classmethod
    def of(cls, matrix: csr_array, n: int, m: int, nodes: _Fields, facets: _Facets) -> _Rest:
        """Of the scaled matrix, with n unknowns of nodes, m of nodes and facets."""
        columns, own = matrix[:m, m:].toarray(), matrix[m:, m:].toarray()
        return cls(nodes, facets, matrix[m:, :m], columns, own)

    def _before(self, right: Floats) -> Floats:
        """Approximate solution for nodes and facets without m."""
        n = self.facets.upper.shape[0]
        by_facets = self.facets.inverse * right[n:]
        at_nodes = self.nodes.solve(right[:n] - self.facets.upper @ by_facets)
        return np.concatenate([at_nodes, by_facets - self.facets.lower @ at_nodes])

    @cached_property
    def _response(self) -> Floats:
        """P⁻¹ [E; G], with P the preconditioner of nodes and facets."""
        return np.column_stack([self._before(column) for column in self.from_rest.T])

    @cached_property
    def _complement(self) -> Floats:
        """Schur complement N - [H J] P⁻¹ [E; G]."""
        return self.own - self.to_rest @ self._response

    def solve(self, right: Floats) -> Floats:
        """The preconditioner applied to a right-hand side."""
        m = self.from_rest.shape[0]
        before = self._before(right[:m])
        # Least squares: a singular complement only slows GMRES down, which decides by its residual.
        rest = np.linalg.lstsq(self._complement, right[m:] - self.to_rest @ before)[0]
        return np.concatenate([before - self._response @ rest, rest])
