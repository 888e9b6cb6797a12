"""What must be seen in the four figures: on the initial cells at once, and after whole runs (slow).

The inequalities are those of the paper's figures in numbers; where one fails, either the physics or
the scenario is wrong, not the bound.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import gmsh
import numpy as np
import pytest
from numpy.typing import NDArray
from rich.console import Console

from deposition import Scenario, run
from deposition.analysis.current import p99_over_mean
from deposition.common import package_data as shipped
from deposition.common.constants import FARADAY, MAH_PER_CM2, MICROMETRE
from deposition.mesh.cell import DEAD_LITHIUM, LITHIUM, Cell, Floats
from deposition.mesh.footprint import projected_area_m2
from deposition.mesh.surface import Surface
from deposition.results.inventory_table import cycles_of, read_inventory
from deposition.results.result import Result
from deposition.simulation.build import initial_interface_state, model_of
from deposition.simulation.initial import begin
from deposition.simulation.model import STEADY, without_wall_motion
from deposition.simulation.step import INSTANT

# The runs of all scenarios count to the first test that asks for them.
pytestmark = pytest.mark.timeout(7200)

FIGURES = ("be", "be-dead-li", "c-i-be", "c-i-be-ln")
GMSH = "4.15.2"
"""The release whose meshes the pinned numbers belong to."""


# --- before anything moves -------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Steady:
    """The initial surface of a scenario, and the steady current (f,) on it."""

    surface: Surface
    current: Floats
    mean: float

    @property
    def p99_over_mean(self) -> float:
        """99th percentile over the mean, on the working electrode."""
        working = self.surface.working
        return p99_over_mean(self.current[working], self.surface.area[working])

    def between(self, left: float, right: float) -> float:
        """Mean current density (A/m²) of the lithium from ``left`` to ``right`` (µm)."""
        x = self.surface.midpoint[:, 0]
        here = self.surface.working & (left < x) & (x < right)
        return float(np.average(self.current[here], weights=self.surface.area[here]))


@cache
def steady(name: str) -> Steady:
    """The steady current on the initial cell of a shipped scenario; at once if there is none."""
    scenario = Scenario.load(name)
    start = begin(scenario)
    model = without_wall_motion(model_of(scenario, start))
    interface_state = initial_interface_state(model, start)
    solution = model.solve(interface_state, INSTANT if name in UNSTEADY else STEADY)
    mean = solution.total_current / projected_area_m2(start.cell)
    return Steady(start.surface, solution.current_density, mean)


UNSTEADY = ("be-sand", "li2o-cleaning", "li2o-to-li3n", "rejuvenation")
"""Above the limiting current, or with reactions that leave nothing of what they consume."""

IODINE = (
    "dead-li-iodine",
    "dead-li-iodine-lfp",
    "dead-li-iodine-closed",
    "nitrate-film",
    "shuttle-1d",
    "rest-test",
    "ldh-exchange",
    "mossy-li-iodine",
)
"""Cells at rest with iodine or nitrate; ``test_iodine.py`` has their outcomes."""

RESTING = ("dead-li-dissolving", "sei-growth", "cv-be", "cv-c-i-be-ln", *IODINE)
"""No current flows, or not yet."""

PINNED = {
    "be": 5.136378246,
    "be-dead-li": 5.895773997,
    "c-i-be": 2.366790608,
    "c-i-be-ln": 1.027809804,
    "be-3d": 4.621252723,
    "be-dead-li-3d": 4.654487666,
    "c-i-be-3d": 3.29472266,
    "c-i-be-ln-3d": 1.025944389,
    "sei-mosaic": 3.676598152,
    "lipf6-valoen-reimers": 2.045930734,
    "lipf6-nyman": 1.98330017,
    "lipf6-separator": 2.029955884,
    "lipf6-landesfeind": 2.020798697,
    "lipf6-constant": 2.026836496,
    "lipf6-functions": 2.030498832,
    "lipf6-potentiostatic": 2.046131417,
    "stirred": 2.056751995,
    "pulse-plating": 1.061420027,
    "be-calibrated": 6.408259012,
    "be-dead-li-calibrated": 6.51318482,
    "c-i-be-calibrated": 2.246040562,
    "c-i-be-ln-calibrated": 1.086473217,
    "dead-li-floating": 1.015293662,
    "be-cold": 6.710880981,
    "be-warm": 6.276551001,
    "c-i-be-ln-cold": 1.088643323,
    "c-i-be-ln-warm": 1.08524312,
    "tafel": 1.71374581,
    "tafel-linear": 1.211783843,
    "tafel-marcus": 1.487741837,
    "be-cycles": 5.136952372,
    "be-sand": 5.136345571,
    "be-voltage-limit": 5.133418642,
    "lfp-c-i-be-ln": 1.027809539,
    "ncm-c-i-be-ln": 1.027809376,
    "collector-cycle": 2.434094046,
    "cu-cycling-be": 1.000000006,
    "cu-cycling-c-i-be-ln": 1.13979927,
    "adams-c-i-be-ln": 1.13979927,
    "dead-layer-be": 1.0,
    "symmetric-be": 1.000004928,
    "symmetric-c-i-be-ln": 1.139522636,
    "anode-free-be": 1.000000021,
    "eis-be": 6.408259012,
    "eis-c-i-be-ln": 1.086473217,
    "li2o-cleaning": 1.0,
    "li2o-to-li3n": 1.000022048,
    "rejuvenation": 1.842515565,
    "pinch-off-be": 1.841777567,
}
"""99th percentile over the mean of the steady current on the initial cell."""

LAST = {
    "be": 16.105,
    "be-dead-li": 19.349,
    "c-i-be": 9.847,
    "c-i-be-ln": 4.996,
    "be-3d": 2.319,
    "be-dead-li-3d": 2.358,
    "c-i-be-3d": 3.080,
    "c-i-be-ln-3d": 4.983,
    "sei-mosaic": 5.727,
    "lipf6-valoen-reimers": 2.742,
    "lipf6-nyman": 2.710,
    "lipf6-separator": 2.730,
    "lipf6-landesfeind": 2.730,
    "lipf6-constant": 2.729,
    "lipf6-functions": 2.726,
    "lipf6-potentiostatic": 2.741,
    "stirred": 2.767,
    "pulse-plating": 14.296,
    "be-calibrated": 20.026,
    "be-dead-li-calibrated": 25.798,
    "c-i-be-calibrated": 10.402,
    "c-i-be-ln-calibrated": 5.246,
    "dead-li-floating": 7.496,
    "tafel": 0.2489,
    "tafel-linear": 0.1768,
    "tafel-marcus": 0.2197,
    "be-cycles": 0.26,
    "be-sand": 1.0176,
    "be-voltage-limit": 1.2144,
    "lfp-c-i-be-ln": 4.984,
    "ncm-c-i-be-ln": 4.984,
    "dead-li-dissolving": 0.003,
    "sei-growth": 0.0,
    "anode-free-be": 0.0,
    "eis-be": 20.026,
    "eis-c-i-be-ln": 5.246,
    "cv-be": 0.0,
    "cv-c-i-be-ln": 0.0,
    "cu-cycling-be": 0.0,
    "cu-cycling-c-i-be-ln": 0.0,
    "adams-c-i-be-ln": 0.0,
    "symmetric-be": 0.144,
    "symmetric-c-i-be-ln": -0.003,
    "dead-li-iodine": 0.0,
    "dead-li-iodine-lfp": 0.0,
    "dead-li-iodine-closed": 0.0,
    "li2o-cleaning": 0.033,
    "li2o-to-li3n": 1.654,
    "nitrate-film": -0.003,
    "shuttle-1d": -0.1136,
    "rest-test": -0.0581,
    "ldh-exchange": 0.0,
    "rejuvenation": -0.164,
    "pinch-off-be": -0.529,
    "collector-cycle": 0.0,  # nothing is left: see below for the height in between
}
"""Height of the highest point at the end, µm."""

VOLTAGE = {
    "be-cold": 1.95548,
    "be-warm": 0.0127016,
    "c-i-be-ln-cold": 0.128968,
    "c-i-be-ln-warm": 0.00428375,
    "dead-layer-be": 0.0963805,
    "mossy-li-iodine": 0.0,
}
"""Cell voltage at the end, V, where the surface is held still."""


def test_every_shipped_scenario_is_pinned() -> None:
    assert not set(LAST) & set(VOLTAGE)
    assert set(PINNED) | set(RESTING) == set(LAST) | set(VOLTAGE) == set(shipped.scenarios())
    held = {n for n in shipped.scenarios() if Scenario.load(n).interface == "fixed"}
    assert held == set(VOLTAGE)


@pytest.mark.solve
@pytest.mark.parametrize("name", PINNED)
def test_first_current_is_what_it_was(name: str) -> None:
    """On the mesh of the pinned Gmsh to rounding; other releases mesh a little differently."""
    exact = gmsh.__version__ == GMSH
    assert steady(name).p99_over_mean == pytest.approx(PINNED[name], rel=1e-6 if exact else 0.02)


@pytest.mark.solve
@pytest.mark.parametrize("name", FIGURES)
def test_first_current_has_the_mean_that_was_asked_for(name: str) -> None:
    found = steady(name)
    assert found.between(-np.inf, np.inf) == pytest.approx(found.mean, rel=1e-6)


@pytest.mark.solve
def test_be_focuses_on_its_hot_spots_and_c_i_be_ln_is_even() -> None:
    assert steady("be").p99_over_mean >= 3.0
    assert steady("c-i-be-ln").p99_over_mean <= 1.05


SHADED = (20.5, 21.5)
BLOCK = (16.0, 26.0)
UNSHADED = ((2.0, 3.0), (9.0, 10.0), (14.0, 15.0), (29.0, 30.0), (35.0, 36.0))


@pytest.mark.solve
@pytest.mark.parametrize("place", [SHADED, BLOCK])
def test_dead_lithium_shades_what_is_below(place: tuple[float, float]) -> None:
    assert steady("be-dead-li").between(*place) <= 0.7 * steady("be").between(*place)


@pytest.mark.solve
@pytest.mark.parametrize("place", UNSHADED)
def test_dead_lithium_sends_its_current_to_the_others(place: tuple[float, float]) -> None:
    assert steady("be-dead-li").between(*place) >= 1.05 * steady("be").between(*place)


# --- whole runs ------------------------------------------------------------------------------

SHORTENED = {
    "be-3d": "protocol.capacity=0.12 mAh/cm^2",
    "be-dead-li-3d": "protocol.capacity=0.12 mAh/cm^2",
    "c-i-be-3d": "protocol.capacity=0.2 mAh/cm^2",
    "cu-cycling-be": "protocol.repeat=2",
    "cu-cycling-c-i-be-ln": "protocol.repeat=2",
    "symmetric-be": "protocol.repeat=1",
    "symmetric-c-i-be-ln": "protocol.repeat=1",
    "dead-li-iodine": "protocol.rest=10 min",
    "dead-li-iodine-lfp": "protocol.rest=10 min",
    "rejuvenation": "protocol.steps.2.rest=1 min",
}
"""Ends to which scenarios run here that take minutes as shipped."""


def loaded(name: str) -> Scenario:
    """The scenario as it is shipped, or shortened."""
    return Scenario.load(name, [SHORTENED[name]] if name in SHORTENED else [])


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The results folders of all scenarios that move, each run once."""
    parent = tmp_path_factory.mktemp("outcomes")
    for name in LAST:
        run(loaded(name), parent / name, console=Console(file=io.StringIO()), pictures=False)
    return {name: parent / name for name in LAST}


@pytest.fixture(scope="module")
def summaries(results: dict[str, Path]) -> dict[str, dict[str, Any]]:
    """What each summary says."""
    return {name: Result.open(folder).summary for name, folder in results.items()}


Summaries = dict[str, dict[str, Any]]


def dense(scenario: Scenario) -> float:
    """Mean height of the deposit without pores, V_m Q/F, µm."""
    assert scenario.protocol.capacity is not None
    volume = scenario.lithium.molar_volume * scenario.protocol.capacity
    return volume / FARADAY / MICROMETRE


def check_balances(summary: dict[str, Any]) -> None:
    """What every run must keep."""
    assert summary["faraday_error"] <= 1e-3
    assert summary["salt_error"] <= 1e-10
    assert summary["salt_correction"] <= 1e-3
    assert summary["film_error"] <= 1e-6


@pytest.mark.slow
@pytest.mark.parametrize("name", FIGURES)
def test_the_charge_is_plated_and_the_balances_hold(name: str, summaries: Summaries) -> None:
    summary = summaries[name]
    assert summary["completed"] is True
    assert summary["capacity_mAh_cm2"] == pytest.approx(1.0, rel=1e-9)
    assert summary["height_mean_um"] == pytest.approx(dense(Scenario.load(name)), rel=1e-3)
    check_balances(summary)
    assert summary["cell_voltage_V"] > 0.0
    assert summary["current_p99_over_mean_first"] == pytest.approx(steady(name).p99_over_mean)


@pytest.mark.slow
@pytest.mark.parametrize("name", LAST)
def test_the_deposit_is_as_high_as_it_was(name: str, summaries: Summaries) -> None:
    """To twice the scatter of runs that differ by round-off: 2 %, and 5 nm after cycles; what two
    cycles of plating and stripping leave on the conductive spots, and a pit where a neck has
    parted, is uncertain to a third."""
    rel = 0.33 if name in ("be-cycles", "symmetric-be", "pinch-off-be") else 0.04
    assert summaries[name]["height_max_um"] == pytest.approx(LAST[name], rel=rel, abs=0.01)


@pytest.mark.slow
@pytest.mark.parametrize("name", VOLTAGE)
def test_a_cell_held_still_has_the_voltage_that_it_had(name: str, tmp_path: Path) -> None:
    """In a run of its own, which takes seconds."""
    folder = tmp_path / name
    run(Scenario.load(name), folder, console=Console(file=io.StringIO()))
    summary = Result.open(folder).summary
    assert summary["completed"] is True
    assert summary["cell_voltage_V"] == pytest.approx(VOLTAGE[name], rel=0.02, abs=1e-9)


CALIBRATED = {
    "be-calibrated": 81.6e-3,
    "be-dead-li-calibrated": 81.6e-3,
    "c-i-be-calibrated": 19.9e-3,
    "c-i-be-ln-calibrated": 15.0e-3,
}
"""Steady voltage (V) of the preset; the first two belong to no measurement."""

DRIFT = {
    "be-calibrated": -26.0,
    "be-dead-li-calibrated": -19.4,
    "c-i-be-calibrated": -4.73,
    "c-i-be-ln-calibrated": -0.66,
}
"""How the voltage has changed after 1 mAh/cm², %: growing sides are new surface."""


@pytest.mark.slow
@pytest.mark.parametrize("name", CALIBRATED)
def test_a_calibrated_cell_has_its_voltage(
    name: str, summaries: Summaries, results: dict[str, Path]
) -> None:
    """Once steady, before the film changes much: the run's own history says so too."""
    summary, history = summaries[name], Result.open(results[name]).history
    assert summary["completed"] is True
    check_balances(summary)
    assert summary["cell_voltage_steady_V"] == pytest.approx(CALIBRATED[name], rel=0.03)
    after_a_minute = history["voltage_V"][history["time_s"] >= 60.0][0]
    assert after_a_minute == pytest.approx(summary["cell_voltage_steady_V"], rel=0.015)
    assert summary["cell_voltage_drift_percent"] == pytest.approx(DRIFT[name], abs=1.0)


@pytest.mark.slow
def test_calibrated_cells_stand_beside_the_measured_voltages(summaries: Summaries) -> None:
    for name, volts in (("c-i-be-calibrated", 20e-3), ("c-i-be-ln-calibrated", 15e-3)):
        assert summaries[name]["measured_cell_voltage_V"] == pytest.approx(volts)
        assert abs(summaries[name]["measured_difference_percent"]) <= 3.0
    assert summaries["be-calibrated"]["measured_cell_voltage_V"] is None
    assert summaries["be-calibrated"]["measured_words"]


def roughness(summary: dict[str, Any]) -> float:
    """rms over mean height."""
    return float(summary["roughness_rms_um"] / summary["height_mean_um"])


@pytest.mark.slow
def test_protocols_end_as_their_scenarios_say(summaries: Summaries) -> None:
    cycles, sand, limit, bare = (
        summaries[name] for name in ("be-cycles", "be-sand", "be-voltage-limit", "collector-cycle")
    )
    for summary in (cycles, sand, limit, bare):
        assert summary["completed"] is True
        check_balances(summary)
    assert cycles["coulombic_efficiency"] == pytest.approx([1.0, 1.0])
    assert cycles["capacity_mAh_cm2"] == pytest.approx(0.0, abs=1e-12)
    assert cycles["peak_to_valley_um"] > 0.4, "pits on the conductive spots"
    (depletion,) = sand["events"]
    assert depletion["event"] == "depletion"
    assert 0.5 * depletion["sand_time_s"] < depletion["time_s"] < depletion["sand_time_s"]
    (reached,) = limit["events"]
    assert reached["event"] == "voltage_limit" and 4.0 < reached["time_s"] < 7.0
    assert limit["cell_voltage_V"] == pytest.approx(9e-3)
    assert [event["event"] for event in bare["events"]] == ["lithium_exhausted"] * 2
    # The last lithium may be thinner than the mesh resolves: events are located to 0.1 %.
    times = [event["time_s"] for event in bare["events"]]
    assert times == pytest.approx([1740.0, 3480.0], rel=1e-3)
    assert bare["coulombic_efficiency"] == pytest.approx([1.0, 1.0], rel=1e-3)


@pytest.mark.slow
def test_a_bare_collector_is_plated_as_it_was(results: dict[str, Path]) -> None:
    """At the end of its first stage: by the end of the run all of it is stripped."""
    history = Result.open(results["collector-cycle"]).history
    plated = np.flatnonzero(history["protocol_step"] == 1.0)[-1]
    assert history["height_max_um"][plated] == pytest.approx(1.1493, rel=0.02)
    assert history["roughness_rms_um"][plated] == pytest.approx(0.4001, rel=0.02)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["cu-cycling-be", "cu-cycling-c-i-be-ln", "adams-c-i-be-ln", "pinch-off-be"]
)
def test_electrons_of_the_sei_are_its_lithium(name: str, results: dict[str, Path]) -> None:
    """To 1e-10 of the charge throughput; the one is measured on the film, the other is the current
    of its growth, in ten digits."""
    rows = read_inventory(results[name] / "inventory.csv")
    gained = rows[-1].inventory.total_sei - rows[0].inventory.total_sei
    taken = Result.open(results[name]).history["side_charge_mAh_cm2"][-1]
    throughput = sum(one.plated_mAh_cm2 + one.stripped_mAh_cm2 for one in cycles_of(rows))
    assert gained > 1e-3 and abs(gained - taken) <= 1e-10 * throughput


@pytest.mark.slow
def test_the_base_electrolyte_loses_more_lithium_in_a_cycle(summaries: Summaries) -> None:
    base, nitrate, reservoir = (
        summaries[name] for name in ("cu-cycling-be", "cu-cycling-c-i-be-ln", "adams-c-i-be-ln")
    )
    for summary in (base, nitrate, reservoir):
        assert summary["lithium_error"] <= 1e-6
        check_balances(summary)
    for one, other in zip(base["cycles"], nitrate["cycles"], strict=True):
        assert one["li_ion_loss_mAh_cm2"] > 1.5 * other["li_ion_loss_mAh_cm2"] > 0.0
        assert one["coulombic_efficiency"] < other["coulombic_efficiency"] < 1.0
    assert 0.95 < reservoir["coulombic_efficiency_overall"] < 1.0


@pytest.mark.slow
def test_a_neck_that_parts_loses_lithium_as_metal(summaries: Summaries) -> None:
    """(1 - w/(s r))² of a head of radius r = 3 µm on a stem of half width w = 1 µm, s = 3, if the
    film alone decides."""
    summary = summaries["pinch-off-be"]
    assert summary["lithium_error"] <= 1e-6
    check_balances(summary)
    (cycle,) = summary["cycles"]
    head = (1.0 - 1.0 / (3.0 * 3.0)) ** 2 * np.pi * 3.0**2 / 12.0
    exact = head * MICROMETRE * FARADAY / Scenario.load("pinch-off-be").lithium.molar_volume
    assert cycle["li_metal_loss_mAh_cm2"] == pytest.approx(exact / MAH_PER_CM2, rel=0.06)
    assert 0.0 < cycle["li_ion_loss_mAh_cm2"] < 0.1 * cycle["li_metal_loss_mAh_cm2"]
    assert summary["fragments_share"] < 0.02


@pytest.mark.slow
def test_the_film_of_the_base_electrolyte_makes_the_voltage_rise(summaries: Summaries) -> None:
    base, nitrate = (summaries[name] for name in ("symmetric-be", "symmetric-c-i-be-ln"))
    for summary in (base, nitrate):
        assert summary["lithium_error"] <= 1e-6
        check_balances(summary)
        (cycle,) = summary["cycles"]
        lower, upper = cycle["li_ion_loss_mAh_cm2"], cycle["counter_li_ion_loss_mAh_cm2"]
        assert upper == pytest.approx(lower, rel=0.1), "both electrodes are alike and almost flat"
    rise = [abs(s["cell_voltage_V"]) / s["cell_voltage_first_V"] for s in (base, nitrate)]
    assert rise[0] > 3.0 > 1.3 > rise[1] > 1.0


@pytest.mark.slow
def test_floating_dead_lithium_creeps_towards_the_positive_electrode(summaries: Summaries) -> None:
    summary = summaries["dead-li-floating"]
    assert summary["dead_lithium_rise_um"]["dead_lithium:block"] == pytest.approx(3.42, rel=0.02)
    assert summary["dead_lithium_error"] <= 1e-5
    assert summary["dead_lithium_net_current"] <= 1e-10
    potential = summary["dead_lithium_potential_V"]["dead_lithium:block"]
    assert -summary["cell_voltage_V"] < potential < 0.0


@pytest.mark.slow
def test_be_grows_columns(summaries: Summaries) -> None:
    summary = summaries["be"]
    assert summary["current_p99_over_mean_first"] >= 3.0
    assert summary["height_max_um"] >= 2.0 * summary["height_mean_um"]
    assert roughness(summary) >= 0.5


@pytest.mark.slow
def test_c_i_be_grows_higher_on_the_iodide(summaries: Summaries) -> None:
    height = summaries["c-i-be"]["height_mean_by_film_um"]
    assert height["LiI"] >= 2.0 * height["matrix"]


@pytest.mark.slow
def test_c_i_be_ln_stays_flat(summaries: Summaries) -> None:
    summary = summaries["c-i-be-ln"]
    assert summary["current_p99_over_mean_first"] <= 1.05
    assert roughness(summary) <= 0.05


@pytest.mark.slow
def test_the_order_of_roughness(summaries: Summaries) -> None:
    order = [summaries[name]["roughness_rms_um"] for name in FIGURES]
    assert order[0] <= order[1], "dead lithium makes it no smoother"
    assert order[0] > order[2] > order[3]


def meets_lithium(metal: Cell, block: NDArray[np.bool_]) -> bool:
    """Whether the simplices ``block`` (m,) share a facet with lithium."""
    sides = metal.all_facets.simplices
    sides = sides[(sides >= 0).all(axis=1)]
    dead, lithium = block[sides], metal.in_region(LITHIUM)[sides]
    return bool(np.any(dead & lithium[:, ::-1]))


@pytest.mark.slow
def test_the_deposit_meets_the_dead_lithium(results: dict[str, Path]) -> None:
    result = Result.open(results["be-dead-li"])
    for index, met in ((0, False), (-1, True)):
        bodies = result.snapshot(index).bodies
        metal, block = bodies.as_cell(), bodies.named(DEAD_LITHIUM)
        assert meets_lithium(metal, block) == met
        assert metal.volumes[block].sum() == pytest.approx(30.0, rel=1e-6), "it is left as it is"


@pytest.mark.slow
def test_three_dimensions_keep_the_same_balances(summaries: Summaries) -> None:
    for name in ("be-3d", "be-dead-li-3d", "c-i-be-3d", "c-i-be-ln-3d"):
        summary = summaries[name]
        assert summary["completed"] and summary["dimension"] == 3
        assert summary["steps"] >= 18
        # A sphere of dead lithium hides a part of the deposit from the counter electrode.
        hidden = 2e-3 if name == "be-dead-li-3d" else 1e-3
        assert summary["height_mean_um"] == pytest.approx(dense(loaded(name)), rel=hidden)
        check_balances(summary)
