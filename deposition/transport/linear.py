"""Sparse systems: one pattern for many sets of values, and a direct solver that can be reused."""

from __future__ import annotations

import numpy as np
from petsc4py import PETSc

from deposition.common.errors import SolveError
from deposition.mesh.cell import Floats, Ints

# PETSc would answer a closed pipe or a termination with pages of advice and an MPI abort.
PETSc.Sys.popSignalHandler()

PLANAR = 20
"""Entries a row below which the mesh is taken to be 2D (14 are usual there, 28 in 3D)."""


class Pattern:
    """Places of the entries of a square matrix; entries at the same place are added up.

    rows, columns (z,) in any order.
    """

    def __init__(self, rows: Ints, columns: Ints, size: int) -> None:
        place = rows * np.int64(size) + columns
        order = np.argsort(place, kind="stable")
        ordered = place[order]
        first = np.ones(len(ordered), dtype=bool)
        first[1:] = ordered[1:] != ordered[:-1]
        self._order = order
        self._starts = np.flatnonzero(first)
        kept = ordered[first]
        self.size = size
        self.columns = (kept % size).astype(np.int32)
        self.starts = np.searchsorted(kept, np.arange(size + 1) * np.int64(size)).astype(np.int32)

    def gather(self, values: Floats) -> Floats:
        """Entries of the matrix in the order of its compressed rows, from (z,) values."""
        return np.add.reduceat(values[self._order], self._starts)


class DirectSolver:
    """LU factors by MUMPS of matrices with one pattern; a context that frees them at its end."""

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
        """Take new values (z,) of the entries of the pattern; raises SolveError if singular."""
        entries = self._pattern.gather(values)
        if not np.all(np.isfinite(entries)):
            raise SolveError("the linear system has entries that are not finite numbers [E301]")
        self._matrix.setValuesCSR(self._pattern.starts, self._pattern.columns, entries)
        self._matrix.assemble()
        self._solver.setOperators(self._matrix)
        self._choose_ordering()
        try:
            self._solver.setUp()
        except PETSc.Error as error:
            raise SolveError(f"the linear system cannot be factorised ({error}) [E302]") from error

    def _choose_ordering(self) -> None:
        """Minimum degree for planar meshes: half the time of MUMPS' own choice, which suits 3D."""
        if len(self._pattern.columns) < PLANAR * self._pattern.size:
            pc = self._solver.getPC()
            pc.setFactorSetUpSolverType()
            pc.getFactorMatrix().setMumpsIcntl(7, 0)

    def solve(self, right: Floats) -> Floats:
        """(size,) solution for one right-hand side."""
        self._b.setArray(right)
        self._solver.solve(self._b, self._x)
        result = self._x.getArray().copy()
        if self._solver.getConvergedReason() < 0 or not np.all(np.isfinite(result)):
            raise SolveError("the linear system is singular [E303]")
        return result

    def __enter__(self) -> DirectSolver:
        return self

    def __exit__(self, *_: object) -> None:
        for thing in (self._solver, self._matrix, self._x, self._b):
            thing.destroy()
