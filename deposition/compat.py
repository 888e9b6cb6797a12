"""What differs between the DOLFINx versions 0.9 to 0.11: nowhere else is a version looked at.

0.10 swapped the order of two arguments of ``create_mesh`` and made the entity maps of
``create_form`` a list; both are met by naming the arguments and leaving the maps out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ufl
from dolfinx import fem, mesh
from mpi4py import MPI

from deposition.cell import Floats, Ints


def create_mesh(points: Floats, simplices: Ints, domain: ufl.Mesh) -> mesh.Mesh:
    """A mesh that this process holds alone; points (n, d) in the unit of the forms.

    DOLFINx renumbers: the mesh's ``geometry.input_global_indices`` are rows of ``points``.
    """
    return mesh.create_mesh(MPI.COMM_SELF, cells=simplices, x=points, e=domain)


def compile_form(form: ufl.Form, jit_options: Mapping[str, Any]) -> Any:
    """Generate and compile the code of a form that is not yet tied to a mesh."""
    return fem.compile_form(MPI.COMM_SELF, form, jit_options=dict(jit_options))


def create_form(
    compiled: Any,
    spaces: Sequence[fem.FunctionSpace],
    on: mesh.Mesh,
    coefficients: Mapping[ufl.Coefficient, fem.Function],
    constants: Mapping[ufl.Constant, fem.Constant],
) -> fem.Form:
    """Tie a compiled form, integrated over all cells, to a mesh and to values."""
    return fem.create_form(compiled, list(spaces), on, {}, dict(coefficients), dict(constants))
