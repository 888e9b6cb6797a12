"""The coupled nonlinear system of electrolyte, walls and control, in scaled unknowns.

x = [c/c0, φ F/RT of node 0, node 1, … | i_n/i_ref of each reacting facet
     | φ_m F/RT of each floating conductor | φ_m F/RT of the working metal | I/I_ref]
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deposition.common.constants import FARADAY
from deposition.laws.thermodynamics import thermal_voltage
from deposition.mesh.cell import Floats, Ints
from deposition.mesh.p1 import vertex_sum
from deposition.transport.bulk import Bulk
from deposition.transport.controls import Control
from deposition.transport.linear import Pattern
from deposition.transport.walls import FIRST_FLOATING, WORKING, WallLaw, Walls


@dataclass(frozen=True, eq=False)
class Scales:
    """Scales of the unknowns: mol/m³, V, A/m², A."""

    concentration: float
    potential: float
    current: float
    total: float


@dataclass(frozen=True, eq=False)
class Unknowns:
    """Unknowns in SI units.

    c and φ (n,) at the nodes, i_n (m,) of the facets, φ_m of the floating conductors (b,) and of
    the working electrode, I.
    """

    concentration: Floats
    potential: Floats
    current: Floats
    floating: Floats
    metal: float
    total: float


class System:
    """Residual and tangent of one implicit time step.

    fixed (r,) nodes with the Dirichlet values c = c0 and φ = 0 (reservoir); old (2n,) is x at the
    start of the step.
    """

    def __init__(
        self,
        bulk: Bulk,
        walls: Walls,
        fixed: Ints,
        old: Floats,
        time_step: float,
        control: Control,
    ) -> None:
        self.bulk, self.walls = bulk, walls
        self.time_step, self.control = time_step, control
        self.old = old
        self.nodes, self.facets = bulk.nodes, walls.size
        self.size = 2 * self.nodes + self.facets + len(walls.grounded) + 2
        # Working electrode and floating conductors have an unknown potential and a charge balance.
        self._balanced = np.flatnonzero(walls.conductor >= WORKING)
        first = 2 * self.nodes + self.facets
        self._metals = np.concatenate([[self.size - 2], np.arange(first, self.size - 2)])
        self._metal = self._metals[walls.conductor[self._balanced] - WORKING]
        p = walls.physics
        working = float(walls.area[walls.working].sum())
        # Without a given total current the scale is 1 A/m².
        given = abs(control.residual(0.0, 0.0)) * control.by_total
        current = given / working if given else 1.0
        potential = thermal_voltage(p.temperature)
        self.scales = Scales(p.concentration, potential, current, current * working)
        self._fixed_rows = np.concatenate([2 * fixed, 2 * fixed + 1])
        self._fixed_values = np.repeat([1.0, 0.0], len(fixed))
        rows, columns = self._positions()
        self._free = ~np.isin(rows, self._fixed_rows)
        self.pattern = Pattern(
            np.concatenate([rows, self._fixed_rows]),
            np.concatenate([columns, self._fixed_rows]),
            self.size,
        )

    def unpack(self, x: Floats) -> Unknowns:
        """Unknowns in SI units from x (size,)."""
        n, m, s = 2 * self.nodes, 2 * self.nodes + self.facets, self.scales
        return Unknowns(
            x[0:n:2] * s.concentration,
            x[1:n:2] * s.potential,
            x[n:m] * s.current,
            x[m:-2] * s.potential,
            float(x[-2]) * s.potential,
            float(x[-1]) * s.total,
        )

    def pack(self, parts: Unknowns) -> Floats:
        """x (size,) from the unknowns in SI units, with the Dirichlet values imposed."""
        x, n, m, s = np.empty(self.size), 2 * self.nodes, 2 * self.nodes + self.facets, self.scales
        x[0:n:2] = parts.concentration / s.concentration
        x[1:n:2] = parts.potential / s.potential
        x[n:m] = parts.current / s.current
        x[m:-2] = parts.floating / s.potential
        x[-2] = parts.metal / s.potential
        x[-1] = parts.total / s.total
        x[self._fixed_rows] = self._fixed_values
        return x

    def residual(self, x: Floats) -> Floats:
        """(size,) rows: c and φ of each node (A), law of each facet (RT/F), Σ i_n A of each
        floating conductor (A), Σ i_n A - I of the working electrode (A), the control (A or V)."""
        result = self.unconstrained_residual(x)
        result[self._fixed_rows] = x[self._fixed_rows] - self._fixed_values
        return result

    def unconstrained_residual(self, x: Floats) -> Floats:
        """Residual without Dirichlet rows; at fixed nodes it is minus the inflow."""
        walls, parts = self.walls, self.unpack(x)
        n, m = 2 * self.nodes, 2 * self.nodes + self.facets
        law, c = self._law(parts)
        result = np.zeros(self.size)
        result[:n] = self.bulk.residual(x[:n], self.old, self.time_step)
        pushed = -FARADAY * c * walls.displaced(parts.current, parts.total) * walls.area
        self._scatter(result, 0, pushed)
        self._scatter(result, 1, parts.current * walls.area)
        result[n:m] = np.where(law.active_set, x[n:m], law.value / self.scales.potential)
        balance = np.bincount(
            walls.conductor, parts.current * walls.area, FIRST_FLOATING + len(walls.grounded)
        )
        result[m:-2] = np.where(walls.grounded, x[m:-2], balance[FIRST_FLOATING:])
        result[-2] = balance[WORKING] - parts.total
        result[-1] = self.control.residual(parts.metal, parts.total)
        return result

    def tangent(self, x: Floats) -> Floats:
        """(z,) derivatives of ``residual``, in the order of ``pattern``."""
        parts = self.unpack(x)
        law, c = self._law(parts)
        values = np.concatenate(
            [
                self.bulk.tangent(x[: 2 * self.nodes], self.time_step),
                self._wall_entries(parts, c),
                self._law_entries(law),
                self._total_entries(),
            ]
        )
        return np.concatenate([values * self._free, np.ones(len(self._fixed_rows))])

    def _law(self, parts: Unknowns) -> tuple[WallLaw, Floats]:
        nodes = self.walls.nodes
        c = parts.concentration[nodes].mean(axis=1)
        phi = parts.potential[nodes].mean(axis=1)
        metal = self.walls.metal(parts.metal, parts.floating)
        return self.walls.law(c, phi, parts.current, metal), c

    def _scatter(self, result: Floats, component: int, of_facet: Floats) -> None:
        """Add a value (m,) of each facet in equal shares to the rows of its nodes."""
        nodes = self.walls.nodes
        share = of_facet / nodes.shape[1]
        result[component : 2 * self.nodes : 2] += vertex_sum(nodes, share, self.nodes)

    def _positions(self) -> tuple[Ints, Ints]:
        """Rows and columns of all entries, in the order of the values of ``tangent``."""
        nodes, dim = self.walls.nodes, self.walls.nodes.shape[1]
        facet = 2 * self.nodes + np.arange(self.facets)
        spread = np.repeat(facet, dim)
        c, phi = 2 * nodes.ravel(), 2 * nodes.ravel() + 1
        change = self.walls.change.tocoo()
        balanced, metal, total = facet[self._balanced], self.size - 2, self.size - 1
        bulk = self.bulk.pattern
        rows = [
            bulk[0],
            *(2 * np.repeat(nodes, dim, axis=1).ravel(), c, phi, c),
            *(spread, spread, facet, facet[change.row], balanced),
            *(self._metal, self._metals[1:]),
            [metal, total, total],
        ]
        columns = [
            bulk[1],
            *(2 * np.tile(nodes, (1, dim)).ravel(), spread, spread, np.full(len(c), total)),
            *(c, phi, facet, facet[change.col], self._metal),
            *(balanced, self._metals[1:]),
            [total, metal, total],
        ]
        return np.concatenate(rows), np.concatenate(columns)

    def _wall_entries(self, parts: Unknowns, c: Floats) -> Floats:
        """Derivatives of the wall terms: c rows by c and i_n, φ rows by i_n, c rows by I."""
        walls, s, dim = self.walls, self.scales, self.walls.nodes.shape[1]
        share = walls.area / dim
        displaced = walls.displaced(parts.current, parts.total)
        by_c = -FARADAY * s.concentration / dim * displaced * share
        by_current = -FARADAY * c * walls.dv_di * share * s.current
        by_total = -FARADAY * c * walls.dv_dI * share * s.total
        return np.concatenate(
            [
                np.repeat(by_c, dim * dim),
                np.repeat(by_current, dim),
                np.repeat(share * s.current, dim),
                np.repeat(by_total, dim),
            ]
        )

    def _law_entries(self, law: WallLaw) -> Floats:
        """Derivatives of the law rows by c, φ, own i_n, i_n through the curvature, and φ_m."""
        walls, s, dim = self.walls, self.scales, self.walls.nodes.shape[1]
        factor = np.where(law.active_set, 0.0, 1.0 / s.potential)
        by_c = factor * law.by_concentration * s.concentration / dim
        by_phi = -factor * law.by_overpotential * s.potential / dim
        own = np.where(law.active_set, 1.0, factor * law.by_current * s.current)
        change = walls.change.tocoo()
        by_curvature = factor * law.by_overpotential * law.surface * s.current
        metal = factor * law.by_overpotential * s.potential
        return np.concatenate(
            [
                np.repeat(by_c, dim),
                np.repeat(by_phi, dim),
                own,
                by_curvature[change.row] * change.data,
                metal[self._balanced],
            ]
        )

    def _total_entries(self) -> Floats:
        """Derivatives of Σ i_n A - I by each i_n and I, and of the control by φ_m and I.

        The row of a grounded conductor is φ_m = 0 instead.
        """
        s, control, walls = self.scales, self.control, self.walls
        summed = np.concatenate([[True], ~walls.grounded])[
            walls.conductor[self._balanced] - WORKING
        ]
        by_current = np.where(summed, walls.area[self._balanced] * s.current, 0.0)
        others = [-s.total, control.by_metal * s.potential, control.by_total * s.total]
        return np.concatenate([by_current, walls.grounded.astype(float), others])

    def active_set_key(self, x: Floats) -> bytes:
        """Key of the active set (facets with i_n = 0), which selects the branch of the residual."""
        if not np.any(self.walls.no_stripping):
            return b""
        return self._law(self.unpack(x))[0].active_set.tobytes()

    def lowest_concentration(self, x: Floats) -> tuple[int, float]:
        """Node of the lowest concentration, and c/c0 there."""
        c = x[0 : 2 * self.nodes : 2]
        node = int(np.argmin(c))
        return node, float(c[node])

    def largest_damping(self, x: Floats, correction: Floats) -> float:
        """Largest λ ≤ 1 for which x + λ·correction keeps every c above a tenth of its value."""
        n = 2 * self.nodes
        c, dc = x[0:n:2], correction[0:n:2]
        falling = dc < -0.9 * c
        return float(np.min(-0.9 * c[falling] / dc[falling])) if np.any(falling) else 1.0
