"""A run from scenario to results folder: whole, depleted, interrupted, repeated, in the way."""

from __future__ import annotations

import csv
import io
import json
import signal
from pathlib import Path
from typing import Any

import meshio
import pytest
from helpers.promised import PROMISED
from helpers.tiny import TINY, call, contents, started, tiny, wait_for, write
from rich.console import Console

from deposition import Scenario, run
from deposition.common.errors import ResultsError
from deposition.protocol import net
from deposition.recorders.history import TIMES
from deposition.results.protocol_step_table import read_steps
from deposition.results.result import Result
from deposition.transport.physics import Depleted

SLOW = ("time.first_step=2 s", "time.max_step=2 s")
"""A run of hundreds of steps, to be stopped."""

HOPELESS = (
    "protocol.current_density=1500 A/m^2",
    "time.first_step=0.01 s",
    "geometry.parameters.height=40",
)
"""Five times what the electrolyte can carry."""


def quietly(scenario: Scenario, folder: Path, **options: Any) -> dict[str, Any]:
    """Run without showing anything."""
    return run(scenario, folder, console=Console(file=io.StringIO()), **options).summary


def rows(folder: Path) -> list[dict[str, str]]:
    """The steps in the history of a results folder."""
    with open(folder / "history.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def summary(folder: Path) -> dict[str, Any]:
    """What ``summary.json`` says."""
    content: dict[str, Any] = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return content


def flags(*overrides: str) -> list[str]:
    """``--set`` for each."""
    return [word for override in overrides for word in ("--set", override)]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of the tiny run."""
    folder = tmp_path_factory.mktemp("done")
    quietly(tiny(folder), folder / "results")
    return folder / "results"


@pytest.mark.solve
def test_a_run_writes_everything(done: Path) -> None:
    files = set(contents(done))
    assert files >= {
        "history.csv",
        "run.log",
        "summary.json",
        "provenance.json",
        "scenario.toml",
        "flux_map.png",
        "initial_surface.vtu",
        *(f"{series}.pvd" for series in ("electrolyte", "surface", "bodies")),
    }
    assert not [name for name in files if name.endswith(".part")]
    assert (done / "flux_map.png").read_bytes().startswith(b"\x89PNG")
    log = (done / "run.log").read_text(encoding="utf-8")
    assert len(log.splitlines()) == len(rows(done))
    assert "0.1000 of 0.1 mAh/cm²" in log.splitlines()[-1]


@pytest.mark.solve
def test_every_frame_can_be_read(done: Path) -> None:
    times, steps = [], len(rows(done)) - 1
    result = Result.open(done)
    for snapshot in map(result.snapshot, range(len(result.times))):
        times.append(snapshot.time)
    assert times[0] == 0.0
    assert times[-1] == pytest.approx(720.0)
    for series in ("electrolyte", "surface", "bodies"):
        for step in (0, steps):
            assert len(meshio.read(done / "vtk" / f"{series}_{step:06d}.vtu").points) > 0


@pytest.mark.solve
def test_summary_has_every_promised_number(done: Path) -> None:
    content = summary(done)
    assert set(content) >= PROMISED
    assert content["scenario"] == "tiny"
    assert content["completed"] is True and content["stopped_because"] is None
    assert content["capacity_mAh_cm2"] == pytest.approx(0.1, rel=1e-12)
    assert content["height_mean_um"] == pytest.approx(0.485, rel=1e-3)
    assert content["faraday_error"] <= 1e-3
    assert content["salt_error"] <= 1e-10
    assert content["salt_correction"] <= 1e-3
    assert content["steps"] == len(rows(done)) - 1
    assert set(content["height_mean_by_film_um"]) == {"low", "medium", "high"}


@pytest.mark.solve
def test_history_ends_where_the_summary_says(done: Path) -> None:
    last, content = rows(done)[-1], summary(done)
    for column, key in (
        ("capacity_mAh_cm2", "capacity_mAh_cm2"),
        ("voltage_V", "cell_voltage_V"),
        ("roughness_rms_um", "roughness_rms_um"),
        ("current_p99_over_mean", "current_p99_over_mean_last"),
    ):
        assert float(last[column]) == pytest.approx(content[key], rel=1e-9)


@pytest.mark.solve
def test_the_scenario_loads_back_equal(done: Path) -> None:
    again = Scenario.load(done / "scenario.toml")
    assert again == Scenario.load(done.parent / "tiny.toml")
    assert again.title == "A tiny run [with brackets]"


@pytest.mark.solve
def test_progress_is_shown_with_the_title_as_it_is(tmp_path: Path) -> None:
    screen = io.StringIO()
    scenario = tiny(tmp_path, "title=Odd [/] brackets")
    run(scenario, tmp_path / "results", console=Console(file=screen, width=60))
    lines = screen.getvalue().splitlines()
    assert lines[0] == "tiny: Odd [/] brackets"
    assert "Wa = " in lines[1] and "κR = " in lines[1] and "steady-state κ" in lines[1]
    assert lines[-1].startswith("tiny done: 0.1 mAh/cm²") and str(tmp_path) in lines[-1]


@pytest.mark.solve
def test_the_same_run_twice_has_the_same_history(done: Path, tmp_path: Path) -> None:
    quietly(tiny(tmp_path), tmp_path / "again")
    one, two = rows(done), rows(tmp_path / "again")
    for row in (*one, *two):
        assert float(row["seconds"]) >= float(row["solve_seconds"]) + float(row["mmg_seconds"])
        for name in TIMES:
            del row[name]
    assert one == two


@pytest.mark.solve
def test_the_time_of_each_stage_is_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deposition.interface.moving.slide", lambda *_: None)  # every step is cut
    quietly(tiny(tmp_path), tmp_path / "out")
    took = {name: sum(float(row[name]) for row in rows(tmp_path / "out")) for name in TIMES}
    assert took["solve_seconds"] > 0.0 and took["mmg_seconds"] > 0.0


@pytest.mark.solve
def test_stripping_and_a_still_interface_are_runs_too(tmp_path: Path) -> None:
    stripped = quietly(
        tiny(tmp_path, "protocol.current_density=-0.5 mA/cm^2"), tmp_path / "stripped"
    )
    assert stripped["capacity_mAh_cm2"] == pytest.approx(-0.1, rel=1e-12)
    assert stripped["height_mean_um"] == pytest.approx(-0.485, rel=1e-3)
    assert "0.1000 of 0.1 mAh/cm²" in (tmp_path / "stripped" / "run.log").read_text("utf-8")
    still = quietly(tiny(tmp_path, "interface=fixed"), tmp_path / "still")
    assert still["height_max_um"] == still["height_min_um"] == 0.0
    assert still["completed"]


CYCLE = (
    'protocol.steps=[{current_density = "0.5 mA/cm^2", capacity = "0.02 mAh/cm^2"}, '
    '{rest = "30 s"}, {current_density = "-0.5 mA/cm^2", capacity = "0.02 mAh/cm^2"}]'
)


@pytest.mark.solve
def test_rounding_of_a_cycle_is_written_as_nought(tmp_path: Path) -> None:
    said = io.StringIO()
    content = run(tiny(tmp_path, CYCLE), tmp_path / "results", console=Console(file=said))
    assert content["capacity_mAh_cm2"] == 0.0
    assert float(rows(tmp_path / "results")[-1]["capacity_mAh_cm2"]) == 0.0
    protocol_steps = read_steps(tmp_path / "results" / "protocol_steps.csv")
    assert [protocol_step.charge_mAh_cm2 for protocol_step in protocol_steps] == pytest.approx(
        [0.02, 0.0, -0.02]
    )
    assert protocol_steps[1].charge_mAh_cm2 == protocol_steps[2].capacity_mAh_cm2 == 0.0
    assert "tiny done: net 0 mAh/cm², throughput 0.04 mAh/cm² in " in said.getvalue()


def test_rounding_is_told_from_a_small_charge() -> None:
    assert [net(charge, 1e3) for charge in (1e-7, 1e-5, -1e-7, -1e-5)] == [0.0, 1e-5, 0.0, -1e-5]
    assert net(1e-13, 1e-13) == 0.0, "a rest before anything has passed"


@pytest.mark.solve
def test_a_run_says_what_cut_it_short(tmp_path: Path) -> None:
    limited = (
        'protocol.steps=[{current_density = "0.5 mA/cm^2", capacity = "0.1 mAh/cm^2", '
        'voltage_limit = "0.75 mV"}, {voltage = "0.75 mV", capacity = "0.001 mAh/cm^2"}]'
    )
    for name, more, expected in (
        ("next", (), ", protocol step 1 of 2 ended early (voltage limit), charge-balance"),
        ("end", ("protocol.on_event.voltage_limit=end",),
         ", ended by its protocol in protocol step 1 of 2 (voltage limit), charge-balance"),
    ):  # fmt: skip
        said = io.StringIO()
        run(tiny(tmp_path, limited, *more), tmp_path / name, console=Console(file=said))
        assert expected in said.getvalue()


@pytest.mark.solve
def test_depletion_keeps_everything_up_to_there(tmp_path: Path) -> None:
    folder = tmp_path / "results"
    with pytest.raises(Depleted) as caught:
        quietly(tiny(tmp_path, *HOPELESS), folder)
    content = summary(folder)
    assert content["completed"] is False
    assert content["stopped_because"] == str(caught.value)
    assert "[E304]" in content["stopped_because"]
    assert f"at {caught.value.time:.6g} s" in content["stopped_because"]
    assert 0.0 < content["capacity_mAh_cm2"] < 0.1
    assert content["current_p99_over_mean_first"] is None, "no current is steady"
    assert content["current_p99_over_mean_last"] >= 1.0
    last = rows(folder)[-1]
    assert float(last["time_s"]) == pytest.approx(content["time_s"])
    assert 0.0 < float(last["c_min_mol_m3"]) < 500.0
    assert Result.open(folder).times[-1] == pytest.approx(content["time_s"])
    assert (folder / "flux_map.png").is_file()


@pytest.fixture
def running(tmp_path: Path) -> Any:
    """A long run that has begun, and its results folder."""
    write(tmp_path)
    folder = tmp_path / "results" / "tiny"
    process = started(tmp_path, "run", "tiny.toml", *flags(*SLOW))
    history = folder / "history.csv"
    wait_for(lambda: history.is_file() and history.read_text("utf-8").count("\n") > 3, process)
    yield process, folder
    process.kill()
    process.communicate()


@pytest.mark.process
def test_ctrl_c_stops_after_the_step_and_keeps_everything(running: Any) -> None:
    process, folder = running
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in errors
    steps, content = rows(folder), summary(folder)
    said = (
        f"Stopped after step {len(steps) - 1}: {content['capacity_mAh_cm2']:.4g} mAh/cm² passed, "
    )
    assert errors.count("Stopped after step") == 1 and said in errors
    assert content["completed"] is False and content["stopped_because"] in errors
    assert float(steps[-1]["capacity_mAh_cm2"]) == pytest.approx(content["capacity_mAh_cm2"])
    assert Result.open(folder).times[-1] == pytest.approx(content["time_s"])
    assert (folder / "flux_map.png").is_file()
    assert not [name for name in contents(folder) if name.endswith(".part")]


@pytest.mark.process
def test_two_processes_on_one_folder_are_refused(running: Any) -> None:
    process, folder = running
    for further in ([], ["--overwrite"]):
        second = call(folder.parents[1], "run", "tiny.toml", *further)
        assert second.returncode == 1
        assert "another run" in second.stderr or "already" in second.stderr
        assert "Traceback" not in second.stderr
    assert process.poll() is None
    assert (folder / "history.csv").read_text("utf-8").count("\n") > 3


@pytest.mark.solve
def test_a_second_run_is_refused_unless_it_may_overwrite(done: Path, tmp_path: Path) -> None:
    before = contents(done)
    with pytest.raises(ResultsError, match="--overwrite"):
        quietly(tiny(tmp_path), done)
    assert contents(done) == before
    write(tmp_path, TINY)
    target = tmp_path / "results" / "tiny"
    quietly(tiny(tmp_path), target)
    refused = call(tmp_path, "run", "tiny.toml")
    assert refused.returncode == 1
    assert str(Path("results") / "tiny") in refused.stderr and "--overwrite" in refused.stderr
    small = flags("protocol.capacity=0.02 mAh/cm^2")
    allowed = call(tmp_path, "run", "tiny.toml", "--overwrite", *small)
    assert allowed.returncode == 0, allowed.stderr
    assert summary(target)["capacity_mAh_cm2"] == pytest.approx(0.02)
