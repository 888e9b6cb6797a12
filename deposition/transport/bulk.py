"""The electrolyte as a weak form in UFL, compiled once and then tied to one mesh after another.

On P1 functions c and φ, with test functions q and p (n points from the electrolyte into the metal):

    F ∫ ε (c - c_old)/Δt q - F ∫ N₋·∇q + F ∮ N₋·n q = 0
                             - ∫ i·∇p  + ∮ i_n p    = 0

with ε of the pores that hold the electrolyte, whose ε^b is in N₋ and i.  The boundary terms are in
``walls``; here are the volumes, in amperes (per metre of depth in 2D).  c and φ are one function
with two components, scaled by c0 and RT/F.

The storage term is lumped, which keeps c free of undershoots when the step is short and leaves ∫c
exact.  It is a diagonal, the same for every law, and is added in NumPy.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache, cached_property
from typing import Any

import basix.ufl
import numpy as np
import ufl
from dolfinx import fem

from deposition.common.constants import FARADAY
from deposition.laws.electrolyte import ElectrolyteLaw
from deposition.laws.separator import Pores
from deposition.mesh.cell import Floats, Ints, simplex_volumes
from deposition.mesh.p1 import vertex_sum
from deposition.transport import dolfinx_compat as compat

SIMPLEX = {2: "triangle", 3: "tetrahedron"}
OTHERS = ("c_scale", "phi_scale", "passage")
"""Numbers of the form that are not the law's."""


@dataclass(frozen=True, eq=False)
class Code:
    """A compiled form, and which of the symbols are left in it (to look takes milliseconds)."""

    compiled: Any
    rank: int
    constants: frozenset[ufl.Constant]
    has_unknown: bool

    @classmethod
    def of(cls, form: ufl.Form) -> Code:
        """Compile a form."""
        return cls(
            compat.compile_form(form),
            len(form.arguments()),
            frozenset(ufl.algorithms.analysis.extract_constants(form)),
            bool(ufl.algorithms.extract_coefficients(form)),
        )


@dataclass(frozen=True, eq=False)
class CompiledBulk:
    """The flux terms and their tangent as compiled code, and the symbols to give values to."""

    domain: ufl.Mesh
    element: Any
    residual: Code
    tangent: Code
    unknown: ufl.Coefficient
    constants: dict[str, ufl.Constant]


@cache
def compile_bulk(law: type[ElectrolyteLaw], dim: int) -> CompiledBulk:
    """Compile the form for one class of electrolyte and dimension; the law's numbers stay open."""
    cell = SIMPLEX[dim]
    domain = ufl.Mesh(basix.ufl.element("P", cell, 1, shape=(dim,)))
    element = basix.ufl.element("P", cell, 1, shape=(2,))
    space = ufl.FunctionSpace(domain, element)
    unknown = ufl.Coefficient(space)
    names = [f.name for f in fields(law)]  # type: ignore[arg-type]
    constants = {name: ufl.Constant(domain) for name in (*names, *OTHERS)}
    symbolic = law(**{name: constants[name] for name in names})
    residual = _fluxes(symbolic, unknown, ufl.TestFunction(space), constants)
    # Expanded first: compile_form in DOLFINx 0.9 would number the coefficients of an unexpanded
    # derivative wrongly.
    tangent = ufl.algorithms.expand_derivatives(ufl.derivative(residual, unknown))
    return CompiledBulk(domain, element, Code.of(residual), Code.of(tangent), unknown, constants)


def _fluxes(
    law: ElectrolyteLaw, unknown: ufl.Coefficient, test: ufl.Argument, k: dict[str, ufl.Constant]
) -> ufl.Form:
    c, phi = k["c_scale"] * unknown[0], k["phi_scale"] * unknown[1]
    q, p = test[0], test[1]
    gradients = (ufl.grad(c), ufl.grad(phi))
    # One point is exact for the product of a P1 function with two gradients.
    dx = ufl.Measure("dx", metadata={"quadrature_degree": 1})
    anions = FARADAY * ufl.inner(law.anion_flux(c, *gradients), ufl.grad(q))
    charge = ufl.inner(law.current(c, *gradients), ufl.grad(p))
    return -k["passage"] * (anions + charge) * dx


class Bulk:
    """The volume terms on one mesh.

    points (n, d) in metres, simplices (m, d + 1).  Unknowns are numbered by DOLFINx: node k has
    c at 2k and φ at 2k + 1, and is row ``vertex_of_node[k]`` of ``points``.
    """

    def __init__(
        self,
        points: Floats,
        simplices: Ints,
        law: ElectrolyteLaw,
        pores: Pores,
        c_scale: float,
        phi_scale: float,
    ) -> None:
        compiled = compile_bulk(type(law), points.shape[1])
        mesh = compat.create_mesh(points, simplices, compiled.domain.ufl_coordinate_element())
        space = fem.functionspace(mesh, compiled.element)
        numbers = {f.name: float(getattr(law, f.name)) for f in fields(law)}  # type: ignore[arg-type]
        numbers |= {"c_scale": c_scale, "phi_scale": phi_scale, "passage": pores.passage}
        constants = {
            compiled.constants[name]: fem.Constant(mesh, number) for name, number in numbers.items()
        }
        self._unknown = fem.Function(space)
        self._residual = _tie(compiled, compiled.residual, self._unknown, constants)
        self._tangent = _tie(compiled, compiled.tangent, self._unknown, constants)
        self._matrix = fem.create_matrix(self._tangent)
        self.vertex_of_node = _vertex_of_node(space)
        share = simplex_volumes(points, simplices) / simplices.shape[1]
        volume = vertex_sum(simplices, np.abs(share), len(points))
        self._capacity = FARADAY * c_scale * pores.porosity * volume[self.vertex_of_node]

    @property
    def nodes(self) -> int:
        """Number of nodes n."""
        return len(self.vertex_of_node)

    def residual(self, unknown: Floats, old: Floats, time_step: float) -> Floats:
        """(2n,) the volume terms at ``unknown`` (2n,), A (per metre of depth in 2D).

        old (2n,) at the start of the step, of which only c is read; time_step Δt, s.
        """
        self._unknown.x.array[:] = unknown
        result = fem.assemble_vector(self._residual).array.copy()
        result[0::2] += self._capacity * (unknown - old)[0::2] / time_step
        return result

    def tangent(self, unknown: Floats, time_step: float) -> Floats:
        """(z,) derivatives of ``residual`` at the places of ``pattern``."""
        self._unknown.x.array[:] = unknown
        self._matrix.data[:] = 0.0
        fem.assemble_matrix(self._matrix, self._tangent)
        return np.concatenate([self._matrix.data, self._capacity / time_step])

    @cached_property
    def pattern(self) -> tuple[Ints, Ints]:
        """Rows and columns (z,) of the entries of ``tangent``; a place may occur twice."""
        indptr, indices = self._matrix.indptr, self._matrix.indices.astype(np.int64)
        node = np.repeat(np.arange(self.nodes), np.diff(indptr))
        one, other = np.divmod(np.arange(4), 2)  # within a block of 2 × 2, stored by rows
        storage = 2 * np.arange(self.nodes)
        rows = (2 * node[:, None] + one).ravel()
        columns = (2 * indices[:, None] + other).ravel()
        return np.concatenate([rows, storage]), np.concatenate([columns, storage])


def _tie(
    compiled: CompiledBulk,
    code: Code,
    unknown: fem.Function,
    constants: dict[ufl.Constant, fem.Constant],
) -> fem.Form:
    """Tie one of the two codes to values, giving it only the symbols that are left in it."""
    space = unknown.function_space
    return compat.create_form(
        code.compiled,
        [space] * code.rank,
        space.mesh,
        {compiled.unknown: unknown} if code.has_unknown else {},
        {symbol: value for symbol, value in constants.items() if symbol in code.constants},
    )


def _vertex_of_node(space: fem.FunctionSpace) -> Ints:
    """(n,) row of the input points of each node of the space."""
    nodes = np.asarray(space.dofmap.list)
    source = np.asarray(space.mesh.geometry.input_global_indices)
    vertex = np.empty(int(nodes.max()) + 1, dtype=np.int64)
    vertex[nodes] = source[compat.cell_nodes(space.mesh)]
    return vertex
