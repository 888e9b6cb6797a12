"""The nonlinear system of one implicit step: electrolyte, walls and control, in scaled unknowns.

x = [c/c0, c_k/c_k0 of each further species, φ F/RT   of node 0, node 1, …
     | i_n/i_ref of each reacting facet | φ_m F/RT of each electrode | I/I_ref]
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from deposition.common.constants import FARADAY
from deposition.laws.dual import Dual
from deposition.laws.reactions import SALT, AtFacets
from deposition.laws.thermodynamics import thermal_voltage
from deposition.mesh.cell import Floats, Ints, simplex_means
from deposition.transport.assembly import Assembly, Operator, Product
from deposition.transport.bulk import Bulk
from deposition.transport.controls import Control
from deposition.transport.linear import Layout
from deposition.transport.walls import Exchange, Walls
from deposition.transport.workspace import Workspace


@dataclass(frozen=True, eq=False)
class Scales:
    """Units of the unknowns: mol/m³ of each species, V, A/m², A."""

    concentration: Floats
    potential: float
    current: float
    total: float


@dataclass(frozen=True, eq=False)
class Unknowns:
    """The unknowns in SI units: c (n,) of the salt, φ (n,) at nodes, i_n (m,), φ_m of the
    electrodes (e,), I; dissolved (n, k) concentrations of the further species."""

    concentration: Floats
    potential: Floats
    current: Floats
    metal: Floats
    total: float
    dissolved: Floats = field(default_factory=lambda: np.empty((0, 0)))


class System:
    """Residual and tangent of one implicit step.

    fixed (r,) nodes where every c_k = c_k0 and φ is the gauge (a reservoir); old (b n,) is x at the
    nodes at the start of the step, b the number of unknowns of a node.
    """

    def __init__(
        self,
        bulk: Bulk,
        walls: Walls,
        fixed: Ints,
        old: Floats,
        time_step: float,
        control: Control,
        workspace: Workspace,
    ) -> None:
        self.bulk, self.walls, self.workspace = bulk, walls, workspace
        self.time_step, self.control, self.old = time_step, control, old
        self.nodes, self.facets = bulk.nodes, walls.size
        p = walls.physics
        self.species = (SALT, *(species.name for species in p.coupled))
        self.block = len(self.species) + 1
        self.electrodes = walls.electrodes
        self.size = self.block * self.nodes + self.facets + len(self.electrodes.all) + 1
        passing = walls.working if walls.working.any() else np.ones(self.facets, dtype=bool)
        # Where all metal has dissolved, no current has a unit.
        working = float(walls.area[passing].sum()) or 1.0
        # Where no total current is given, one A/m² is as good a unit as another.
        given = abs(control.residual(0.0, 0.0)) * control.by_total
        current = given / working if given else 1.0
        initial = [p.concentration, *(species.scale for species in p.coupled)]
        self.scales = Scales(
            np.array(initial), thermal_voltage(p.temperature), current, current * working
        )
        self._fixed_rows = np.concatenate([self.block * fixed + k for k in range(self.block)])
        gauge = walls.gauge / self.scales.potential
        relative = [1.0, *(s.initial / s.scale for s in p.coupled), gauge]
        self._fixed_values = np.repeat(relative, len(fixed))
        self._assembly = Assembly.of(
            self._row_operators(), self._slot_operators(), self._quantities(self._sample())
        )
        rows, columns = self._places()
        self._free = ~np.isin(rows, self._fixed_rows)
        self.places = (
            np.concatenate([rows, self._fixed_rows]),
            np.concatenate([columns, self._fixed_rows]),
        )
        """Rows and columns (z,) of the entries that ``tangent`` gives."""
        self.pattern = workspace.pattern(*self.places, self.size)

    @property
    def law_places(self) -> dict[str, Product]:
        """Entries of the rows of the law of the facets, by the slot on which they depend."""
        found = self._assembly.products.items()
        return {slot: product for (name, slot), product in found if name == "law"}

    @property
    def layout(self) -> Layout:
        """The order of the unknowns."""
        return Layout(self.nodes, self.block, self.facets, self.walls.nodes.shape[1])

    # --- unknowns ---------------------------------------------------------------------------------

    def unpack(self, x: Floats) -> Unknowns:
        """The unknowns in SI units."""
        n, s = self.block * self.nodes, self.scales
        m = n + self.facets
        at_nodes = x[:n].reshape(self.nodes, self.block)
        return Unknowns(
            at_nodes[:, 0] * s.concentration[0],
            at_nodes[:, -1] * s.potential,
            x[n:m] * s.current,
            x[m:-1] * s.potential,
            float(x[-1]) * s.total,
            at_nodes[:, 1:-1] * s.concentration[1:],
        )

    def pack(self, unknowns: Unknowns) -> Floats:
        """The scaled unknowns; the inverse of ``unpack``."""
        x, n, s = np.empty(self.size), self.block * self.nodes, self.scales
        m = n + self.facets
        at_nodes = x[:n].reshape(self.nodes, self.block)
        at_nodes[:, 0] = unknowns.concentration / s.concentration[0]
        if self.block > 2:
            at_nodes[:, 1:-1] = unknowns.dissolved / s.concentration[1:]
        at_nodes[:, -1] = unknowns.potential / s.potential
        x[n:m] = unknowns.current / s.current
        x[m:-1] = unknowns.metal / s.potential
        x[-1] = unknowns.total / s.total
        x[self._fixed_rows] = self._fixed_values
        return x

    # --- equations --------------------------------------------------------------------------------

    def residual(self, x: Floats) -> Floats:
        """(size,) rows: each species and φ of each node (A), law of each facet (RT/F), Σ i A - s I
        of each electrode (A) or its potential (RT/F), the control (A or V)."""
        result = self.unconstrained_residual(x)
        result[self._fixed_rows] = x[self._fixed_rows] - self._fixed_values
        return result

    def unconstrained_residual(self, x: Floats) -> Floats:
        """The residual as if no node was fixed: at a reservoir, minus what enters there."""
        n, m = self.block * self.nodes, self.block * self.nodes + self.facets
        unknowns = self.unpack(x)
        result = self._assembly.residual(self._quantities(unknowns), self.size)
        result[:n] += self.bulk.residual(x[:n], self.old, self.time_step)
        balance = result[m:-1] - self.electrodes.share * unknowns.total
        given = (unknowns.metal - self.walls.gauge) / self.scales.potential
        result[m:-1] = np.where(self.electrodes.reference, given, balance)
        result[-1] = self.control.residual(self.voltage(unknowns), unknowns.total)
        return result

    def voltage(self, unknowns: Unknowns) -> float:
        """φ_counter - φ_working, V; 0 without a working electrode."""
        working, counter = self.electrodes.working, self.electrodes.counter
        if working is None:
            return 0.0
        opposite = self.walls.gauge if counter is None else unknowns.metal[counter]
        return float(opposite - unknowns.metal[working])

    def tangent(self, x: Floats) -> Floats:
        """(z,) derivatives of ``residual`` at the places of ``pattern``."""
        s, control = self.scales, self.control
        values = np.concatenate(
            [
                self.bulk.tangent(x[: self.block * self.nodes], self.time_step),
                *self._assembly.entries(self._quantities(self.unpack(x))),
                self.electrodes.reference.astype(float),
                np.where(self.electrodes.reference, 0.0, -self.electrodes.share * s.total),
                control.by_voltage * s.potential * self._voltage_sign,
                [control.by_total * s.total],
            ]
        )
        return np.concatenate([values * self._free, np.ones(len(self._fixed_rows))])

    def exchange(self, unknowns: Unknowns) -> Exchange:
        """Rates of all reactions at these unknowns."""
        return self.walls.exchange(self.at_facets(unknowns), unknowns.total)

    def at_facets(self, unknowns: Unknowns) -> AtFacets:
        """The variables of the facets."""
        nodes = self.walls.nodes
        fields = (unknowns.concentration, *unknowns.dissolved.T)
        return self.walls.variables(
            {name: simplex_means(c, nodes) for name, c in zip(self.species, fields, strict=True)},
            simplex_means(unknowns.potential, nodes),
            unknowns.metal,
            unknowns.current,
            unknowns.total,
        )

    def _quantities(self, unknowns: Unknowns) -> dict[str, Dual]:
        """The quantities of the facets that stand in rows of the system."""
        exchange = self.exchange(unknowns)
        held = exchange.law.held
        at_rest = Dual.variable("current", unknowns.current) * (1.0 / self.scales.current)
        law = at_rest.where(held, exchange.law.residual * (1.0 / self.scales.potential))
        return {**exchange.species, "charge": exchange.charge, "law": law, "into": exchange.charge}

    def _sample(self) -> Unknowns:
        """Unknowns at which the quantities show on which slots they depend."""
        n = self.nodes
        c = np.tile(self.scales.concentration, (n, 1))
        zero = np.zeros(self.facets)
        metal = np.zeros(len(self.electrodes.all))
        return Unknowns(c[:, 0], np.zeros(n), zero, metal, 0.0, c[:, 1:])

    # --- places -----------------------------------------------------------------------------------

    def _row_operators(self) -> dict[str, Operator]:
        """Rows of each quantity: shared equally among the corners, or summed over a conductor."""
        walls, block, facets = self.walls, self.block, np.arange(self.facets)
        share = walls.area / walls.nodes.shape[1]
        n = block * self.nodes
        rows = {
            name: Operator.dense(block * walls.nodes + k, FARADAY * share)
            for k, name in enumerate(self.species)
        }
        rows["charge"] = Operator.dense(block * walls.nodes + block - 1, share)
        rows["law"] = Operator.dense(n + facets[:, None], np.ones(self.facets))
        # A reference has its potential in the row of its balance.
        summed = np.append(~self.electrodes.reference, False)[self.electrodes.of_facet]
        chosen = np.flatnonzero(summed)
        rows["into"] = Operator(chosen, self._metal_place[chosen], walls.area[chosen])
        return rows

    @property
    def _metal_place(self) -> Ints:
        """(m,) place of the potential of the electrode behind each facet; -1 if insulated."""
        place = self.electrode_places
        return np.append(place, -1)[self.electrodes.of_facet]

    @property
    def electrode_places(self) -> Ints:
        """(e,) place of the potential of each electrode, which is also its row."""
        return np.arange(self.block * self.nodes + self.facets, self.size - 1)

    @property
    def _voltage_sign(self) -> Floats:
        """(e,) dV/dφ_m of each electrode: 1 for the counter, -1 for the working electrode."""
        return np.array([-np.sign(one.share) for one in self.electrodes.all])

    def _slot_operators(self) -> dict[str, Operator]:
        """The variables of the facets, in SI units, from the scaled unknowns."""
        walls, block, s = self.walls, self.block, self.scales
        dim, ones = walls.nodes.shape[1], np.ones(self.facets)
        own = block * self.nodes + np.arange(self.facets)
        slots = {
            name: Operator.dense(block * walls.nodes + k, s.concentration[k] / dim * ones)
            for k, name in enumerate(self.species)
        }
        slots["potential"] = Operator.dense(
            block * walls.nodes + block - 1, s.potential / dim * ones
        )
        slots["current"] = Operator.dense(own[:, None], s.current * ones)
        metal = np.flatnonzero(self.electrodes.of_facet >= 0)
        slots["metal"] = Operator(metal, self._metal_place[metal], s.potential * ones[metal])
        total = np.full((self.facets, 1), self.size - 1)
        slots["total"] = Operator.dense(total, s.total * ones)
        change = walls.change.tocsr()
        facet = np.repeat(np.arange(self.facets), np.diff(change.indptr))
        slots["curvature"] = Operator(facet, own[change.indices], change.data * s.current)
        return slots

    def _places(self) -> tuple[Ints, Ints]:
        """Rows and columns of all entries, in the order in which ``tangent`` gives the values."""
        bulk, (rows, columns) = self.bulk.pattern, self._assembly.places()
        metal, total = self.electrode_places, np.full(len(self.electrodes.all), self.size - 1)
        # φ_m and I in the row of each electrode, every φ_m and I in that of the control.
        return (
            np.concatenate([bulk[0], *rows, metal, metal, total, [self.size - 1]]),
            np.concatenate([bulk[1], *columns, metal, total, metal, [self.size - 1]]),
        )

    # --- what Newton's method asks ----------------------------------------------------------------

    def active_set_key(self, x: Floats) -> bytes:
        """The facets held at i_n = 0 and those whose film is used up: the piece of the residual on
        which x lies."""
        if not np.any(self.walls.no_stripping) and self.walls.growth is None:
            return b""
        exchange = self.exchange(self.unpack(x))
        return np.concatenate([exchange.law.held, exchange.used_up]).tobytes()

    def lowest_concentration(self, x: Floats) -> tuple[int, float]:
        """Node of the lowest concentration of salt, and c/c0 there."""
        c = x[0 : self.block * self.nodes : self.block]
        node = int(np.argmin(c))
        return node, float(c[node])

    def largest_damping(self, x: Floats, correction: Floats) -> float:
        """Largest part (≤ 1) of a correction that leaves every c above a tenth of its value."""
        n = self.block * self.nodes
        c, dc = x[0 : n : self.block], correction[0 : n : self.block]
        falling = dc < -0.9 * c
        return float(np.min(-0.9 * c[falling] / dc[falling])) if np.any(falling) else 1.0
