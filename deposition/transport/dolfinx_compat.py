"""What differs between the DOLFINx versions 0.9 to 0.11: nowhere else is a version looked at.

0.10 swapped the order of two arguments of ``create_mesh`` and made the entity maps of
``create_form`` a list; both are met by naming the arguments and leaving the maps out.  0.11 has one
table of cells for each kind of cell.
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
"""Of DOLFINx, as (0, 9)."""

PATIENCE = 20
"""Seconds to wait for another process that compiles the same form."""


def create_mesh(points: Floats, simplices: Ints, element: Any) -> mesh.Mesh:
    """A mesh that this process holds alone; points (n, d) in the unit of the forms, P1 element.

    DOLFINx renumbers: the mesh's ``geometry.input_global_indices`` are rows of ``points``.
    """
    return mesh.create_mesh(MPI.COMM_SELF, cells=simplices, x=points, e=element)


def cell_nodes(on: mesh.Mesh) -> Ints:
    """(m, d + 1) nodes of each cell, rows of ``geometry.x``; all cells are of one kind."""
    geometry = on.geometry
    return np.asarray(geometry.dofmap if VERSION < (0, 11) else geometry.dofmaps[0])


def compile_form(form: ufl.Form) -> Any:
    """Generate and compile the code of a form that is not yet tied to a mesh; kept for later runs.

    A compilation that was killed leaves a mark behind which FFCx waits for and then gives up.  The
    folder holds nothing but code that can be made again, so it is cleared and filled anew.
    """
    folder = _code_folder()
    options = {"cache_dir": folder, "timeout": PATIENCE}
    try:
        return fem.compile_form(MPI.COMM_SELF, form, jit_options=options)
    except TimeoutError:
        shutil.rmtree(folder, ignore_errors=True)
        return fem.compile_form(MPI.COMM_SELF, form, jit_options=options)


def _code_folder() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "deposition" / "forms"


def create_form(
    compiled: Any,
    spaces: Sequence[fem.FunctionSpace],
    on: mesh.Mesh,
    coefficients: Mapping[ufl.Coefficient, fem.Function],
    constants: Mapping[ufl.Constant, fem.Constant],
) -> fem.Form:
    """Tie a compiled form, integrated over all cells, to a mesh and to values."""
    return fem.create_form(compiled, list(spaces), on, {}, dict(coefficients), dict(constants))
