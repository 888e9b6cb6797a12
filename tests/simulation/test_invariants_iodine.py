"""What no run may break while iodine and nitrate react: random blocks of dead lithium, flat cells,
mossy layers.

The atoms of iodine and nitrogen are measured in the electrolyte and in the film, the electrons of
nitrate by its film, and no amount is negative.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from helpers.campaign import examples
from helpers.iodine import BLOCK, FLAT, MOSSY, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deposition.analysis.elements import ElementContents
from deposition.analysis.inventory import LithiumContents
from deposition.common.constants import FARADAY
from deposition.mesh.cell import DEAD_LITHIUM
from deposition.scenario import Scenario
from deposition.sei.film_library import lithium_content
from deposition.simulation.build import model_of
from deposition.simulation.initial import begin
from deposition.simulation.state import State
from deposition.verification.bench import states

pytestmark = pytest.mark.solve

RATES = ("1e-8", "1e-6", "1e-4")


def check(scenario: Scenario) -> list[State]:
    """Check every state of a run; returns all."""
    start = begin(scenario)
    films = start.films
    contents = ElementContents.of(
        model_of(scenario, start).transport, films.names, films.molar_volume
    )
    lithium = LithiumContents.of(
        model_of(scenario, start).transport, films.names, films.molar_volume, lithium_content()
    )
    run, first, begun = [], None, None
    scale = {name: max(s.concentration, 1.0) for name, s in scenario.electrolyte.dissolved.items()}
    for state in states(scenario):
        found = contents.contents(state)
        first = first or found
        for symbol, one in found.items():
            before = first[symbol]
            measure = before.dissolved + abs(one.received)
            assert abs(one.content - before.content) <= 1e-8 * measure, f"{symbol}, {state.step}"
        interface = state.run_state.interface_state
        least = np.nanmin(interface.fields.dissolved, axis=0)
        assert np.all(least >= -1e-9 * np.array(list(scale.values()))), "concentration below zero"
        assert state.film.volumes.min() >= 0.0
        assert interface.fields.porous_lithium.min(initial=0.0) >= 0.0
        row = lithium.inventory(state)
        begun = begun or row
        passed = abs(row.passed) + lithium.reacted(state)
        assert row.error(begun, passed) <= 1e-6
        assert state.balance.film_error <= 1e-9 and state.balance.faraday_error <= 1e-6
        if "N" in found:
            charge = 8.0 * FARADAY * found["N"].film
            assert charge == pytest.approx(state.run_state.side_charge, rel=1e-10, abs=1e-12)
        run.append(state)
    return run


def blocks() -> st.SearchStrategy[list[str]]:
    """Changes that make a random block."""
    return st.tuples(
        st.sampled_from(RATES), st.sampled_from(RATES), st.integers(0, 50),
        st.sampled_from(["2 nm", "20 nm"]), st.sampled_from(["30 s", "120 s", "600 s"]),
        st.sampled_from([[], ["sei.stretch=thins"]]),
    ).map(
        lambda d: [
            f"reactions.1.bare={d[0]} m/s",
            f"reactions.2.rate_constant={d[1]} m/s",
            f"sei.seed={d[2]}",
            f"sei.thickness={d[3]}",
            f"time.max_step={d[4]}",
            *d[5],
        ]
    )  # fmt: skip


def flat() -> st.SearchStrategy[list[str]]:
    """Changes that make a random flat cell."""
    return st.tuples(
        st.sampled_from(RATES), st.sampled_from(RATES), st.sampled_from(RATES),
        st.integers(0, 50), st.sampled_from(["-10", "2", "20"]), st.sampled_from(["none", "LiF"]),
    ).map(
        lambda d: [
            f"reactions.1.bare={d[0]} m/s",
            f"reactions.2.rate_constant={d[1]} m/s",
            f"reactions.3.rate_constant={d[2]} m/s",
            f"sei.seed={d[3]}",
            f"protocol.steps.2.current_density={d[4]} A/m^2",
            f"sei.default_film={d[5]}",
        ]
    )  # fmt: skip


def layers() -> st.SearchStrategy[list[str]]:
    """Changes that make a random mossy layer."""
    return st.tuples(
        st.sampled_from(RATES), st.sampled_from(RATES), st.sampled_from(["1e5", "1e7"]),
        st.sampled_from(["0.02", "0.3"]), st.sampled_from(["-10", "2", "20"]),
        st.sampled_from(["10 s", "100 s"]), st.sampled_from(["moving", "fixed"]),
    ).map(
        lambda d: [
            f"separator.dead_lithium.rate_constant={d[0]} m/s",
            f"reactions.1.rate_constant={d[1]} m/s",
            f"separator.dead_lithium.specific_area={d[2]} 1/m",
            f"separator.dead_lithium.fraction={d[3]}",
            f"protocol.steps.2.current_density={d[4]} A/m^2",
            f"time.max_step={d[5]}",
            f"interface={d[6]}",
        ]
    )  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """The scenarios."""
    yield {
        name: write(tmp_path_factory.mktemp(name), text)
        for name, text in (("block", BLOCK), ("flat", FLAT), ("mossy", MOSSY))
    }


def test_a_block_vanishes_and_its_film_with_it(files: dict[str, Path]) -> None:
    """The shell of LiF that is left over is buried; Li2O has been consumed or buried."""
    run = check(Scenario.load(files["block"]))
    last = run[-1]
    assert run[0].cell.volume(DEAD_LITHIUM) > 0.9 and not last.surface.on(DEAD_LITHIUM).any()
    balances = last.run_state.interface_state.balances
    fluoride = last.film.films.index("LiF")
    first = run[0].run_state.interface_state.markers.volume[:, fluoride].sum()
    given = first + balances.film_laid[fluoride]
    assert balances.film_buried[fluoride] == pytest.approx(given, rel=1e-6)


def test_nitrate_covers_what_iodine_has_cleaned(files: dict[str, Path]) -> None:
    """Li2O of the SEI goes, Li3N comes in its place, and the resistance falls."""
    changes = ["reactions.2.rate_constant=1e-4 m/s", 'protocol={rest = "10 min"}']
    run = check(Scenario.load(files["flat"], changes))
    films = run[-1].film.films
    on = run[-1].surface.on("lithium")
    nitride = run[-1].film.fractions[on, films.index("Li3N")]
    assert nitride.mean() > 0.15 and run[0].film.fractions[:, films.index("Li3N")].max() == 0.0


@pytest.mark.slow
@settings(max_examples=examples(4, 40), deadline=None,
          suppress_health_check=list(HealthCheck))  # fmt: skip
@given(changes=blocks())
def test_random_blocks(files: dict[str, Path], changes: list[str]) -> None:
    check(Scenario.load(files["block"], changes))


@pytest.mark.slow
@settings(max_examples=examples(4, 40), deadline=None,
          suppress_health_check=list(HealthCheck))  # fmt: skip
@given(changes=flat())
def test_random_flat_cells(files: dict[str, Path], changes: list[str]) -> None:
    check(Scenario.load(files["flat"], changes))


@pytest.mark.slow
@settings(max_examples=examples(4, 20), deadline=None,
          suppress_health_check=list(HealthCheck))  # fmt: skip
@given(changes=layers())
def test_random_mossy_layers(files: dict[str, Path], changes: list[str]) -> None:
    check(Scenario.load(files["mossy"], changes))
