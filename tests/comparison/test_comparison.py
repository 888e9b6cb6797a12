"""Comparisons: common charge, files, table, and refused input."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import results_2d, synthetic
from helpers.recorded import record, states
from helpers.states import changed
from PIL import Image
from rich.console import Console

from deposition.common.errors import ResultsError
from deposition.comparison.compare import compare, print_table
from deposition.comparison.gather import common_charge, gather, nearest, recorded_charges
from deposition.render.of_result import caption_of, draw_flux_map
from deposition.results.error_bars import ErrorBar
from deposition.results.result import Result
from deposition.results.summary_table import Column, flattened, printed, printed_titles, titles
from deposition.simulation.state import State


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A results folder with two 2D runs."""
    parent = tmp_path_factory.mktemp("results")
    record(parent / "be", states())
    record(parent / "be-ln", states(lambda p: synthetic.flat(p) - 4.85), roughness_rms_um=0.0)
    return parent


@pytest.mark.process
def test_compare_makes_pictures_and_table(parent: Path, tmp_path: Path) -> None:
    made = compare(["be", parent / "be-ln"], tmp_path / "out", parent)
    assert [column.label for column in made.columns] == ["BE", "BE, ln"]
    assert made.capacity == pytest.approx(1.0)
    for picture, width in ((made.figure, 17.8), (made.profiles, 8.5)):
        with Image.open(picture) as image:
            assert image.width == pytest.approx(width / 2.54 * 600, abs=1)
            assert image.convert("L").getextrema() != (255, 255)
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "comparison.csv", "comparison.png", "growth.gif", "growth.mp4", "profiles.png",
    ]  # fmt: skip


@pytest.mark.process
def test_csv_holds_every_number_of_the_summaries(parent: Path, tmp_path: Path) -> None:
    made = compare(["be", "be-ln"], tmp_path, parent, ".svg")
    rows = list(csv.DictReader(io.StringIO(made.table.read_text())))
    assert [row["scenario"] for row in rows] == ["be", "be-ln"]
    assert float(rows[0]["roughness_rms_um"]) == 2.5
    assert float(rows[1]["height_mean_by_film_um[hot_spot]"]) == 9.0
    assert rows[0]["void_volume_um3"] == ""


@pytest.mark.process
def test_table_in_the_terminal(parent: Path, tmp_path: Path) -> None:
    made = compare(["be", "be-ln"], tmp_path, parent, ".svg")
    console = Console(record=True, width=100, file=io.StringIO())
    print_table(made, console)
    text = console.export_text()
    roughness = next(line for line in text.splitlines() if "roughness" in line)
    assert roughness.split()[-2:] == ["2.5", "0"]
    assert "above hot_spot, µm" in text
    assert "µm³" not in text  # nothing to show in 2D


@pytest.mark.process
def test_one_result_alone_is_compared_too(parent: Path, tmp_path: Path) -> None:
    made = compare([parent / "be", "be"], tmp_path, parent, ".svg")
    assert len(made.columns) == 1


def test_a_name_without_results_offers_the_nearest(parent: Path, tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match=r'be-lm.*"be-ln"'):
        compare(["be", "be-lm"], tmp_path / "out", parent)
    assert not (tmp_path / "out").exists()


def test_a_run_that_has_not_ended_is_refused(tmp_path: Path) -> None:
    folder = record(tmp_path / "killed", states())
    (folder / "summary.json").unlink()
    with pytest.raises(ResultsError, match=r"killed has no summary\.json.*E654"):
        compare([folder], tmp_path / "out")


def test_a_damaged_scenario_is_named(tmp_path: Path) -> None:
    folder = record(tmp_path / "edited", states(), "title =")
    with pytest.raises(ResultsError, match=r"edited/scenario\.toml.*E655"):
        compare([folder], tmp_path / "out")


def test_2d_and_3d_are_not_mixed(parent: Path, tmp_path: Path) -> None:
    folder = record(tmp_path / "solid", states(), dimension=3)
    with pytest.raises(ResultsError, match=r"be 2D; .*solid 3D.*E656"):
        compare(["be", folder], tmp_path / "out", parent)


def test_nothing_to_compare(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="E653"):
        compare([], tmp_path)


def test_output_that_cannot_be_made(parent: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ResultsError, match=r"--output.*E652"):
        compare(["be"], tmp_path / "file" / "out", parent)


@pytest.mark.process
def test_equal_names_are_distinguished_by_folder(parent: Path, tmp_path: Path) -> None:
    other = record(tmp_path / "fine", states(), scenario="be")
    made = compare(["be", other], tmp_path / "out", parent, ".svg")
    assert [column.label for column in made.columns] == ["BE (be)", "BE (fine)"]


@pytest.mark.parametrize(
    ("recorded", "charge"),
    [
        ([[0, 10, 20, 30], [0, 10, 20]], 20),
        ([[0, 10, 19.9], [0, 10.05, 20, 30]], 19.9),
        ([[0, 10, 17], [0, 10, 20]], 10),
        ([[0, 7], [0, 10, 20]], 7),
        ([[0, 10, 20, 20, 10, 0], [0, 10, 20, 30]], 20),  # plated and stripped again
        ([[0, 10, 20, 0]], 20),
        ([[0, -10, -20], [0, -10]], -10),  # stripped alone
    ],
)
def test_the_largest_common_charge(recorded: list[list[float]], charge: float) -> None:
    assert common_charge([np.array(charges) for charges in recorded]) == charge


@pytest.mark.process
def test_shorter_run_sets_the_charge(parent: Path, tmp_path: Path) -> None:
    short = record(tmp_path / "short", states(last=9000.0))
    made = compare(["be", short], tmp_path / "out", parent, ".svg")
    assert made.capacity == pytest.approx(0.25)


def cycled() -> list[State]:
    """Plated by 0.5 mAh/cm², stripped by as much but for rounding."""
    first, last = states(last=18000.0)
    back = changed(first, step=2, time=2.0 * last.time, net_areal_charge=3e-12)
    return [first, last, back]


@pytest.mark.process
def test_a_cycled_result_is_compared_where_it_had_plated_most(tmp_path: Path) -> None:
    other = record(tmp_path / "plated", states(last=18000.0))
    made = compare([record(tmp_path / "cycled", cycled()), other], tmp_path / "out")
    assert made.capacity == pytest.approx(0.5)
    assert made.notes == ()


def test_a_net_charge_of_rounding_is_zero(tmp_path: Path) -> None:
    charges = recorded_charges(Result(record(tmp_path / "cycled", cycled())))
    assert charges.tolist() == [0.0, pytest.approx(18000.0), 0.0]


def test_the_first_state_of_a_charge_is_taken() -> None:
    assert nearest(np.array([0.0, 10.0, 20.0, 20.0 - 1e-13, 10.0]), 20.0 - 1e-13) == 2


@pytest.mark.process
def test_another_charge_than_the_common_one_is_noted(tmp_path: Path) -> None:
    parent = tmp_path / "results"
    record(parent / "be", states(last=36000.0))
    record(parent / "short", states(last=9000.0))
    made = compare(["be", "short"], tmp_path / "out", parent, ".svg", tmp_path / "page.html")
    (note,) = made.notes
    assert note.startswith("BE ") and note.endswith(" 0 mAh/cm²")
    console = Console(record=True, width=120, file=io.StringIO())
    print_table(made, console)
    assert console.export_text().splitlines()[-1] == note
    assert "a: BE at 0 mAh cm" in made.profiles.read_text(encoding="utf-8")
    assert note in (tmp_path / "page.html").read_text(encoding="utf-8")


@pytest.mark.picture
def test_flux_map_of_a_result(parent: Path) -> None:
    result = Result.open("be", parent)
    path = draw_flux_map(result)
    assert path == parent / "be" / "flux_map.png"
    assert path.stat().st_size > 50_000
    assert caption_of(result).wagner == 0.31


def test_flat_keys_and_printed_values() -> None:
    assert flattened({"a": 1, "b": {"LiF": 2}, "c": {}}) == {"a": 1, "b[LiF]": 2, "c": {}}
    assert [printed(v) for v in (None, True, 12345.678, 7)] == ["–", "yes", "1.235e+04", "7"]


@pytest.mark.process
def test_a_measured_voltage_is_compared_with_the_simulated_one(
    parent: Path, tmp_path: Path
) -> None:
    real: dict[str, Any] = {
        "cell_voltage_steady_V": 0.0204,
        "measured_cell_voltage_V": 0.02,
        "measured_difference_percent": 2.0,
        "measured_words": "steady for a month",
    }
    measured = record(tmp_path / "cell", states(), **real)
    made = compare(["be", measured], tmp_path / "out", parent, ".svg")
    console = Console(record=True, width=120, file=io.StringIO())
    print_table(made, console)
    table = console.export_text()
    for row, shown in (
        ("measured cell voltage, mV", "20"),
        ("steady state relative to measured, %", "2"),
    ):
        line = next(line for line in table.splitlines() if row in line)
        assert line.split()[-2:] == ["–", shown]
    assert "steady for a month" in table
    assert "measured" in made.profiles.read_text(encoding="utf-8")
    plain = compare(["be"], tmp_path / "plain", parent, ".svg")
    assert "measured" not in plain.profiles.read_text(encoding="utf-8")


def test_a_label_names_the_result_in_pictures_and_tables(tmp_path: Path) -> None:
    result = results_2d.write(tmp_path / "be", results_2d.states([0.0]))
    text = result.scenario_text.replace('title = "a run"', 'title = "a run"\nlabel = "BE + LiNO₃"')
    (result.folder / "scenario.toml").write_text(text, encoding="utf-8")
    assert caption_of(Result.open(result.folder)).name == "BE + LiNO₃"
    (one,) = gather([result.folder]).results
    assert one.label == one.column.label == one.curve.label == "BE + LiNO₃"


def test_voltages_of_tables_are_in_millivolts() -> None:
    column = Column(
        "x",
        {"cell_voltage_V": 0.0023},
        {"cell_voltage_V": ErrorBar(0.0023, 3e-5, 0.0, 0.0, 1.0, 1.0)},
    )
    assert column.text("cell_voltage_V") == "2.3 ± 0.03"
    assert printed_titles([column.summary])["cell_voltage_V"] == "final cell voltage, mV"
    assert titles([column.summary])["cell_voltage_V"] == "final cell voltage, V"
