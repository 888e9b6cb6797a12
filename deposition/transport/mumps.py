"""Direct solver MUMPS, through PETSc."""

from __future__ import annotations

import numpy as np

from deposition.common.errors import SolveError
from deposition.mesh.cell import Floats
from deposition.transport.dolfinx_compat import PETSc
from deposition.transport.linear import DirectSolver, Pattern, singular

PLANAR = 20
"""Mean entries per row below which the mesh counts as 2D (typically 14; 28 in 3D)."""


class Mumps(DirectSolver):
    """MUMPS LU factorisation."""

    def __init__(self, pattern: Pattern) -> None:
        super().__init__(pattern)
        size = pattern.size
        data = np.zeros(len(pattern.columns))
        csr = (pattern.starts, pattern.columns, data)
        self._matrix = PETSc.Mat().createAIJ((size, size), csr=csr, comm=PETSc.COMM_SELF)
        self._solver = PETSc.KSP().create(PETSc.COMM_SELF)
        self._solver.setType("preonly")
        self._solver.getPC().setType("lu")
        self._solver.getPC().setFactorSolverType("mumps")
        self._x, self._b = self._matrix.createVecs()

    def _factor(self, entries: Floats) -> None:
        self._matrix.setValuesCSR(self.pattern.starts, self.pattern.columns, entries)
        self._matrix.assemble()
        self._solver.setOperators(self._matrix)
        self._choose_ordering()
        try:
            self._solver.setUp()
        except PETSc.Error as error:
            raise SolveError(
                f"the LU factorisation failed. PETSc reports: {error} [E302]"
            ) from error

    def _choose_ordering(self) -> None:
        """Minimum degree for 2D meshes: half the time of the default of MUMPS, which suits 3D."""
        if len(self.pattern.columns) < PLANAR * self.pattern.size:
            pc = self._solver.getPC()
            pc.setFactorSetUpSolverType()
            pc.getFactorMatrix().setMumpsIcntl(7, 0)

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
