"""Choice of the direct solver: MUMPS where there is PETSc, otherwise SuperLU."""

from __future__ import annotations

from deposition.transport.dolfinx_compat import PETSc
from deposition.transport.linear import DirectSolver, Pattern

NAME = "SuperLU" if PETSc is None else "MUMPS"
"""Name of the solver of this process, for provenance."""


def direct_solver(pattern: Pattern) -> DirectSolver:
    """A solver for matrices with a pattern."""
    if PETSc is None:
        from deposition.transport.superlu import SuperLU

        return SuperLU(pattern)
    from deposition.transport.mumps import Mumps

    return Mumps(pattern)
