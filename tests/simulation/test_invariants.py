"""What no run may break, whatever the film, the current and the dead lithium in its way.

Random cells go from scenario to march, and every state is held against the laws of conservation.
Recomputed here, from the cell and the fields alone: the volumes of lithium, of dead blocks and of
the box, the salt, the sums of the currents, the mesh, and that each facet is covered once.  Figures
of the program itself: the dissipation, the film resistance and the charge transfer, which add up to
the power; what had to be put back of salt and volume, and the ledger of film area.  Where voids
close, the balances of charge and salt are its own as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from helpers.campaign import examples
from helpers.invariant_checks import (
    BLOCK,
    SCENARIO,
    Change,
    Check,
    Run,
    blocks,
    check_advance,
    check_box,
    check_charge,
    check_currents,
    check_dissipation,
    check_film,
    check_mesh,
    check_power,
    check_run,
    check_salt,
    currents,
    films,
)
from helpers.states import changed
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from deposition.mesh.cell import (
    Cell,
)
from deposition.scenario import Scenario
from deposition.simulation.state import State
from deposition.verification.bench import states

pytestmark = pytest.mark.solve


# --- random scenarios -----------------------------------------------------------------------------


FREE, BLOCKED = "free", "blocked"
"""The two scenario files: with the shipped flat geometry, and with a block of dead lithium."""


cells = st.tuples(films(), currents(), blocks())
"""What makes a random cell of ``SCENARIO``."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the scenario and its geometry lie."""
    place = tmp_path_factory.mktemp("invariants")
    (place / "block.geo").write_text(BLOCK)
    for name, geometry in ((FREE, "flat.geo"), (BLOCKED, "block.geo")):
        (place / f"{name}.toml").write_text(SCENARIO.replace("GEOMETRY", geometry))
    return place


# --- invariants -----------------------------------------------------------------------------------


def check_all(folder: Path, cell: Change) -> None:
    """Run a random cell to its end and check every state."""
    name = BLOCKED if cell[2] else FREE
    scenario = Scenario.load(folder / f"{name}.toml", chain.from_iterable(cell))
    steps = states(scenario)
    first = next(steps)
    check_run(Run(scenario, first), chain([first], steps))


PLATED: Change = (
    [
        "sei.films.low.resistance=1.5 ohm cm^2",
        "sei.films.high.resistance=6 ohm cm^2",
        "sei.composition={low = 0.4, high = 0.6}",
        "sei.patch_size=1.5 um",
        "sei.seed=5",
        "sei.motion=stationary",
    ],
    ["protocol.current_density=5 A/m^2", "electrolyte.name=BE"],
    ["geometry.parameters.left=2", "geometry.parameters.bottom=2"],
)
"""Columns that grow towards a block of dead lithium."""


@example(cell=PLATED)
@given(cell=cells)
@settings(max_examples=3, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_invariants(folder: Path, cell: Change) -> None:
    check_all(folder, cell)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@given(cell=cells)
@settings(
    max_examples=examples(20, 80), derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
def test_invariants_of_many(folder: Path, cell: Change) -> None:
    check_all(folder, cell)


# --- the checks can fail --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plated(folder: Path) -> tuple[Run, State]:
    """A cell at its end, a snapshot, and what it is held against."""
    scenario = Scenario.load(folder / f"{BLOCKED}.toml", chain.from_iterable(PLATED))
    first, *_, last = states(scenario)
    return Run(scenario, first), last


def moved(cell: Cell, point: int, by: float) -> Cell:
    """The cell with one vertex moved up by so much, µm."""
    points = cell.points.copy()
    points[point, 1] += by
    return cell.with_points(points)


def without(cell: Cell, simplex: int) -> Cell:
    """The cell with a hole."""
    kept = np.arange(len(cell.simplices)) != simplex
    return replace(cell, simplices=cell.simplices[kept], region=cell.region[kept])


BROKEN: tuple[tuple[Check, Callable[[State], State]], ...] = (
    (check_charge, lambda s: changed(s, net_areal_charge=1.001 * s.net_areal_charge)),
    (check_charge, lambda s: replace(s, balance=replace(s.balance, faraday_error=2e-4))),
    (check_salt, lambda s: changed(s, concentration=1.0001 * s.concentration)),
    (check_salt, lambda s: replace(s, balance=replace(s.balance, salt_error=2e-10))),
    (check_salt, lambda s: replace(s, balance=replace(s.balance, salt_correction=2e-3))),
    (check_salt, lambda s: replace(s, balance=replace(s.balance, salt_correction=np.nan))),
    (check_advance, lambda s: replace(s, balance=replace(s.balance, volume_correction=0.41))),
    (check_currents, lambda s: changed(s, current_density=1.0001 * s.current_density)),
    (check_dissipation, lambda s: changed(s, concentration=-s.concentration)),
    (check_power, lambda s: changed(s, step=0, voltage=1.01 * s.voltage)),
    (check_box, lambda s: changed(s, cell=moved(s.cell, int(s.cell.points[:, 1].argmax()), 0.1))),
    (check_mesh, lambda s: changed(s, cell=moved(s.cell, 0, 30.0))),
    (check_mesh, lambda s: changed(s, cell=without(s.cell, 100))),
    (check_film, lambda s: changed(s, film=replace(s.film, fractions=0.99 * s.film.fractions))),
    (check_film, lambda s: replace(s, balance=replace(s.balance, film_error=2e-6))),
)


@pytest.mark.parametrize(("check", "breaks"), BROKEN)
def test_what_is_broken_is_seen(
    check: Check, breaks: Callable[[State], State], plated: tuple[Run, State]
) -> None:
    run, state = plated
    with pytest.raises(AssertionError):
        check(run, breaks(state))
