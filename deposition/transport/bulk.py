"""Weak form of the electrolyte in UFL, compiled once and then bound to each new mesh.

For P1 functions c and φ with test functions q and p (n points from the electrolyte into the metal):

    F ∫ ε (c - c_old)/Δt q - F ∫ N₋·∇q + F ∮ N₋·n q = 0
                             - ∫ i·∇p  + ∮ i_n p    = 0

with the porosity ε of the separator, whose ε^b is contained in N₋ and i.  This module has the
volume terms, in A (A per metre of depth in 2D); the boundary terms are in ``walls``.  c and φ are
the two components of one function, scaled by c0 and RT/F.

The storage term is lumped: this prevents undershoots of c in short steps and conserves ∫c exactly.
It is diagonal, the same for every law, and added in NumPy.
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
FORM_CONSTANTS = ("c_scale", "phi_scale", "transport_efficiency")
"""Constants of the form besides those of the electrolyte law."""


@dataclass(frozen=True, eq=False)
class Code:
    """A compiled form, and the symbols that occur in it (their search takes milliseconds)."""

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
    """Compiled flux terms and their tangent, with the symbols that a mesh binds to values."""

    domain: ufl.Mesh
    element: Any
    residual: Code
    tangent: Code
    unknown: ufl.Coefficient
    constants: dict[str, ufl.Constant]


@cache
def compile_bulk(law: type[ElectrolyteLaw], dim: int) -> CompiledBulk:
    """Compile the form for an electrolyte law and dimension; the law's parameters stay symbols."""
    cell = SIMPLEX[dim]
    domain = ufl.Mesh(basix.ufl.element("P", cell, 1, shape=(dim,)))
    element = basix.ufl.element("P", cell, 1, shape=(2,))
    space = ufl.FunctionSpace(domain, element)
    unknown = ufl.Coefficient(space)
    names = [f.name for f in fields(law)]  # type: ignore[arg-type]
    constants = {name: ufl.Constant(domain) for name in (*names, *FORM_CONSTANTS)}
    symbolic = law(**{name: constants[name] for name in names})
    residual = _fluxes(symbolic, unknown, ufl.TestFunction(space), constants)
    # compile_form of DOLFINx 0.9 numbers the coefficients of an unexpanded derivative wrongly.
    tangent = ufl.algorithms.expand_derivatives(ufl.derivative(residual, unknown))
    return CompiledBulk(domain, element, Code.of(residual), Code.of(tangent), unknown, constants)


def _fluxes(
    law: ElectrolyteLaw, unknown: ufl.Coefficient, test: ufl.Argument, k: dict[str, ufl.Constant]
) -> ufl.Form:
    c, phi = k["c_scale"] * unknown[0], k["phi_scale"] * unknown[1]
    q, p = test[0], test[1]
    gradients = (ufl.grad(c), ufl.grad(phi))
    # One quadrature point is exact for a P1 function times two (constant) gradients.
    dx = ufl.Measure("dx", metadata={"quadrature_degree": 1})
    anions = FARADAY * ufl.inner(law.anion_flux(c, *gradients), ufl.grad(q))
    charge = ufl.inner(law.current(c, *gradients), ufl.grad(p))
    return -k["transport_efficiency"] * (anions + charge) * dx


class Bulk:
    """Volume terms on one mesh.

    points (n, d) in m, simplices (m, d + 1); c_scale mol/m³, phi_scale V.  DOLFINx numbers the
    unknowns: node k has c at 2k and φ at 2k + 1, and is row ``vertex_of_node[k]`` of ``points``.
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
        numbers |= {
            "c_scale": c_scale,
            "phi_scale": phi_scale,
            "transport_efficiency": pores.transport_efficiency,
        }
        constants = {
            compiled.constants[name]: fem.Constant(mesh, number) for name, number in numbers.items()
        }
        self._unknown = fem.Function(space)
        self._residual = _bind(compiled, compiled.residual, self._unknown, constants)
        self._tangent = _bind(compiled, compiled.tangent, self._unknown, constants)
        self._matrix = fem.create_matrix(self._tangent)
        self.vertex_of_node = _vertex_of_node(space)
        # Lumped storage: F c_scale ε V_k, V_k = Σ |V|/(d + 1) over the simplices around node k.
        share = simplex_volumes(points, simplices) / simplices.shape[1]
        volume = vertex_sum(simplices, np.abs(share), len(points))
        self._capacity = FARADAY * c_scale * pores.porosity * volume[self.vertex_of_node]

    @property
    def nodes(self) -> int:
        """Number of nodes n."""
        return len(self.vertex_of_node)

    def residual(self, unknown: Floats, old: Floats, time_step: float) -> Floats:
        """(2n,) volume terms at ``unknown`` (2n,), A (A per metre of depth in 2D).

        old (2n,) at the start of the time step, of which only c enters; time_step Δt, s.
        """
        self._unknown.x.array[:] = unknown
        result = fem.assemble_vector(self._residual).array.copy()
        result[0::2] += self._capacity * (unknown - old)[0::2] / time_step
        return result

    def tangent(self, unknown: Floats, time_step: float) -> Floats:
        """(z,) derivatives of ``residual``, in the order of ``pattern``."""
        self._unknown.x.array[:] = unknown
        self._matrix.data[:] = 0.0
        fem.assemble_matrix(self._matrix, self._tangent)
        return np.concatenate([self._matrix.data, self._capacity / time_step])

    @cached_property
    def pattern(self) -> tuple[Ints, Ints]:
        """Rows and columns (z,) of the entries of ``tangent``; a position may occur twice."""
        indptr, indices = self._matrix.indptr, self._matrix.indices.astype(np.int64)
        node = np.repeat(np.arange(self.nodes), np.diff(indptr))
        one, other = np.divmod(np.arange(4), 2)  # within a block of 2 × 2, stored by rows
        storage = 2 * np.arange(self.nodes)
        rows = (2 * node[:, None] + one).ravel()
        columns = (2 * indices[:, None] + other).ravel()
        return np.concatenate([rows, storage]), np.concatenate([columns, storage])


def _bind(
    compiled: CompiledBulk,
    code: Code,
    unknown: fem.Function,
    constants: dict[ufl.Constant, fem.Constant],
) -> fem.Form:
    """Bind a compiled form to a mesh and to the values of the symbols that occur in it."""
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
