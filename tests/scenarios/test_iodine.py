"""What the scenarios with iodine and nitrate must show, and their numbers before a run."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from deposition.check.check import check_scenario
from deposition.check.iodine import IodineNumbers, iodine_numbers
from deposition.common.constants import FARADAY, HOUR, MAH_PER_CM2, OHM_CM2
from deposition.results.element_table import read_elements
from deposition.results.inventory_table import InventoryRow, read_inventory
from deposition.results.result import Result
from deposition.runs.run import run
from deposition.scenario import Scenario
from deposition.simulation.initial import begin


@cache
def numbers(name: str) -> IodineNumbers:
    """The numbers of a shipped scenario."""
    scenario = Scenario.load(name)
    found = iodine_numbers(scenario, begin(scenario))
    assert found is not None
    return found


def test_selectivity_of_the_two_observations() -> None:
    """sigma >= F a/(V_m t i): a block of 5 um in 4 h, and the loss of the rest test."""
    metal = Scenario.load("dead-li-iodine").lithium.molar_volume
    assert FARADAY * 2.5e-6 / (metal * 4.0 * HOUR * 0.0025) == pytest.approx(515, abs=1)
    assert numbers("dead-li-iodine").selectivity == pytest.approx(514, abs=1)


def test_numbers_of_a_block_opposite_a_positive_electrode() -> None:
    found = numbers("dead-li-iodine-lfp")
    assert found.regenerated
    assert found.damkohler_dead == pytest.approx(7.3e-7 * 2.5e-6 / 1e-10)
    assert found.stock == pytest.approx(0.0045, rel=0.02)
    assert found.turnovers == pytest.approx(222, rel=0.02)
    assert found.shuttle_current == pytest.approx(0.0025, rel=0.01)
    assert found.self_discharge == pytest.approx(0.012, rel=0.01)
    # (1 + k a/2D) of 4.009 h
    assert found.dissolution_time / HOUR == pytest.approx(4.045, rel=1e-3)
    assert found.recovery_time / HOUR == pytest.approx(2.4, rel=0.05)


def test_nothing_is_supplied_where_nothing_regenerates() -> None:
    found = numbers("dead-li-iodine")
    assert not found.regenerated
    assert np.isnan([found.stock, found.shuttle_current, found.recovery_time]).all()
    assert found.entries()["stock"] is None
    assert numbers("rejuvenation").selectivity == pytest.approx(514, abs=1)


def test_iodine_of_an_ldh_counts() -> None:
    nitrate = (
        "electrolyte.dissolved.NO3-={concentration = '1 mol/m^3', diffusivity = '1e-10 m^2/s', "
        "charge = -1, trace = true}"
    )
    exchanger = "ldh={dose = '1 kg/m^3', selectivity = 74, rate_constant = '1e-3 1/s'}"
    scenario = Scenario.load("shuttle-1d", [nitrate, exchanger])
    more = iodine_numbers(scenario, begin(scenario))
    assert more is not None
    share = more.shuttle_current / numbers("shuttle-1d").shuttle_current
    assert share == pytest.approx(1.0 + 2.837 / 27.39)
    assert iodine_numbers(Scenario.load("sei-growth"), begin(Scenario.load("sei-growth"))) is None


@pytest.mark.parametrize("name", ["dead-li-iodine", "dead-li-iodine-lfp", "dead-li-iodine-closed"])
def test_check_warns_of_a_closed_cell_alone(name: str) -> None:
    report = check_scenario(Scenario.load(name))
    warned = ["next to nothing" in warning for warning in report.warnings]
    assert any(warned) == (name == "dead-li-iodine-closed")
    assert any("selectivity" in fact for fact in report.facts) == (name != "dead-li-iodine-closed")


# --- whole runs ------------------------------------------------------------------------------

Rows = list[InventoryRow]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The result and the inventory of a shipped scenario, each run once."""
    parent = tmp_path_factory.mktemp("iodine")

    @cache
    def of(name: str) -> tuple[Result, Rows]:
        console = Console(file=io.StringIO())
        result = run(Scenario.load(name), parent / name, console=console, pictures=False)
        return result, read_inventory(result.folder / "inventory.csv")

    return of


def last_time_with_dead_lithium(rows: Rows) -> float:
    """h."""
    return max(row.time_s for row in rows if row.inventory.dead_metal > 0.0) / HOUR


@pytest.mark.solve
def test_a_closed_cell_dissolves_half_a_percent_and_stops(found: Any) -> None:
    result, rows = found("dead-li-iodine-closed")
    dead = [row.inventory.dead_metal for row in rows]
    assert (dead[0] - dead[-1]) / dead[0] == pytest.approx(0.0045, rel=0.02)
    at_half = next(row for row in rows if row.time_s > 300.0).inventory.dead_metal
    assert at_half - dead[-1] < 1e-3 * (dead[0] - dead[-1])
    assert result.summary["lithium_error"] < 1e-6
    assert result.summary["element_error"] < 1e-8


@pytest.mark.solve
def test_the_rest_test_loses_what_its_rate_constant_was_fitted_to(found: Any) -> None:
    result, rows = found("rest-test")
    lost = rows[0].inventory.metal - rows[-1].inventory.metal
    assert lost * MAH_PER_CM2 / (48 * HOUR) == pytest.approx(0.0025, rel=0.01)
    gained = rows[-1].inventory.counter_gained
    assert gained == pytest.approx(lost, rel=1e-4)
    assert result.summary["element_error"] < 1e-8


@pytest.mark.solve
def test_the_shuttle_carries_a_quarter_of_the_plating_current(found: Any) -> None:
    _, rows = found("shuttle-1d")
    late = [row for row in rows if row.time_s >= 60.0]
    seconds = late[-1].time_s - late[0].time_s
    lost = (late[0].inventory.metal - late[-1].inventory.metal) * MAH_PER_CM2 / seconds
    # The gap grows by what lithium loses.
    assert lost == pytest.approx(1.41, rel=0.01)


@pytest.mark.solve
def test_nitrate_leaves_the_film_of_its_law(found: Any) -> None:
    result, rows = found("nitrate-film")
    nitrogen = read_elements(result.folder / "elements.csv")[-1].contents["N"].film
    assert nitrogen * 7.196e-5 == pytest.approx(2.178e-9, rel=5e-3)
    electrons = 8.0 * nitrogen * FARADAY / MAH_PER_CM2
    assert rows[0].inventory.metal - rows[-1].inventory.metal == pytest.approx(electrons, rel=1e-3)
    assert result.summary["element_error"] < 1e-8


@pytest.mark.solve
def test_the_ldh_releases_its_iodide(found: Any) -> None:
    result, _ = found("ldh-exchange")
    rows = read_elements(result.folder / "elements.csv")
    iodine = [row.contents["I"] for row in rows]
    assert iodine[-1].dissolved / 25e-6 == pytest.approx(27.4, rel=0.01)
    assert iodine[-1].stored / iodine[0].stored == pytest.approx(1.2 / 36.0, rel=0.1)
    assert result.summary["lithium_error"] < 1e-6


@pytest.mark.slow
def test_triiodide_that_is_held_dissolves_the_block_in_four_hours(found: Any) -> None:
    result, rows = found("dead-li-iodine")
    assert last_time_with_dead_lithium(rows) == pytest.approx(4.0, rel=0.05)
    assert rows[-1].inventory.dead_metal == 0.0
    # Below the size of a cell the rest of it counts as dissolved.
    assert rows[-1].inventory.products < 0.02 * rows[0].inventory.dead_metal
    assert result.summary["lithium_error"] < 1e-6
    assert result.summary["element_error"] < 1e-8


@pytest.mark.slow
def test_the_positive_electrode_has_the_lithium_of_the_block(found: Any) -> None:
    result, rows = found("dead-li-iodine-lfp")
    first, last = rows[0].inventory, rows[-1].inventory
    assert 3.8 < last_time_with_dead_lithium(rows) < 4.3
    lost = first.dead_metal + first.metal - last.dead_metal - last.metal
    assert last.counter_gained == pytest.approx(lost - last.products, rel=1e-3)
    assert result.summary["charge_passed_mAh_cm2"] == pytest.approx(0.0, abs=1e-12)
    assert result.summary["element_error"] < 1e-8


@pytest.mark.slow
def test_rejuvenation_returns_most_of_the_dead_lithium(found: Any) -> None:
    result, rows = found("rejuvenation")
    most = max(row.inventory.dead_metal for row in rows)
    last = rows[-1].inventory
    assert most > 0.3
    assert last.counter_gained > 0.95 * most
    assert result.summary["lithium_error"] < 1e-6
    contacts = [entry["contact"] for entry in result.summary["contacts"]]
    assert contacts == ["pinched_off"]


@pytest.mark.slow
def test_cleaning_lowers_the_voltage(found: Any) -> None:
    result, rows = found("li2o-cleaning")
    voltage, time = (np.asarray(result.history[name]) for name in ("voltage_V", "time_s"))
    assert voltage[-1] < 0.1 * voltage[1]
    gone = next(row.time_s for row in rows if row.inventory.sei["Li2O"] < 1e-6)
    # 20 nm take L/(V k c) = 148 s, and k L/D = 0.25 times that at most for diffusion.
    assert 140.0 < gone < 148.0 * 1.25
    assert np.all(np.diff(time) >= 0.0)
    iodine = read_elements(result.folder / "elements.csv")
    assert max(row.errors["I"] for row in iodine) < 1e-8


@pytest.mark.slow
def test_patches_of_li2o_become_a_film_of_li3n(found: Any) -> None:
    """200 ohm cm^2, bare, and with charge transfer the 12 ohm cm^2 of the measured electrolyte."""
    result, _ = found("li2o-to-li3n")
    scenario = Scenario.load("li2o-to-li3n")
    transfer = 8.314462618 * scenario.temperature / FARADAY / 100.0 / OHM_CM2
    centre = 13.8
    resistances, nitride = [], 0.0
    for k in range(len(result.times)):
        surface = result.snapshot(k).surface
        on = surface.on("lithium")
        x = surface.points[surface.facets[on]].mean(axis=1)[:, 0]
        there = np.argmin(abs(x - centre))
        resistances.append(surface.resistance[on][there] / OHM_CM2 + transfer)
        nitride = surface.fractions[on][there, surface.films.index("Li3N")]
    assert resistances[0] == pytest.approx(200.0 + transfer, rel=0.02)
    assert min(resistances) < 4.0
    assert resistances[-1] == pytest.approx(12.0, rel=0.1) and nitride > 0.97
    voltage = np.asarray(result.history["voltage_V"])
    assert voltage[-1] < 0.15 * voltage[1] and voltage.min() < 0.04 * voltage[1]
    # The reduction of nitrate takes 8 of 9 lithium ions of its film from the metal.
    nitrogen = read_elements(result.folder / "elements.csv")[-1].contents["N"].film
    side = float(np.asarray(result.history["side_charge_mAh_cm2"])[-1]) * MAH_PER_CM2
    assert side == pytest.approx(8.0 * FARADAY * nitrogen, rel=1e-9)  # ten digits
    assert result.summary["element_error"] < 1e-8 and result.summary["lithium_error"] < 1e-6
