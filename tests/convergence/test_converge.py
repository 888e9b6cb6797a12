"""Error bars: exact for known orders, wide where nothing converges, shown beside the numbers."""

from __future__ import annotations

import io
import json
import math
from pathlib import Path

import pytest
from helpers.recorded import record, states
from helpers.tiny import TINY, call, write
from rich.console import Console

from deposition.common.errors import ResultsError, SweepError
from deposition.comparison.gather import gather
from deposition.comparison.report.numbers import numbers
from deposition.convergence.chart import draw
from deposition.convergence.extrapolation import error_bar, extrapolate
from deposition.convergence.refinement import Refinement, Refinements
from deposition.convergence.study import numbers_of
from deposition.convergence.table import cells
from deposition.results.error_bars import (
    FILE,
    Convergence,
    ErrorBar,
    digest_of,
    error_bars_of,
    read_convergence,
)
from deposition.results.summary_table import print_columns
from deposition.scenario import Scenario

NAN = math.nan


@pytest.mark.parametrize("order", [0.7, 1.0, 2.0])
@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("factors", [(0.5, 0.7), (0.7, 1.4), (1.3, 1.6), (0.5, 0.7, 1.4)])
def test_the_order_and_the_limit_of_three_values_are_found(
    order: float, sign: float, factors: tuple[float, ...]
) -> None:
    """v(f) = 5 + C f^p is off by C at f = 1."""
    others = [(f, 5.0 + sign * 0.3 * f**order) for f in factors]
    found = extrapolate(5.0 + sign * 0.3, others)
    assert found.error == pytest.approx(0.3) and found.order == pytest.approx(order)


def test_of_two_values_the_first_order_is_assumed() -> None:
    for factor, value in ((0.5, 1.9), (1.5, 2.1)):
        found = extrapolate(2.0, [(factor, value)])
        assert found.error == pytest.approx(0.2) and math.isnan(found.order)


@pytest.mark.parametrize("values", [(1.9, 2.05), (1.99, 1.9), (2.0, 1.9)])
def test_values_that_approach_nothing_have_a_wide_bar(values: tuple[float, float]) -> None:
    found = extrapolate(2.0, [(0.7, values[0]), (0.5, values[1])])
    apart = max(abs(2.0 - v) / (1.0 - f) for f, v in zip((0.7, 0.5), values, strict=True))
    assert found.error == pytest.approx(apart) and math.isnan(found.order)


def test_the_parts_of_an_error_are_independent() -> None:
    bar = error_bar(10.0, [(0.5, 9.85)], [(0.5, 10.2)], [10.0, 10.3])
    assert (bar.mesh, bar.step) == (pytest.approx(0.3), pytest.approx(0.4))
    assert bar.noise == pytest.approx(2.0 * math.sqrt(0.03))
    assert bar.error == pytest.approx(math.sqrt(0.09 + 0.16 + 0.12))
    assert bar.relative == pytest.approx(bar.error / 10.0) and not bar.converged
    assert error_bar(10.0, [(0.5, 9.9)], [], []).converged
    assert error_bar(0.0, [(0.5, 0.0)], [], []).converged
    assert (
        cells(bar)[-1] == "not converged" and cells(error_bar(0.0, [(0.5, 0.1)], [], []))[2] == "–"
    )


def test_a_refined_run_changes_mesh_or_step_and_nothing_else() -> None:
    scenario = Scenario.load("be-sand", ("time.first_step=1 ms", "time.max_step=10 ms"))

    def changed(refinement: Refinement) -> Scenario:
        settings = [f"{k}={v}" for k, v in refinement.settings(scenario).items()]
        return Scenario.load("be-sand", settings)

    same, finer, shorter = map(changed, (Refinement(), Refinement(mesh=0.5), Refinement(step=0.5)))
    assert digest_of(same.resolved_toml()) == digest_of(scenario.resolved_toml())
    assert finer.mesh.surface_size == pytest.approx(0.5 * scenario.mesh.surface_size)
    assert finer.mesh.coarse_size == pytest.approx(0.5 * scenario.mesh.coarse_size)
    assert finer.time == scenario.time and shorter.mesh == same.mesh
    assert shorter.time.max_advance == pytest.approx(0.5 * scenario.time.max_advance)
    assert shorter.time.tolerance == pytest.approx(0.25 * scenario.time.tolerance)
    assert shorter.time.max_step == pytest.approx(5e-3)
    assert shorter.time.first_step == pytest.approx(5e-4)
    noisy = changed(Refinement(perturbation=2))
    assert 0.0 < noisy.mesh.surface_size / scenario.mesh.surface_size - 1.0 < 1e-8


@pytest.mark.parametrize(
    ("mesh", "step", "code"),
    [((1.0,), (0.5,), "E785"), ((2.1,), (), "E785"), ((0.5,), (0.0,), "E785"), ((), (), "E786")],
)
def test_factors_that_change_nothing_or_too_much_are_refused(
    mesh: tuple[float, ...], step: tuple[float, ...], code: str
) -> None:
    with pytest.raises(SweepError, match=code):
        Refinements(mesh, step)


def study(folder: Path, scenario_text: str) -> Convergence:
    """Error bars of a result, one number of them not converged."""
    bars = {
        "roughness_rms_um": ErrorBar(2.5, 0.3, 0.4, 0.0, NAN, 1.5),
        "height_max_um": ErrorBar(9.0, 0.03, 0.04, 0.0, NAN, NAN),
    }
    found = Convergence("be", digest_of(scenario_text), bars, ((1.0, 1.0, 0, 20, 1.0),))
    folder.mkdir()
    found.write(folder / FILE)
    return found


@pytest.mark.picture
def test_compare_and_report_show_error_bars_of_the_same_scenario(tmp_path: Path) -> None:
    result = record(tmp_path / "be", states())
    scenario = (result / "scenario.toml").read_text()
    found = study(tmp_path / "be-converge", scenario)
    assert read_convergence(tmp_path / "be-converge" / FILE) is not None
    assert error_bars_of(result, scenario).keys() == found.bars.keys()
    assert not error_bars_of(result, scenario.replace("BE", "C-I-BE"))
    console = Console(file=io.StringIO(), width=200)
    compared = gather([result])
    print_columns([one.column for one in compared.results], console)
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    assert "2.5 ± 0.5 ?" in printed and "5 % uncertain" in printed
    rows = {row.key: row.values[0].text for row in numbers(compared.results)}
    assert rows["roughness_rms_um"] == "2.5 ± 0.5 ?"


def test_a_damaged_file_is_one_message(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"scenario": "be"}')
    with pytest.raises(ResultsError, match="E788"):
        read_convergence(tmp_path / FILE)
    assert read_convergence(tmp_path / "none.json") is None


@pytest.mark.picture
def test_the_picture_shows_the_changes_of_each_number(tmp_path: Path) -> None:
    bars = {"roughness_rms_um": ErrorBar(2.5, 0.3, 0.4, 0.1, NAN, NAN)}
    runs = tuple((m, s, p, 20, 1.0) for m, s, p in ((1, 1, 0), (0.5, 1, 0), (1, 0.5, 0), (1, 1, 1)))
    rows = [{"roughness_rms_um": value} for value in (2.5, 2.35, 2.7, 2.52)]
    found = Convergence("be", "", bars, runs)
    assert draw(found, rows, tmp_path / "a.png").stat().st_size > 10_000


@pytest.mark.process
def test_the_command_prints_and_writes_error_bars(tmp_path: Path) -> None:
    write(tmp_path, TINY)
    words = ("converge", "tiny.toml", "--mesh", "0.7", "--step", "0.5", "--noise", "1")
    done = call(tmp_path, *words)
    assert done.returncode == 0, done.stderr
    assert "roughness (rms), µm" in done.stdout and "numbers are known to 5 %" in done.stdout
    folder = tmp_path / "results" / "tiny-converge"
    content = json.loads((folder / FILE).read_text())
    assert [(run["mesh"], run["step"], run["perturbation"]) for run in content["runs"]] == [
        (1.0, 1.0, 0), (0.7, 1.0, 0), (1.0, 0.5, 0), (1.0, 1.0, 1),
    ]  # fmt: skip
    bar = content["quantities"]["height_max_um"]
    assert 0.0 < bar["error"] < 0.1 * bar["value"] and (folder / "convergence.png").is_file()
    again = call(tmp_path, *words)
    assert "4 already complete" in again.stderr


@pytest.mark.process
def test_a_run_that_fails_is_said_and_no_error_bars_are_made(tmp_path: Path) -> None:
    write(tmp_path, TINY)
    words = ("converge", "tiny.toml", "--mesh", "", "--step", "0.5", "--noise", "0")
    done = call(tmp_path, *words, "--set", "protocol.current_density=1 A/cm^2")
    assert done.returncode == 1 and "[E787]" in done.stderr
    assert "2 of 2 runs failed" in done.stderr and "the salt is depleted" in done.stderr
    assert not (tmp_path / "results" / "tiny-converge" / FILE).exists()
    done = call(tmp_path, "converge", "tiny.toml", "--mesh", "zero")
    assert done.returncode == 1 and "[E789]" in done.stderr


def test_heights_of_a_surface_that_is_stripped_flat_are_zero() -> None:
    found = numbers_of({"height_max_um": 3e-14, "height_min_um": -4e-17, "roughness_rms_um": 0.2})
    assert found == {"height_max_um": 0.0, "height_min_um": 0.0, "roughness_rms_um": 0.2}


def test_what_dissolves_and_what_reacts_has_an_error_bar() -> None:
    contents = {"dissolved": -1e-5, "film": 3e-5, "stored": 0.0, "products": 0.0, "received": 0.0}
    found = numbers_of(
        {
            "lithium_gained_mAh_cm2": {"metal": 0.7, "dead_metal": -0.3, "total_sei": 0.0},
            "elements_gained_mol_m2": {"N": contents},
        }
    )
    assert found == {
        "lithium_gained_mAh_cm2[dead_metal]": -0.3,
        "lithium_gained_mAh_cm2[total_sei]": 0.0,  # another run may have some
        "N gained in films, mol/m²": 3e-5,
        "N gained in the LDH, mol/m²": 0.0,
    }
