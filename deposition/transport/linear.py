"""Sparse linear systems: a fixed sparsity pattern, and what a solver for it must do."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Self

import numpy as np

from deposition.common.errors import SolveError
from deposition.mesh.cell import Floats, Ints


class Pattern:
    """Sparsity pattern of a square matrix in compressed rows.

    rows, columns (z,) of the entries, in any order; entries at the same position are summed.
    """

    def __init__(self, rows: Ints, columns: Ints, size: int) -> None:
        position = rows * np.int64(size) + columns
        # Nearly in order already: timsort takes a tenth of the time of quicksort.
        order = np.argsort(position, kind="stable")
        ordered = position[order]
        first = np.ones(len(ordered), dtype=bool)
        first[1:] = ordered[1:] != ordered[:-1]
        self._position, self._order = position, order
        self._starts = np.flatnonzero(first)
        kept = ordered[first]
        self.size = size
        self.columns = (kept % size).astype(np.int32)
        self.starts = np.searchsorted(kept, np.arange(size + 1) * np.int64(size)).astype(np.int32)

    def has(self, rows: Ints, columns: Ints, size: int) -> bool:
        """Whether this is the pattern of these entries, in the same order."""
        return size == self.size and np.array_equal(rows * np.int64(size) + columns, self._position)

    def gather(self, values: Floats) -> Floats:
        """Entries of the compressed rows from values (z,) in the order of rows and columns."""
        return np.add.reduceat(values[self._order], self._starts)


@dataclass(frozen=True)
class Layout:
    """The order of the unknowns: ``fields`` unknowns at each of ``nodes`` nodes, one on each of
    ``facets`` facets, then a few more; on a mesh of dimension ``dim``."""

    nodes: int
    fields: int
    facets: int
    dim: int


class LinearSolver(ABC):
    """Solver of systems with one pattern; a context that frees its memory at its end.

    ``linear_solver`` chooses its class.  ``factors_of``: time step of the system whose factors it
    holds, as ``newton`` notes it.
    """

    is_small = True
    """Whether its memory may be kept until the next solve."""

    def __init__(self, pattern: Pattern) -> None:
        self.pattern = pattern
        self.factors_of = math.nan

    def factor(self, values: Floats) -> None:
        """Prepare for a matrix with values (z,) in the order of the pattern; raises SolveError if
        singular."""
        entries = self.pattern.gather(values)
        if not np.all(np.isfinite(entries)):
            raise SolveError("the linear system has entries that are not finite [E301]")
        self._factor(entries)

    def solve(self, right: Floats) -> Floats:
        """(size,) solution for one right-hand side; raises SolveError if singular."""
        result = self._solve(right)
        if not np.all(np.isfinite(result)):
            raise singular()
        return result

    @abstractmethod
    def _factor(self, entries: Floats) -> None:
        """Prepare for a matrix with these entries of the compressed rows."""

    @abstractmethod
    def _solve(self, right: Floats) -> Floats:
        """Solution with the last matrix."""

    @abstractmethod
    def free(self) -> None:
        """Free the memory."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.free()


def singular() -> SolveError:
    """Error of a matrix without an inverse."""
    return SolveError("the linear system is singular [E303]")
