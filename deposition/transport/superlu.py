"""Direct solver SuperLU, of SciPy, which is there wherever the program is."""

from __future__ import annotations

from typing import Any

from scipy.sparse import csc_matrix
from scipy.sparse.linalg import splu

from deposition.mesh.cell import Floats
from deposition.transport.linear import LinearSolver, Pattern, singular

ORDERING = "COLAMD"
"""Column minimum degree: in 2D less than half the time of the one of the symmetric pattern."""


class SuperLU(LinearSolver):
    """SuperLU factorisation with partial pivoting.

    The compressed rows of A are the compressed columns of Aᵀ, which is factorised.
    """

    def __init__(self, pattern: Pattern) -> None:
        super().__init__(pattern)
        self._factors: Any = None

    def _factor(self, entries: Floats) -> None:
        size = self.pattern.size
        transposed = csc_matrix((entries, self.pattern.columns, self.pattern.starts), (size, size))
        try:
            self._factors = splu(transposed, permc_spec=ORDERING)
        except RuntimeError as error:  # SciPy raises it for an exact zero on the diagonal of U
            raise singular() from error

    def _solve(self, right: Floats) -> Floats:
        result: Floats = self._factors.solve(right, trans="T")
        return result

    def free(self) -> None:
        """Free the factors."""
        self._factors = None
