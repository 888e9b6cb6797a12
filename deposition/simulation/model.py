"""Everything that does not change during a run."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np

from deposition.common.constants import AT_REST, FARADAY, MICROMETRE
from deposition.interface.state import InterfaceState
from deposition.laws.film import film_resistance
from deposition.laws.kinetics import transfer_resistance
from deposition.mesh.cell import Cell, Floats
from deposition.mesh.footprint import projected_area, projected_area_m2
from deposition.mesh.surface import SurfaceState
from deposition.protocol import Load, ProtocolPlan
from deposition.simulation.time_step import StepControl
from deposition.transport.fields import Fields
from deposition.transport.physics import Solution, TransportPhysics
from deposition.transport.problem import TransportProblem

STEADY = 1e7
"""A time step (s) after which nothing changes any more in a cell of micrometres."""


def without_wall_motion(model: Model) -> Model:
    """The same model with walls that push no salt: a very long step then gives the steady state."""
    return replace(model, transport=replace(model.transport, walls_move=False))


class Interface(Protocol):
    """The surface under a current: it moves (``MovingInterface``) or stays (``FixedInterface``)."""

    def start(self, cell: Cell, film: SurfaceState, concentration: Floats) -> InterfaceState:
        """The state before the first step."""

    def advance(self, state: InterfaceState, fields: Fields, time_step: float) -> InterfaceState:
        """The state after a step (s) that ended with these fields."""

    def strippable_volume(self, state: InterfaceState) -> float:
        """Volume of the lithium that can be stripped, µm^d."""

    def exhausted_at(self, state: InterfaceState) -> Floats:
        """(d,) point at which all lithium is stripped, µm; empty if some is left."""

    def near_short_circuit(self, state: InterfaceState) -> Floats:
        """(d,) point at which the deposit reaches the counter electrode, µm; empty if nowhere."""


@dataclass(frozen=True, eq=False)
class Model:
    """Everything that does not change during a run.

    transport          electrolyte, kinetics, capillarity
    interface          what moves, and how film follows
    film_conductivity  (k,) S/m of the film components
    plan               what is asked of the cell, and until when
    molar_volume       of lithium, m³/mol
    control            limits of the time step
    frame_every        charge, whichever way it flows, between two states with fields solved on
                       their own cell, C/m²
    """

    transport: TransportPhysics
    interface: Interface
    film_conductivity: Floats
    plan: ProtocolPlan
    molar_volume: float
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
        return self.molar_volume * fastest / FARADAY / MICROMETRE

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
        """Fields at the end of ``time_step`` (s) on the cell of ``interface_state``.

        asked: of the cell; that of the first stage with a current unless stated
        """
        problem = TransportProblem(interface_state.cell, interface_state.surface, self.transport)
        applied = applied or self.plan.protocol_steps[self.plan.first_with_current].applied
        return problem.solve(
            interface_state.fields.concentration,
            self.film_resistance(interface_state),
            applied.control(projected_area_m2(interface_state.cell)),
            time_step,
            guess=interface_state.fields,
            dissolved=interface_state.fields.dissolved if self.transport.dissolved else None,
        )
