"""The time loop: the protocol, step by step, until it is complete."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from deposition.common.stopwatch import MMG, SOLVE, STOPWATCH
from deposition.interface.state import InterfaceState
from deposition.protocol import OnEvent
from deposition.simulation.model import Model
from deposition.simulation.run_state import RunState
from deposition.simulation.state import State
from deposition.simulation.step import advance_in_time, begin_protocol_step


def time_loop(model: Model, interface_state: InterfaceState) -> Iterator[State]:
    """Yield the state at the start (t = 0+) and after every step until the protocol is complete.

    A state with a time step of 0 is the beginning of a protocol step: the current that flows at
    once.  Raises ShortCircuit when the deposit has reached the counter electrode, Depleted when the
    electrolyte cannot carry the current (both only where the scenario calls them errors),
    SolveError or InterfaceError when a step fails however short it is.  States yielded before
    remain valid.
    """
    state = begin_protocol_step(model, RunState(interface_state))
    yield replace(state, is_snapshot=True)
    yield from resume_loop(model, _continued(model, state))


def resume_loop(model: Model, run_state: RunState) -> Iterator[State]:
    """``time_loop`` from a run state on: yields the states that follow."""
    while not model.plan.complete(run_state.progress):
        started, solving, cutting = time.perf_counter(), STOPWATCH[SOLVE], STOPWATCH[MMG]
        if run_state.progress.ended:
            state = begin_protocol_step(model, run_state.in_next_protocol_step())
        else:
            state = advance_in_time(model, run_state)
        cost = replace(
            state.cost,
            seconds=time.perf_counter() - started,
            solve_seconds=STOPWATCH[SOLVE] - solving,
            mmg_seconds=STOPWATCH[MMG] - cutting,
        )
        yield replace(state, cost=cost)
        run_state = _continued(model, state)


def resume_loop_with_load(model: Model, run_state: RunState) -> Iterator[State]:
    """``resume_loop`` in a protocol step whose load has changed: the first state has the current
    that flows at once, and a time step of 0."""
    state = begin_protocol_step(model, replace(run_state, step=run_state.step + 1))
    yield state
    yield from resume_loop(model, _continued(model, state))


def _continued(model: Model, state: State) -> RunState:
    """State from which the run continues; raises the error of an event that is one."""
    if state.event and model.plan.then(state.progress) is OnEvent.ERROR:
        state.event.fail()
    return state.run_state
