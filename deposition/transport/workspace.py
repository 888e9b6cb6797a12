"""Data that consecutive problems have in common, kept from one to the next.

On the same simplices, as before and after the corrector of a step, the mesh of DOLFINx with its
bound forms stays (``BulkMesh``), and with the same reacting facets the sparsity pattern and the
analysis of the solver.  Whether they fit is found by comparison, so that any problems may share a
workspace.  Solves of one problem with the same time step, as the two stages of a step, also share
factors, with which Newton's method begins; a new problem begins with its own, so that a run that is
resumed does what it would have done.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

from deposition.mesh.cell import Ints
from deposition.transport.bulk import BulkMesh
from deposition.transport.linear import Layout, LinearSolver, Pattern
from deposition.transport.linear_solver import linear_solver


class Workspace:
    """Mesh, sparsity pattern and solver of the last problem."""

    def __init__(self) -> None:
        self.bulk_mesh: BulkMesh | None = None
        self._pattern: Pattern | None = None
        self._solver: LinearSolver | None = None

    def __reduce__(self) -> tuple[type[Workspace], tuple[()]]:
        """A copy keeps nothing: mesh and factors belong to the process."""
        return Workspace, ()

    def pattern(self, rows: Ints, columns: Ints, size: int) -> Pattern:
        """The pattern of entries at these places, the last one if it is that."""
        if self._pattern is None or not self._pattern.has(rows, columns, size):
            self._pattern = Pattern(rows, columns, size)
        return self._pattern

    @contextmanager
    def solver(self, pattern: Pattern, layout: Layout) -> Iterator[LinearSolver]:
        """A solver for matrices with a pattern, with its last factors if it was the last one."""
        if self._solver is None or self._solver.pattern is not pattern:
            self._free()
            self._solver = linear_solver(pattern, layout)
        kept = False
        try:
            yield self._solver
            kept = self._solver.is_small
        finally:
            if not kept:
                self._free()

    def forget_factors(self) -> None:
        """Let the next solve begin with factors of its own."""
        if self._solver is not None:
            self._solver.factors_of = math.nan

    def _free(self) -> None:
        if self._solver is not None:
            self._solver.free()
            self._solver = None
