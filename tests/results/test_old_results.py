"""Results of version 0.1: read, compared, drawn and exported with the present names.

The folder was written by version 0.1, without its pictures and movies: a box of 8 µm, plated for
0.05 mAh/cm² and stripped until the lithium was exhausted.
"""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import numpy as np
import pytest
from helpers.cells_for_results import flat, state_of
from helpers.results_2d import states, write
from PIL import Image
from rich.console import Console

from deposition.analysis.morphology import Reference
from deposition.comparison.compare import compare, print_table
from deposition.export import export
from deposition.laws.thermodynamics import Wagner
from deposition.protocol import Progress
from deposition.recorders.history import row
from deposition.recorders.protocol_steps import StepRecorder
from deposition.render.pictures import picture
from deposition.results import renamed
from deposition.results.protocol_step_table import coulombic_efficiency, read_steps
from deposition.results.result import STEPS, Result, ResultsFolder
from deposition.runs.summary import Ending, Milestones, summarise
from deposition.scenario import Scenario
from deposition.scenario.plan import plan_of

OLD = Path(__file__).parents[1] / "data" / "results-0.1" / "tiny"
POWERS = ("ohmic", "concentration", "film", "charge_transfer", "capillarity")
ADDED = {"lithium_area_um2", "solve_seconds", "mmg_seconds"}
ADDED |= {f"power_{name}_W_m2" for name in POWERS}
"""Columns that version 0.1 did not write."""
OLD_NAMES = {*renamed.HISTORY, *renamed.SUMMARY, *renamed.REASONS}


@pytest.fixture
def old() -> Result:
    return Result.open(OLD)


def test_the_folder_has_the_names_of_version_0_1() -> None:
    """Else the tests below prove nothing."""
    header = (OLD / "history.csv").read_text(encoding="utf-8").partition("\n")[0]
    assert set(renamed.HISTORY) <= set(header.split(","))
    summary = (OLD / "summary.json").read_text(encoding="utf-8")
    names = set(renamed.SUMMARY) - set(renamed.HISTORY) | set(renamed.REASONS)
    assert all(f'"{name}"' in summary for name in names)
    assert not (OLD / STEPS).exists()


def test_history_has_the_present_columns(old: Result) -> None:
    state = state_of(flat(2))
    present = row(state, Reference.of(state.cell, state.surface, state.film))
    assert list(old.history) == [name for name in present if name not in ADDED]
    assert old.history["protocol_step"].tolist() == [1, 1, 1, 1, 2, 2, 2, 2, 2]
    assert old.history["roughness_factor"][0] == pytest.approx(1.0)
    assert old.history["current_p99_over_mean"][0] == pytest.approx(1.028775343)


def test_summary_has_the_present_keys(old: Result) -> None:
    state = state_of(flat(2))
    reference = Reference.of(state.cell, state.surface, state.film)
    ending = Ending(completed=True, reason="", wall_s=1.0)
    present = summarise(
        "tiny", reference, Milestones(state, state, state), ending, Wagner(1.0, 4e-5, 0.1)
    )
    later = ("contacts", "coulombic_efficiency_overall", "n_to_p", "overpotential_mV")
    assert list(old.summary) == [key for key in present if key not in later]
    assert old.name == "tiny"
    assert old.summary["protocol_steps"] == 2
    assert old.summary["polarization_length_um"] == pytest.approx(46.556169)
    assert old.summary["steady_conductivity_S_m"] == pytest.approx(0.2698)
    assert old.summary["ended_by"] == "lithium_exhausted"
    (event,) = old.summary["events"]
    assert event == read_steps(OLD / renamed.STEP_TABLE)[1].as_event()


def test_protocol_steps_have_the_present_reasons(old: Result) -> None:
    steps = read_steps(OLD / renamed.STEP_TABLE)
    assert [(step.protocol_step, step.ended_by) for step in steps] == [
        (1, "capacity"),
        (2, "lithium_exhausted"),
    ]
    assert steps[0].applied == "0.5 mA/cm² until 0.05 mAh/cm²"
    assert coulombic_efficiency(steps) == pytest.approx(old.summary["coulombic_efficiency"])


def test_snapshots_are_read(old: Result) -> None:
    assert old.times.tolist() == pytest.approx([0.0, 360.0, 810.0, 1010.0])
    assert old.capacities[1] == pytest.approx(0.05 * 3.6e4)
    last = old.snapshot(-1)
    assert last.step == 8
    assert last.surface.films[:3] == ("low", "medium", "high")
    assert np.allclose(last.surface.fractions.sum(axis=1), 1.0)


def test_the_scenario_is_loaded_with_a_warning_for_each_old_name() -> None:
    with pytest.warns(FutureWarning) as warnings:
        scenario = Scenario.load(OLD / "scenario.toml")
    text = [str(warning.message) for warning in warnings]
    for old_name, new_name in (
        ("sei.fresh", "sei.default_film"),
        ("sei.frame", "sei.motion"),
        ('"material"', '"advected"'),
        ("protocol.on", "protocol.on_event"),
        ("lithium_used_up", "lithium_exhausted"),
    ):
        assert any(old_name in line and new_name in line for line in text)
    assert scenario.sei.default_film == "medium"
    assert scenario.sei.motion == "advected"


def test_a_resumed_run_gets_the_present_table_of_protocol_steps(tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    shutil.copytree(OLD, folder)
    with ResultsFolder.reopen(folder) as results:
        plan = plan_of(Scenario.load("be").protocol)
        progress = Progress(protocol_step=1, ended="lithium_exhausted")
        StepRecorder.resumed(results.protocol_steps, plan, Console(), "tiny", 8, progress).close()
    assert not (folder / renamed.STEP_TABLE).exists()
    with open(folder / STEPS, encoding="utf-8", newline="") as file:
        first, second = csv.DictReader(file)
    assert (first["protocol_step"], first["applied"]) == ("1", "0.5 mA/cm² until 0.05 mAh/cm²")
    assert second["ended_by"] == "lithium_exhausted"


@pytest.mark.process
def test_it_is_compared_with_a_new_result(old: Result, tmp_path: Path) -> None:
    new = write(tmp_path / "new", states(), polarization_length_um=1.0)
    compared = compare([OLD, new.folder], tmp_path / "out")
    assert [column.summary for column in compared.columns] == [old.summary, new.summary]
    with open(compared.table, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert not OLD_NAMES & set(rows[0])
    assert float(rows[0]["polarization_length_um"]) == pytest.approx(46.556169)
    screen = io.StringIO()
    print_table(compared, Console(file=screen, width=120))
    assert "46.56" in screen.getvalue()


@pytest.mark.picture
def test_it_is_drawn(old: Result, tmp_path: Path) -> None:
    file = picture(old, tmp_path / "picture.png")
    with Image.open(file) as image:
        assert image.convert("L").getextrema() != (255, 255)


def test_it_is_exported(old: Result, tmp_path: Path) -> None:
    files = export(old, "vtkhdf", output=tmp_path)
    assert [file.name for file in files] == [
        "electrolyte.vtkhdf", "surface.vtkhdf", "bodies.vtkhdf",
    ]  # fmt: skip
