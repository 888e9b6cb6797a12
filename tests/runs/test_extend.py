"""A complete run is extended, and a stopped one continues with another current."""

from __future__ import annotations

import io
import json
import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from helpers.tiny import call, tiny
from rich.console import Console

from deposition.common.constants import MAH_PER_CM2
from deposition.common.errors import CheckpointError, DepositionError, ScenarioError
from deposition.protocol import (
    ConstantCurrent,
    ConstantVoltage,
    OnEvent,
    Progress,
    ProtocolPlan,
    ProtocolStep,
    StopReason,
)
from deposition.protocol.changes import progress_in
from deposition.results.protocol_step_table import read_steps
from deposition.results.result import Result
from deposition.runs.run import resume, run
from deposition.simulation.checkpoint import newest

QUIET = Console(quiet=True)

PLATE = ProtocolStep(ConstantCurrent(5.0), capacity=100.0)
STRIP = ProtocolStep(ConstantCurrent(-5.0), capacity=50.0)


SHORT_ENDS = {StopReason.SHORT_CIRCUIT: OnEvent.END}


def charged(charge: float, step: int = 0, ended: str = "") -> Progress:
    return Progress(step, charge / 5.0, charge, charge, ended)


def test_a_step_that_ended_continues_with_a_larger_capacity() -> None:
    before, after = (
        ProtocolPlan((PLATE,)),
        ProtocolPlan((ProtocolStep(PLATE.applied, capacity=150.0),)),
    )
    done = charged(100.0, ended="capacity")
    assert progress_in(after, before, done) == charged(100.0)


def test_a_further_step_follows_the_ones_that_ended() -> None:
    before, after = ProtocolPlan((PLATE,)), ProtocolPlan((PLATE, STRIP))
    done = charged(100.0, ended="capacity")
    assert progress_in(after, before, done) == done and not after.complete(done)


def test_a_voltage_limit_that_was_reached_is_raised_or_met_by_less_current() -> None:
    limited = ProtocolStep(ConstantCurrent(5.0), capacity=100.0, voltage_limit=0.1)
    done = charged(40.0, ended="voltage_limit")
    for after in (
        ProtocolStep(ConstantCurrent(5.0), capacity=100.0, voltage_limit=0.2),
        ProtocolStep(ConstantCurrent(1.0), capacity=100.0, voltage_limit=0.1),
    ):
        found = progress_in(ProtocolPlan((after,)), ProtocolPlan((limited,)), done)
        assert found == charged(40.0)


@pytest.mark.parametrize(
    ("progress", "steps", "message"),
    [
        (
            charged(10.0, step=1),
            (ProtocolStep(ConstantCurrent(4.0), capacity=100.0), STRIP),
            "E504",
        ),
        (charged(10.0, step=1), (PLATE,), "E504"),
        (charged(10.0), (STRIP,), "E505"),
        (charged(10.0), (ProtocolStep(ConstantVoltage(-0.1), capacity=100.0),), "E505"),
        (charged(100.0, ended="capacity"), (PLATE,), "E506"),
        (charged(100.0, ended="capacity"), (ProtocolStep(PLATE.applied, capacity=90.0),), "E506"),
        (
            charged(40.0, ended="short_circuit"),
            (ProtocolStep(PLATE.applied, capacity=200.0, on_event=SHORT_ENDS),),
            "E506",
        ),
        (charged(40.0), (ProtocolStep(PLATE.applied, capacity=30.0),), "E507"),
        (charged(40.0), (ProtocolStep(PLATE.applied, duration=7.0),), "E507"),
    ],
)
def test_what_a_run_cannot_continue_with_is_refused(
    progress: Progress, steps: tuple[ProtocolStep, ...], message: str
) -> None:
    before = ProtocolPlan((PLATE, STRIP) if progress.protocol_step else (PLATE,))
    with pytest.raises(ScenarioError, match=message):
        progress_in(ProtocolPlan(steps), before, progress)


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete run to 0.05 mAh/cm²."""
    folder = tmp_path_factory.mktemp("complete")
    run(tiny(folder, "protocol.capacity=0.05 mAh/cm^2"), folder / "tiny", console=QUIET)
    return folder / "tiny"


def copied(complete: Path, folder: Path) -> Path:
    return Path(shutil.copytree(complete, folder / "tiny"))


@pytest.mark.solve
def test_a_complete_run_is_extended(complete: Path, tmp_path: Path) -> None:
    folder = copied(complete, tmp_path)
    before = Result.open(folder).summary
    screen = io.StringIO()
    summary = resume(
        folder,
        ["protocol.capacity=0.1 mAh/cm^2"],
        console=Console(file=screen, width=200, force_terminal=False),
    )
    change = "protocol.capacity = 0.1 mAh/cm^2 (was 0.05 mAh/cm^2)"
    assert change in screen.getvalue()
    assert f"resumed after step {before['steps']} with {change}" in (folder / "run.log").read_text()
    assert summary["completed"]
    assert summary["capacity_mAh_cm2"] == pytest.approx(0.1, rel=1e-9)
    assert summary["faraday_error"] < 1e-9
    assert summary["cell_voltage_first_V"] == before["cell_voltage_first_V"]
    result = Result.open(folder)
    history = result.history
    assert all(b == a + 1 for a, b in pairwise(history["step"]))
    assert np.all(np.diff(history["time_s"]) > 0.0)
    assert np.all(history["current_density_A_m2"] == pytest.approx(5.0, rel=1e-6))
    (row,) = read_steps(folder / "protocol_steps.csv")
    assert row.charge_mAh_cm2 == pytest.approx(0.1, rel=1e-9) and row.ended_by == "capacity"
    (resumption,) = result.provenance["resumed"]
    assert resumption["after_step"] == before["steps"]
    assert resumption["changes"] == {
        "protocol.capacity": {"from": "0.05 mAh/cm^2", "to": "0.1 mAh/cm^2"}
    }
    assert result.capacities[-1] == pytest.approx(0.1 * MAH_PER_CM2, rel=1e-9)
    # As a run to the larger capacity from its beginning, within the scatter of the mesh.
    whole = run(tiny(tmp_path, "protocol.capacity=0.1 mAh/cm^2"), tmp_path / "whole", console=QUIET)
    for key in ("height_mean_um", "height_max_um", "cell_voltage_V", "time_s"):
        assert summary[key] == pytest.approx(whole[key], rel=0.02), key


@pytest.mark.solve
def test_the_current_of_a_run_changes_and_it_is_extended_again(
    complete: Path, tmp_path: Path
) -> None:
    folder = copied(complete, tmp_path)
    first = Result.open(folder).summary
    summary = resume(
        folder,
        ["protocol.current_density=1 mA/cm^2", "protocol.capacity=0.06 mAh/cm^2"],
        console=QUIET,
    )
    assert summary["capacity_mAh_cm2"] == pytest.approx(0.06, rel=1e-9)
    history = Result.open(folder).history
    later = history["step"] > first["steps"]
    assert history["current_density_A_m2"][~later] == pytest.approx(5.0, rel=1e-6)
    assert history["current_density_A_m2"][later] == pytest.approx(10.0, rel=1e-6)
    # The current that flows at once has a row of its own, and the doubled current its voltage.
    assert history["time_step_s"][later][0] == 0.0
    assert history["voltage_V"][later][0] == pytest.approx(
        2 * history["voltage_V"][~later][-1], rel=0.1
    )
    assert np.diff(history["time_s"])[later[1:]].sum() == pytest.approx(36.0, rel=1e-6)
    assert summary["cell_voltage_first_V"] == first["cell_voltage_first_V"]
    resume(folder, ["protocol.capacity=0.07 mAh/cm^2"], console=QUIET)
    found = Result.open(folder)
    assert [len(one["changes"]) for one in found.provenance["resumed"]] == [2, 1]
    assert found.summary["cell_voltage_first_V"] == first["cell_voltage_first_V"]
    kept = sorted(path.name for path in folder.glob("scenario-until-step-*.toml"))
    assert len(kept) == 2 and "0.05 mAh/cm^2" in (folder / kept[0]).read_text()
    assert newest(folder).scenario == found.scenario_text
    with pytest.raises(ScenarioError, match="E506"):
        resume(folder, console=QUIET)


@pytest.mark.solve
def test_only_protocol_time_and_output_change(complete: Path, tmp_path: Path) -> None:
    folder = copied(complete, tmp_path)
    files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(ScenarioError, match=r"temperature, mesh.coarse_size cannot change.*E508"):
        resume(folder, ["mesh.coarse_size=3 um", "temperature=310 K"], console=QUIET)
    with pytest.raises(DepositionError, match="E505"):
        resume(folder, ["protocol.current_density=-1 mA/cm^2"], console=QUIET)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == files
    (folder / "scenario.toml").write_text("title = 1")
    with pytest.raises(CheckpointError, match="E500"):
        resume(folder, ["protocol.capacity=0.1 mAh/cm^2"], console=QUIET)


@pytest.mark.process
def test_the_command_extends_and_refuses_with_one_message(complete: Path, tmp_path: Path) -> None:
    folder = copied(complete, tmp_path / "results")
    refused = call(tmp_path, "resume", "tiny")
    assert refused.returncode == 1 and "E506" in refused.stderr and "Trace" not in refused.stderr
    answer = call(tmp_path, "resume", "tiny", "--set", "protocol.capacity=0.06 mAh/cm^2")
    assert answer.returncode == 0, answer.stderr
    assert json.loads((folder / "summary.json").read_text())["completed"]
