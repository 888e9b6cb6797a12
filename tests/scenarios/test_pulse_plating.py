"""The example of docs/pulse-plating.md: its files work, and the runs come out as the page says."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers.campaign import examples
from helpers.pages import BLOCK, page
from rich.console import Console

from deposition import Scenario, run
from deposition.check.check import check_scenario
from deposition.common import package_data as shipped
from deposition.common.constants import FARADAY
from deposition.laws.thermodynamics import thermal_voltage
from deposition.results.result import LOG

# The four runs of the page count to the first test that asks for them.
pytestmark = pytest.mark.timeout(3600)

PAGE = "pulse-plating.md"
RUNS = ("constant", "pulse-5", "pulse-plating", "pulse-15")
"""From the least attenuated bump to the most."""

WHOLE = RUNS[:: examples(3, 1)]
"""Those that run as the page shows them: the first and the last, or all in a campaign."""

MEAN, TIME = 33.7, 2700.0
"""A/m² and s, common to all runs."""

HEIGHT, BUMP = 50e-6, 4.0
"""Of the electrolyte, m, and of the bump, µm."""

FORMULA = 3
"""Which number of the table the formula gives."""

Load = Callable[..., Scenario]


@pytest.fixture(scope="module")
def load(tmp_path_factory: pytest.TempPathFactory) -> Load:
    """Loads a run of the page, from its file there unless it is shipped, with changes to it."""
    folder = tmp_path_factory.mktemp("page")
    for text, name in BLOCK.findall(page(PAGE)):
        (folder / name).write_text(text, encoding="utf-8")

    def loaded(name: str, *changes: str) -> Scenario:
        file = folder / f"{name}.toml"
        return Scenario.load(name if name in shipped.scenarios() else file, changes)

    return loaded


def phases(scenario: Scenario) -> list[tuple[float, float]]:
    """Current density (A/m²) and time (s) of every step, all repetitions together."""
    asked = scenario.protocol
    steps, repeat = asked.steps or (asked,), asked.repeat or 1
    return [(step.current_density or 0.0, repeat * (step.duration or 0.0)) for step in steps]


@pytest.mark.parametrize("name", RUNS)
def test_every_run_passes_the_same_charge_in_the_same_time(name: str, load: Load) -> None:
    scenario = load(name)
    assert sum(time for _, time in phases(scenario)) == pytest.approx(TIME)
    charge = sum(density * time for density, time in phases(scenario))
    assert charge == pytest.approx(MEAN * TIME, rel=2e-3)
    assert check_scenario(scenario).warnings == ()


def growth(scenario: Scenario, wavelength: float) -> float:
    """What the formula of the page makes of the amplitude of a small ripple (wavelength in m)."""
    kappa = scenario.conductivity
    assert kappa is not None
    exchange = scenario.kinetics.exchange_at(scenario.temperature)
    thermal = thermal_voltage(scenario.temperature)
    k = 2.0 * math.pi / wavelength
    field = math.tanh(k * HEIGHT) / k
    exponent = 0.0
    for density, time in phases(scenario):
        thickness = scenario.lithium.molar_volume * density * time / FARADAY
        resistance = thermal / (exchange * math.hypot(1.0, density / (2.0 * exchange)))
        exponent += thickness / (kappa * resistance + field)
    return math.exp(exponent)


def table() -> dict[str, list[float]]:
    """The numbers of the page's table, by run."""
    rows = (line.strip("| ").split(" | ") for line in page(PAGE).splitlines() if "| `" in line)
    return {
        name.strip("`"): [float(number.replace("−", "-")) for number in rest]
        for name, *rest in rows
        if name.strip("`") in RUNS
    }


@pytest.mark.parametrize("name", RUNS)
def test_the_formula_gives_the_factors_of_the_page(name: str, load: Load) -> None:
    factor = table()[name][FORMULA]
    assert growth(load(name), 20e-6) == pytest.approx(factor, abs=5.1e-3)


def finished(scenario: Scenario, folder: Path) -> dict[str, Any]:
    """The summary of a run whose balances held, and that had nothing to warn of."""
    summary = run(scenario, folder, console=Console(file=io.StringIO())).summary
    assert summary["completed"] is True
    assert summary["faraday_error"] <= 1e-4
    assert summary["salt_error"] <= 1e-10
    assert summary["film_error"] <= 1e-6
    assert "WARNING" not in (folder / LOG).read_text(encoding="utf-8")
    return summary


COARSE = ("mesh.surface_size=0.8 um", "output.every=1 mAh/cm^2")


@pytest.mark.solve
def test_one_cycle_attenuates_the_bump(load: Load, tmp_path: Path) -> None:
    """The runs of the page, of one cycle on a coarse mesh."""
    plated = load("constant", "protocol.duration=180 s", *COARSE)
    pulsed = load("pulse-15", "protocol.repeat=1", *COARSE)
    before = finished(plated, tmp_path / "plated")
    after = finished(pulsed, tmp_path / "pulsed")
    assert after["capacity_mAh_cm2"] == pytest.approx(before["capacity_mAh_cm2"], rel=2e-3)
    assert after["height_mean_um"] == pytest.approx(before["height_mean_um"], rel=2e-3)
    # By 0.1 to 0.35: on this mesh round-off moves both by 0.1.
    assert after["peak_to_valley_um"] < before["peak_to_valley_um"] - 0.03


@pytest.fixture(scope="module")
def summaries(load: Load, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Runs of the page, as it shows them."""
    parent = tmp_path_factory.mktemp("pulse-plating")
    return {name: finished(load(name), parent / name) for name in WHOLE}


@pytest.mark.slow
def test_the_bump_grows_unless_it_is_pulsed(summaries: dict[str, dict[str, Any]]) -> None:
    """More than the 4 um that it has at constant current, and less the longer the reversal."""
    constant, *pulsed = (summaries[name]["peak_to_valley_um"] for name in WHOLE)
    assert constant >= 1.15 * BUMP
    assert [BUMP, *pulsed] == sorted([BUMP, *pulsed], reverse=True)
    assert pulsed[-1] <= 0.6 * BUMP


@pytest.mark.slow
@pytest.mark.parametrize("name", WHOLE)
def test_the_table_of_the_page(name: str, summaries: dict[str, dict[str, Any]]) -> None:
    _, peak_to_valley, factor, _, gain, roughness = table()[name]
    assert summaries[name]["peak_to_valley_um"] == pytest.approx(peak_to_valley, rel=0.03)
    assert summaries[name]["peak_to_valley_um"] / BUMP == pytest.approx(factor, rel=0.03)
    gained = (summaries[name]["peak_to_valley_um"] - BUMP) / summaries[name]["height_mean_um"]
    assert 100.0 * gained == pytest.approx(gain, abs=1.0)
    assert summaries[name]["roughness_rms_um"] == pytest.approx(roughness, rel=0.03)


def peak_to_valley(scenario: Scenario, folder: Path) -> float:
    """µm, of the last state."""
    return float(finished(scenario, folder)["peak_to_valley_um"])


AT_CONSTANT_CURRENT = ("protocol.current_density=33.7 A/m^2", "protocol.duration=45 min")


@pytest.mark.slow
def test_linear_charge_transfer_undoes_what_it_does(load: Load, tmp_path: Path) -> None:
    """Then only the net charge counts, pulses are of no use; a third of the runs of the page."""
    constant = peak_to_valley(
        load("constant", "kinetics.law=linear", "protocol.duration=15 min"), tmp_path / "constant"
    )
    pulsed = peak_to_valley(
        load("pulse-15", "kinetics.law=linear", "protocol.repeat=5"), tmp_path / "pulsed"
    )
    assert constant >= 1.04 * BUMP
    assert pulsed == pytest.approx(constant, rel=0.05)


@pytest.mark.slow
def test_something_remains_in_a_liquid(load: Load, tmp_path: Path) -> None:
    """The bump grows at constant current; a third of the pulses of the page has lowered it."""
    constant = peak_to_valley(load("liquid", *AT_CONSTANT_CURRENT), tmp_path / "constant")
    pulsed = peak_to_valley(load("liquid", "protocol.repeat=5"), tmp_path / "pulsed")
    assert constant > 1.03 * BUMP
    assert pulsed < 0.95 * BUMP
