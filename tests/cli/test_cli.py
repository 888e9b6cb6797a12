"""The command line: what it prints, and the exit code that goes with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from helpers import tiny
from typer.testing import CliRunner

from deposition.cli.app import INTERRUPTED, app
from deposition.common import package_data as shipped
from deposition.common.errors import ResultsError
from deposition.common.units import LENGTH
from deposition.common.version import VERSION
from deposition.runs import run as runs
from deposition.scenario import Scenario


def call(*words: str) -> Any:
    """The result of a command, on a wide terminal."""
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, list(words))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Path, bool]]:
    """The runs that were started, instead of running them."""
    calls: list[tuple[str, Path, bool]] = []

    def record(scenario: Any, folder: Path, overwrite: bool, **_: Any) -> None:
        calls.append((scenario.name, folder, overwrite))

    monkeypatch.setattr(runs, "run", record)
    return calls


def test_list_names_every_scenario_and_what_one_can_use() -> None:
    result = call("list")
    assert result.exit_code == 0
    for word in (*shipped.scenarios(), "5G", "5H", "5I", "5J", "C-I-BE-LN", "Li2CO3"):
        assert word in result.stdout


def test_show_a_scenario_says_value_unit_source_and_status() -> None:
    result = call("show", "be")
    assert result.exit_code == 0
    size = LENGTH.format(Scenario.load("be").mesh.surface_size)
    for word in ("0.35 S/m", "library, measured: Wang 2025", size, "be.toml", "default"):
        assert word in result.stdout
    assert "illustrative, not physical" in result.stdout
    assert "11.4" in result.stdout, "κ(R + R_ct) of the hot spot, um"
    assert "R_ct = 0.0257 Ω cm²" in result.stdout


def test_show_names_the_keys_of_steps_as_set_takes_them() -> None:
    change = "protocol.steps.2.duration=9 s"
    rows = call("show", "pulse-plating", "--set", change).stdout.splitlines()
    said = {row.split()[0]: row.split()[1:] for row in rows if row.startswith("protocol.")}
    assert said["protocol.steps.1.current_density"][:4] == [
        "9.36",
        "mA/cm^2",
        "shipped",
        "pulse-plating.toml",
    ]
    assert said["protocol.steps.2.duration"] == ["9", "s", "--set"]


def test_show_takes_overrides() -> None:
    result = call("show", "be", "--set", "mesh.surface_size=0.2 um")
    assert "0.2 um" in result.stdout
    assert "--set" in result.stdout


def test_show_a_component_and_an_electrolyte() -> None:
    assert "2e-05 S/m" in call("show", "LiI").stdout
    assert "1 M LiPF6" in call("show", "BE").stdout
    assert "no value is known" in call("show", "LEDC").stdout
    assert "0.5 J/m^2" in call("show", "lithium").stdout


def test_show_offers_the_nearest_of_everything_it_can_show() -> None:
    result = call("show", "Li20")
    assert result.exit_code == 1
    assert 'Did you mean "Li2O"?' in result.stderr


def test_an_unknown_scenario_fails_with_the_nearest_match_on_stderr() -> None:
    for command in ("show", "check", "run"):
        result = call(command, "be-ded-li")
        assert result.exit_code == 1
        assert 'Did you mean "be-dead-li"?' in result.stderr
        assert result.stdout == ""


@pytest.mark.parametrize("words", [["run"], ["runn", "be"], ["run", "be", "--outptu", "x"]])
def test_what_is_not_understood_has_exit_code_2(words: list[str]) -> None:
    assert call(*words).exit_code == 2


def test_help_and_version() -> None:
    assert call("--version").stdout == f"deposition {VERSION}\n"
    for command in ("list", "show", "check", "run", "compare"):
        assert command in call("--help").stdout
        assert call(command, "--help").exit_code == 0


def test_check_says_what_will_be_solved() -> None:
    result = call("check", "be-dead-li")
    assert result.exit_code == 0
    assert "2D box of 40 x 47 µm" in result.stdout
    assert "bodies of dead lithium: 1 (insulating)" in result.stdout
    assert "0.15 hot_spot, 0.85 matrix" in result.stdout
    assert "plates 1 mAh/cm², 4.85 µm of dense lithium" in result.stdout
    assert "Wa = 1.45: mixed control" in result.stdout
    assert result.stderr == ""


def test_check_says_when_the_film_alone_decides() -> None:
    result = call("check", "sei-mosaic", "--set", "protocol.current_density=-1 mA/cm^2")
    assert "surface control" in result.stdout
    assert "-1 mA/cm² until 0.5 mAh/cm²: strips 0.5 mAh/cm²" in result.stdout


def test_check_warns_where_the_mesh_is_too_coarse_for_the_film() -> None:
    coarse = ["--set", "sei.films.hot_spot.resistance=0.001 ohm cm^2", "--set"]
    result = call("check", "be", *coarse, "mesh.surface_size=1 um")
    assert result.exit_code == 0
    assert "hot_spot is 0.934 µm, less than mesh.surface_size (1 µm)" in result.stderr


def test_check_warns_of_a_coarse_counter_only_if_it_is_near() -> None:
    """κ R_ct of the bare counter is 0.7 µm in c-i-be-ln, and its facets are up to 4 µm long."""
    far = call("check", "c-i-be-ln")
    near = call("check", "c-i-be-ln", "--set", "geometry.parameters.height=6")
    assert far.stderr == ""
    assert "set a smaller mesh.counter_size" in near.stderr
    fine = call("check", "c-i-be-ln", "--set", "geometry.parameters.height=6", "--set",
                "mesh.counter_size=0.6 um")  # fmt: skip
    assert fine.stderr == ""


def test_check_finds_what_is_wrong_with_each_of_several(tmp_path: Path) -> None:
    result = call("check", "be", "c-i-be", "--set", "geometry.parameters.widht=3")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 2
    assert "be.geo" in result.stderr and "c-i-be.geo" in result.stderr


def test_check_lays_the_patches_out() -> None:
    result = call("check", "sei-mosaic", "--set", "sei.patch_size=100 um")
    assert result.exit_code == 1
    assert "[E293]" in result.stderr
    result = call("check", "sei-mosaic", "--set", "sei.patch_size=1 nm")
    assert result.exit_code == 1
    assert "[E294]" in result.stderr


def test_check_warns_of_a_film_that_lies_nowhere() -> None:
    result = call("check", "be", "--set", "sei.films.spare.resistance=1 ohm cm^2")
    assert '"spare" of [sei.films] lies on no surface' in result.stderr


@pytest.mark.process
def test_check_refuses_a_geometry_that_names_an_unknown_film(tmp_path: Path) -> None:
    geometry = shipped.geometries()["be.geo"].read_text(encoding="utf-8")
    (tmp_path / "mine.geo").write_text(geometry.replace("sei:hot_spot", "sei:hot_spt"))
    (tmp_path / "mine.toml").write_text('base = "be"\n[geometry]\nfile = "mine.geo"\n')
    result = call("check", str(tmp_path / "mine.toml"))
    assert result.exit_code == 1
    assert "mine.geo" in result.stderr and 'Did you mean "hot_spot"?' in result.stderr


def test_run_starts_each_scenario_in_its_folder(
    tmp_path: Path, started: list[tuple[str, Path, bool]]
) -> None:
    words = ("--output", str(tmp_path), "--overwrite", "--jobs", "1")
    result = call("run", "be", "c-i-be-ln", *words)
    assert result.exit_code == 0, result.stderr
    assert started == [("be", tmp_path / "be", True), ("c-i-be-ln", tmp_path / "c-i-be-ln", True)]


def test_run_starts_nothing_when_one_of_several_is_wrong(
    tmp_path: Path, started: list[tuple[str, Path, bool]]
) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('base = "be"\n[mesh]\nsurface_size = 1\n')
    result = call("run", "be", str(bad), "bee", "--output", str(tmp_path / "results"))
    assert result.exit_code == 1
    assert "mesh.surface_size = 1" in result.stderr and '"bee"' in result.stderr
    assert started == []
    assert not (tmp_path / "results").exists()


def test_run_starts_nothing_when_one_of_several_folders_is_used(
    tmp_path: Path, started: list[tuple[str, Path, bool]]
) -> None:
    for name in ("c-i-be", "c-i-be-ln"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "summary.json").write_text("{}")
    (tmp_path / "c-i-be" / "provenance.json").write_text('{"program": "deposition"}')
    result = call("run", "be", "c-i-be", "c-i-be-ln", "--output", str(tmp_path))
    assert result.exit_code == 1
    ours, foreign = result.stderr.splitlines()
    assert str(tmp_path / "c-i-be") in ours and "[E458]" in ours
    assert str(tmp_path / "c-i-be-ln") in foreign and "not results of deposition" in foreign
    assert started == []


def test_run_refuses_a_used_folder_before_it_meshes_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "provenance.json").write_text('{"program": "deposition"}')
    monkeypatch.setattr(runs, "begin", lambda _: pytest.fail("has meshed the geometry"))
    with pytest.raises(ResultsError, match="already holds results"):
        runs.run(Scenario.load("be"), tmp_path)


def test_run_refuses_the_same_name_twice(started: list[tuple[str, Path, bool]]) -> None:
    result = call("run", "be", "be")
    assert result.exit_code == 1
    assert 'named "be"' in result.stderr and "[E850]" in result.stderr
    assert started == []


def test_compare_without_results_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = call("compare", "be")
    assert result.exit_code == 1
    assert 'no results in "be"' in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_has_exit_code_130(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def stop(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt("stopped after step 3")

    monkeypatch.setattr(runs, "run", stop)
    result = call("run", "be", "--output", str(tmp_path))
    assert result.exit_code == INTERRUPTED
    assert "stopped after step 3" in result.stderr


def test_an_error_of_a_library_is_one_message(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ValueError("data must be finite")

    monkeypatch.setattr(runs, "run", fail)
    monkeypatch.delenv("DEPOSITION_TRACEBACK", raising=False)
    result = call("run", "be", "--output", str(tmp_path))
    assert result.exit_code == 1
    assert "unexpected ValueError in cli/" in result.stderr and "[E854]" in result.stderr
    assert "Traceback" not in result.stderr
    monkeypatch.setenv("DEPOSITION_TRACEBACK", "1")
    assert isinstance(call("run", "be", "--output", str(tmp_path)).exception, ValueError)


@pytest.mark.process
def test_python_m_deposition_works_from_another_folder(tmp_path: Path) -> None:
    done = tiny.call(tmp_path, "show", "bee")
    assert done.returncode == 1
    assert 'Did you mean "be"?' in done.stderr
    assert "Traceback" not in done.stderr


def in_a_new_process(code: str) -> None:
    """Run Python code that fails loudly, where nothing has been imported yet."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=tiny.ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.process
def test_the_python_interface_is_functions_however_it_is_imported() -> None:
    in_a_new_process(
        "import deposition.runs.run, deposition.comparison.compare;"
        "import deposition.cli, deposition.render;"
        "from deposition import Scenario, run, compare;"
        "import deposition;"
        "assert run is deposition.run is deposition.runs.run.run;"
        "assert compare is deposition.compare is deposition.comparison.compare.compare;"
        "assert Scenario.load('be').name == 'be'"
    )


@pytest.mark.process
def test_list_and_show_need_no_solver() -> None:
    """They must start at once: neither Gmsh, Mmg, VTK nor DOLFINx may be imported."""
    in_a_new_process(
        "import sys; from typer.testing import CliRunner; from deposition.cli import app;"
        "assert CliRunner().invoke(app, ['list']).exit_code == 0;"
        "assert 'pint' not in sys.modules;"
        "assert CliRunner().invoke(app, ['show', 'be']).exit_code == 0;"
        "heavy = {'gmsh', 'mmgpy', 'pyvista', 'dolfinx', 'petsc4py', 'matplotlib'};"
        "sys.exit(', '.join(heavy & set(sys.modules)) or None)"
    )


@pytest.mark.process
def test_check_needs_no_solver() -> None:
    in_a_new_process(
        "import sys; from typer.testing import CliRunner; from deposition.cli import app;"
        "assert CliRunner().invoke(app, ['check', 'be']).exit_code == 0;"
        "heavy = {'mmgpy', 'pyvista', 'dolfinx', 'petsc4py', 'matplotlib'};"
        "sys.exit(', '.join(heavy & set(sys.modules)) or None)"
    )
