"""Everything that does not change during a run."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np

from deposition.common.constants import AT_REST, FARADAY, MICROMETRE
from deposition.common.stopwatch import SOLVE, STOPWATCH
from deposition.interface.corrector import Advanced, SolveMoved
from deposition.interface.state import InterfaceState
from deposition.interface.strippable_lithium import Thinnest
from deposition.laws.electrodes import PositiveElectrode
from deposition.laws.film import film_resistance
from deposition.laws.kinetics import transfer_resistance
from deposition.mesh.cell import Cell, Floats
from deposition.mesh.footprint import projected_area, projected_area_m2
from deposition.mesh.surface import SurfaceState
from deposition.protocol import Load, ProtocolPlan
from deposition.simulation.time_step import StepControl
from deposition.transport.physics import Solution, StepSolution, TransportPhysics
from deposition.transport.problem import TransportProblem
from deposition.transport.time_integration import integrate
from deposition.transport.workspace import Workspace

INSTANT = 1e-9
"""A time step (s) in which no salt moves: the current on a given cell at a given concentration."""

STEADY = 1e7
"""A time step (s) after which nothing changes any more in a cell of micrometres."""


def without_wall_motion(model: Model) -> Model:
    """The same model with walls that push no salt, and a positive electrode of constant lithiation:
    a very long step then gives the steady state."""
    counter = model.transport.electrodes.counter
    if isinstance(counter, PositiveElectrode):
        counter = replace(counter, capacity=math.inf)
    electrodes = replace(model.transport.electrodes, move=False, counter=counter)
    return replace(model, transport=replace(model.transport, electrodes=electrodes))


class Interface(Protocol):
    """The surface under a current: it moves (``MovingInterface``) or stays (``FixedInterface``)."""

    def start(self, cell: Cell, film: SurfaceState, concentration: Floats) -> InterfaceState:
        """The state before the first step."""

    def advance_corrected(
        self, state: InterfaceState, step: StepSolution, time_step: float, solve: SolveMoved
    ) -> Advanced:
        """The state after a step (s) on its cell; ``solve`` gives the current on a moved one."""

    def strippable_volume(self, state: InterfaceState) -> float:
        """Volume of the lithium that can be stripped, µm^d."""

    def thinnest_lithium(self, state: InterfaceState) -> Thinnest:
        """The place at which the lithium is exhausted first."""

    def near_short_circuit(self, state: InterfaceState) -> Floats:
        """(d,) point at which no mesh fits between deposit and counter electrode, µm; empty if
        nowhere."""

    def at_short_circuit(self, state: InterfaceState) -> Floats:
        """(d,) point at which the deposit reaches the counter electrode, µm; empty if nowhere."""

    def near_separator(self, state: InterfaceState) -> Floats:
        """(d,) point at which moving metal reaches the separator, µm; empty if nowhere."""


@dataclass(frozen=True, eq=False)
class Model:
    """Everything that does not change during a run.

    transport          electrolyte, kinetics, capillarity
    interface          what moves, and how film follows
    film_conductivity  (k,) S/m of the film components
    plan               what is asked of the cell, and until when
    control            limits of the time step
    snapshot_every     charge, whichever way it flows, between two states with fields solved on
                       their own cell, C/m²
    """

    transport: TransportPhysics
    interface: Interface
    film_conductivity: Floats
    plan: ProtocolPlan
    control: StepControl
    snapshot_every: float

    @cached_property
    def transfer_resistance(self) -> float:
        """R_ct at rest and at the initial concentration, ohm m²."""
        return transfer_resistance(self.transport.kinetics, self.transport.concentration)

    def film_resistance(self, interface_state: InterfaceState) -> Floats:
        """(f,) of each facet, ohm m²."""
        return film_resistance(
            interface_state.film, self.film_conductivity, self.transfer_resistance
        )

    def speed(self, current_density: Floats, chemical_rate: Floats | float = 0.0) -> float:
        """Speed of the fastest facet v = V_m |i_n/F + chemical rate|, µm/s."""
        gained = current_density + FARADAY * np.asarray(chemical_rate)
        fastest = float(np.abs(gained).max(initial=0.0))
        return self.transport.electrodes.lithium.molar_volume * fastest / FARADAY / MICROMETRE

    def time_to_exhaustion(self, interface_state: InterfaceState, density: float) -> float:
        """Time until the lithium is exhausted at a current density (A/m², < 0 strips), s."""
        if density >= -AT_REST:  # what Newton's method leaves of a rest strips nothing
            return math.inf
        area = projected_area(interface_state.cell)
        return self.interface.strippable_volume(interface_state) / (
            self.speed(np.array([density])) * area
        )

    def solve(
        self, interface_state: InterfaceState, time_step: float, applied: Load | None = None
    ) -> Solution:
        """Fields after one implicit step of ``time_step`` (s) on the cell of ``interface_state``.

        applied: of the cell; that of the first stage with a current unless stated
        """
        return self._solve(interface_state, time_step, self._applied(applied))

    def integrate(
        self, interface_state: InterfaceState, time_step: float, applied: Load | None = None
    ) -> StepSolution:
        """A time step (s) on the cell of ``interface_state``, of second order."""
        with STOPWATCH.measure(SOLVE):
            return integrate(
                self._problem(interface_state),
                interface_state.fields,
                interface_state.film,
                self.film_resistance(interface_state),
                self._applied(applied).control(projected_area_m2(interface_state.cell)),
                time_step,
            )

    def advance(
        self,
        interface_state: InterfaceState,
        step: StepSolution,
        time_step: float,
        applied: Load | None = None,
    ) -> Advanced:
        """The interface after a time step (s) on its cell; the load is that at its start."""
        load = self._applied(applied)

        def solve(moved: InterfaceState, passed: Floats, advancing: float) -> Solution:
            return self._solve(moved, INSTANT, load.after(time_step), passed, advancing)

        return self.interface.advance_corrected(interface_state, step, time_step, solve)

    def _problem(self, on: InterfaceState) -> TransportProblem:
        """The transport problem on a cell, which takes over what fits from the one before."""
        return TransportProblem(on.cell, on.surface, self.transport, workspace=self._workspace)

    @cached_property
    def _workspace(self) -> Workspace:
        return Workspace()

    def _applied(self, applied: Load | None) -> Load:
        return applied or self.plan.protocol_steps[self.plan.first_with_current].applied

    def _solve(
        self,
        interface_state: InterfaceState,
        time_step: float,
        applied: Load,
        passed: Floats | float = 0.0,
        advancing: float | None = None,
    ) -> Solution:
        with STOPWATCH.measure(SOLVE):
            return self._problem(interface_state).solve(
                interface_state.fields.concentration,
                self.film_resistance(interface_state),
                applied.control(projected_area_m2(interface_state.cell)),
                time_step,
                guess=interface_state.fields,
                dissolved=interface_state.fields.dissolved if self.transport.dissolved else None,
                lithiation=interface_state.fields.lithiation,
                loading=interface_state.fields.loading,
                porous_lithium=interface_state.fields.porous_lithium,
                film=interface_state.film,
                passed=passed,
                advancing=advancing,
            )
