"""Traces: dissolved species so dilute that the salt does not notice them.

Their equations are solved after those of the salt, on the same mesh, with the potential, the
currents and the electrode potentials found:

    ε ∂c_k/∂t + ∇·N_k = 0,     N_k = -ε^b D_k (∇c_k + z_k (F/RT) c_k ∇φ)
    N_k·n = r_k - ε c_k v      at the walls: reactions, and displacement by the wall

for P1 functions with lumped storage, implicit in time.  Traces that react with one another at a
wall (I3⁻ → 3 I⁻) are one system.  Where the rates are linear in the traces and no wall moves by
them, the first correction of Newton's method is the solution.  Dead lithium in the pores of a layer
consumes I3⁻ at each of its nodes (``transport.porous_lithium``).

The charge that traces carry, and their effect on the salt, are neglected: an error of the order
Σ c_k/c.  The lithium that their reactions take moves the walls; the salt is displaced by it one
step later.

Source: Newman & Balsara, Electrochemical Systems, 4th ed., ch. 11 (minor components).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from deposition.common.errors import SolveError
from deposition.laws.dual import Dual
from deposition.laws.iodine import TRIIODIDE
from deposition.laws.reactions import AtFacets, BoundaryReaction, Rates, Species
from deposition.laws.separator import PoresInCell
from deposition.mesh.cell import Floats, Ints, simplex_volumes
from deposition.mesh.p1 import gradients, vertex_sum
from deposition.transport.assembly import Assembly, Operator
from deposition.transport.fields import WallExchange
from deposition.transport.film_growth import FilmGrowth
from deposition.transport.linear import Pattern
from deposition.transport.linear_solver import linear_solver
from deposition.transport.porous_lithium import TAKEN, PorousStep

TOLERANCE, ROUNDING, ITERATIONS = 1e-11, 1e-6, 30
"""Newton's method: largest last correction relative to the scale of a species; corrections below
the second that no longer decrease are rounding; most iterations."""


@dataclass(frozen=True, eq=False)
class TraceWalls:
    """The reacting facets, with all variables but the traces known.

    nodes      (m, d) nodes at the corners
    area       (m,) m^(d-1)
    at         variables of the facets; ``concentration`` of the salt and the coupled species
    speed      (m,) εv of the walls without reactions of traces, m/s, > 0 into the electrolyte
    per_mole   (m,) ε V_m of walls that move by their own lithium, else 0, m³/mol
    reactions  of the traces, with the facets (k,) on which each takes place, but for those that
               change the film
    growth     reactions of the traces that change the film; None without them
    """

    nodes: Ints
    area: Floats
    at: AtFacets
    speed: Floats
    per_mole: Floats
    reactions: tuple[tuple[BoundaryReaction, Ints], ...]
    growth: FilmGrowth | None = None

    def rates(self, at: AtFacets) -> Rates:
        """Rates of all reactions together, on all facets."""
        size = len(self.area)
        total = Rates()
        for reaction, facets in self.reactions:
            total = total + reaction.rates(at.on(facets)).spread(facets, size)
        for rates in self.growth.rates(at)[0] if self.growth is not None else ():
            total = total + rates
        return total


@dataclass(frozen=True, eq=False)
class TracesFound:
    """Concentrations (n, k), mol/m³, at the end of the step; the lithium (m,) that the metal gains
    by reactions of traces, and what each component of the SEI does, mol/(m² s); what passes the
    walls, on the reacting facets; the lithium (n,) left in pores, mol/m³ of the layer, or (0,)."""

    concentration: Floats
    lithium: Floats
    sei: dict[str, Floats]
    walls: WallExchange
    porous_lithium: Floats = field(default_factory=lambda: np.empty(0))


class Traces:
    """The traces on one mesh.

    points (n, d) m, simplices (m, d + 1) with their pores; species k; fixed (r,) nodes of a
    reservoir, where each has its initial concentration
    """

    def __init__(
        self,
        points: Floats,
        simplices: Ints,
        species: tuple[Species, ...],
        pores: PoresInCell,
        thermal_voltage: float,
        fixed: Ints,
    ) -> None:
        self.points, self.simplices, self.species = points, simplices, species
        self.pores, self.thermal_voltage = pores, thermal_voltage
        self.nodes, self.count = len(points), len(species)
        volume = np.abs(simplex_volumes(points, simplices))
        self._volume = volume
        share = pores.porosity * volume / simplices.shape[1]
        self._capacity = vertex_sum(simplices, share, self.nodes)
        self._fixed = (self.count * fixed[:, None] + np.arange(self.count)).ravel()
        self._fixed_values = np.tile([s.initial for s in species], len(fixed))

    def solve(
        self,
        old: Floats,
        potential: Floats,
        walls: TraceWalls,
        time_step: float,
        porous: PorousStep | None = None,
    ) -> TracesFound:
        """One implicit step from the concentrations ``old`` (n, k), mol/m³; potential (n,) V;
        dead lithium in pores at its start.

        Raises SolveError if a nonlinear rate has no solution that Newton's method finds.
        """
        bulk = self._bulk(potential, time_step)
        assembly = self._assembly(walls)
        pores = self._pores(porous, old, time_step)
        rows = [bulk[0], *assembly.places()[0], pores[0], self._fixed]
        columns = [bulk[1], *assembly.places()[1], pores[1], self._fixed]
        pattern = Pattern(np.concatenate(rows), np.concatenate(columns), self.nodes * self.count)
        free = ~np.isin(np.concatenate(rows[:-1]), self._fixed)
        scale = np.array([s.scale for s in self.species])
        c, before = old.copy(), np.inf
        with linear_solver(pattern) as solver:
            for _ in range(ITERATIONS):
                quantities = self._quantities(c, walls)
                residual = assembly.residual(quantities, c.size)
                residual += np.bincount(bulk[0], bulk[2] * c.ravel()[bulk[1]], c.size)
                residual -= (self._capacity[:, None] * old / time_step).ravel()
                _, _, slopes, consumed = self._pores(porous, c, time_step)
                residual += consumed
                entering = residual[self._fixed].reshape(-1, self.count).sum(axis=0)
                residual[self._fixed] = c.ravel()[self._fixed] - self._fixed_values
                values = np.concatenate([bulk[2], *assembly.entries(quantities), slopes]) * free
                solver.factor(np.concatenate([values, np.ones(len(self._fixed))]))
                change = solver.solve(residual).reshape(c.shape)
                c = c - change
                size = float(np.abs(change / scale).max())
                if size <= TOLERANCE or (size <= ROUNDING and size >= 0.5 * before):
                    found = self._found(c, walls, entering)
                    if porous is None:
                        return found
                    left = porous.left(c[:, self._column(TRIIODIDE)], time_step)
                    return replace(found, porous_lithium=left)
                before = size
        raise SolveError(
            "the concentrations of the traces did not converge: a reaction is not linear in them "
            "and too fast for the time step. Take a shorter step (time.max_step), or state "
            "trace = false for its species. [E313]"
        )

    def _found(self, c: Floats, walls: TraceWalls, entering: Floats) -> TracesFound:
        """The solution; ``entering`` (k,) from a reservoir, mol/s."""
        rates, size = walls.rates(self._at(c, walls)), len(walls.area)
        lithium, products = (_or_zero(part, size).value for part in (rates.metal, rates.products))
        speed = lithium * walls.per_mole + walls.speed
        consumed = [_or_zero(rates.species.get(one.name), size).value for one in self.species]
        passing = WallExchange(
            np.column_stack(consumed),
            speed[:, None] * c[walls.nodes].mean(axis=1),
            entering,
            products,
        )
        sei = {name: rate.value for name, rate in rates.sei.items()}
        return TracesFound(c, lithium, sei, passing)

    def _bulk(self, potential: Floats, time_step: float) -> tuple[Ints, Ints, Floats]:
        """Rows, columns and values (z,) of storage, diffusion and migration, m^d/s."""
        corners = self.simplices.shape[1]
        edges = self.points[self.simplices[:, 1:]] - self.points[self.simplices[:, :1]]
        inner = np.linalg.inv(edges).swapaxes(1, 2)
        shape = np.concatenate([-inner.sum(axis=1, keepdims=True), inner], axis=1)
        field = gradients(self.points, self.simplices, potential) / self.thermal_voltage
        # D ∫ ∇q·(∇c + z c ∇φ/V_T), with the mean of c in each simplex.
        diffusion = shape @ shape.swapaxes(1, 2)
        migration = np.repeat((shape @ field[:, :, None]) / corners, corners, axis=2)
        row = np.repeat(self.simplices, corners, axis=1)
        column = np.tile(self.simplices, (1, corners))
        volume = (self.pores.transport_efficiency * self._volume)[:, None, None]
        nodes = np.arange(self.nodes)
        rows, columns, values = [], [], []
        for k, one in enumerate(self.species):
            local = volume * one.diffusivity * (diffusion + one.charge * migration)
            rows += [self.count * row.ravel() + k, self.count * nodes + k]
            columns += [self.count * column.ravel() + k, self.count * nodes + k]
            values += [local.ravel(), self._capacity / time_step]
        return np.concatenate(rows), np.concatenate(columns), np.concatenate(values)

    def _column(self, name: str) -> int:
        """Column of a species."""
        return [one.name for one in self.species].index(name)

    def _pores(
        self, porous: PorousStep | None, c: Floats, time_step: float
    ) -> tuple[Ints, Ints, Floats, Floats]:
        """Rows, columns and values (z,) of the derivative, m^d/s, of the rates at which dead
        lithium in pores takes each species at each node, and these (n k,), mol/s."""
        rates = np.zeros_like(c)
        if porous is None:
            nowhere = np.empty(0, dtype=np.int64)
            return nowhere, nowhere, np.empty(0), rates.ravel()
        triiodide, first = self._column(TRIIODIDE), self.count * np.arange(self.nodes)
        rate, slope = porous.rate(c[:, triiodide], time_step)
        for name, taken in TAKEN.items():
            rates[:, self._column(name)] = taken * rate
        return (
            np.concatenate([first + self._column(name) for name in TAKEN]),
            np.tile(first + triiodide, len(TAKEN)),
            np.concatenate([taken * slope for taken in TAKEN.values()]),
            rates.ravel(),
        )

    def _assembly(self, walls: TraceWalls) -> Assembly:
        """The places of the wall terms."""
        share = walls.area / walls.nodes.shape[1]
        rows, slots = {}, {}
        for k, one in enumerate(self.species):
            places = self.count * walls.nodes + k
            rows[one.name] = Operator.dense(places, share)
            slots[one.name] = Operator.dense(places, np.full(len(share), 1.0 / places.shape[1]))
        start = np.tile([s.scale for s in self.species], (self.nodes, 1))
        return Assembly.of(rows, slots, self._quantities(start, walls))

    def _at(self, c: Floats, walls: TraceWalls) -> AtFacets:
        """The variables of the facets, with the traces as slots."""
        mean = c[walls.nodes].mean(axis=1)
        own = {one.name: Dual.variable(one.name, mean[:, k]) for k, one in enumerate(self.species)}
        return replace(walls.at, concentration={**walls.at.concentration, **own})

    def _quantities(self, c: Floats, walls: TraceWalls) -> dict[str, Dual]:
        """Flux of each trace out of the electrolyte and the moving frame, mol/(m² s)."""
        at, size = self._at(c, walls), len(walls.area)
        rates = walls.rates(at)
        speed = _or_zero(rates.metal, size) * walls.per_mole + walls.speed
        return {
            one.name: _or_zero(rates.species.get(one.name), size)
            - at.concentration[one.name] * speed
            for one in self.species
        }


def _or_zero(rate: Dual | None, size: int) -> Dual:
    return Dual.zero(size) if rate is None else rate
