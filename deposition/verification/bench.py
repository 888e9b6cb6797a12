"""Computation of a case, with the scenario, geometry, film, solver and interface of any run."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from pathlib import Path

from deposition.analysis.dissipation import dissipation
from deposition.analysis.invariants import invariants, open_box
from deposition.common.errors import VerificationError
from deposition.scenario import Scenario
from deposition.simulation.build import initial_interface_state, model_of
from deposition.simulation.initial import begin
from deposition.simulation.loop import time_loop
from deposition.simulation.state import State

CASES = Path(__file__).parent / "cases"


def scenario(name: str, *overrides: str) -> Scenario:
    """Load the scenario ``cases/NAME.toml``, changed by ``key=value`` as with ``--set``."""
    return Scenario.load(CASES / f"{name}.toml", overrides)


def states(settings: Scenario) -> Iterator[State]:
    """All states of a run, from the initial to the last.

    The invariants of ``analysis.invariants`` are checked in each.  A run of a user only warns of a
    violation; a case fails.  Raises VerificationError.
    """
    start = begin(settings)
    model = model_of(settings, start)
    heat, box = dissipation(settings.electrolyte_law, settings.temperature), None
    for state in time_loop(model, initial_interface_state(model, start)):
        box = open_box(state) if box is None else box
        broken = next((law for law in invariants(state, box, heat) if law.violated), None)
        if broken is not None:
            raise VerificationError(
                f"Invariant violated: {broken.name} is {broken.value:.1e} after step {state.step}; "
                f"at most {broken.limit:g} is allowed. [E800]"
            )
        yield state


def last_state(settings: Scenario) -> State:
    """State at the end of a run."""
    return deque(states(settings), maxlen=1).pop()


def voltage_at(state: State) -> float:
    """φ_counter - φ_working of a snapshot, V, solved on its own mesh, not that before the step."""
    assert state.is_snapshot
    return -float(state.metal_potential[state.surface.working].mean())
