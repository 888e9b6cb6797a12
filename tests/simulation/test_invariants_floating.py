"""What no run may break when dead lithium floats; in the manner of ``test_invariants``."""

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
    Change,
    Run,
    blocks,
    check_box,
    check_dissipation,
    check_film,
    check_mesh,
    check_power,
    check_salt,
    currents,
    films,
    patches,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deposition.analysis.dead_lithium import floating_facets, net_current
from deposition.mesh.cell import DEAD_LITHIUM, ELECTROLYTE, LITHIUM, metal_volume
from deposition.recorders.pace import worst_quality
from deposition.scenario import Scenario
from deposition.simulation.state import State
from deposition.verification.bench import states

OWED = 1e-6
"""What the front may owe after a step, µm²: a millionth of what is plated in a run."""

FLOATING = '\n[dead_lithium]\nkind = "floating"\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the scenario and its geometry lie."""
    place = tmp_path_factory.mktemp("floating")
    (place / "block.geo").write_text(BLOCK)
    (place / "floating.toml").write_text(SCENARIO.replace("GEOMETRY", "block.geo") + FLOATING)
    return place


def check_charge(run: Run, state: State) -> None:
    """Faraday: all metal, floating or not, gains V_m Q/F; a floating block keeps its volume."""
    floats = state.cell.volume(DEAD_LITHIUM)
    gained = metal_volume(state.cell) - metal_volume(run.first.cell)
    if state.step and state.void_area == 0.0:
        lacking = abs(gained - run.deposited(state)) / abs(run.deposited(state))
        assert lacking == pytest.approx(state.balance.faraday_error, abs=1e-9)
    assert state.balance.faraday_error * abs(run.deposited(state)) <= OWED
    assert state.balance.dead_lithium_error < 1e-6
    assert state.balance.dead_lithium_net_current < 1e-10
    if floats and state.void_area == 0.0:
        assert floats == pytest.approx(run.first.cell.volume(DEAD_LITHIUM), rel=1e-6)


def check_currents(run: Run, state: State) -> None:
    """In a snapshot the working electrode carries the current of the protocol; the floating block
    has no net current and one potential."""
    if not state.is_snapshot:
        return
    flow, surface = state.current_density * state.surface.area, state.surface
    asked = run.scenario.protocol.current_density
    assert asked is not None
    assert flow[surface.working].sum() == pytest.approx(asked * WIDTH, rel=1e-9)
    assert abs(flow.sum()) < 1e-9 * np.abs(flow).sum()
    dead = floating_facets(state)
    np.testing.assert_array_equal(dead, surface.on(DEAD_LITHIUM))
    assert net_current(state) < 1e-10
    if dead.any():
        assert np.abs(flow[dead]).sum() > 0.0
        assert np.ptp(state.metal_potential[dead]) == 0.0


# No bound on the share by which an advance is corrected: a floating block creeps by a fiftieth of a
# cell in a step, and what Mmg wears off its corners may be as much.
CHECKS = (
    check_charge,
    check_salt,
    check_currents,
    check_dissipation,
    check_box,
    check_mesh,
    check_film,
)


def check_all(folder: Path, cell: Change) -> State:
    """Run a random cell to its end and check every state; returns the last."""
    scenario = Scenario.load(folder / "floating.toml", chain.from_iterable(cell))
    first = state = None
    for state in states(scenario):
        first = first or state
        for check in CHECKS:
            check(Run(scenario, first), state)
    assert state is not None and state.step > 1
    return state


EVEN = [
    "sei.films.low.resistance=2 ohm cm^2",
    "sei.films.high.resistance=2 ohm cm^2",
    "sei.composition={low = 0.5, high = 0.5}",
    "sei.patch_size=1.5 um",
    "sei.seed=5",
]
MERGED: Change = (
    EVEN,
    ["protocol.current_density=20 A/m^2", "electrolyte.name=BE"],
    [
        "geometry.parameters.left=2",
        "geometry.parameters.bottom=0.8",
        "protocol.capacity=0.3 mAh/cm^2",
    ],
)
"""The deposit meets the block."""


def cell_of(
    films: list[str], density: float, electrolyte: str, left: float, high: float = 1.5
) -> Change:
    """A block 0.8 µm above the lithium; films in the words of ``films``, lengths in µm."""
    sides = {"left": left, "bottom": 0.8, "wide": 3.8, "high": high}
    block = [f"geometry.parameters.{name}={value}" for name, value in sides.items()]
    flow = [f"protocol.current_density={density} A/m^2", f"electrolyte.name={electrolyte}"]
    return films, flow, block


ALMOST_MET: dict[str, Change] = {
    "one cell between the two may not be squeezed": cell_of(
        patches(5.4, 19.9, 0.6, 1.0, 32, "advected"), 5.0, "C-I-BE-LN", 0.7
    ),
    "a gap of a thousandth of a cell": cell_of(
        patches(11.91, 0.78, 0.5, 2.5, 45, "stationary"), 20.0, "C-I-BE-LN", 2.0
    ),
    "another, at which Mmg looped": cell_of(
        patches(12.38, 18.37, 0.4, 1.0, 71, "stationary"), 20.0, "C-I-BE", 2.0
    ),
    "what was held up one way must not be on the way back": cell_of(
        patches(15.0, 9.0, 0.2, 2.5, 3, "stationary"), 1.0, "C-I-BE", 0.7, 3.0
    ),
}
"""Cells that ended with an error, or that owed lithium, where a deposit came near the block."""


TOO_SMALL = {
    "geometry.parameters.bottom=0.4",
    "geometry.parameters.wide=1.0",
    "geometry.parameters.high=0.7",
}
"""Less room than bodies that move need: one cell above the electrode, or two across a block."""

cells = st.tuples(films(), currents(), blocks().filter(lambda b: b and not TOO_SMALL & {*b}))


@pytest.mark.process
@given(cell=cells)
@settings(max_examples=1, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_invariants(folder: Path, cell: Change) -> None:
    check_all(folder, cell)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@given(cell=cells)
@settings(
    max_examples=examples(15, 60), derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
def test_invariants_of_many(folder: Path, cell: Change) -> None:
    check_all(folder, cell)


@pytest.mark.solve
def test_all_power_becomes_heat_in_floating_metal_too(folder: Path) -> None:
    """Without surface energy, which the corners of the block would give."""
    flat = "lithium.surface_energy=0 J/m^2"
    scenario = Scenario.load(folder / "floating.toml", [*chain.from_iterable(MERGED), flat])
    first = next(states(scenario))
    check_power(Run(scenario, first), first)


@pytest.mark.solve
def test_a_block_that_the_deposit_meets_is_lithium_again(folder: Path) -> None:
    last = check_all(folder, MERGED)
    assert last.cell.volume(DEAD_LITHIUM) == 0.0
    assert not last.surface.on(DEAD_LITHIUM).any()


@pytest.mark.solve
@pytest.mark.parametrize("name", ALMOST_MET)
def test_a_gap_that_closes_stops_nothing(folder: Path, name: str) -> None:
    check_all(folder, ALMOST_MET[name])


@pytest.mark.solve
def test_a_gap_of_one_cell_does_not_close_at_once(folder: Path) -> None:
    """The mesh gets vertices in it; without, the block met the lithium in the first step."""
    sides = {"left": 0.7, "bottom": 0.4, "wide": 2.5, "high": 0.7}
    where = [f"geometry.parameters.{name}={value}" for name, value in sides.items()]
    scenario = Scenario.load(folder / "floating.toml", [*where, "protocol.capacity=0.02 mAh/cm^2"])
    first, *_, last = states(scenario)
    cell = first.cell
    assert cell.volumes.min() > 0.0 and worst_quality(cell) > 0.2
    metal = [cell.vertices_of(kind) for kind in (LITHIUM, DEAD_LITHIUM)]
    wet = cell.simplices[cell.in_region(ELECTROLYTE)]
    assert not np.any(metal[0][wet].any(axis=1) & metal[1][wet].any(axis=1)), "no cell across"
    assert last.cell.volume(DEAD_LITHIUM) > 0.0, "it has not met the lithium"
    assert last.balance.faraday_error < 1e-9
