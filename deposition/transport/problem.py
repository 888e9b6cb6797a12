"""Transport problem of one cell, its surface and its laws, solved for each time step."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

import numpy as np
from scipy.sparse import csr_array

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.common.errors import SolveError
from deposition.laws.electrodes import PositiveElectrode
from deposition.laws.thermodynamics import thermal_voltage
from deposition.mesh.cell import (
    COLLECTOR,
    COUNTER,
    DEAD_LITHIUM,
    LITHIUM,
    Cell,
    Floats,
    Ints,
)
from deposition.mesh.p1 import vertex_sum
from deposition.mesh.surface import Surface, SurfaceState
from deposition.transport.bulk import Bulk
from deposition.transport.capillarity import Curvature, lithium_curvature
from deposition.transport.controls import Control
from deposition.transport.electrodes import (
    Electrode,
    InsertionElectrode,
    LithiumCounterElectrode,
    electrodes_of,
)
from deposition.transport.fields import Fields
from deposition.transport.further_species import FurtherSpecies, Places
from deposition.transport.limit import EXCEEDED, NEAR_LIMIT, check_limit
from deposition.transport.newton import NotConverged, Root, SaltDepleted, find_root
from deposition.transport.physics import Depleted, HostExhausted, Solution, TransportPhysics
from deposition.transport.pockets import find_pockets
from deposition.transport.power import power_losses
from deposition.transport.reacting_facets import (
    film_growth_on,
    film_on,
    growth_on_facets,
    reactions_on,
)
from deposition.transport.system import System, Unknowns
from deposition.transport.walls import Walls
from deposition.transport.workspace import Workspace

LEAST_START = 1e-6
"""Least concentration at which Newton's method begins, of the scale of the physics."""


class TransportProblem:
    """Concentration, potential and current on one cell.

    gauge  potential (V) of the counter electrode or reservoir, and of the reference of each system
           of electrodes that is not connected to it
    workspace  of earlier problems, from which this one takes what fits

    Raises SolveError if the working electrode has no ionic path to the counter electrode.
    """

    def __init__(
        self,
        cell: Cell,
        surface: Surface,
        physics: TransportPhysics,
        gauge: float = 0.0,
        workspace: Workspace | None = None,
    ) -> None:
        self._workspace = workspace or Workspace()
        self._workspace.forget_factors()
        self.cell, self.surface, self.physics, self.gauge = cell, surface, physics, gauge
        self._pores = physics.pores.in_cell(cell)
        self._pockets = find_pockets(cell, surface, physics.electrodes)
        self._check_path()
        simplices = cell.simplices[self._pockets.simplices]
        wet = np.zeros(len(cell.points), dtype=bool)
        wet[simplices] = True
        used = np.flatnonzero(wet)
        self._bulk = Bulk(
            cell.points[used] * MICROMETRE,
            (np.cumsum(wet) - 1)[simplices],
            physics.electrolyte,
            self._pores.among(self._pockets.simplices),
            physics.concentration,
            thermal_voltage(physics.temperature),
            physics.coupled,
            self._workspace.bulk_mesh,
        )
        self._workspace.bulk_mesh = self._bulk.mesh
        self._vertices = used[self._bulk.vertex_of_node]
        self._node = np.full(len(cell.points), -1, dtype=np.int64)
        self._node[self._vertices] = np.arange(len(used))
        floats = physics.electrodes.dead_lithium.floats
        own = (LITHIUM, DEAD_LITHIUM) if floats else (LITHIUM,)
        counter = surface.on(COUNTER) & physics.electrodes.counter.is_metal
        self._conducts = self._pockets.reacting | counter
        # A pocket that touches nothing but insulated metal is not solved: nothing reacts there.
        solved = self._node[surface.facets].min(axis=1) >= 0
        elsewhere = [surface.on(*reaction.on) & solved for reaction in physics.reactions]
        self._reacting = np.flatnonzero(np.any([self._conducts, *elsewhere], axis=0))
        self._curvature = self._on_reacting(lithium_curvature(cell, surface, surface.on(*own)))
        self._counter = np.flatnonzero(surface.on(COUNTER))
        self._area = surface.area * MICROMETRE ** (cell.dim - 1)
        self._reservoir: Ints = np.empty(0, dtype=np.int64)
        if not physics.electrodes.counter.is_metal:
            self._reservoir = np.unique(self._node[surface.facets[self._counter]])
        places = Places(
            cell,
            surface,
            self._pockets.simplices,
            self._vertices,
            self._node,
            self._reacting,
            self._reservoir,
        )
        self._species = FurtherSpecies(places, physics, self._pores)

    def solve(
        self,
        concentration: Floats,
        resistance: Floats,
        control: Control,
        time_step: float,
        guess: Fields | None = None,
        dissolved: Floats | None = None,
        lithiation: float = math.nan,
        film: SurfaceState | None = None,
        passed: Floats | float = 0.0,
        advancing: float | None = None,
        growing: float | None = None,
        loading: Floats | None = None,
        porous_lithium: Floats | None = None,
    ) -> Solution:
        """Fields after one backward Euler step at a given total current or voltage.

        concentration  (n,) mol/m³ at the start of the step
        resistance     (f,) SEI resistance of each surface facet, ohm m²
        control        ``TotalCurrent`` or ``CellVoltage``
        time_step      s; a very long one gives the steady state if no wall moves
        guess          initial fields of Newton's method; NaN counts as 0
        dissolved      (n, k) mol/m³ of the further species at the start of the step; their initial
                       concentrations unless stated
        lithiation     of a positive electrode at the start of the step; NaN stands for its initial
                       one
        film           on the surface at the start of the step, needed where the SEI grows
        passed         (f,) charge by which the surface has advanced before, C/m²: its curvature is
                       that of the cell, after this advance and that of the step
        advancing      time (s) in which the surface advances by the current; the time step unless
                       stated
        growing        time (s) in which the SEI grows; the time step unless stated
        loading        (j,) of an ion exchanger at the start of the step; its initial one unless
                       stated
        porous_lithium (n,) in the pores of a layer at the start of the step, mol/m³ of it; its
                       initial one unless stated

        Raises Depleted if the salt is depleted, SolveError if there is no solution.
        """
        dissolved, loaded = self._species.exchanged(dissolved, loading, time_step)
        system = self.system(
            concentration,
            resistance,
            control,
            time_step,
            dissolved,
            lithiation,
            film,
            0.0 if guess is None else guess.trace_rate,
            (passed, time_step if advancing is None else advancing),
            growing,
        )
        start = self._start(system, concentration, guess, self._species.coupled(dissolved))
        try:
            root = find_root(system, system.pack(start))
        except SaltDepleted as error:
            position = self.cell.points[self._vertices[error.node]]
            raise Depleted(position, error.concentration * self.physics.concentration) from None
        except NotConverged as error:
            self._check_limit(system.walls, concentration, control, NEAR_LIMIT)
            raise SolveError(
                f"Newton's method did not converge{self._near(error.unknown)} [E305]"
            ) from None
        found, walls = system.unpack(root.x), system.walls
        mean = found.concentration[walls.nodes].mean(axis=1)
        check_limit(walls, mean, found.total, EXCEEDED)
        old = (concentration, dissolved, self._species.lithium_in_pores(porous_lithium))
        solution = self._solution(system, root, old, growing or time_step)
        return replace(solution, fields=replace(solution.fields, loading=loaded))

    def system(
        self,
        concentration: Floats,
        resistance: Floats,
        control: Control,
        time_step: float,
        dissolved: Floats | None = None,
        lithiation: float = math.nan,
        film: SurfaceState | None = None,
        trace_rate: Floats | float = 0.0,
        advance: tuple[Floats | float, float] | None = None,
        growing: float | None = None,
    ) -> System:
        """Nonlinear system of ``solve``, with its arguments; ``advance``: passed and advancing."""
        self._check_feasible(control)
        x = self.physics.electrodes.lithiation if math.isnan(lithiation) else lithiation
        opposite = self._counter_electrode(x, time_step)
        walls = self._walls(resistance, control, advance or (0.0, time_step), opposite)
        lag = np.broadcast_to(trace_rate, self.surface.size)[self._reacting]
        columns = film_on(film, self._reacting, self.physics)
        growth = film_growth_on(
            self.surface,
            columns,
            self._reacting,
            walls.insulated,
            self.physics,
            growing or time_step,
        )
        walls = replace(walls, film=columns, growth=growth, trace_lithium=lag)
        self._check_limit(walls, concentration, control, 1.0)
        start = concentration[self._vertices] / self.physics.concentration
        scaled = self._species.coupled(dissolved) / [s.scale for s in self.physics.coupled]
        old = np.column_stack([start, scaled, np.zeros_like(start)]).ravel()
        return System(self._bulk, walls, self._reservoir, old, time_step, control, self._workspace)

    def _check_path(self) -> None:
        surface = self.surface
        if not np.any(surface.on(COUNTER)):
            raise SolveError(
                "the counter electrode is not in contact with electrolyte. Check the geometry."
                " [E306]"
            )
        without = not surface.working.any() and not self.physics.electrodes.counter.is_metal
        if not without and not np.any(surface.working & self._pockets.connected_to_counter):
            raise SolveError(
                "the current has no ionic path: no electrolyte connects the working electrode to "
                "the counter electrode. Check the geometry for a closed insulating layer."
                " [E307]"
            )

    def _check_feasible(self, control: Control) -> None:
        if control.strips and not np.any(
            self.surface.on(LITHIUM) & self._pockets.connected_to_counter
        ):
            raise SolveError(
                "there is no lithium to strip: the current or voltage is negative, but the "
                "collector is bare. Begin with a positive current or voltage, or with lithium in "
                'the geometry. With interface = "fixed" lithium plated on a collector has no '
                "thickness and cannot be stripped."
                " [E308]"
            )

    def _check_limit(
        self, walls: Walls, concentration: Floats, control: Control, share: float
    ) -> None:
        """Check a given total current at the concentrations of the start of the step."""
        given = control.residual(0.0, 0.0) * control.by_total
        check_limit(walls, concentration[self._vertices][walls.nodes].mean(axis=1), given, share)

    def _counter_electrode(self, lithiation: float, time_step: float) -> Electrode | None:
        """The counter electrode, reference of its system; None for a reservoir."""
        law = self.physics.electrodes.counter
        if isinstance(law, PositiveElectrode):
            charge = law.capacity * float(self._area[self._counter].sum())
            return InsertionElectrode(True, law, lithiation, time_step / charge)
        return LithiumCounterElectrode(True) if law.is_metal else None

    def _walls(
        self,
        resistance: Floats,
        control: Control,
        advance: tuple[Floats | float, float],
        opposite: Electrode | None,
    ) -> Walls:
        (passed, advancing), chosen, physics = advance, self._reacting, self.physics
        curvature, change = self._curvature
        moves, metal = physics.electrodes.move, physics.electrodes.lithium
        per_charge = metal.molar_volume / FARADAY if moves else 0.0
        electrodes = electrodes_of(self.surface, self._pockets, opposite)
        porosity = self._pores.at_facets(self.cell, self.surface)[chosen]
        counter = self.surface.on(COUNTER)[chosen]
        before = np.broadcast_to(passed, self.surface.size)[chosen]
        return Walls(
            nodes=self._node[self.surface.facets[chosen]],
            area=self._area[chosen],
            resistance=np.asarray(resistance, dtype=float)[chosen],
            electrodes=replace(electrodes, of_facet=electrodes.of_facet[chosen]),
            gauge=self.gauge,
            no_stripping=self.surface.on(COLLECTOR)[chosen],
            connected_to_counter=self._pockets.connected_to_counter[chosen],
            insulated=~self._conducts[chosen],
            porosity=porosity,
            curvature=curvature + change @ (per_charge * before),
            change=change * (per_charge * advancing),
            moves=~counter & moves,
            dv_dI=np.where(counter, porosity * per_charge * self._counter_by_total(), 0.0),
            galvanostatic=control.by_voltage == 0.0,
            physics=physics,
            reactions=reactions_on(self.surface, chosen, self._conducts[chosen], physics),
        )

    def _counter_by_total(self) -> float:
        """Mean i_n per I of a counter electrode that recedes as a whole, 1/m²; else 0."""
        if not self.physics.electrodes.counter_recedes:
            return 0.0
        return -1.0 / float(self._area[self._counter].sum())

    def _on_reacting(self, lithium: Curvature) -> tuple[Floats, csr_array]:
        """K (m,), 1/m, and ∂K/∂s (m, m), 1/m², on the reacting facets; 0 except on lithium."""
        to_all = csr_array(
            (
                np.ones(len(lithium.facets)),
                (lithium.facets, np.arange(len(lithium.facets))),
            ),
            shape=(self.surface.size, len(lithium.facets)),
        )[self._reacting]
        return to_all @ lithium.now, csr_array(to_all @ lithium.change @ to_all.T)

    def _start(
        self, system: System, concentration: Floats, guess: Fields | None, dissolved: Floats
    ) -> Unknowns:
        """Initial unknowns of Newton's method: old concentration, other fields from the guess.

        Near depletion that of a second stage may lie below zero, where no law is defined.
        """
        walls, electrodes = system.walls, system.electrodes
        c = np.maximum(concentration[self._vertices], LEAST_START * self.physics.concentration)
        metal = np.full(len(electrodes.all), self.gauge)
        working = electrodes.working
        current: Floats = np.zeros(walls.size)
        phi: Floats = np.full(c.shape, self.gauge)
        total = 0.0
        if guess is not None:
            phi = np.nan_to_num(guess.potential[self._vertices], nan=self.gauge)
            current = np.nan_to_num(guess.current_density[self._reacting])
            total = float(walls.area @ (current * walls.working))
            at_gauge = Unknowns(c, phi, current, metal, 0.0, dissolved)
            # g is η plus terms without φ_m, so that φ_m - g satisfies the law of the facet.
            metal_potential = self.gauge - system.exchange(at_gauge).law.residual.value
            for number in np.flatnonzero(~electrodes.reference):
                if np.any(on := walls.on(number)):
                    metal[number] = np.median(metal_potential[on])
        if working is not None:
            opposite = self.gauge if electrodes.counter is None else metal[electrodes.counter]
            metal[working] = opposite - system.control.start(float(opposite - metal[working]))
        return Unknowns(c, phi, current, metal, total, dissolved)

    def _near(self, unknown: int) -> str:
        """Position of an unknown as the end of a sentence; empty for φ_m and I."""
        block = 2 + len(self.physics.coupled)
        first = block * len(self._vertices)
        if unknown < first:
            position = self.cell.points[self._vertices[unknown // block]]
        elif unknown < first + len(self._reacting):
            position = self.surface.midpoint[self._reacting[unknown - first]]
        else:
            return ""
        where = ", ".join(f"{x:.3g}" for x in position)
        return f"; largest correction near ({where}) µm"

    def _solution(
        self,
        system: System,
        root: Root,
        old: tuple[Floats, Floats | None, Floats],
        growing: float,
    ) -> Solution:
        """The solution; ``old``: salt, further species and dead lithium in pores before."""
        x, iterations = root
        parts, (before, dissolved, porous) = system.unpack(x), old
        concentration = np.array(before, dtype=float)
        concentration[self._vertices] = parts.concentration
        potential = np.full(len(self.cell.points), np.nan)
        potential[self._vertices] = parts.potential
        current = np.zeros(self.surface.size)
        # A negative current on a bare collector is rounding.
        floor = np.where(system.walls.no_stripping, 0.0, -np.inf)
        current[self._reacting] = np.maximum(parts.current, floor)
        if not self.physics.electrodes.counter.is_metal:
            current[self._counter] = self._reservoir_current(system.unconstrained_residual(x))
        metal = np.where(self.surface.on(COUNTER), self.gauge, np.nan)
        metal[self._reacting] = np.where(
            system.walls.insulated, np.nan, system.walls.metal(parts.metal)
        )
        fields = Fields(concentration, potential, current, metal)
        if self.physics.reactions or self.physics.growth.laws:
            fields = self._with_reactions(system, parts, fields)
        if self.physics.dissolved:
            fields = self._species.added(system, root.x, fields, (dissolved, porous), growing)
        lithiation = self._lithiation(system, parts, fields)
        voltage = system.voltage(parts) if self.surface.working.any() else np.nan
        return Solution(
            replace(fields, lithiation=lithiation),
            voltage,
            parts.total,
            iterations,
            partial(power_losses, system, parts),
        )

    def _lithiation(self, system: System, unknowns: Unknowns, fields: Fields) -> float:
        """x of a positive electrode at the end of the step; NaN if there is none.

        Raises HostExhausted if the electrode cannot hold it.
        """
        number = system.electrodes.counter
        electrode = None if number is None else system.electrodes.all[number]
        if not isinstance(electrode, InsertionElectrode) or electrode.law is None:
            return math.nan
        area = self._area[self._counter]
        gained = np.broadcast_to(fields.chemical_rate, self.surface.size)[self._counter] * FARADAY
        total = unknowns.total - float(area @ gained)
        x = electrode.start - total * electrode.per_total
        low, high = electrode.law.open_circuit.bounds
        if not low <= x <= high:
            state = "delithiated" if x < low else "lithiated"
            raise HostExhausted(
                f"the positive electrode is fully {state}: its open-circuit potential "
                f"holds from {low:g} to {high:g}, and its lithiation goes beyond. State a limit of "
                "the voltage that the cell reaches before, less capacity in the protocol step, or "
                "a larger counter.capacity. [E311]"
            )
        return float(x)

    def _with_reactions(self, system: System, unknowns: Unknowns, fields: Fields) -> Fields:
        """The fields with the rates of reactions and SEI growth on all facets."""
        exchange = system.exchange(unknowns)
        chemical, side = np.zeros((2, self.surface.size))
        chemical[self._reacting] = exchange.chemical.value
        side[self._reacting] = exchange.side
        if not self.physics.reactions:
            chemical = np.zeros(1)
        growth = growth_on_facets(
            self.physics, exchange.sei, np.zeros((1, 1)), self.surface.size, self._reacting
        )
        return replace(fields, chemical_rate=chemical, side_current=side, sei_growth=growth)

    def _reservoir_current(self, residual: Floats) -> Floats:
        """(k,) i_n of the counter facets from the reaction fluxes in the φ rows of their nodes.

        A node of reaction r_k has i_n = r_k / a_k, with its lumped area a_k = Σ A/d.
        """
        facets = self._node[self.surface.facets[self._counter]]
        area = self._area[self._counter]
        lump = vertex_sum(facets, area / facets.shape[1], self._bulk.nodes)
        block = 2 + len(self.physics.coupled)
        inflow = -residual[block - 1 : block * self._bulk.nodes : block]
        return (inflow[facets] / lump[facets]).mean(axis=1)
