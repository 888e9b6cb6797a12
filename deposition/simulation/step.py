"""A time step, and how a protocol step begins and ends.

    begin ──▶ step ──▶ step ──▶ … ──▶ end ──▶ begin of the next protocol step
      │         │                       ▲
      └─────────┴────────▶ event ───────┘

``begin_protocol_step``  solves for the current that flows at once and chooses the first time step.
``advance_in_time``      takes one time step; it is repeated, shorter, until accuracy, charge and
                         voltage are kept.
end                      the time or the charge of the protocol step has been reached.
event                    a voltage limit, salt depletion, a short circuit, exhausted lithium.

Both functions return the state that is recorded.  Where a protocol step ends, the progress in the
state says why; ``ProtocolPlan.then`` says what follows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from deposition.common.constants import AT_REST, FARADAY
from deposition.common.errors import InterfaceError, RemeshingTooSlow, SolveError
from deposition.common.stop_signal import Stopped, stop_requested
from deposition.interface.connectivity import contact_place
from deposition.interface.corrector import Advanced
from deposition.interface.state import InterfaceState
from deposition.laws.sand import sand_time
from deposition.mesh.cell import COLLECTOR, Floats
from deposition.mesh.footprint import projected_area_m2
from deposition.protocol import REST, ConstantCurrent, OnEvent, StopReason
from deposition.protocol.events import Event, depletion_note
from deposition.protocol.protocol_step import NEAR
from deposition.simulation.model import INSTANT, Model
from deposition.simulation.run_state import RunState, undeposited_current_density
from deposition.simulation.state import Balance, State, StepCost
from deposition.transport.fields import Fields
from deposition.transport.losses import NO_LOSSES
from deposition.transport.physics import Depleted, HostExhausted, Solution, StepSolution

REMNANT = 0.02
"""A step that leaves less than this share of the lithium that it takes takes that too."""

OVERSHOT = 1e-5
"""Share of a step by which it may go beyond the end of its protocol step."""

LOCATED = 0.001
"""Events are located in time to this share of the time that their protocol step took."""

DEPLETED = 1e-3
"""The salt is depleted where its concentration has fallen to this share of the initial one."""

DEPLETING = 0.9
"""Share of the time to depletion, at the present rate, that a step may take."""


# --- begin ----------------------------------------------------------------------------------------


def begin_protocol_step(model: Model, run_state: RunState) -> State:
    """The state with the current that flows at once, and the first time step."""
    protocol_step = model.plan.protocol_step(run_state.progress)
    # No current can flow in a protocol step that has no lithium or no salt.
    at_rest = replace(run_state, applied_current_density=0.0, voltage=math.nan, losses=NO_LOSSES)
    exhausted = model.interface.strippable_volume(run_state.interface_state) == 0.0
    if protocol_step.sign < 0.0 and run_state.step > 0 and exhausted:
        event = _event(run_state, StopReason.LITHIUM_EXHAUSTED)
        return _halted(model, at_rest, run_state, event)
    try:
        applied = protocol_step.applied_at(run_state.progress.time)
        solution = model.solve(run_state.interface_state, INSTANT, applied)
    except Depleted as depleted:
        event = _depletion(model, run_state, depleted.at(run_state.time))
        return _halted(model, at_rest, run_state, event)
    area = projected_area_m2(run_state.interface_state.cell)
    begun = replace(
        run_state,
        interface_state=_with_current(run_state.interface_state, solution.fields),
        time_step=_first_step(model, run_state, solution),
        applied_current_density=solution.total_current / area,
        voltage=solution.voltage,
        floating_current=run_state.largest_floating_current(solution),
        losses=solution.losses().per(area),
    )
    return _state(model, begun, begun, StepCost(solution.newton_iterations))


def _first_step(model: Model, run_state: RunState, solution: Solution) -> float:
    """The first time step (s) of a protocol step, of which ``solution`` is the beginning.

    Of the current alone: chemical rates fall within the first step, by diffusion of the species.
    A sweep begins without a current, which grows in proportion to the time: the first deposit on a
    bare collector has the current of a later moment.  Beside lithium, too, the first deposit on the
    collector must be thick enough for the mesh.
    """
    protocol_step, time = model.plan.protocol_step(run_state.progress), run_state.progress.time
    area = projected_area_m2(run_state.interface_state.cell)
    speed = model.speed(solution.current_density)
    mean = model.speed(np.array([solution.total_current / area]))
    on_collector = _plating_on_collector(run_state.interface_state, solution.current_density)
    exhausted = model.interface.strippable_volume(run_state.interface_state) == 0.0
    bare = exhausted or len(on_collector) > 0
    if bare and not exhausted:
        mean = model.speed(np.array([on_collector.mean()]))
    longest = protocol_step.longest
    if math.isinf(longest):
        return model.control.first_on(speed, mean, bare=bare)
    later = model.solve(
        run_state.interface_state, INSTANT, protocol_step.applied_at(time + longest)
    )
    grown = model.speed(np.array([later.total_current / area]))
    thinnest = model.control.thinnest if bare and grown > 0.0 else 0.0
    thick = math.sqrt(2.0 * longest * thinnest / grown) if thinnest else 0.0
    return max(thick, min(longest, model.control.first_on(speed, mean, bare=False)))


def _plating_on_collector(interface_state: InterfaceState, current_density: Floats) -> Floats:
    """(k,) current densities (A/m²) of the facets of bare collector on which lithium is plated."""
    found = current_density[interface_state.surface.on(COLLECTOR)]
    return np.asarray(found[found > 0.0], dtype=np.float64)


def _with_current(interface_state: InterfaceState, instant: Fields) -> InterfaceState:
    """The interface with the potential and the current of fields that were solved at once.

    Its salt is what it was: walls that push anions for a moment have not moved on.
    """
    old = interface_state.fields
    fields = replace(
        instant,
        concentration=old.concentration,
        dissolved=old.dissolved,
        lithiation=old.lithiation,
        loading=old.loading,
        porous_lithium=old.porous_lithium,
    )
    return replace(interface_state, fields=fields)


# --- step -----------------------------------------------------------------------------------------


def advance_in_time(model: Model, before: RunState) -> State:
    """The state a time step later; or, where no step can be taken, the same cell and the event."""
    try:
        after = take_step(model, before)
    except (SolveError, InterfaceError) as error:
        place = model.interface.near_short_circuit(before.interface_state)
        if len(place):
            event = _short_circuit(before, "the deposit", tuple(map(float, place)))
        elif isinstance(error, Depleted):
            event = _depletion(model, before, error)
        else:
            raise
    else:
        return _state(model, after.state, before, StepCost(after.newton_iterations))
    return _halted(model, replace(before, step=before.step + 1), before, event)


@dataclass(frozen=True, eq=False)
class Taken:
    """The state after an accepted step, and all its Newton iterations."""

    state: RunState
    newton_iterations: int


def take_step(model: Model, run_state: RunState) -> Taken:
    """One accepted time step; a step that fails is taken again at half its length.

    Raises Stopped before an attempt if a signal has asked the run to stop, Depleted when the salt
    runs out at once, SolveError or InterfaceError when a step fails however short it is.
    """
    control, progress = model.control, run_state.progress
    protocol_step = model.plan.protocol_step(progress)
    applied = protocol_step.applied_at(progress.time)
    step = _fitting(run_state.time_step, _time_left(model, run_state))
    longest = math.inf
    while True:
        if stop_requested():
            raise Stopped
        try:
            solved = model.integrate(run_state.interface_state, step, applied)
            other = _other_step(model, run_state, solved, step)
            if other is not None:
                step = other
                continue
            moved = model.advance(run_state.interface_state, solved, step, applied)
            side = undeposited_current_density(run_state.interface_state, solved.mean)
            other = _other_step_after(model, run_state, moved, step, side)
            if other is not None:
                step = other
                continue
        except Depleted as depleted:
            if step <= max(LOCATED * progress.time, control.shortest):
                raise depleted.at(run_state.time + step) from None
            step *= 0.5
            longest = step
            continue
        except (SolveError, InterfaceError) as error:
            step *= 0.5
            if control.hopeless(step):
                if isinstance(error, HostExhausted):  # neither mesh nor step would help
                    raise
                raise type(error)(_gave_up(error, run_state, step)) from error
            continue
        fields = moved.state.fields
        speed = model.speed(fields.current_density, fields.chemical_rate)
        next_step = min(
            longest,
            protocol_step.longest,
            control.next(step, speed, solved.error),
            control.corrected(step, moved.correction),
            DEPLETING * _depleted_in(model, run_state, moved.state, step),
        )
        iterations = solved.end.newton_iterations + (
            0 if moved.end is solved.end else moved.end.newton_iterations
        )
        return Taken(run_state.after(moved, solved, next_step, step), iterations)


def _depleted_in(model: Model, run_state: RunState, after: InterfaceState, step: float) -> float:
    """Time until the lowest concentration has fallen to half of ``DEPLETED`` at its present rate,
    s."""
    before, now = (
        _lowest(state)[1] / model.transport.concentration
        for state in (run_state.interface_state, after)
    )
    fallen = before - now
    return step * (now - 0.5 * DEPLETED) / fallen if fallen > 0.0 else math.inf


def _lowest(state: InterfaceState) -> tuple[int, float]:
    """Vertex of the lowest concentration of salt, and that, mol/m³."""
    node = int(np.nanargmin(state.fields.concentration))
    return node, float(state.fields.concentration[node])


@dataclass(frozen=True)
class _TimeLeft:
    """Time until lithium, and until charge or duration, of the protocol step are at their end, s.

    total, deposited  mean current density, and that of the lithium that is deposited, A/m²
    """

    exhausted: float
    rest: float

    @classmethod
    def of(cls, model: Model, run_state: RunState, total: float, deposited: float) -> _TimeLeft:
        progress = run_state.progress
        step = model.plan.protocol_step(progress)
        return cls(
            model.time_to_exhaustion(run_state.interface_state, deposited),
            step.left(progress.time, progress.charge, total),
        )

    @property
    def least(self) -> float:
        """Time until the first of both."""
        return min(self.exhausted, self.rest)


def _time_left(model: Model, run_state: RunState) -> float:
    """Time that is left at the currents of the last step, s."""
    state, total = run_state.interface_state, run_state.applied_current_density
    side = undeposited_current_density(state, state.fields)
    return _TimeLeft.of(model, run_state, total, total - side).least


def _other_step(
    model: Model, run_state: RunState, solved: StepSolution, step: float
) -> float | None:
    """The time step (s) to take instead, where the concentration is inaccurate, the surface, the
    charge or the voltage went too far, or the lithium is not quite exhausted; None where the step
    is good."""
    control, interface_state = model.control, run_state.interface_state
    speed = model.speed(solved.mean.current_density, solved.mean.chemical_rate)
    if control.too_long(step, speed):
        return control.within(speed)
    bare = model.interface.strippable_volume(interface_state) == 0.0
    if run_state.progress.time == 0.0:  # the first deposit on a collector beside lithium
        current = interface_state.fields.current_density
        bare = bare or len(_plating_on_collector(interface_state, current)) > 0
    if not bare and control.inaccurate(step, solved.error):
        return control.accurate(step, solved.error)
    total = _per_area(run_state, solved.total_current)
    side = undeposited_current_density(interface_state, solved.mean)
    left = _TimeLeft.of(model, run_state, total, total - side)
    if step > left.least * (1.0 + 1e-6):  # the current has grown: the charge is reached before
        return left.least
    nearly = (1.0 - REMNANT) * left.exhausted < step < left.exhausted * (1.0 - 1e-6)
    if left.exhausted <= left.rest and nearly:
        return left.exhausted  # the current has fallen: lithium too thin to mesh would be left
    protocol_step = model.plan.protocol_step(run_state.progress)
    before = protocol_step.beyond(run_state.voltage)
    beyond = protocol_step.beyond(solved.end.voltage)
    if beyond > NEAR and not control.hopeless(step):
        return step * min(0.95, max(0.05, before / (before - beyond)))
    return None


def _other_step_after(
    model: Model, run_state: RunState, moved: Advanced, step: float, side: float
) -> float | None:
    """The time step (s) to take instead of one that has moved the surface, where the surface is
    inaccurate or has gone beyond the charge or the lithium; None where the step is good.

    side  current density in the step that deposits no lithium, A/m²
    """
    if model.control.uncorrected(moved.correction):
        return model.control.corrected(step, moved.correction)
    total = _per_area(run_state, moved.total_current)
    left = _TimeLeft.of(model, run_state, total, total - side).least
    if step > left * (1.0 + OVERSHOT):  # the current has grown by the move
        return left
    states = (run_state.interface_state, moved.state)
    before, after = (model.interface.thinnest_lithium(state).left for state in states)
    if after < 0.0 < before:
        reached = step * before / (before - after)
        resolved = LOCATED * (run_state.progress.time + step)
        if step > reached + resolved:
            return reached + 0.5 * resolved
    return None


def _per_area(run_state: RunState, current: float) -> float:
    """A current (A) per projected area, A/m²."""
    return current / projected_area_m2(run_state.interface_state.cell)


def _fitting(step: float, remaining: float) -> float:
    """The step, all that remains, or half of it: two equal steps rather than one and a sliver."""
    # What rounding leaves over is no step of its own.
    if remaining <= step * (1.0 + 1e-9):
        return remaining
    return 0.5 * remaining if remaining < 1.5 * step else step


def _gave_up(error: Exception, run_state: RunState, step: float) -> str:
    surface = run_state.interface_state.surface
    fastest = int(np.abs(run_state.interface_state.fields.current_density).argmax())
    place = ", ".join(f"{x:.3g}" for x in surface.midpoint[fastest])
    slow = isinstance(error, RemeshingTooSlow)
    remedy = "a coarser mesh" if slow else "a finer mesh (mesh.surface_size)"
    return (
        f"{error} (at {run_state.time:.6g} s, step {run_state.step + 1}, after shortening the time "
        f"step to {step:.3g} s; the surface moves fastest near ({place}) µm). Try {remedy} or a "
        "smaller time.max_advance."
        " [E424]"
    )


# --- end, event -----------------------------------------------------------------------------------


def _state(model: Model, after: RunState, before: RunState, cost: StepCost) -> State:
    """The state after a step, whose protocol step has come to its end or not."""
    reason, event = _reached(model, after, before)
    return _recorded(model, after.ended(reason), before, cost, event)


def _halted(model: Model, stands: RunState, before: RunState, event: Event) -> State:
    """The state of a protocol step that cannot continue from where it stands.

    Where no current can be found on its cell, its potential and current are carried over.
    """
    after = stands.ended(event.reason)
    try:
        return _recorded(model, after, before, StepCost(), event)
    except SolveError:
        return _assembled(model, after, before, StepCost(), event, is_snapshot=False)


def _reached(
    model: Model, run_state: RunState, before: RunState
) -> tuple[StopReason | None, Event | None]:
    """Reason for the end of the protocol step, and its event if it is one."""
    progress, interface_state = run_state.progress, run_state.interface_state
    protocol_step = model.plan.protocol_step(progress)
    if metal := interface_state.contact:
        place = contact_place(interface_state.cell)
        return StopReason.SHORT_CIRCUIT, _short_circuit(run_state, metal, place)
    if len(touched := model.interface.at_short_circuit(interface_state)):
        event = _short_circuit(run_state, "the deposit", tuple(map(float, touched)))
        return StopReason.SHORT_CIRCUIT, event
    plates = run_state.applied_current_density > AT_REST
    if plates and len(reached := model.interface.near_separator(interface_state)):
        place = tuple(map(float, reached))
        event = _event(run_state, StopReason.SEPARATOR_REACHED, place)
        return StopReason.SEPARATOR_REACHED, event
    reason = protocol_step.end(progress.time, progress.charge)
    node, lowest = _lowest(interface_state)
    falls = lowest < _lowest(before.interface_state)[1]
    if reason is None and falls and lowest <= DEPLETED * model.transport.concentration:
        near = model.interface.near_short_circuit(interface_state)
        if len(near):
            event = _short_circuit(run_state, "the deposit", tuple(map(float, near)))
            return StopReason.SHORT_CIRCUIT, event
        depleted = Depleted(interface_state.cell.points[node], lowest, run_state.time)
        return StopReason.DEPLETION, _depletion(model, run_state, depleted)
    if reason is None and protocol_step.beyond(run_state.voltage) >= -NEAR:
        return StopReason.VOLTAGE_LIMIT, _event(run_state, StopReason.VOLTAGE_LIMIT)
    dissolves = interface_state.fields.chemical_rate.min(initial=0.0) < 0.0
    if reason is None and (dissolves or run_state.applied_current_density < -AT_REST):
        thinnest = model.interface.thinnest_lithium(interface_state)
        if thinnest.exhausted or model.interface.strippable_volume(interface_state) == 0.0:
            place = tuple(map(float, thinnest.place)) if thinnest.exhausted else ()
            event = _event(run_state, StopReason.LITHIUM_EXHAUSTED, place)
            return StopReason.LITHIUM_EXHAUSTED, event
    return reason, None


def _short_circuit(run_state: RunState, metal: str, place: tuple[float, ...]) -> Event:
    """The event of metal that reached the counter electrode."""
    return replace(_event(run_state, StopReason.SHORT_CIRCUIT, place), metal=metal)


def _event(run_state: RunState, reason: StopReason, place: tuple[float, ...] = ()) -> Event:
    number = run_state.progress.protocol_step
    return Event(reason, number, run_state.time, run_state.net_areal_charge, place)


def _depletion(model: Model, run_state: RunState, depleted: Depleted) -> Event:
    """The event of a solve that ran out of salt, with Sand's time of an applied current."""
    applied, cell = model.plan.protocol_step(run_state.progress).applied, model.transport
    current = applied.density if isinstance(applied, ConstantCurrent) else math.nan
    interface_state = run_state.interface_state
    pores = cell.pores.at_working_electrode(interface_state.cell, interface_state.surface)
    time = sand_time(cell.electrolyte, cell.concentration, current, pores)
    there = _event(run_state, StopReason.DEPLETION, tuple(map(float, depleted.where)))
    event = replace(there, sand_time=time)
    return replace(event, error=depleted.with_note(depletion_note(event, current)))


def _recorded(
    model: Model, after: RunState, before: RunState, cost: StepCost, event: Event | None
) -> State:
    """The state after a step; in a snapshot, potential and current are solved on the new cell."""
    if not _is_snapshot(model, after, before):
        return _assembled(model, after, before, cost, event, is_snapshot=False)
    bare = model.interface.strippable_volume(after.interface_state) == 0.0
    if bare and not after.interface_state.surface.working.any():  # no electrode is left to solve
        state = _assembled(model, after, before, cost, event, is_snapshot=True)
        nothing = np.zeros_like(state.fields.current_density)
        rest = replace(state.fields, current_density=nothing, side_current=np.zeros(1))
        return replace(state, fields=rest)
    applied = model.plan.protocol_step(after.progress).applied_at(after.progress.time)
    if bare and after.applied_current_density <= 0.0:
        applied = REST  # nothing can be stripped off a bare collector
    solution = model.solve(after.interface_state, INSTANT, applied)
    fields = _with_current(after.interface_state, solution.fields).fields
    # The run continues from the fields of the step: a snapshot must not change it.
    state = _assembled(model, after, before, cost, event, is_snapshot=True)
    return replace(state, fields=fields)


def _is_snapshot(model: Model, after: RunState, before: RunState) -> bool:
    """After each ``snapshot_every`` of charge, of which lithium that reacts is a part, at the end
    of the run, and of each protocol step if they are few."""
    then = model.plan.then(after.progress)
    if then is not None and (then is not OnEvent.NEXT or model.plan.ends_are_recorded):
        # A spectrum changes nothing: its state is that of the end before it.
        return then is not OnEvent.NEXT or not model.plan.protocol_step(after.progress).is_spectrum
    every = model.snapshot_every
    passed, passed_before = (
        s.progress.charge_throughput + FARADAY * s.reacted_lithium for s in (after, before)
    )
    return int(passed / every) > int(passed_before / every)


def _assembled(
    model: Model,
    after: RunState,
    before: RunState,
    cost: StepCost,
    event: Event | None,
    *,
    is_snapshot: bool,
) -> State:
    """The state with the fields of the step."""
    return State(
        run_state=after,
        fields=after.interface_state.fields,
        resistance=model.film_resistance(after.interface_state),
        time_step=after.time - before.time,
        balance=Balance.of(after),
        cost=cost,
        event=event,
        is_snapshot=is_snapshot,
    )
