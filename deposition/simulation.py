"""The time loop: transport, front, record, until the charge is plated or the time is over."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from deposition.cell import Cell, Floats
from deposition.constants import FARADAY, MAH_PER_CM2, MICROMETRE
from deposition.errors import FrontError, ShortCircuit, SolveError
from deposition.front.advance import FrontState
from deposition.laws.film import film_resistance
from deposition.morphology import projected_area
from deposition.protocol import Stage
from deposition.state import Balance, Effort, Fields, State
from deposition.surface import SurfaceState
from deposition.timestep import StepControl
from deposition.transport import Depleted, Solution, TransportPhysics, TransportProblem

AT_ONCE = 1e-9
"""A time step (s) in which no salt moves: the current on a given cell at a given concentration."""


STEADY = 1e7
"""A time step (s) after which nothing changes any more in a cell of micrometres."""


class Interface(Protocol):
    """What the surface does with the current: move (``Front``) or stay (``StillInterface``)."""

    def start(self, cell: Cell, film: SurfaceState, concentration: Floats) -> FrontState:
        """The state before the first step."""

    def advance(self, state: FrontState, fields: Fields, time_step: float) -> FrontState:
        """The state after a step (s) that ended with these fields."""


@dataclass(frozen=True, eq=False)
class Model:
    """Everything that does not change during a run.

    transport          electrolyte, kinetics, capillarity
    interface          what moves, and how film follows
    film_conductivity  (k,) S/m of the film components
    stage              what is asked of the cell, and until when
    molar_volume       of lithium, m³/mol
    control            limits of the time step
    frame_every        charge between two states with fields solved on their own cell, C/m²
    """

    transport: TransportPhysics
    interface: Interface
    film_conductivity: Floats
    stage: Stage
    molar_volume: float
    control: StepControl
    frame_every: float

    def speed(self, current_density: Floats) -> float:
        """Speed of the fastest facet v = V_m |i_n| / F, µm/s."""
        fastest = float(np.abs(current_density).max(initial=0.0))
        return self.molar_volume * fastest / FARADAY / MICROMETRE

    def solve(self, front: FrontState, time_step: float) -> Solution:
        """Fields at the end of ``time_step`` (s) on the cell of ``front``."""
        problem = TransportProblem(front.cell, front.surface, self.transport)
        area = metres_across(front.cell)
        resistance = film_resistance(front.film, self.film_conductivity)
        return problem.solve(
            front.fields.concentration,
            resistance,
            self.stage.asked.control(area),
            time_step,
            guess=front.fields,
        )


def metres_across(cell: Cell) -> float:
    """Projected area, m² (m in 2D)."""
    return projected_area(cell) * MICROMETRE ** (cell.dim - 1)


@dataclass(frozen=True, eq=False)
class Moment:
    """Where the loop stands, and the time step (s) to try next.

    density, charge   of the last step, A/m², and of all, C/m², per projected area; > 0 plates
    """

    front: FrontState
    time_step: float
    density: float
    step: int = 0
    time: float = 0.0
    charge: float = 0.0

    def after(self, front: FrontState, following: float, density: float, step: float) -> Moment:
        """The moment after a step (s) at a mean ``density`` (A/m²); ``following`` is the next."""
        charge = self.charge + density * step
        return Moment(front, following, density, self.step + 1, self.time + step, charge)


def march(model: Model, front: FrontState) -> Iterator[State]:
    """Yield the state at the start (t = 0+) and after every step until the stage is complete.

    Raises ShortCircuit when the deposit has reached the counter electrode, Depleted when the
    electrolyte cannot carry the current, SolveError or FrontError when a step fails however short
    it is taken.  The states yielded before remain valid.
    """
    moment, state = _first(model, front)
    yield state
    yield from go_on(model, moment)


def go_on(model: Model, moment: Moment) -> Iterator[State]:
    """``march`` from a moment that a state of it carried: yields the states that follow."""
    while not model.stage.complete(moment.time, moment.charge):
        started = time.perf_counter()
        before = moment
        moment, solution = _step(model, before)
        state = _state(model, moment, solution, before)
        yield replace(
            state, effort=Effort(solution.newton_iterations, time.perf_counter() - started)
        )
        if moment.front.contact:
            raise ShortCircuit(_short_circuit(moment.front.contact, state))


def _first(model: Model, front: FrontState) -> tuple[Moment, State]:
    """The current that flows at once on the initial cell, and the first time step."""
    solution = model.solve(front, AT_ONCE)
    step = min(model.control.first, model.control.within(model.speed(solution.current_density)))
    density = solution.total_current / metres_across(front.cell)
    moment = Moment(replace(front, fields=solution.fields), step, density)
    return moment, _assemble(model, moment, solution, 0.0, True)


def _step(model: Model, moment: Moment) -> tuple[Moment, Solution]:
    """One accepted step; a step that fails is taken again at half its length."""
    stage, control = model.stage, model.control
    step = _fitting(moment.time_step, stage.left(moment.time, moment.charge, moment.density))
    while True:
        try:
            solution = model.solve(moment.front, step)
            speed = model.speed(solution.current_density)
            density = solution.total_current / metres_across(moment.front.cell)
            if control.too_long(step, speed):
                step = control.within(speed)
                continue
            left = stage.left(moment.time, moment.charge, density)
            if step > left * (1.0 + 1e-6):  # the current has grown: the charge is reached before
                step = left
                continue
            front = model.interface.advance(moment.front, solution.fields, step)
        except Depleted as depleted:
            raise depleted.at(moment.time + step) from None
        except (SolveError, FrontError) as error:
            step *= 0.5
            if control.hopeless(step):
                raise type(error)(_gave_up(error, moment, step)) from error
            continue
        following = control.next(step, speed)
        return moment.after(front, following, density, step), solution


def _fitting(step: float, remaining: float) -> float:
    """The step, all that remains, or half of it: two equal steps rather than one and a sliver."""
    # What rounding leaves over is no step of its own.
    if remaining <= step * (1.0 + 1e-9):
        return remaining
    return 0.5 * remaining if remaining < 1.5 * step else step


def _state(model: Model, moment: Moment, solution: Solution, before: Moment) -> State:
    """The state after a step; on a frame, potential and current are solved on the new cell."""
    charge, passed = abs(moment.charge), abs(before.charge)
    complete = model.stage.complete(moment.time, moment.charge)
    last = complete or moment.front.contact
    due = bool(last) or int(charge / model.frame_every) > int(passed / model.frame_every)
    if not due:
        return _assemble(model, moment, solution, moment.time - before.time, False)
    there = model.solve(moment.front, AT_ONCE)
    solved = replace(moment, front=replace(moment.front, fields=there.fields))
    state = _assemble(model, solved, solution, moment.time - before.time, True)
    # The run goes on from the fields of the step: a frame more or less must not change it.
    return replace(state, moment=moment)


def _assemble(
    model: Model, moment: Moment, solution: Solution, time_step: float, frame: bool
) -> State:
    front = moment.front
    return State(
        step=moment.step,
        time=moment.time,
        time_step=time_step,
        cell=front.cell,
        surface=front.surface,
        film=front.film,
        concentration=front.fields.concentration,
        potential=front.fields.potential,
        current_density=front.fields.current_density,
        metal_potential=front.fields.metal_potential,
        resistance=film_resistance(front.film, model.film_conductivity),
        capacity=moment.charge,
        voltage=solution.voltage,
        void_area=front.void,
        balance=balance(front),
        effort=Effort(solution.newton_iterations),
        frame=frame,
        moment=moment,
    )


def balance(front: FrontState) -> Balance:
    """What the front has kept so far, as errors that should be small."""
    ledger = front.ledger
    lost = front.salt + ledger.salt_trapped - ledger.salt_initial - ledger.salt_received
    return Balance(
        faraday_error=abs(ledger.debt) / ledger.swept if ledger.swept > 0.0 else 0.0,
        salt_error=abs(lost) / ledger.salt_initial,
        salt_correction=ledger.salt_correction,
        pool_correction=ledger.pool_correction,
        volume_correction=ledger.volume_correction,
        film_error=ledger.film_error,
        dead_lithium_error=ledger.dead_lithium_error,
    )


def _short_circuit(metal: str, state: State) -> str:
    return (
        f"short circuit: {metal} reached the counter electrode at {state.time:.6g} s, "
        f"{state.capacity / MAH_PER_CM2:.4g} mAh/cm²"
    )


def _gave_up(error: Exception, moment: Moment, step: float) -> str:
    return (
        f"{error} (at {moment.time:.6g} s, step {moment.step + 1}, after shortening the time step "
        f"to {step:.3g} s; the surface moves fastest near {_fastest(moment.front)} µm). Try a "
        "finer mesh (mesh.surface_size) or a smaller time.max_advance."
    )


def _fastest(front: FrontState) -> str:
    facet = int(np.abs(front.fields.current_density).argmax())
    return f"({', '.join(f'{x:.3g}' for x in front.surface.midpoint[facet])})"
