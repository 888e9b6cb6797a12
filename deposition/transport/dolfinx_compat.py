"""DOLFINx, PETSc and MPI: all other modules import them from here, in the order that they need.

PETSc is None where DOLFINx comes without it.

The wheel of PyPI must be imported by its own name first (``dolfinx_solver``).  Its MPICH looks for
network cards when it is imported, and aborts where they are forbidden: only memory and TCP are used
(``UCX_TLS``) unless the environment states otherwise, as every run is one process.

Differences between DOLFINx 0.9 and 0.11 are here; no other module depends on the version.

0.10 swapped two arguments of ``create_mesh`` and turned the entity maps of ``create_form`` into a
list: arguments are passed by name, and the maps are omitted.  0.11 has one cell table per cell
type.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import numpy as np

from deposition.common.requirements import check_dolfinx, dolfinx_needed, not_compiled
from deposition.mesh.cell import Floats, Ints

os.environ.setdefault("UCX_TLS", "self,sm,tcp")
with dolfinx_needed():
    with suppress(ModuleNotFoundError):
        import dolfinx_solver  # noqa: F401
    import basix
    import basix.ufl
    import dolfinx
    import ufl
    from dolfinx import fem, mesh
    from mpi4py import MPI

    try:
        from petsc4py import PETSc
    except ModuleNotFoundError:
        PETSc = None
    else:
        # The signal handler of PETSc would abort MPI on a closed pipe or a termination signal.
        # Here, before a run installs its own, which this would take away.
        PETSc.Sys.popSignalHandler()

__all__ = ["MPI", "PETSc", "basix", "fem", "mesh", "ufl"]

VERSION = check_dolfinx(dolfinx.__version__, np.dtype(dolfinx.default_scalar_type).name)
"""Version of DOLFINx, such as (0, 9)."""

COMPILE_TIMEOUT = 20
"""Time to wait for another process that compiles the same form, s."""


def create_mesh(points: Floats, simplices: Ints, element: Any) -> mesh.Mesh:
    """Create a mesh on this process alone; points (n, d) in the unit of the forms, P1 element.

    DOLFINx renumbers the points: ``geometry.input_global_indices`` are rows of ``points``.
    """
    return mesh.create_mesh(MPI.COMM_SELF, cells=simplices, x=points, e=element)


def cell_nodes(on: mesh.Mesh) -> Ints:
    """(m, d + 1) nodes of each cell, rows of ``geometry.x``; all cells are of one type."""
    geometry = on.geometry
    return np.asarray(geometry.dofmap if VERSION < (0, 11) else geometry.dofmaps[0])


def compile_form(form: ufl.Form) -> Any:
    """Generate and compile a form that is not yet bound to a mesh, and cache it for later runs.

    A killed compilation leaves a lock file, for which FFCx waits until its timeout.  The cache
    folder then is cleared, as all code in it can be compiled again.  Raises MissingRequirement if
    the code cannot be compiled.
    """
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(cache) / "deposition" / "forms"
    options = {"cache_dir": folder, "timeout": COMPILE_TIMEOUT}
    with tempfile.TemporaryFile() as output:
        try:
            with _stderr_to(output):
                try:
                    return fem.compile_form(MPI.COMM_SELF, form, jit_options=options)
                except TimeoutError:
                    shutil.rmtree(folder, ignore_errors=True)
                    return fem.compile_form(MPI.COMM_SELF, form, jit_options=options)
        except Exception as problem:
            output.seek(0)
            said = output.read().decode("utf-8", errors="replace")
            raise not_compiled(problem, said) from problem


@contextmanager
def _stderr_to(file: IO[bytes]) -> Iterator[None]:
    """Context in which standard error of this process and its children goes to a file."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        os.dup2(file.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def create_form(
    compiled: Any,
    spaces: Sequence[fem.FunctionSpace],
    on: mesh.Mesh,
    coefficients: Mapping[ufl.Coefficient, fem.Function],
    constants: Mapping[ufl.Constant, fem.Constant],
) -> fem.Form:
    """Bind a compiled form, integrated over all cells, to a mesh and to values."""
    return fem.create_form(compiled, list(spaces), on, {}, dict(coefficients), dict(constants))
