"""What must be seen after whole runs of cycles, other electrolytes and protocols."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.outcomes import CYCLES, Runs, Summaries, check_balances, check_height

from deposition import Scenario
from deposition.common.constants import FARADAY, MAH_PER_CM2, MICROMETRE
from deposition.results.inventory_table import cycles_of, read_inventory
from deposition.results.result import Result

# A scenario is run for the first test that asks for it.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


@pytest.mark.parametrize("name", sorted(CYCLES))
def test_the_deposit_is_as_high_as_it_was(name: str, summaries: Summaries) -> None:
    check_height(name, summaries[name])


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


def test_a_bare_collector_is_plated_as_it_was(results: Runs) -> None:
    """At the end of its first stage: by the end of the run all of it is stripped."""
    history = Result.open(results["collector-cycle"]).history
    plated = np.flatnonzero(history["protocol_step"] == 1.0)[-1]
    assert history["height_max_um"][plated] == pytest.approx(1.1493, rel=0.02)
    assert history["roughness_rms_um"][plated] == pytest.approx(0.4001, rel=0.02)


@pytest.mark.parametrize(
    "name", ["cu-cycling-be", "cu-cycling-c-i-be-ln", "adams-c-i-be-ln", "pinch-off-be"]
)
def test_electrons_of_the_sei_are_its_lithium(name: str, results: Runs) -> None:
    """To 1e-10 of the charge throughput; the one is measured on the film, the other is the current
    of its growth, in ten digits."""
    rows = read_inventory(results[name] / "inventory.csv")
    gained = rows[-1].inventory.total_sei - rows[0].inventory.total_sei
    taken = Result.open(results[name]).history["side_charge_mAh_cm2"][-1]
    throughput = sum(one.plated_mAh_cm2 + one.stripped_mAh_cm2 for one in cycles_of(rows))
    assert gained > 1e-3 and abs(gained - taken) <= 1e-10 * throughput


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
