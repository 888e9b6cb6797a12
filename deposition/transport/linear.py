"""Sparse linear systems: a fixed sparsity pattern, and a direct solver with reusable factors."""

from __future__ import annotations

import numpy as np
from petsc4py import PETSc

from deposition.common.errors import SolveError
from deposition.mesh.cell import Floats, Ints

# The signal handler of PETSc would abort MPI on a closed pipe or a termination signal.
PETSc.Sys.popSignalHandler()

PLANAR = 20
"""Mean entries per row below which the mesh counts as 2D (typically 14; 28 in 3D)."""


class Pattern:
    """Sparsity pattern of a square matrix in compressed rows.

    rows, columns (z,) of the entries, in any order; entries at the same position are summed.
    """

    def __init__(self, rows: Ints, columns: Ints, size: int) -> None:
        position = rows * np.int64(size) + columns
        order = np.argsort(position, kind="stable")
        ordered = position[order]
        first = np.ones(len(ordered), dtype=bool)
        first[1:] = ordered[1:] != ordered[:-1]
        self._order = order
        self._starts = np.flatnonzero(first)
        kept = ordered[first]
        self.size = size
        self.columns = (kept % size).astype(np.int32)
        self.starts = np.searchsorted(kept, np.arange(size + 1) * np.int64(size)).astype(np.int32)

    def gather(self, values: Floats) -> Floats:
        """Entries of the compressed rows from values (z,) in the order of rows and columns."""
        return np.add.reduceat(values[self._order], self._starts)


class DirectSolver:
    """MUMPS LU factorisation of matrices with one pattern; a context that frees it at its end."""

    def __init__(self, pattern: Pattern) -> None:
        size = pattern.size
        self._data = np.zeros(len(pattern.columns))
        csr = (pattern.starts, pattern.columns, self._data)
        self._matrix = PETSc.Mat().createAIJ((size, size), csr=csr, comm=PETSc.COMM_SELF)
        self._pattern = pattern
        self._solver = PETSc.KSP().create(PETSc.COMM_SELF)
        self._solver.setType("preonly")
        self._solver.getPC().setType("lu")
        self._solver.getPC().setFactorSolverType("mumps")
        self._x, self._b = self._matrix.createVecs()

    def factor(self, values: Floats) -> None:
        """Factorise with values (z,) in the order of the pattern; raises SolveError if singular."""
        entries = self._pattern.gather(values)
        if not np.all(np.isfinite(entries)):
            raise SolveError("the linear system has entries that are not finite [E301]")
        self._matrix.setValuesCSR(self._pattern.starts, self._pattern.columns, entries)
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
        if len(self._pattern.columns) < PLANAR * self._pattern.size:
            pc = self._solver.getPC()
            pc.setFactorSetUpSolverType()
            pc.getFactorMatrix().setMumpsIcntl(7, 0)

    def solve(self, right: Floats) -> Floats:
        """(size,) solution for one right-hand side; raises SolveError if singular."""
        self._b.setArray(right)
        self._solver.solve(self._b, self._x)
        result = self._x.getArray().copy()
        if self._solver.getConvergedReason() < 0 or not np.all(np.isfinite(result)):
            raise SolveError("the linear system is singular [E303]")
        return result

    def __enter__(self) -> DirectSolver:
        return self

    def __exit__(self, *_: object) -> None:
        for petsc_object in (self._solver, self._matrix, self._x, self._b):
            petsc_object.destroy()
