"""``summary.json`` has the names that people rely on, and the numbers of the last state."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.cells_for_results import bump, flat, state_of
from helpers.promised import PROMISED
from helpers.states import changed

from deposition.analysis.morphology import Reference
from deposition.common.atomic_files import write_json
from deposition.laws.thermodynamics import Wagner
from deposition.mesh.footprint import projected_area
from deposition.results.inventory_table import Inventory, InventoryRow
from deposition.runs.summary import Ending, Milestones, summarise
from deposition.scenario.measured import Measured

MEASURED = Measured(cell_voltage="20 mV", current_density="5 A/m^2", source="a test")  # type: ignore[arg-type]


def summary_of(dim: int, ending: Ending | None = None) -> dict[str, Any]:
    first = state_of(flat(dim), 0, 0.0, 0.0, 0.015)
    steady = state_of(flat(dim), 0, 0.0, 0.0, 0.016)
    last = state_of(flat(dim, bump(dim)), 12, 720.0, 3.6e4, 0.018)
    reference = Reference.of(first.cell, first.surface, first.film)
    ended = ending or Ending(completed=True, reason="", wall_s=3.5)
    milestones = Milestones(first, steady, last)
    return summarise("be", reference, milestones, ended, Wagner(2.5, 50e-6, 0.133), MEASURED)


@pytest.mark.parametrize("dim", [2, 3])
def test_has_every_promised_name(dim: int) -> None:
    assert set(summary_of(dim)) >= PROMISED


def test_numbers() -> None:
    summary = summary_of(2)
    expected = {
        "capacity_mAh_cm2": 1.0,
        "steps": 12,
        "time_s": 720.0,
        "wall_s": 3.5,
        "faraday_error": 1e-5,
        "salt_error": 2e-12,
        "salt_correction": 3e-4,
        "pocket_salt_correction": 6e-4,
        "volume_correction": 4e-3,
        "film_error": 5e-7,
        "dead_lithium_error": 3e-8,
        "dead_lithium_net_current": 4e-15,
        "wagner": 2.5,
        "polarization_length_um": 50.0,
        "cell_voltage_first_V": 0.015,
        "cell_voltage_steady_V": 0.016,
        "cell_voltage_V": 0.018,
        "cell_voltage_drift_percent": 12.5,
        "measured_cell_voltage_V": 0.02,
        "measured_difference_percent": -20.0,
        "height_mean_um": 0.75,
        "height_max_um": 3.0,
        "height_min_um": 0.0,
        "roughness_rms_um": 3 * np.sqrt(3) / 4,
        "peak_to_valley_um": 3.0,
        "void_area_um2": 0.25,
        "roughness_factor": 1.3,
        "c_min_mol_m3": 970.0,
    }
    assert {name: summary[name] for name in expected} == pytest.approx(expected, abs=1e-12)
    assert summary["height_mean_by_film_um"] == pytest.approx({"LiF": 1.5, "LiI": 0.0})
    assert summary["completed"] is True
    assert summary["stopped_because"] is None
    # i_n = 5 + x at the middles 0.5 … 19.5 of 1 µm facets; the 99th percentile is the last of them.
    assert summary["current_p99_over_mean_first"] == pytest.approx(24.5 / 15.0)
    assert summary["current_p99_over_mean_last"] != summary["current_p99_over_mean_first"]


def test_in_3d_a_void_is_a_volume() -> None:
    summary = summary_of(3)
    assert summary["void_area_um2"] is None
    assert summary["void_volume_um3"] == 0.25


def test_a_run_that_stopped_says_why() -> None:
    summary = summary_of(2, Ending(completed=False, reason="short circuit", wall_s=1.0))
    assert summary["completed"] is False
    assert summary["stopped_because"] == "short circuit"


def test_lithium_that_the_mesh_does_not_resolve_is_stated_with_its_share() -> None:
    first = state_of(flat(2))
    start = Inventory(1.0, 0.0, {"Li2O": 0.0}, 0.0, 0.3, 0.0, 0.0, 0.0)
    end = replace(start, metal=0.97, dead_metal=0.03)
    rows = [InventoryRow(0, 1, 0.0, start, 0.0), InventoryRow(1, 1, 9.0, end, 0.0, 0.5, 0.01)]
    stones = Milestones(first, first, first, inventory=rows, least_dead_body=0.002)
    reference = Reference.of(first.cell, first.surface, first.film)
    ending = Ending(completed=True, reason="", wall_s=1.0)
    summary = summarise("be", reference, stones, ending, Wagner(1.0, 4e-5, 0.1))
    assert summary["fragments_mAh_cm2"] == 0.01
    assert summary["fragments_share"] == pytest.approx(0.25)
    assert summary["dead_lithium_resolution_mAh_cm2"] == 0.002
    assert summary["solvent_consumed_uL_cm2"] == 0.5
    box = first.cell.volume("electrolyte") / projected_area(first.cell)  # µm: 0.1 µL/cm² each
    assert summary["solvent_consumed_share"] == pytest.approx(0.5 / (0.1 * box))
    nothing = replace(stones, inventory=[rows[0], replace(rows[0], step=1)])
    assert "fragments_share" not in summarise("be", reference, nothing, ending, Wagner(1, 1, 1))


def test_can_be_written_as_json_even_without_current(tmp_path: Path) -> None:
    first = state_of(flat(2))
    without_wall_motion = changed(first, current_density=np.zeros_like(first.current_density))
    reference = Reference.of(first.cell, first.surface, first.film)
    ending = Ending(completed=True, reason="", wall_s=0.0)
    write_json(
        tmp_path / "summary.json",
        summarise(
            "be",
            reference,
            Milestones(without_wall_motion, without_wall_motion, without_wall_motion),
            ending,
            Wagner(float("inf"), 50e-6, 0.133),
        ),
    )
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["current_p99_over_mean_first"] is None
    assert summary["wagner"] is None
    assert summary["height_mean_by_film_um"] == {"LiF": 0.0, "LiI": 0.0}
