"""Volume terms of the electrolyte on one mesh, assembled by DOLFINx; see ``bulk_form``."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np

from deposition.common.constants import FARADAY
from deposition.laws.electrolyte import ElectrolyteLaw
from deposition.laws.reactions import Species
from deposition.laws.separator import PoresInCell
from deposition.mesh.cell import Floats, Ints, simplex_means, simplex_volumes
from deposition.mesh.p1 import gradients, vertex_sum
from deposition.transport import dolfinx_compat as compat
from deposition.transport.bulk_form import Code, compile_bulk, per_simplex
from deposition.transport.dolfinx_compat import fem


@dataclass(frozen=True, eq=False)
class Terms:
    """Inputs of the volume terms besides the mesh.

    c_scale mol/m³, phi_scale V, dissolved: the further species; efficiency (m,) ε^b of each
    simplex, ``uniform`` if it is the same in all
    """

    law: ElectrolyteLaw
    c_scale: float
    phi_scale: float
    dissolved: tuple[Species, ...]
    efficiency: Floats
    uniform: bool

    def same(self, other: Terms) -> bool:
        """Whether the other terms are the same numbers."""
        numbers = [(t.law, t.c_scale, t.phi_scale, t.dissolved, t.uniform) for t in (self, other)]
        return numbers[0] == numbers[1] and np.array_equal(self.efficiency, other.efficiency)

    def constants(self) -> dict[str, float]:
        """Values of the constants of the form."""
        law = self.law
        numbers = {f.name: float(getattr(law, f.name)) for f in fields(law)}  # type: ignore[arg-type]
        numbers |= {"c_scale": self.c_scale, "phi_scale": self.phi_scale}
        for k, species in enumerate(self.dissolved):
            numbers[f"scale_{k}"] = species.scale
            numbers[f"charge_{k}"] = float(species.charge)
            numbers[f"diffusivity_{k}"] = species.diffusivity
        return numbers


class BulkMesh:
    """The form on a mesh of DOLFINx, whose points may move: numbering and sparsity stay.

    simplices (m, d + 1) among the points (n, d), m.  DOLFINx numbers the nodes: node k is row
    ``vertex_of_node[k]`` of the points.
    """

    def __init__(self, points: Floats, simplices: Ints, terms: Terms) -> None:
        self.simplices, self.terms, self._points = simplices, terms, points
        compiled = compile_bulk(
            type(terms.law), points.shape[1], len(terms.dissolved), terms.uniform
        )
        mesh = compat.create_mesh(points, simplices, compiled.domain.ufl_coordinate_element())
        self._geometry = mesh.geometry
        space = fem.functionspace(mesh, compiled.element)
        self._unknown = fem.Function(space)
        values = {
            compiled.constants[name]: fem.Constant(mesh, number)
            for name, number in terms.constants().items()
        }
        values[compiled.unknown] = self._unknown
        values[compiled.efficiency] = (
            fem.Constant(mesh, float(terms.efficiency[0]))
            if terms.uniform
            else _piecewise(mesh, terms.efficiency)
        )
        self._residual = _bind(compiled.residual, space, values)
        self._tangent = _bind(compiled.tangent, space, values)
        self._matrix = fem.create_matrix(self._tangent)
        self.vertex_of_node = _vertex_of_node(space)

    def fits(self, simplices: Ints, terms: Terms) -> bool:
        """Whether this is the form with these terms on a mesh of these simplices."""
        return np.array_equal(simplices, self.simplices) and terms.same(self.terms)

    def residual(self, points: Floats, unknown: Floats) -> Floats:
        """(b n,) terms at ``unknown`` (b n,), with the vertices at ``points``."""
        self._place(points, unknown)
        return np.array(fem.assemble_vector(self._residual).array)

    def tangent(self, points: Floats, unknown: Floats) -> Floats:
        """(z,) derivatives of ``residual``, in the order of ``pattern``; overwritten by the next
        call."""
        self._place(points, unknown)
        self._matrix.data[:] = 0.0
        fem.assemble_matrix(self._matrix, self._tangent)
        return np.asarray(self._matrix.data)

    def _place(self, points: Floats, unknown: Floats) -> None:
        if points is not self._points:
            rows = np.asarray(self._geometry.input_global_indices)
            self._geometry.x[:, : points.shape[1]] = points[rows]
            self._points = points
        self._unknown.x.array[:] = unknown

    @cached_property
    def pattern(self) -> tuple[Ints, Ints]:
        """Rows and columns (z,) of the entries of ``tangent``."""
        indptr, indices = self._matrix.indptr, self._matrix.indices.astype(np.int64)
        block = 2 + len(self.terms.dissolved)
        node = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
        one, other = np.divmod(np.arange(block**2), block)  # within a block, stored by rows
        rows = (block * node[:, None] + one).ravel()
        return rows, (block * indices[:, None] + other).ravel()


class Bulk:
    """Volume terms on one mesh, with the storage of the species.

    points (n, d) in m, simplices (m, d + 1) with their pores; c_scale mol/m³, phi_scale V.  With b
    unknowns at a node, node k has c at b k, the further species after it and φ at b k + b - 1, and
    is row ``vertex_of_node[k]`` of ``points``.  ``before``: a mesh that is taken over if it fits.
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
        before: BulkMesh | None = None,
    ) -> None:
        efficiency, uniform = pores.transport_efficiency, pores.is_uniform
        terms = Terms(law, c_scale, phi_scale, dissolved, efficiency, uniform)
        if before is None or not before.fits(simplices, terms):
            before = BulkMesh(points, simplices, terms)
        self.mesh = before
        self._points = points
        # Lumped storage: F c_scale Σ ε |V|/(d + 1) over the simplices around node k.
        share = pores.porosity * np.abs(simplex_volumes(points, simplices)) / simplices.shape[1]
        volume = vertex_sum(simplices, share, len(points))
        scale = np.array([c_scale, *(species.scale for species in dissolved)])
        per_scale = FARADAY * volume[self.vertex_of_node]
        self._capacity = per_scale[:, None] * scale
        """(n, b - 1) of each node and species."""

    @property
    def vertex_of_node(self) -> Ints:
        """(n,) row of the points of each node."""
        return self.mesh.vertex_of_node

    @property
    def nodes(self) -> int:
        """Number of nodes n."""
        return len(self.vertex_of_node)

    def residual(self, unknown: Floats, old: Floats, time_step: float) -> Floats:
        """(b n,) volume terms at ``unknown`` (b n,), A (A per metre of depth in 2D).

        old (b n,) at the start of the time step, of which only concentrations enter; time_step
        Δt, s.
        """
        result = self.mesh.residual(self._points, unknown)
        change = (unknown - old).reshape(self.nodes, -1)[:, :-1]
        result.reshape(self.nodes, -1)[:, :-1] += self._capacity * change / time_step
        return result

    def at_simplices(
        self, concentration: Floats, potential: Floats
    ) -> tuple[Floats, Floats, Floats, Floats]:
        """Of fields (n,) at the nodes: mean concentration (m,) in each simplex, gradients (m, d) of
        concentration and potential, and volumes (m,) of the simplices, m^d."""
        points, simplices = self._points, self.mesh.simplices
        c, phi = np.empty((2, len(points)))
        c[self.vertex_of_node], phi[self.vertex_of_node] = concentration, potential
        volumes = np.abs(simplex_volumes(points, simplices))
        grad_c, grad_phi = (gradients(points, simplices, field) for field in (c, phi))
        return simplex_means(c, simplices), grad_c, grad_phi, volumes

    def tangent(self, unknown: Floats, time_step: float) -> Floats:
        """(z,) derivatives of ``residual``, in the order of ``pattern``."""
        flux = self.mesh.tangent(self._points, unknown)
        return np.concatenate([flux, self._capacity.ravel() / time_step])

    @cached_property
    def pattern(self) -> tuple[Ints, Ints]:
        """Rows and columns (z,) of the entries of ``tangent``; a position may occur twice."""
        rows, columns = self.mesh.pattern
        block = self._capacity.shape[1] + 1
        storage = (block * np.arange(self.nodes)[:, None] + np.arange(block - 1)).ravel()
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
    function = fem.Function(fem.functionspace(mesh, per_simplex(mesh.topology.dim)))
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
