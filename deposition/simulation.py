"""The time loop: transport, front, record, stage by stage until the protocol is at its end."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np

from deposition.cell import Cell, Floats
from deposition.constants import AT_REST, FARADAY, MICROMETRE
from deposition.floating import net_share
from deposition.front.advance import FrontState
from deposition.laws.film import film_resistance
from deposition.laws.kinetics import transfer_resistance
from deposition.morphology import metres_across, projected_area
from deposition.protocol import BEGINNING, Asked, End, Plan, Progress, Then
from deposition.stages import begin_stage, go_a_step
from deposition.state import Fields, State
from deposition.surface import SurfaceState
from deposition.timestep import StepControl
from deposition.transport import Solution, TransportPhysics, TransportProblem

STEADY = 1e7
"""A time step (s) after which nothing changes any more in a cell of micrometres."""


class Interface(Protocol):
    """What the surface does with the current: move (``Front``) or stay (``StillInterface``)."""

    def start(self, cell: Cell, film: SurfaceState, concentration: Floats) -> FrontState:
        """The state before the first step."""

    def advance(self, state: FrontState, fields: Fields, time_step: float) -> FrontState:
        """The state after a step (s) that ended with these fields."""

    def supply(self, state: FrontState) -> float:
        """Volume of the lithium that can be stripped, µm^d."""

    def worn_through(self, state: FrontState) -> Floats:
        """Where there is nothing left to strip, (d,) µm; empty where there is."""

    def touches(self, state: FrontState) -> Floats:
        """Where the deposit is as good as at the counter electrode, (d,) µm; empty if nowhere."""


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
    plan: Plan
    molar_volume: float
    control: StepControl
    frame_every: float

    @cached_property
    def transfer_resistance(self) -> float:
        """R_ct at rest and at the initial concentration, ohm m²."""
        return transfer_resistance(self.transport.kinetics, self.transport.concentration)

    def film_resistance(self, front: FrontState) -> Floats:
        """(f,) of each facet, ohm m²."""
        return film_resistance(front.film, self.film_conductivity, self.transfer_resistance)

    def speed(self, current_density: Floats) -> float:
        """Speed of the fastest facet v = V_m |i_n| / F, µm/s."""
        fastest = float(np.abs(current_density).max(initial=0.0))
        return self.molar_volume * fastest / FARADAY / MICROMETRE

    def lasts(self, front: FrontState, density: float) -> float:
        """How long the lithium of a front lasts at a current density (A/m², < 0 strips), s."""
        if density >= -AT_REST:  # what Newton's method leaves of a rest strips nothing
            return math.inf
        area = projected_area(front.cell)
        return self.interface.supply(front) / (self.speed(np.array([density])) * area)

    def solve(self, front: FrontState, time_step: float, asked: Asked | None = None) -> Solution:
        """Fields at the end of ``time_step`` (s) on the cell of ``front``.

        asked: of the cell; that of the first stage with a current unless stated
        """
        problem = TransportProblem(front.cell, front.surface, self.transport)
        asked = asked or self.plan.stages[self.plan.current_flows].asked
        return problem.solve(
            front.fields.concentration,
            self.film_resistance(front),
            asked.control(metres_across(front.cell)),
            time_step,
            guess=front.fields,
        )


@dataclass(frozen=True, eq=False)
class Moment:
    """Where the loop stands, and the time step (s) to try next.

    density, voltage  of the last step, A/m² per projected area (> 0 plates) and V
    charge            of all steps, C/m² per projected area; > 0 plated
    floating_current  net current into a floating body over what passes, worst so far
    """

    front: FrontState
    progress: Progress = BEGINNING
    time_step: float = 0.0
    density: float = 0.0
    voltage: float = 0.0
    step: int = 0
    time: float = 0.0
    charge: float = 0.0
    floating_current: float = 0.0

    def after(self, front: FrontState, solution: Solution, following: float, step: float) -> Moment:
        """The moment after a step (s) that ended with a solution; ``following`` is the next."""
        density = solution.total_current / metres_across(self.front.cell)
        return Moment(
            front,
            self.progress.after(density, step),
            following,
            density,
            solution.voltage,
            self.step + 1,
            self.time + step,
            self.charge + density * step,
            self.worst_floating_current(solution),
        )

    def worst_floating_current(self, solution: Solution) -> float:
        """``floating_current`` with that of a solution on this cell."""
        front = self.front
        here = net_share(front.surface, front.film.body, solution.fields)
        return max(self.floating_current, here)

    def ended(self, end: End | None) -> Moment:
        """The same with its stage ended, if it is."""
        return self if end is None else replace(self, progress=self.progress.end(end))

    def in_the_next_stage(self) -> Moment:
        """At the beginning of the stage that follows."""
        return replace(self, progress=self.progress.following(), step=self.step + 1)


def march(model: Model, front: FrontState) -> Iterator[State]:
    """Yield the state at the start (t = 0+) and after every step until the protocol is at its end.

    A state with a time step of 0 is the beginning of a stage: the current that flows at once.
    Raises ShortCircuit when the deposit has reached the counter electrode, Depleted when the
    electrolyte cannot carry the current and the scenario does not say what then, SolveError or
    FrontError when a step fails however short it is taken.  The states yielded before remain valid.
    """
    state = begin_stage(model, Moment(front))
    yield replace(state, frame=True)
    yield from go_on(model, _kept(model, state))


def go_on(model: Model, moment: Moment) -> Iterator[State]:
    """``march`` from a moment that a state of it carried: yields the states that follow."""
    while not model.plan.complete(moment.progress):
        started = time.perf_counter()
        if moment.progress.ended:
            state = begin_stage(model, moment.in_the_next_stage())
        else:
            state = go_a_step(model, moment)
        effort = replace(state.effort, seconds=time.perf_counter() - started)
        yield replace(state, effort=effort)
        moment = _kept(model, state)


def _kept(model: Model, state: State) -> Moment:
    """The moment to go on from; raises what an event means that the scenario calls an error."""
    if state.event and model.plan.then(state.progress) is Then.ERROR:
        state.event.fail()
    assert state.moment is not None, "states of a run carry their moment"
    return state.moment
