"""What no run may break under pulses, rests and stripping; in the manner of ``test_invariants``.

Random protocols on random films, on lithium, around a block of dead lithium, and on a collector
that is bare at first and may be stripped bare again.
"""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from helpers.campaign import examples
from helpers.invariant_checks import (
    BLOCK,
    SCENARIO,
    WIDTH,
    Run,
    blocks,
    check_advance,
    check_box,
    check_film,
    check_mesh,
    check_salt,
    films,
    patches,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deposition.analysis.dissipation import dissipation
from deposition.common.constants import FARADAY, MICROMETRE
from deposition.mesh.cell import COLLECTOR, LITHIUM, metal_volume
from deposition.protocol import ConstantCurrent, StopReason
from deposition.scenario import Scenario
from deposition.scenario.plan import plan_of
from deposition.simulation.state import State
from deposition.verification.bench import states

pytestmark = pytest.mark.solve

OWED = 1e-6
"""What the front may owe after a step, µm²."""

GEOMETRIES = {"free": "flat.geo", "blocked": "block.geo", "bare": "collector.geo"}
Change = tuple[str, list[str], list[str], list[str]]
"""One of ``GEOMETRIES``, film, block, protocol."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the scenarios and the geometry lie."""
    place = tmp_path_factory.mktemp("protocols")
    (place / "block.geo").write_text(BLOCK)
    for name, geometry in GEOMETRIES.items():
        (place / f"{name}.toml").write_text(SCENARIO.replace("GEOMETRY", geometry))
    return place


# --- random protocols -----------------------------------------------------------------------------

AT_REST = 1e-6
"""Current density that Newton's method leaves at rest, A/m², of 1 to 20 that flow otherwise."""

PASSES = 'current_density = "{} A/m^2", capacity = "{} mAh/cm^2"'


def passes(sign: int) -> st.SearchStrategy[str]:
    """A current one way, for a charge of up to a cell."""
    current = st.sampled_from([1.0, 5.0, 20.0]).map(lambda i: sign * i)
    charge = st.sampled_from([0.003, 0.02, 0.06])
    return st.tuples(current, charge).map(lambda drawn: PASSES.format(*drawn))


def protocols() -> st.SearchStrategy[list[str]]:
    """Plates first; then pulses, reverse pulses and rests in any order."""
    rests = st.sampled_from(["1 s", "300 s"]).map(lambda time: f'rest = "{time}"')
    later = st.lists(st.one_of(passes(-1), passes(1), rests), min_size=1, max_size=4)
    steps = st.tuples(passes(1), later).map(lambda drawn: [drawn[0], *drawn[1]])
    return steps.map(lambda steps: [f"protocol.steps=[{', '.join(f'{{{s}}}' for s in steps)}]"])


def cells() -> st.SearchStrategy[Change]:
    """What makes a random cell with a random protocol."""
    blocked = st.tuples(st.just("blocked"), films(), blocks().filter(bool), protocols())
    others: st.SearchStrategy[Change] = st.tuples(
        st.sampled_from(["free", "bare"]), films(), st.just([]), protocols()
    )
    return st.one_of(blocked, others)


# --- invariants -----------------------------------------------------------------------------------


def passed(run: Run, state: State) -> float:
    """All that was plated and stripped, V_m ∫|i|dt/F over the width, µm²."""
    thickness = run.scenario.lithium.molar_volume * state.progress.charge_throughput / FARADAY
    return thickness / MICROMETRE * WIDTH


def rested(run: Run, state: State) -> float:
    """Time without current, s."""
    steps, progress = plan_of(run.scenario.protocol).protocol_steps, state.progress
    times = [step.duration for step in steps[: progress.protocol_step]] + [progress.time]
    rests = [step.applied == ConstantCurrent(0.0) for step in steps]
    return sum(time for time, rest in zip(times, rests, strict=False) if rest)


def check_charge(run: Run, state: State) -> None:
    """Faraday: V_metal - V_metal(0) = V_m Q/F, over all that was plated and stripped."""
    gained = metal_volume(state.cell) - metal_volume(run.first.cell)
    if state.progress.charge_throughput and state.void_area == 0.0:
        lacking = abs(gained - run.deposited(state)) / passed(run, state)
        # The error counts the current that Newton's method leaves at rest, the protocol does not.
        left = AT_REST * rested(run, state) / state.progress.charge_throughput
        assert lacking == pytest.approx(state.balance.faraday_error, abs=1e-9 + left)
    assert state.balance.faraday_error * passed(run, state) <= OWED


def check_currents(run: Run, state: State) -> None:
    """In a snapshot Σ i_n A of all electrodes is 0, and that of the working one is the current of
    the protocol step, while there is lithium; the bare collector dissolves nowhere."""
    if not state.is_snapshot:
        return
    flow, surface = state.current_density * state.surface.area, state.surface
    asked = plan_of(run.scenario.protocol).protocol_step(state.progress).applied
    assert isinstance(asked, ConstantCurrent)
    slack = 1e-9 * np.abs(flow).sum() + (0.0 if asked.density else AT_REST * WIDTH)
    assert not np.any(state.current_density[surface.on(COLLECTOR)] < -1e-9)
    if asked.density < 0.0 and not surface.on(LITHIUM).any():
        assert np.abs(flow[surface.working]).sum() <= 1e-6 * WIDTH
        return
    assert abs(flow.sum()) <= slack
    net = flow[surface.working].sum()
    assert net == pytest.approx(asked.density * WIDTH, rel=1e-9, abs=slack)


def check_dissipation(run: Run, state: State) -> None:
    """No simplex takes heat up, be it beside the largest source of heat of the run's currents."""
    if state.is_snapshot:
        heat = dissipation(run.law, run.scenario.temperature)(state)
        assert heat.min() >= -1e-9 * heat.max()


CHECKS = (
    check_charge,
    check_salt,
    check_advance,
    check_currents,
    check_dissipation,
    check_box,
    check_mesh,
    check_film,
)


def check_all(folder: Path, cell: Change) -> list[str]:
    """Run a random protocol to its end and check every state; returns what ended its stages."""
    name, *changes = cell
    scenario = Scenario.load(folder / f"{name}.toml", chain.from_iterable(changes))
    first, ends = None, []
    for state in states(scenario):
        first = first or state
        if state.progress.ended:
            ends.append(state.progress.ended)
        for check in CHECKS:
            check(Run(scenario, first), state)
    assert len(ends) == len(plan_of(scenario.protocol).protocol_steps)
    return ends


UNEVEN = [
    "sei.films.low.resistance=1.5 ohm cm^2",
    "sei.films.high.resistance=6 ohm cm^2",
    "sei.composition={low = 0.4, high = 0.6}",
    "sei.patch_size=1.5 um",
    "sei.seed=5",
]
STRIPPED_BARE: Change = (
    "bare",
    UNEVEN,
    [],
    [
        "protocol.steps=["
        '{current_density = "5 A/m^2", capacity = "0.06 mAh/cm^2"}, {rest = "300 s"}, '
        '{current_density = "-20 A/m^2", capacity = "0.1 mAh/cm^2"}, '
        '{current_density = "5 A/m^2", capacity = "0.02 mAh/cm^2"}]'
    ],
)
"""More is asked for than there is; then it is plated again."""

STRIPPED_TO_ISLANDS: Change = (
    "bare",
    patches(1.0, 6.0, 0.2, 1.0, 1, "stationary"),
    [],
    [
        "protocol.steps=["
        '{current_density = "5 A/m^2", capacity = "0.06 mAh/cm^2"}, '
        '{current_density = "1 A/m^2", capacity = "0.003 mAh/cm^2"}, '
        '{current_density = "-1 A/m^2", capacity = "0.06 mAh/cm^2"}, {rest = "1 s"}]'
    ],
)
"""The last step reaches the collector in places before it has stripped what it should."""

REST_ON_BARE_COLLECTOR: Change = (
    "bare",
    patches(5.76, 8.56, 0.3, 1.0, 11, "stationary"),
    [],
    [
        "protocol.steps=["
        '{current_density = "5 A/m^2", capacity = "0.003 mAh/cm^2"}, '
        '{current_density = "-1 A/m^2", capacity = "0.003 mAh/cm^2"}, {rest = "1 s"}]'
    ],
)
"""Stripped bare, then at rest: what flows is not much more than what Newton's method leaves."""


@given(cell=cells())
@settings(max_examples=3, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_invariants(folder: Path, cell: Change) -> None:
    check_all(folder, cell)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@given(cell=cells())
@settings(
    max_examples=examples(20, 80), derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
def test_invariants_of_many(folder: Path, cell: Change) -> None:
    check_all(folder, cell)


def test_what_is_stripped_bare_is_plated_again(folder: Path) -> None:
    ends = check_all(folder, STRIPPED_BARE)
    assert ends == [
        StopReason.CAPACITY,
        StopReason.DURATION,
        StopReason.LITHIUM_EXHAUSTED,
        StopReason.CAPACITY,
    ]


def test_islands_on_a_collector_owe_nothing(folder: Path) -> None:
    check_all(folder, STRIPPED_TO_ISLANDS)


def test_a_rest_on_bare_collector_breaks_no_law(folder: Path) -> None:
    check_all(folder, REST_ON_BARE_COLLECTOR)
