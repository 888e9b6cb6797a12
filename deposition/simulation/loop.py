"""The time loop: transport, front, record, stage by stage until the protocol is at its end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from deposition.interface.state import FrontState
from deposition.protocol import Then
from deposition.simulation.model import Model
from deposition.simulation.moment import Moment
from deposition.simulation.stages import begin_stage, go_a_step
from deposition.simulation.state import State


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
