"""Differences between DOLFINx 0.9 and 0.11; no other module depends on the version.

0.10 swapped two arguments of ``create_mesh`` and turned the entity maps of ``create_form`` into a
list: arguments are passed by name, and the maps are omitted.  0.11 has one cell table per cell
type.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import dolfinx
import numpy as np
import ufl
from dolfinx import fem, mesh
from mpi4py import MPI

from deposition.mesh.cell import Floats, Ints

VERSION = tuple(int(part) for part in dolfinx.__version__.split(".")[:2])
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
    folder then is cleared, as all code in it can be compiled again.
    """
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(cache) / "deposition" / "forms"
    options = {"cache_dir": folder, "timeout": COMPILE_TIMEOUT}
    try:
        return fem.compile_form(MPI.COMM_SELF, form, jit_options=options)
    except TimeoutError:
        shutil.rmtree(folder, ignore_errors=True)
        return fem.compile_form(MPI.COMM_SELF, form, jit_options=options)


def create_form(
    compiled: Any,
    spaces: Sequence[fem.FunctionSpace],
    on: mesh.Mesh,
    coefficients: Mapping[ufl.Coefficient, fem.Function],
    constants: Mapping[ufl.Constant, fem.Constant],
) -> fem.Form:
    """Bind a compiled form, integrated over all cells, to a mesh and to values."""
    return fem.create_form(compiled, list(spaces), on, {}, dict(coefficients), dict(constants))
