"""Transport problem of one cell, its surface and its laws, solved for each time step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.common.errors import SolveError
from deposition.laws.reactions import BoundaryReaction
from deposition.laws.thermodynamics import thermal_voltage
from deposition.mesh.cell import (
    COLLECTOR,
    COUNTER,
    DEAD_LITHIUM,
    ELECTROLYTE,
    LITHIUM,
    Cell,
    Floats,
    Ints,
)
from deposition.mesh.p1 import vertex_sum
from deposition.mesh.surface import Surface
from deposition.transport.bulk import Bulk
from deposition.transport.capillarity import Curvature, lithium_curvature
from deposition.transport.controls import Control
from deposition.transport.fields import Fields
from deposition.transport.limit import EXCEEDED, NEAR_LIMIT, check_limit
from deposition.transport.newton import NotConverged, Root, SaltDepleted, find_root
from deposition.transport.physics import Depleted, Solution, TransportPhysics
from deposition.transport.pockets import find_pockets
from deposition.transport.system import System, Unknowns
from deposition.transport.walls import FIRST_FLOATING, GROUND, WORKING, Walls


class TransportProblem:
    """Concentration, potential and current on one cell.

    Raises SolveError if the working electrode has no ionic path to the counter electrode.
    """

    def __init__(self, cell: Cell, surface: Surface, physics: TransportPhysics) -> None:
        self.cell, self.surface, self.physics = cell, surface, physics
        self._pockets = find_pockets(cell, surface, physics.dead_floats)
        self._check_path()
        simplices = cell.simplices[self._pockets.simplices]
        used, local = np.unique(simplices, return_inverse=True)
        self._bulk = Bulk(
            cell.points[used] * MICROMETRE,
            local.reshape(simplices.shape),
            physics.electrolyte,
            physics.pores,
            physics.concentration,
            thermal_voltage(physics.temperature),
            physics.dissolved,
        )
        self._vertices = used[self._bulk.vertex_of_node]
        self._node = np.full(len(cell.points), -1, dtype=np.int64)
        self._node[self._vertices] = np.arange(len(used))
        own = (LITHIUM, DEAD_LITHIUM) if physics.dead_floats else (LITHIUM,)
        self._curvature = lithium_curvature(cell, surface, surface.on(*own))
        counter = surface.on(COUNTER) & (physics.counter == "lithium")
        self._conducts = self._pockets.reacting | counter
        elsewhere = [surface.on(*reaction.on) for reaction in physics.reactions]
        self._reacting = np.flatnonzero(np.any([self._conducts, *elsewhere], axis=0))
        self._counter = np.flatnonzero(surface.on(COUNTER))
        self._area = surface.area * MICROMETRE ** (cell.dim - 1)

    def solve(
        self,
        concentration: Floats,
        resistance: Floats,
        control: Control,
        time_step: float,
        guess: Fields | None = None,
        dissolved: Floats | None = None,
    ) -> Solution:
        """Fields after one backward Euler step at a given total current or voltage.

        concentration  (n,) mol/m³ at the start of the step
        resistance     (f,) SEI resistance of each surface facet, ohm m²
        control        ``TotalCurrent`` or ``CellVoltage``
        time_step      s; a very long one gives the steady state if ``walls_move`` is False
        guess          initial fields of Newton's method; NaN counts as 0
        dissolved      (n, k) mol/m³ of the further species at the start of the step; their initial
                       concentrations unless stated

        Raises Depleted if the salt is depleted, SolveError if there is no solution.
        """
        system = self.system(concentration, resistance, control, time_step, dissolved)
        start = self._start(system, concentration, guess, self._dissolved(dissolved))
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
        return self._solution(system, root, concentration, dissolved)

    def system(
        self,
        concentration: Floats,
        resistance: Floats,
        control: Control,
        time_step: float,
        dissolved: Floats | None = None,
    ) -> System:
        """Nonlinear system of ``solve``, with the same arguments."""
        self._check_feasible(control)
        walls = self._walls(resistance, control, time_step)
        self._check_limit(walls, concentration, control, 1.0)
        start = concentration[self._vertices] / self.physics.concentration
        scaled = self._dissolved(dissolved) / [s.initial for s in self.physics.dissolved]
        old = np.column_stack([start, scaled, np.zeros_like(start)]).ravel()
        fixed = self._reservoir_nodes()
        return System(self._bulk, walls, fixed, old, time_step, control)

    def _check_path(self) -> None:
        surface = self.surface
        if not np.any(surface.on(COUNTER)):
            raise SolveError(
                "the counter electrode is not in contact with electrolyte. Check the geometry."
                " [E306]"
            )
        if not np.any(surface.working & self._pockets.connected_to_counter):
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

    def _walls(self, resistance: Floats, control: Control, time_step: float) -> Walls:
        chosen, physics = self._reacting, self.physics
        curvature, change = self._curvature_of(chosen)
        per_charge = physics.molar_volume / FARADAY if physics.walls_move else 0.0
        displaced = physics.pores.porosity * per_charge
        counter = self.surface.on(COUNTER)[chosen]
        return Walls(
            nodes=self._node[self.surface.facets[chosen]],
            area=self._area[chosen],
            resistance=np.asarray(resistance, dtype=float)[chosen],
            conductor=self._conductor[chosen],
            grounded=self._pockets.grounded,
            no_stripping=self.surface.on(COLLECTOR)[chosen],
            connected_to_counter=self._pockets.connected_to_counter[chosen],
            insulated=~self._conducts[chosen],
            curvature=curvature,
            change=change * (per_charge * time_step),
            moves=~counter & physics.walls_move,
            dv_dI=np.where(counter, displaced * self._counter_by_total(), 0.0),
            galvanostatic=control.by_metal == 0.0,
            physics=physics,
            reactions=self._reactions(chosen),
        )

    def _reactions(self, chosen: Ints) -> tuple[tuple[BoundaryReaction, Ints], ...]:
        """The reactions, each with its facets among the chosen ones."""
        conducts = np.flatnonzero(self._conducts[chosen])
        placed: list[tuple[BoundaryReaction, Ints]] = [(self.physics.charge_transfer, conducts)]
        for reaction in self.physics.reactions:
            placed.append((reaction, np.flatnonzero(self.surface.on(*reaction.on)[chosen])))
        return tuple(placed)

    @property
    def _conductor(self) -> Ints:
        """(f,) number of the metal behind each facet; ``GROUND`` also for insulated metal."""
        floating = self._pockets.floating
        electrode = np.where(self.surface.working, WORKING, GROUND)
        return np.where(floating >= 0, FIRST_FLOATING + floating, electrode)

    def _counter_by_total(self) -> float:
        """Mean i_n per I of a counter electrode that recedes as a whole, 1/m²; else 0."""
        if not self.physics.counter_recedes:
            return 0.0
        return -1.0 / float(self._area[self._counter].sum())

    def _curvature_of(self, chosen: Ints) -> tuple[Floats, csr_array]:
        """K (m,), 1/m, and ∂K/∂s (m, m), 1/m², on the chosen facets; 0 except on lithium."""
        lithium: Curvature = self._curvature
        to_all = csr_array(
            (
                np.ones(len(lithium.facets)),
                (lithium.facets, np.arange(len(lithium.facets))),
            ),
            shape=(self.surface.size, len(lithium.facets)),
        )[chosen]
        return to_all @ lithium.now, csr_array(to_all @ lithium.change @ to_all.T)

    def _reservoir_nodes(self) -> Ints:
        if self.physics.counter != "reservoir":
            return np.empty(0, dtype=np.int64)
        return np.unique(self._node[self.surface.facets[self._counter]])

    def _start(
        self, system: System, concentration: Floats, guess: Fields | None, dissolved: Floats
    ) -> Unknowns:
        """Initial unknowns of Newton's method: old concentration, other fields from the guess."""
        walls, c = system.walls, concentration[self._vertices]
        floating = np.zeros(len(walls.grounded))
        if guess is None:
            zero = np.zeros(walls.size)
            metal = system.control.start(0.0)
            return Unknowns(c, np.zeros_like(c), zero, floating, metal, 0.0, dissolved)
        phi = np.nan_to_num(guess.potential[self._vertices])
        current = np.nan_to_num(guess.current_density[self._reacting])
        at_zero = Unknowns(c, phi, current, floating, 0.0, 0.0, dissolved)
        # g is η plus terms without φ_m: -g at φ_m = 0 is the φ_m that satisfies the facet's law.
        metal_potential = -system.exchange(at_zero).law.residual.value
        metal = system.control.start(float(np.median(metal_potential[walls.working])))
        for body in np.flatnonzero(~walls.grounded):
            floating[body] = np.median(metal_potential[walls.conductor == FIRST_FLOATING + body])
        total = float(walls.area @ (current * walls.working))
        return Unknowns(c, phi, current, floating, metal, total, dissolved)

    def _near(self, unknown: int) -> str:
        """Position of an unknown as the end of a sentence; empty for φ_m and I."""
        block = 2 + len(self.physics.dissolved)
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
        self, system: System, root: Root, old: Floats, dissolved: Floats | None
    ) -> Solution:
        x, iterations = root
        parts = system.unpack(x)
        concentration = np.array(old, dtype=float)
        concentration[self._vertices] = parts.concentration
        potential = np.full(len(self.cell.points), np.nan)
        potential[self._vertices] = parts.potential
        current = np.zeros(self.surface.size)
        # A negative current on a bare collector is rounding.
        floor = np.where(system.walls.no_stripping, 0.0, -np.inf)
        current[self._reacting] = np.maximum(parts.current, floor)
        if self.physics.counter == "reservoir":
            current[self._counter] = self._reservoir_current(system.unconstrained_residual(x))
        metal = np.where(self.surface.on(COUNTER), 0.0, np.nan)
        metal[self._reacting] = np.where(
            system.walls.insulated, np.nan, system.walls.metal(parts.metal, parts.floating)
        )
        fields = Fields(concentration, potential, current, metal)
        if self.physics.reactions:
            fields = replace(fields, chemical_rate=self._chemical_rate(system, parts))
        if self.physics.dissolved:
            fields = replace(fields, dissolved=self._all_dissolved(dissolved, parts.dissolved))
        return Solution(fields, -parts.metal, parts.total, iterations)

    def _chemical_rate(self, system: System, unknowns: Unknowns) -> Floats:
        """(f,) lithium gained besides i_n/F, mol/(m² s)."""
        rate = np.zeros(self.surface.size)
        rate[self._reacting] = system.exchange(unknowns).chemical.value
        return rate

    def _dissolved(self, dissolved: Floats | None) -> Floats:
        """(v, k) mol/m³ of the further species at the nodes."""
        initial = np.array([s.initial for s in self.physics.dissolved])
        if dissolved is None:
            return np.tile(initial, (len(self._vertices), 1))
        return dissolved[self._vertices]

    def _all_dissolved(self, old: Floats | None, found: Floats) -> Floats:
        """(n, k) mol/m³ of the further species at all vertices, NaN outside the electrolyte."""
        if old is None:
            initial = [s.initial for s in self.physics.dissolved]
            wet = self.cell.vertices_of(ELECTROLYTE)[:, None]
            old = np.where(wet, initial, np.nan)
        everywhere = old.copy()
        everywhere[self._vertices] = found
        return everywhere

    def _reservoir_current(self, residual: Floats) -> Floats:
        """(k,) i_n of the counter facets from the reaction fluxes in the φ rows of their nodes.

        A node of reaction r_k has i_n = r_k / a_k, with its lumped area a_k = Σ A/d.
        """
        facets = self._node[self.surface.facets[self._counter]]
        area = self._area[self._counter]
        lump = vertex_sum(facets, area / facets.shape[1], self._bulk.nodes)
        block = 2 + len(self.physics.dissolved)
        inflow = -residual[block - 1 : block * self._bulk.nodes : block]
        return (inflow[facets] / lump[facets]).mean(axis=1)
