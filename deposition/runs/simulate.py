"""A loop of one's own over the states of a scenario, without files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from deposition.common.errors import ScenarioError
from deposition.scenario import Scenario
from deposition.simulation.build import initial_interface_state, model_of
from deposition.simulation.initial import begin
from deposition.simulation.loop import time_loop
from deposition.simulation.state import State
from deposition.transport.compilation import compile_equations


def simulate(scenario: Scenario | str | Path) -> Iterator[State]:
    """Compute a scenario step by step; nothing is written.

    scenario  a ``Scenario``, the name of a shipped one, or a file

    Yields the ``State`` at the start and after every time step: ``time`` (s), ``voltage`` (V),
    ``cell``, ``surface``, ``concentration`` (mol/m³), ``current_density`` (A/m², per surface
    facet), and so on.  States yielded before remain valid.  Raises DepositionError where the
    scenario is not valid or cannot begin, and, from the loop, where a step fails.

    >>> short = Scenario.load("c-i-be-ln").with_({"protocol.capacity": "0.005 mAh/cm^2"})
    >>> for state in simulate(short):
    ...     if state.time > 10.0:
    ...         break
    >>> 1e-3 < state.voltage < 2e-3
    True
    """
    scenario = as_scenario(scenario)
    start = begin(scenario)
    model = model_of(scenario.with_growth_axis(start.cell.growth), start)
    compile_equations(model.transport, start.cell)
    return time_loop(model, initial_interface_state(model, start))


def as_scenario(scenario: Scenario | str | Path) -> Scenario:
    """A scenario, or that of a name or a file.  Raises ScenarioError for anything else."""
    if isinstance(scenario, str | Path):
        return Scenario.load(scenario)
    if not isinstance(scenario, Scenario):
        raise ScenarioError(
            f"{scenario!r} is no scenario. Give a Scenario, the name of a shipped one, or the "
            "path of a .toml file [E509]"
        )
    return scenario
