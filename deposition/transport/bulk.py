"""Weak form of the electrolyte in UFL, compiled once and then bound to each new mesh.

For P1 functions c and φ with test functions q and p (n points from the electrolyte into the metal):

    F ∫ ε (c - c_old)/Δt q - F ∫ N₋·∇q + F ∮ N₋·n q = 0
                             - ∫ i·∇p  + ∮ i_n p    = 0

with the porosity ε of the separator, whose ε^b is contained in N₋ and i: a constant of the form if
it is the same everywhere, else constant in each simplex.  This module has the volume
terms, in A (A per metre of depth in 2D); the boundary terms are in ``walls``.  Each further
dissolved species, dilute, has an equation like that of c, with

    N_k = -D_k (∇c_k + z_k (F/RT) c_k ∇φ)

and adds F z_k N_k to i.  All c and φ are the components of one function, scaled by their initial
values and RT/F.

The storage term is lumped: this prevents undershoots of c in short steps and conserves ∫c exactly.
It is diagonal, the same for every law, and added in NumPy.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache, cached_property
from typing import Any

import numpy as np

from deposition.common.constants import FARADAY
from deposition.laws.electrolyte import ElectrolyteLaw
from deposition.laws.reactions import Species
from deposition.laws.separator import PoresInCell
from deposition.mesh.cell import Floats, Ints, simplex_volumes
from deposition.mesh.p1 import vertex_sum
from deposition.transport import dolfinx_compat as compat
from deposition.transport.dolfinx_compat import basix, fem, ufl

SIMPLEX = {2: "triangle", 3: "tetrahedron"}
FORM_CONSTANTS = ("c_scale", "phi_scale")
"""Constants of the form besides those of the electrolyte law and the separator."""


@dataclass(frozen=True, eq=False)
class Code:
    """A compiled form, and the symbols that occur in it (their search takes milliseconds)."""

    compiled: Any
    rank: int
    constants: frozenset[ufl.Constant]
    coefficients: frozenset[ufl.Coefficient]

    @classmethod
    def of(cls, form: ufl.Form) -> Code:
        """Compile a form."""
        return cls(
            compat.compile_form(form),
            len(form.arguments()),
            frozenset(ufl.algorithms.analysis.extract_constants(form)),
            frozenset(ufl.algorithms.extract_coefficients(form)),
        )


@dataclass(frozen=True, eq=False)
class CompiledBulk:
    """Compiled flux terms and their tangent, with the symbols that a mesh binds to values."""

    domain: ufl.Mesh
    element: Any
    residual: Code
    tangent: Code
    unknown: ufl.Coefficient
    efficiency: ufl.Constant | ufl.Coefficient
    constants: dict[str, ufl.Constant]


def _numbers_of(dissolved: int) -> list[str]:
    """Names of the constants of the further species: scale, charge and diffusivity of each."""
    return [f"{name}_{k}" for k in range(dissolved) for name in ("scale", "charge", "diffusivity")]


@cache
def compile_bulk(
    law: type[ElectrolyteLaw], dim: int, dissolved: int = 0, uniform: bool = True
) -> CompiledBulk:
    """Compile the form for an electrolyte law, dimension and number of further species; their
    parameters stay symbols.  uniform: whether ε^b is one number, or one for each simplex."""
    cell = SIMPLEX[dim]
    domain = ufl.Mesh(basix.ufl.element("P", cell, 1, shape=(dim,)))
    element = basix.ufl.element("P", cell, 1, shape=(2 + dissolved,))
    space = ufl.FunctionSpace(domain, element)
    unknown = ufl.Coefficient(space)
    piecewise = ufl.FunctionSpace(domain, _per_simplex(dim))
    efficiency = ufl.Constant(domain) if uniform else ufl.Coefficient(piecewise)
    names = [f.name for f in fields(law)]  # type: ignore[arg-type]
    constants = {
        name: ufl.Constant(domain) for name in (*names, *FORM_CONSTANTS, *_numbers_of(dissolved))
    }
    symbolic = law(**{name: constants[name] for name in names})
    residual = _fluxes(symbolic, unknown, efficiency, ufl.TestFunction(space), constants)
    # compile_form of DOLFINx 0.9 numbers the coefficients of an unexpanded derivative wrongly.
    tangent = ufl.algorithms.expand_derivatives(ufl.derivative(residual, unknown))
    codes = Code.of(residual), Code.of(tangent)
    return CompiledBulk(domain, element, *codes, unknown, efficiency, constants)


def _per_simplex(dim: int) -> Any:
    """The element of a function that is constant in each simplex."""
    return basix.ufl.element("DG", SIMPLEX[dim], 0)


def _fluxes(
    law: ElectrolyteLaw,
    unknown: ufl.Coefficient,
    efficiency: ufl.Constant | ufl.Coefficient,
    test: ufl.Argument,
    k: dict[str, ufl.Constant],
) -> ufl.Form:
    last = len(unknown) - 1
    c, phi = k["c_scale"] * unknown[0], k["phi_scale"] * unknown[last]
    q, p = test[0], test[last]
    gradients = (ufl.grad(c), ufl.grad(phi))
    # One quadrature point is exact for a P1 function times two (constant) gradients.
    dx = ufl.Measure("dx", metadata={"quadrature_degree": 1})
    anions = FARADAY * ufl.inner(law.anion_flux(c, *gradients), ufl.grad(q))
    charge = ufl.inner(law.current(c, *gradients), ufl.grad(p))
    terms = anions + charge
    for number in range(last - 1):
        concentration = k[f"scale_{number}"] * unknown[1 + number]
        migration = k[f"charge_{number}"] / k["phi_scale"] * concentration * gradients[1]
        flux = -k[f"diffusivity_{number}"] * (ufl.grad(concentration) + migration)
        terms += FARADAY * ufl.inner(flux, ufl.grad(test[1 + number]))
        terms += FARADAY * k[f"charge_{number}"] * ufl.inner(flux, ufl.grad(p))
    return -efficiency * terms * dx


class Bulk:
    """Volume terms on one mesh.

    points (n, d) in m, simplices (m, d + 1) with their pores; c_scale mol/m³, phi_scale V.
    DOLFINx numbers the unknowns: with b of them at a node, node k has c at b k, the further species
    after it and φ at b k + b - 1, and is row ``vertex_of_node[k]`` of ``points``.
    """

    def __init__(
        self,
        points: Floats,
        simplices: Ints,
        law: ElectrolyteLaw,
        pores: PoresInCell,
        c_scale: float,
        phi_scale: float,
        dissolved: tuple[Species, ...] = (),
    ) -> None:
        efficiency, uniform = pores.transport_efficiency, pores.is_uniform
        compiled = compile_bulk(type(law), points.shape[1], len(dissolved), uniform)
        mesh = compat.create_mesh(points, simplices, compiled.domain.ufl_coordinate_element())
        space = fem.functionspace(mesh, compiled.element)
        numbers = {f.name: float(getattr(law, f.name)) for f in fields(law)}  # type: ignore[arg-type]
        numbers |= {"c_scale": c_scale, "phi_scale": phi_scale}
        for k, species in enumerate(dissolved):
            numbers[f"scale_{k}"] = species.scale
            numbers[f"charge_{k}"] = float(species.charge)
            numbers[f"diffusivity_{k}"] = species.diffusivity
        constants = {
            compiled.constants[name]: fem.Constant(mesh, number) for name, number in numbers.items()
        }
        self._unknown = fem.Function(space)
        values = {**constants, compiled.unknown: self._unknown}
        values[compiled.efficiency] = (
            fem.Constant(mesh, float(efficiency[0])) if uniform else _piecewise(mesh, efficiency)
        )
        self._residual = _bind(compiled.residual, space, values)
        self._tangent = _bind(compiled.tangent, space, values)
        self._matrix = fem.create_matrix(self._tangent)
        self.vertex_of_node = _vertex_of_node(space)
        # Lumped storage: F c_scale Σ ε |V|/(d + 1) over the simplices around node k.
        share = pores.porosity * np.abs(simplex_volumes(points, simplices)) / simplices.shape[1]
        volume = vertex_sum(simplices, share, len(points))
        scale = np.array([c_scale, *(species.scale for species in dissolved)])
        per_scale = FARADAY * volume[self.vertex_of_node]
        self._capacity = per_scale[:, None] * scale
        """(n, b - 1) of each node and species."""

    @property
    def nodes(self) -> int:
        """Number of nodes n."""
        return len(self.vertex_of_node)

    def residual(self, unknown: Floats, old: Floats, time_step: float) -> Floats:
        """(b n,) volume terms at ``unknown`` (b n,), A (A per metre of depth in 2D).

        old (b n,) at the start of the time step, of which only concentrations enter; time_step
        Δt, s.
        """
        self._unknown.x.array[:] = unknown
        result = fem.assemble_vector(self._residual).array.copy()
        change = (unknown - old).reshape(self.nodes, -1)[:, :-1]
        result.reshape(self.nodes, -1)[:, :-1] += self._capacity * change / time_step
        return result

    def tangent(self, unknown: Floats, time_step: float) -> Floats:
        """(z,) derivatives of ``residual``, in the order of ``pattern``."""
        self._unknown.x.array[:] = unknown
        self._matrix.data[:] = 0.0
        fem.assemble_matrix(self._matrix, self._tangent)
        return np.concatenate([self._matrix.data, self._capacity.ravel() / time_step])

    @cached_property
    def pattern(self) -> tuple[Ints, Ints]:
        """Rows and columns (z,) of the entries of ``tangent``; a position may occur twice."""
        indptr, indices = self._matrix.indptr, self._matrix.indices.astype(np.int64)
        node = np.repeat(np.arange(self.nodes), np.diff(indptr))
        block = self._capacity.shape[1] + 1
        one, other = np.divmod(np.arange(block**2), block)  # within a block, stored by rows
        storage = (block * np.arange(self.nodes)[:, None] + np.arange(block - 1)).ravel()
        rows = (block * node[:, None] + one).ravel()
        columns = (block * indices[:, None] + other).ravel()
        return np.concatenate([rows, storage]), np.concatenate([columns, storage])


def _bind(
    code: Code, space: fem.FunctionSpace, values: dict[Any, fem.Constant | fem.Function]
) -> fem.Form:
    """Bind a compiled form to a mesh and to the values of the symbols that occur in it."""
    return compat.create_form(
        code.compiled,
        [space] * code.rank,
        space.mesh,
        {symbol: values[symbol] for symbol in code.coefficients},
        {symbol: values[symbol] for symbol in code.constants},
    )


def _piecewise(mesh: Any, values: Floats) -> fem.Function:
    """The function that has ``values`` (m,) in the simplices, in their order at input."""
    function = fem.Function(fem.functionspace(mesh, _per_simplex(mesh.topology.dim)))
    row = np.asarray(function.function_space.dofmap.list)[:, 0]
    function.x.array[row] = values[np.asarray(mesh.topology.original_cell_index)]
    return function


def _vertex_of_node(space: fem.FunctionSpace) -> Ints:
    """(n,) row of the input points of each node of the space."""
    nodes = np.asarray(space.dofmap.list)
    source = np.asarray(space.mesh.geometry.input_global_indices)
    vertex = np.empty(int(nodes.max()) + 1, dtype=np.int64)
    vertex[nodes] = source[compat.cell_nodes(space.mesh)]
    return vertex
