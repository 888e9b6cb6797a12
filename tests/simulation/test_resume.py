"""Checkpoints and resuming: what is resumed ends as what was never stopped, bit for bit."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.growing import COLLECTOR, PARTING
from helpers.tiny import call, tiny
from rich.console import Console

from deposition import Scenario
from deposition.common.errors import (
    CheckpointError,
    DepositionError,
    ResultsError,
    ScenarioError,
    SolveError,
)
from deposition.recorders.history import TIMES
from deposition.results.contact_table import read_contacts
from deposition.results.result import Result
from deposition.runs import run as runs
from deposition.runs.run import resume, run
from deposition.simulation import checkpoint as checkpoints
from deposition.simulation.build import initial_interface_state, model_of
from deposition.simulation.checkpoint import NEWEST, PREVIOUS, Checkpoint, load, newest, save
from deposition.simulation.initial import Start, begin
from deposition.simulation.loop import resume_loop, time_loop
from deposition.simulation.model import Model
from deposition.simulation.state import State
from deposition.verification import bench

pytestmark = pytest.mark.solve

QUIET = Console(quiet=True)
WIDE = 200
"""Bytes that are damaged."""

OVERRIDES = ("protocol.capacity=0.2 mAh/cm^2", "output.checkpoint=1e-9 s")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nothing stopped."""
    folder = tmp_path_factory.mktemp("whole")
    run(tiny(folder, *OVERRIDES), folder / "tiny", console=QUIET)
    return folder / "tiny"


class Killed(Exception):
    """What a kill would do: no recorder is closed properly, no summary is written."""


def killed_after(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: int, scenario: Scenario | None = None
) -> None:
    """Begin the run and let it die after a step, with everything as it stands at that moment."""

    def dying(model: Model, interface_state: Any) -> Iterator[State]:
        for state in time_loop(model, interface_state):
            yield state
            if state.step == step:
                raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(runs, "time_loop", dying)
        patched.setattr("deposition.recorders.checkpoints.Checkpoints.close", lambda self: None)
        patched.setattr("deposition.recorders.vtk.VtkSeries.close", lambda self: None)
        with pytest.raises(Killed):
            run(scenario or tiny(folder.parent, *OVERRIDES), folder, console=QUIET)


def same_files(one: Path, other: Path) -> None:
    """All files but those that hold wall times, byte for byte; and those but for the times."""
    apart = {"provenance.json", "run.log", "summary.json", "history.csv", NEWEST}
    names = {str(path.relative_to(one)) for path in one.rglob("*") if path.is_file()}
    assert names == {str(path.relative_to(other)) for path in other.rglob("*") if path.is_file()}
    for name in names - apart:
        assert (one / name).read_bytes() == (other / name).read_bytes(), name
    first, second = Result.open(one), Result.open(other)
    for name, column in first.history.items():
        if name not in TIMES:
            np.testing.assert_array_equal(column, second.history[name], err_msg=name)
    assert {**first.summary, "wall_s": 0} == {**second.summary, "wall_s": 0}


@pytest.mark.parametrize("step", [0, 1, 5])
def test_a_killed_run_goes_on_as_if_nothing_had_happened(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    folder = tmp_path / "tiny"
    killed_after(folder, monkeypatch, step)
    assert newest(folder).run_state.step == step
    resume(folder, console=QUIET)
    same_files(whole, folder)
    resumptions = Result.open(folder).provenance["resumed"]
    assert len(resumptions) == 1 and resumptions[0]["versions"]["dolfinx"]


def test_what_was_written_after_the_checkpoint_is_made_anew(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "tiny"
    killed_after(folder, monkeypatch, 6)
    point = newest(folder)
    start = point.start
    model = model_of(tiny(tmp_path, *OVERRIDES), start)
    (third,) = islice(
        (s for s in time_loop(model, initial_interface_state(model, start)) if s.step == 3), 1
    )
    assert third.run_state is not None
    (folder / PREVIOUS).unlink()
    save(Checkpoint(point.scenario, start, third.run_state, third.is_snapshot, 1.0), folder)
    (folder / PREVIOUS).unlink()
    resume(folder, console=QUIET)
    same_files(whole, folder)


def states_and_start(folder: Path, count: int) -> tuple[list[State], Start, Model, str]:
    scenario = tiny(folder, *OVERRIDES)
    start = begin(scenario)
    model = model_of(scenario, start)
    states = list(islice(time_loop(model, initial_interface_state(model, start)), count))
    return states, start, model, scenario.resolved_toml()


def test_a_checkpoint_holds_everything(tmp_path: Path) -> None:
    states, start, model, text = states_and_start(tmp_path, 4)
    run_state = states[2].run_state
    assert run_state is not None
    save(Checkpoint(text, start, run_state, states[2].is_snapshot, 3.5), tmp_path)
    point = load(tmp_path / NEWEST)
    assert (point.scenario, point.wall_s, point.is_snapshot) == (text, 3.5, states[2].is_snapshot)
    assert point.start.films.names == start.films.names
    following = next(resume_loop(model, point.run_state))
    np.testing.assert_array_equal(following.cell.points, states[3].cell.points)
    np.testing.assert_array_equal(following.potential, states[3].potential)
    assert following.balance == states[3].balance


def two_checkpoints(folder: Path) -> tuple[int, int]:
    """Save the states after one and two steps."""
    states, start, _, text = states_and_start(folder, 3)
    for state in states[1:]:
        assert state.run_state is not None
        save(Checkpoint(text, start, state.run_state, state.is_snapshot, 0.0), folder)
    return states[1].step, states[2].step


@pytest.mark.parametrize("where", [0.0, 0.1, 0.5, 0.9, 1.0])
def test_the_one_before_a_damaged_checkpoint_is_used(tmp_path: Path, where: float) -> None:
    before, last = two_checkpoints(tmp_path)
    assert newest(tmp_path).run_state.step == last
    content = bytearray((tmp_path / NEWEST).read_bytes())
    # More than the header of a member, of which some bytes mean nothing.
    place = min(int(where * len(content)), len(content) - WIDE)
    content[place : place + WIDE] = bytes(255 - byte for byte in content[place : place + WIDE])
    (tmp_path / NEWEST).write_bytes(content)
    assert newest(tmp_path).run_state.step == before


@pytest.mark.parametrize("left", [0, 10, 5000])
def test_a_checkpoint_that_was_cut_short_is_refused(tmp_path: Path, left: int) -> None:
    two_checkpoints(tmp_path)
    for name in (NEWEST, PREVIOUS):
        (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:left])
    with pytest.raises(CheckpointError, match="damaged"):
        newest(tmp_path)


def test_a_checkpoint_of_another_version_but_the_same_format_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_checkpoints(tmp_path)
    monkeypatch.setattr(checkpoints, "program_version", lambda: "99.0")
    assert newest(tmp_path).run_state.step == 2


def test_members_of_a_checkpoint_have_checksums(tmp_path: Path) -> None:
    two_checkpoints(tmp_path)
    with zipfile.ZipFile(tmp_path / NEWEST) as archive:
        assert archive.testzip() is None
        assert all(member.CRC for member in archive.infolist())


def test_what_cannot_be_resumed_says_why(whole: Path, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"is complete.*--set protocol.capacity"):
        resume(whole, console=QUIET)
    copy = tmp_path / "copy"
    shutil.copytree(whole, copy)
    (copy / NEWEST).unlink()
    with pytest.raises(CheckpointError, match=r"no checkpoint.*version before"):
        resume(copy, console=QUIET)
    with pytest.raises(ResultsError, match="no results"):
        resume(tmp_path / "nothing", console=QUIET)
    answer = call(tmp_path, "resume", "nothing")
    assert answer.returncode == 1 and "Traceback" not in answer.stderr


def test_a_changed_scenario_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "tiny"
    killed_after(folder, monkeypatch, 1)
    file = folder / "scenario.toml"
    file.write_text(file.read_text().replace("0.2 mAh/cm^2", "0.3 mAh/cm^2"))
    before = json.loads((folder / "provenance.json").read_text())
    with pytest.raises(DepositionError, match="E500"):
        resume(folder, console=QUIET)
    assert json.loads((folder / "provenance.json").read_text()) == before


def test_a_run_that_cannot_go_on_keeps_how_it_ended_and_says_why(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resumed(after: int) -> None:
        def failing(model: Model, run_state: Any) -> Iterator[State]:
            yield from islice(resume_loop(model, run_state), after)
            raise SolveError("nothing converges here")

        with monkeypatch.context() as patched:
            patched.setattr(runs, "resume_loop", failing)
            with pytest.raises(SolveError, match="nothing converges here"):
                resume(folder, console=QUIET)

    folder = tmp_path / "tiny"
    killed_after(folder, monkeypatch, 1)
    resumed(after=2)
    ended = (folder / "summary.json").read_bytes()
    assert json.loads(ended)["steps"] == 3
    log = (folder / "run.log").read_text(encoding="utf-8")
    assert log.count("ERROR nothing converges here") == 1
    resumed(after=0)
    assert (folder / "summary.json").read_bytes() == ended
    log = (folder / "run.log").read_text(encoding="utf-8")
    assert log.count("ERROR nothing converges here") == 2
    resume(folder, console=QUIET)
    same_files(whole, folder)


def test_a_run_that_goes_on_has_not_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def dying(model: Model, run_state: Any) -> Iterator[State]:
        yield from islice(resume_loop(model, run_state), 1)
        raise Killed

    folder = tmp_path / "tiny"
    killed_after(folder, monkeypatch, 1)
    (folder / "summary.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(runs, "resume_loop", dying)
    with pytest.raises(Killed):
        resume(folder, console=QUIET)
    assert not (folder / "summary.json").exists()


def test_a_history_that_ends_too_early_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "tiny"
    killed_after(folder, monkeypatch, 3)
    lines = (folder / "history.csv").read_text().splitlines(keepends=True)
    (folder / "history.csv").write_text("".join(lines[:3]))
    with pytest.raises(ResultsError, match="ends before step 3"):
        resume(folder, console=QUIET)


def test_a_run_killed_while_it_draws_is_drawn_when_it_is_resumed(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dying(folder: Path, console: Console) -> None:
        raise Killed

    folder = tmp_path / "tiny"
    with monkeypatch.context() as patched:
        patched.setattr(runs, "_draw", dying)
        with pytest.raises(Killed):
            run(tiny(tmp_path, *OVERRIDES), folder, console=QUIET)
    resume(folder, console=QUIET)
    same_files(whole, folder)


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [
        [],
        [
            "sei.stretch=thins",
            'sei.cracking={strain = 0.05, healing_time = "5 min"}',
            "counter.film=sei",
            'sei.growth.1.on=["lithium", "counter"]',
        ],
    ],
    ids=["renewed", "cracking, on both electrodes"],
)
def test_a_run_killed_in_any_part_of_a_cycle_goes_on(
    changes: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While lithium is plated, stripped and plated again under an SEI that grows."""
    (tmp_path / "growing.toml").write_text(COLLECTOR)
    scenario = Scenario.load(tmp_path / "growing.toml", [*changes, "output.checkpoint=1e-9 s"])
    whole = tmp_path / "whole"
    run(scenario, whole, console=QUIET)
    steps = Result.open(whole).history
    for number in (1, 2, 3):
        inside = np.flatnonzero(np.asarray(steps["protocol_step"]) == number)
        folder = tmp_path / str(number)
        killed_after(folder, monkeypatch, int(inside[len(inside) // 2]), scenario)
        resume(folder, console=QUIET)
        same_files(whole, folder)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "reached"), [("insulating", "contact"), ("floating", "joined")])
def test_a_run_killed_after_a_neck_has_parted_goes_on(
    kind: str, reached: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Right before and after the lithium is pinched off, later in the same protocol step, and right
    before the deposit reaches it again."""
    settings = (*PARTING, f"dead_lithium.kind={kind}", "output.checkpoint=1e-9 s")
    scenario = bench.scenario("e11d_neck", *settings)
    whole = tmp_path / "whole"
    run(scenario, whole, console=QUIET)
    parted, met = read_contacts(whole / "contacts.csv")
    assert (parted.contact, met.contact) == ("pinched_off", reached)
    born, stripping = parted.step, np.asarray(Result.open(whole).history["protocol_step"]) == 1
    assert stripping[born] and not stripping[met.step]
    for step in (born - 1, born, (born + int(stripping.sum())) // 2, met.step - 1):
        folder = tmp_path / str(step)
        killed_after(folder, monkeypatch, step, scenario)
        resume(folder, console=QUIET)
        same_files(whole, folder)


def test_a_run_killed_in_a_sweep_goes_on_at_its_voltage(tmp_path: Path) -> None:
    sweep = 'protocol={sweep = "0.1 mV/s", vertices = ["0 V", "2 mV", "-2 mV"]}'
    scenario = tiny(tmp_path, "interface=fixed", sweep)
    start = begin(scenario)
    model = model_of(scenario, start)
    whole = list(islice(time_loop(model, initial_interface_state(model, start)), 40))
    middle = whole[20]
    assert 0.0 < middle.progress.time < model.plan.protocol_step(middle.progress).duration
    save(Checkpoint("", start, middle.run_state, True, 0.0), tmp_path)
    again = list(islice(resume_loop(model, newest(tmp_path).run_state), 19))
    for one, two in zip(whole[21:], again, strict=True):
        assert (one.time, one.voltage) == (two.time, two.voltage)
        np.testing.assert_array_equal(one.current_density, two.current_density)
