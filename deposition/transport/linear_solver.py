"""Choice of the linear solver: MUMPS or multigrid of PETSc, or SuperLU where there is no PETSc."""

from __future__ import annotations

from deposition.transport.dolfinx_compat import PETSc
from deposition.transport.linear import Layout, LinearSolver, Pattern

NAME = "SuperLU" if PETSc is None else "MUMPS"
"""Name of the direct solver of this process, for provenance."""

LARGE = {2: 400_000, 3: 5_000}
"""Unknowns by dimension from which GMRES with multigrid takes less time than MUMPS."""


def linear_solver(pattern: Pattern, layout: Layout | None = None) -> LinearSolver:
    """A solver for matrices with a pattern; multigrid needs the layout of the unknowns."""
    if PETSc is None:
        from deposition.transport.superlu import SuperLU

        return SuperLU(pattern)
    if layout is not None and pattern.size >= LARGE[layout.dim]:
        from deposition.transport.multigrid import Multigrid

        return Multigrid(pattern, layout)
    from deposition.transport.mumps import Mumps

    return Mumps(pattern)
