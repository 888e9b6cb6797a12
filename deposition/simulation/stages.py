"""How a stage begins, goes on by a step, and ends: each makes the state that is recorded."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from deposition.common.constants import AT_REST
from deposition.common.errors import FrontError, SolveError
from deposition.interface.connectivity import contact_place
from deposition.laws.sand import sand_time
from deposition.mesh.footprint import metres_across
from deposition.protocol import REST, ConstantCurrent, End, Then
from deposition.protocol.events import Event, sand
from deposition.protocol.stage import NEAR
from deposition.simulation.state import Balance, Effort, State
from deposition.simulation.step import take_step
from deposition.transport.fields import Fields
from deposition.transport.physics import Depleted

if TYPE_CHECKING:
    from deposition.interface.state import FrontState
    from deposition.simulation.model import Model
    from deposition.simulation.moment import Moment

AT_ONCE = 1e-9
"""A time step (s) in which no salt moves: the current on a given cell at a given concentration."""


def begin_stage(model: Model, moment: Moment) -> State:
    """The current that flows at once, and the first time step."""
    stage = model.plan.stage(moment.progress)
    if stage.sign < 0.0 and moment.step > 0 and model.interface.supply(moment.front) == 0.0:
        return _halted(model, _at_rest(moment), moment, _event(moment, End.LITHIUM_USED_UP))
    try:
        solution = model.solve(moment.front, AT_ONCE, stage.asked)
    except Depleted as depleted:
        event = _depletion(model, moment, depleted.at(moment.time))
        return _halted(model, _at_rest(moment), moment, event)
    longest = model.control.within(model.speed(solution.current_density))
    begun = replace(
        moment,
        front=_flowing(moment.front, solution.fields),
        time_step=min(model.control.first, longest),
        density=solution.total_current / metres_across(moment.front.cell),
        voltage=solution.voltage,
        floating_current=moment.worst_floating_current(solution),
    )
    return _state(model, begun, begun, Effort(solution.newton_iterations))


def _flowing(front: FrontState, at_once: Fields) -> FrontState:
    """The front with the potential and the current of fields that were solved at once.

    Its salt is what it was: walls that push anions for a moment have not moved on.
    """
    return replace(front, fields=replace(at_once, concentration=front.fields.concentration))


def go_a_step(model: Model, before: Moment) -> State:
    """A step later; or, where no step can be taken, the same cell and the reason."""
    try:
        after, solution = take_step(model, before)
    except Depleted as depleted:
        event = _depletion(model, before, depleted)
    except (SolveError, FrontError):
        place = model.interface.touches(before.front)
        if len(place) == 0:
            raise
        event = _short(before, "the deposit", tuple(map(float, place)))
    else:
        return _state(model, after, before, Effort(solution.newton_iterations))
    return _halted(model, replace(before, step=before.step + 1), before, event)


def _at_rest(moment: Moment) -> Moment:
    """The moment at the beginning of a stage in which nothing can flow."""
    return replace(moment, density=0.0, voltage=math.nan)


def _halted(model: Model, stands: Moment, before: Moment, event: Event) -> State:
    """The state of a stage that cannot go on from where it stands.

    Where no current can be found on its cell, its potential and current are carried over.
    """
    after = stands.ended(event.end)
    try:
        return _recorded(model, after, before, Effort(), event)
    except SolveError:
        return assemble(model, after, after.time - before.time, Effort(), event, frame=False)


def _state(model: Model, after: Moment, before: Moment, effort: Effort) -> State:
    """The state at a moment, whose stage has come to its end or not."""
    end, event = _reached(model, after)
    return _recorded(model, after.ended(end), before, effort, event)


def _reached(model: Model, moment: Moment) -> tuple[End | None, Event | None]:
    """What has ended the stage, and the event that it is if it is one."""
    stage, progress = model.plan.stage(moment.progress), moment.progress
    if metal := moment.front.contact:
        return End.SHORT_CIRCUIT, _short(moment, metal, contact_place(moment.front.cell))
    end = stage.end(progress.time, progress.charge)
    if end is None and stage.beyond(moment.voltage) >= -NEAR:
        return End.VOLTAGE_LIMIT, _event(moment, End.VOLTAGE_LIMIT)
    if end is None and moment.density < -AT_REST:
        worn = model.interface.worn_through(moment.front)
        if len(worn) or model.interface.supply(moment.front) == 0.0:
            return End.LITHIUM_USED_UP, _event(moment, End.LITHIUM_USED_UP, tuple(map(float, worn)))
    return end, None


def _short(moment: Moment, metal: str, place: tuple[float, ...]) -> Event:
    """The event of metal that reached the counter electrode."""
    return replace(_event(moment, End.SHORT_CIRCUIT, place), metal=metal)


def _event(moment: Moment, end: End, place: tuple[float, ...] = ()) -> Event:
    return Event(end, moment.progress.stage, moment.time, moment.charge, place)


def _depletion(model: Model, moment: Moment, depleted: Depleted) -> Event:
    """The event of a solve that ran out of salt, with Sand's time where a current was asked for."""
    asked, cell = model.plan.stage(moment.progress).asked, model.transport
    density = asked.density if isinstance(asked, ConstantCurrent) else math.nan
    time = sand_time(cell.electrolyte, cell.concentration, density, cell.pores)
    there = _event(moment, End.DEPLETION, tuple(map(float, depleted.where)))
    event = replace(there, sand_time=time)
    return replace(event, error=depleted.saying(sand(event, density)))


def _recorded(
    model: Model, after: Moment, before: Moment, effort: Effort, event: Event | None
) -> State:
    """The state at a moment; on a frame, potential and current are solved on the new cell."""
    time_step = after.time - before.time
    if not _is_frame(model, after, before):
        return assemble(model, after, time_step, effort, event, frame=False)
    bare = model.interface.supply(after.front) == 0.0
    asked = model.plan.stage(after.progress).asked
    # Nothing can be stripped off a bare collector: its fields are those of a cell at rest.
    there = model.solve(after.front, AT_ONCE, REST if bare and after.density <= 0.0 else asked)
    solved = replace(after, front=_flowing(after.front, there.fields))
    state = assemble(model, solved, time_step, effort, event, frame=True)
    # The run goes on from the fields of the step: a frame more or less must not change it.
    return replace(state, moment=after)


def _is_frame(model: Model, after: Moment, before: Moment) -> bool:
    """After each ``frame_every`` of charge, at the end of the run, and of each of few stages."""
    then = model.plan.then(after.progress)
    if then is not None and (then is not Then.NEXT or model.plan.ends_are_recorded):
        return True
    every = model.frame_every
    return int(after.progress.passed / every) > int(before.progress.passed / every)


def assemble(
    model: Model,
    moment: Moment,
    time_step: float,
    effort: Effort,
    event: Event | None,
    *,
    frame: bool,
) -> State:
    """The state at a moment as it is."""
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
        resistance=model.film_resistance(front),
        density=moment.density,
        capacity=moment.charge,
        voltage=moment.voltage,
        void_area=front.void,
        balance=balance(moment),
        effort=effort,
        frame=frame,
        progress=moment.progress,
        event=event,
        moment=moment,
    )


def balance(moment: Moment) -> Balance:
    """What the run has kept so far, as errors that should be small."""
    front, ledger = moment.front, moment.front.ledger
    lost = front.salt + ledger.salt_trapped - ledger.salt_initial - ledger.salt_received
    return Balance(
        faraday_error=ledger.faraday_error,
        salt_error=abs(lost) / ledger.salt_initial,
        salt_correction=ledger.salt_correction,
        pool_correction=ledger.pool_correction,
        volume_correction=ledger.volume_correction,
        film_error=ledger.film_error,
        dead_lithium_error=ledger.dead_lithium_error,
        dead_lithium_net_current=moment.floating_current,
    )
