"""Direct solver MUMPS, through PETSc."""

from __future__ import annotations

import numpy as np

from deposition.common.errors import SolveError
from deposition.mesh.cell import Floats
from deposition.transport.dolfinx_compat import PETSc
from deposition.transport.linear import LinearSolver, Pattern, singular

PLANAR = 20
"""Mean entries per row below which the mesh counts as 2D (typically 14; 28 in 3D)."""


WORKSPACE, MOST_WORKSPACE = 100, 6400
"""Addition to the workspace that MUMPS estimates, in per cent: that at first, and the most.  Its
default of 20 is too little for the delayed pivots of a 3D mesh with fine cells."""

PIVOT_THRESHOLD = 1e-4
"""Relative threshold of pivots in 3D (CNTL(1)): a factorisation takes two thirds of the time."""

TOO_LITTLE_WORKSPACE = (-8, -9)
"""Errors of MUMPS that more workspace mends (Users' guide, INFOG(1))."""


class Mumps(LinearSolver):
    """MUMPS LU factorisation."""

    def __init__(self, pattern: Pattern) -> None:
        super().__init__(pattern)
        size = pattern.size
        data = np.zeros(len(pattern.columns))
        csr = (pattern.starts, pattern.columns, data)
        self._matrix = PETSc.Mat().createAIJ((size, size), csr=csr, comm=PETSc.COMM_SELF)
        self._solver = PETSc.KSP().create(PETSc.COMM_SELF)
        self._x, self._b = self._matrix.createVecs()
        self._workspace = WORKSPACE
        self._prepare()

    def _prepare(self) -> None:
        """Begin a factorisation anew, with its analysis."""
        self._solver.reset()
        self._solver.setOperators(self._matrix)
        self._solver.setType("preonly")
        preconditioner = self._solver.getPC()
        preconditioner.setType("lu")
        preconditioner.setFactorSolverType("mumps")
        preconditioner.setFactorSetUpSolverType()
        factors = preconditioner.getFactorMatrix()
        factors.setMumpsIcntl(14, self._workspace)
        if len(self.pattern.columns) < PLANAR * self.pattern.size:
            # Minimum degree takes half the time of the default of MUMPS in 2D; that suits 3D.
            factors.setMumpsIcntl(7, 0)
        else:
            # The block of i_n has small pivots; the default of 0.01 would delay thousands of them.
            factors.setMumpsCntl(1, PIVOT_THRESHOLD)

    def _factor(self, entries: Floats) -> None:
        self._matrix.setValuesCSR(self.pattern.starts, self.pattern.columns, entries)
        self._matrix.assemble()
        while True:
            try:
                # That of the solver would leave new entries to the next solve.
                self._solver.getPC().setUp()
            except PETSc.Error as error:
                raise SolveError(
                    f"the LU factorisation failed. PETSc reports: {error} [E302]"
                ) from error
            error_code = self._solver.getPC().getFactorMatrix().getMumpsInfog(1)
            if error_code not in TOO_LITTLE_WORKSPACE:
                return
            if self._workspace >= MOST_WORKSPACE:
                raise SolveError(
                    f"MUMPS needs more than {1 + MOST_WORKSPACE / 100:.0f} times the workspace "
                    "that it estimated. Take a coarser mesh (mesh.surface_size) [E314]"
                )
            self._workspace *= 2
            self._prepare()

    def _solve(self, right: Floats) -> Floats:
        self._b.setArray(right)
        self._solver.solve(self._b, self._x)
        if self._solver.getConvergedReason() < 0:
            raise singular()
        result: Floats = self._x.getArray().copy()
        return result

    def free(self) -> None:
        """Free matrix, factors and vectors."""
        for petsc_object in (self._solver, self._matrix, self._x, self._b):
            petsc_object.destroy()
