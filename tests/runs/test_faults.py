"""Faults tried for real: kills at any moment, a full disk, a folder that goes or is shut.

Whatever happens, no written file is damaged, one message says what is wrong, and the run resumes.
"""

from __future__ import annotations

import errno
import io
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.campaign import examples
from helpers.cells_for_results import flat, state_of
from helpers.growing import PARTING
from helpers.tiny import ENVIRONMENT, TINY, call, command, started, tiny, wait_for, write
from PIL import Image
from rich.console import Console

from deposition.common.errors import CheckpointError, DepositionError, ResultsError
from deposition.common.stop_signal import Stopped
from deposition.interface.state import InterfaceState
from deposition.protocol import ConstantCurrent, ProtocolPlan, ProtocolStep
from deposition.recorders.history import TIMES
from deposition.render.encode import write_mp4
from deposition.results.result import Result, written_by_run
from deposition.runs.run import resume, run
from deposition.runs.run_loop import run_loop
from deposition.scenario import Scenario
from deposition.scenario.plan import plan_of
from deposition.simulation.checkpoint import PREVIOUS, newest
from deposition.simulation.loop import time_loop
from deposition.simulation.model import STEADY, Model
from deposition.simulation.state import State
from deposition.simulation.step import INSTANT
from deposition.simulation.time_step import StepControl
from deposition.transport.newton import NotConverged, find_root
from deposition.verification.bench import CASES

SHORT = ("--set", "protocol.capacity=0.2 mAh/cm^2", "--set", "output.checkpoint=0.05 s")
STEPS = ("--set", "time.first_step=10 s", "--set", "time.max_step=20 s")
BRISK = ("--set", "time.first_step=20 s", "--set", "time.max_step=50 s")
"""Some thirty steps: enough to be caught in the middle."""
LONG = (
    "--set",
    "protocol.capacity=9 mAh/cm^2",
    "--set",
    "time.first_step=5 s",
    "--set",
    "time.max_step=5 s",
)
NOT_COMPARED = {"wall_s"}


def whole_run(folder: Path, *words: str, text: str = TINY) -> Path:
    """The tiny run, or that of another scenario, without a fault."""
    write(folder, text)
    answer = call(folder, "run", "tiny.toml", *words, "--output", "whole")
    assert answer.returncode == 0, answer.stderr
    return folder / "whole" / "tiny"


def check_files(folder: Path) -> None:
    """Every file that is there can be read to its end."""
    result = Result.open(folder)
    if not (folder / "history.csv").is_file() or not result._recorded:
        return
    assert np.all(np.diff(result.history["step"]) == 1)
    for index in range(len(result.times)):
        assert np.nanmin(result.snapshot(index).electrolyte.concentration) > 0.0
    if not is_whole(folder):
        newest(folder)


def is_whole(folder: Path) -> bool:
    """Whether the run was complete with all its results, so that its last checkpoint is final."""
    if not Result.open(folder).ended or (folder / PREVIOUS).exists():
        return False
    plan = plan_of(Scenario.load(folder / "scenario.toml").protocol)
    return plan.complete(newest(folder).run_state.progress)


def killed(process: subprocess.Popen[str], seconds: float) -> bool:
    """Kill it after some seconds, unless it has ended by then; whether it was killed."""
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL


def killed_until_done(
    folder: Path, words: tuple[str, ...], seed: int, kills: int, after: str = "checkpoint.npz"
) -> int:
    """Start or resume, kill at a random moment, again and again; how many kills it survived.

    after  file of the results that the first kill waits for
    """
    moments = random.Random(seed)
    target, survived = folder / "results" / "tiny", 0
    going = started(folder, "run", "tiny.toml", *words)
    wait_for(lambda: (target / after).is_file(), going)
    while survived < kills:
        if not killed(going, moments.uniform(0.0, 0.4)):
            return survived  # it was done before the kill
        survived += 1
        check_files(target)
        if is_whole(target):
            return survived
        going = started(folder, "resume", "tiny")
        log = target / "run.log"
        size = log.stat().st_size
        wait_for(lambda log=log, size=size: log.stat().st_size > size, going)  # type: ignore[misc]
    _, errors = going.communicate(timeout=300)
    assert going.returncode == 0, errors
    return survived


def assert_same_result(one: Path, other: Path) -> None:
    first, second = Result.open(one), Result.open(other)
    for name in set(first.summary) - NOT_COMPARED:
        assert first.summary[name] == second.summary[name], name
    for name in set(first.history) - set(TIMES):
        np.testing.assert_array_equal(first.history[name], second.history[name], err_msg=name)
    np.testing.assert_array_equal(first.times, second.times)
    for index in (0, -1):
        mine, theirs = first.snapshot(index).electrolyte, second.snapshot(index).electrolyte
        np.testing.assert_array_equal(mine.points, theirs.points)
        np.testing.assert_array_equal(mine.concentration, theirs.concentration)
        np.testing.assert_array_equal(mine.flux, theirs.flux)


@pytest.mark.process
@pytest.mark.parametrize(
    ("seed", "kills"), [(0, 2), pytest.param(1, examples(8, 20), marks=pytest.mark.slow)]
)
def test_kills_at_random_moments_lose_nothing(tmp_path: Path, seed: int, kills: int) -> None:
    words = SHORT if kills < 5 else (*SHORT, *STEPS)
    whole = whole_run(tmp_path, *words)
    survived = killed_until_done(tmp_path, words, seed, kills)
    assert survived >= min(kills, 2)
    assert_same_result(whole, tmp_path / "results" / "tiny")


@pytest.mark.slow
def test_kills_after_a_neck_has_parted_lose_nothing(tmp_path: Path) -> None:
    """While the rest of the lithium is stripped, and plated until it reaches the dead lithium."""
    settings = (*PARTING, "output.checkpoint=0.05 s")
    words = tuple(word for setting in settings for word in ("--set", setting))
    whole = whole_run(tmp_path, *words, text=f'base = "{CASES / "e11d_neck.toml"}"\n')
    assert killed_until_done(tmp_path, words, 2, examples(4, 12), after="dead_lithium.csv") >= 4
    target = tmp_path / "results" / "tiny"
    assert_same_result(whole, target)
    for name in ("dead_lithium.csv", "inventory.csv", "cycles.csv", "protocol_steps.csv"):
        assert (target / name).read_bytes() == (whole / name).read_bytes(), name


@pytest.mark.slow
def test_a_figure_killed_five_times_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    words = ("--set", "output.checkpoint=0.5 s")
    for folder in ("whole", "results"):
        arguments = command("run", "c-i-be", *words, "--output", folder)
        if folder == "whole":
            subprocess.run(
                arguments, cwd=tmp_path, env=ENVIRONMENT, check=True, capture_output=True
            )
    moments, target = random.Random(5), tmp_path / "results" / "c-i-be"
    going = started(tmp_path, "run", "c-i-be", *words)
    for _ in range(5):
        size = (target / "run.log").stat().st_size if (target / "run.log").is_file() else 0
        wait_for(
            lambda size=size: (
                (target / "run.log").is_file()  # type: ignore[misc]
                and (target / "run.log").stat().st_size > size
                and (target / "checkpoint.npz").is_file()
            ),
            going,
        )
        assert killed(going, moments.uniform(0.1, 0.8))
        check_files(target)
        going = started(tmp_path, "resume", "c-i-be")
    _, errors = going.communicate(timeout=600)
    assert going.returncode == 0, errors
    assert_same_result(tmp_path / "whole" / "c-i-be", target)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of 3 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("mounting a small disk is not allowed here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def begun(folder: Path, parent: Path, *words: str) -> tuple[subprocess.Popen[str], Path]:
    """A long run that has begun below ``parent``."""
    write(folder)
    process = started(folder, "run", "tiny.toml", *words, "--output", str(parent))
    history = parent / "tiny" / "history.csv"
    wait_for(lambda: history.is_file() and history.read_text("utf-8").count("\n") > 3, process)
    return process, history.parent


def refused(process: subprocess.Popen[str], *words: str) -> None:
    """It ended with exit code 1 and one message."""
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 1, errors
    assert "Traceback" not in errors and errors.count("Error: ") == 1, errors
    for word in words:
        assert word in errors, errors


@pytest.mark.process
def test_a_full_disk_ends_the_run_with_a_message_and_it_resumes(tmp_path: Path, disk: Path) -> None:
    process, folder = begun(tmp_path, disk, *SHORT, *BRISK)
    filler = disk / "filler"
    with open(filler, "wb", buffering=0) as file:  # a buffer would fail once more when it closes
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    refused(process, "No space left on device")
    filler.unlink()
    check_files(folder)
    whole = whole_run(tmp_path, *SHORT, *BRISK)
    answer = call(tmp_path, "resume", folder)
    assert answer.returncode == 0, answer.stderr
    assert_same_result(whole, folder)


class Full:
    """A recorder whose disk is full."""

    def record(self, state: State) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def close(self) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "history.csv")


def test_a_full_disk_is_told_wherever_it_shows() -> None:
    states = iter([state_of(flat(2))])
    outcome = run_loop(
        states, [Full()], ProtocolPlan((ProtocolStep(ConstantCurrent(5.0), capacity=3600.0),))
    )
    assert isinstance(outcome.error, ResultsError) and not outcome.ending.completed
    assert "cannot write the results: No space left" in str(outcome.error)
    assert "deposition resume" in str(outcome.error)


@pytest.mark.process
def test_a_folder_that_is_deleted_meanwhile(tmp_path: Path) -> None:
    process, folder = begun(tmp_path, tmp_path / "results", *LONG)
    while folder.exists():  # the run may write a file meanwhile
        shutil.rmtree(folder, ignore_errors=True)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1 and "Traceback" not in errors
    assert "cannot write" in errors and "No such file or directory" in errors


@pytest.mark.process
def test_a_disk_that_may_not_be_written_any_more(tmp_path: Path, disk: Path) -> None:
    """As root no permission can be withdrawn from a folder; a disk can be."""
    process, _ = begun(tmp_path, disk, *LONG, "--set", "output.checkpoint=0.5 s")
    time.sleep(0.2)
    inside = disk / "tiny"
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    readonly = ["mount", "--bind", "-o", "ro", str(hidden), str(inside)]
    assert subprocess.run(readonly, capture_output=True).returncode == 0
    try:
        refused(process, "cannot write", "ead-only file system")
    finally:
        subprocess.run(["umount", "-l", str(inside)], check=True)
    check_files(inside)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_permission_that_is_withdrawn(tmp_path: Path) -> None:
    process, folder = begun(tmp_path, tmp_path / "results", *LONG)
    folder.chmod(0o500)
    refused(process, "cannot write", "Permission denied")
    folder.chmod(0o700)


@pytest.mark.process
def test_termination_keeps_everything_and_can_be_resumed(tmp_path: Path) -> None:
    process, folder = begun(tmp_path, tmp_path / "results", *SHORT, *BRISK)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130 and "deposition resume" in errors
    check_files(folder)
    whole = whole_run(tmp_path, *SHORT, *BRISK)
    assert call(tmp_path, "resume", "tiny").returncode == 0
    assert_same_result(whole, folder)


@pytest.mark.process
def test_a_run_that_is_stopped_in_a_step_that_fails_is_stopped_and_resumable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SIGTERM comes in a step for which no mesh is found, in a run and in its continuation: no
    shorter step is tried."""
    attempts = []

    def no_mesh_and_a_signal(task: Any) -> None:
        attempts.append(task)
        os.kill(os.getpid(), signal.SIGTERM)

    scenario = tiny(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr("deposition.interface.remesh.remesh", no_mesh_and_a_signal)
        patched.setattr("deposition.interface.moving.slide", lambda *_: None)  # every step is cut
        with pytest.raises(Stopped, match=r"after step \d+:.*E502"):
            run(scenario, tmp_path / "out")
        assert len(attempts) == 1
        with pytest.raises(Stopped, match=r"before the first step.*E503"):
            resume(tmp_path / "out")
    assert len(attempts) == 2
    assert resume(tmp_path / "out")["completed"]


@pytest.mark.process
def test_a_narrow_tall_cell_is_drawn_and_ends_no_process(tmp_path: Path) -> None:
    """Its movie would have 35 000 rows of pixels, at which the encoder ends."""
    tall = ("geometry.parameters.width=2", "geometry.parameters.height=100")
    sizes = ("mesh.coarse_size=8 um", "sei.patch_size=0.5 um")
    words = [word for change in (*tall, *sizes) for word in ("--set", change)]
    write(tmp_path)
    answer = call(tmp_path, "run", "tiny.toml", *words)
    assert answer.returncode == 0, answer.stderr
    assert "no movie" not in answer.stderr
    folder = tmp_path / "results" / "tiny"
    with Image.open(folder / "flux_map.png") as picture:
        assert picture.height < 4 * picture.width
    assert (folder / "growth.mp4").stat().st_size > 0


@pytest.mark.process
def test_an_encoder_that_ends_early_is_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = tmp_path / "ffmpeg"
    encoder.write_text("#!/bin/sh\nexit 1\n")
    encoder.chmod(0o755)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(encoder))
    before = signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        large = [np.zeros((512, 512, 3), dtype=np.uint8)] * 3
        with pytest.raises(ResultsError, match="E604"):
            write_mp4(large, tmp_path / "a.mp4")
    finally:
        signal.signal(signal.SIGPIPE, before)


@pytest.mark.process
def test_an_error_of_a_graphics_library_ends_no_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_large(*_: Any) -> None:
        raise ValueError("Image size of 2007x9510147 pixels is too large")

    for name in ("draw_flux_map", "draw_growth"):
        monkeypatch.setattr(f"deposition.render.of_result.{name}", too_large)
    screen = io.StringIO()
    summary = run(tiny(tmp_path), tmp_path / "out", console=Console(file=screen, width=200))
    assert summary["completed"]
    for what in ("no picture: ValueError: Image size", "no movie: ValueError"):
        assert what in screen.getvalue()
    assert is_whole(tmp_path / "out")


@pytest.mark.process
@pytest.mark.parametrize("interface", ["fixed", "moving"])
def test_salt_from_a_reservoir_is_no_error_of_the_balance(tmp_path: Path, interface: str) -> None:
    screen = io.StringIO()
    scenario = tiny(tmp_path, f"interface={interface}", "counter.kind=reservoir")
    summary = run(scenario, tmp_path / "out", console=Console(file=screen, width=200))
    assert "Warning" not in screen.getvalue()
    assert summary["salt_error"] < 1e-10


@pytest.mark.process
def test_a_second_resumption_is_refused_while_the_first_goes_on(tmp_path: Path) -> None:
    process, folder = begun(tmp_path, tmp_path / "results", *LONG)
    second = call(tmp_path, "resume", "tiny")
    assert second.returncode == 1 and "another run writes into it" in second.stderr
    assert "Traceback" not in second.stderr
    process.kill()
    process.communicate()
    assert newest(folder).run_state.step >= 0


@pytest.mark.process
def test_the_marks_of_a_killed_write_are_harmless(tmp_path: Path) -> None:
    write(tmp_path)
    going = started(tmp_path, "run", "tiny.toml", *SHORT)
    folder = tmp_path / "results" / "tiny"
    wait_for(lambda: (folder / "checkpoint.npz").is_file(), going)
    assert killed(going, 0.3) or going.returncode == 0
    (folder / ".checkpoint.npz.part").write_bytes(b"half a checkpoint")
    (folder / "vtk" / ".electrolyte_000009.vtu.part").write_bytes(b"half a file")
    try:
        newest(folder)
    except CheckpointError:
        pytest.skip("the run was quicker than the kill")
    assert call(tmp_path, "resume", "tiny").returncode == 0
    assert call(tmp_path, "run", "tiny.toml", *SHORT, "--overwrite").returncode == 0
    assert not [file for file in written_by_run(folder) if file.name.endswith(".part")]


def no_root(system: Any, x: Any) -> Any:
    """Newton's method, if it did not converge at the third node in a step of the run."""
    if system.time_step in (INSTANT, STEADY):
        return find_root(system, x)
    raise NotConverged(6)


def no_mesh(*given: Any) -> None:
    """Mmg, if it refused every mesh; or a step or a cut without it, if none were possible."""


@pytest.mark.solve
@pytest.mark.parametrize(
    ("failures", "words"),
    [
        ({"deposition.transport.problem.find_root": no_root}, "largest correction near ("),
        (
            {
                "deposition.interface.remesh.remesh": no_mesh,
                "deposition.interface.remesh._cut_patch": no_mesh,
                "deposition.interface.moving.slide": no_mesh,
            },
            "Mmg could not cut the mesh",
        ),
    ],
)
def test_a_step_that_fails_however_short_leaves_its_state_and_says_where(
    failures: dict[str, Any], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After three good steps nothing works any more: the step is halved, then given up."""
    tried: list[float] = []

    def go_on_until_it_fails(model: Model, interface_state: InterfaceState) -> Iterator[State]:
        for state in time_loop(model, interface_state):
            yield state
            if state.step == 3:
                for name, failure in failures.items():
                    monkeypatch.setattr(name, failure)

    def counted(control: StepControl, step: float) -> bool:
        tried.append(step)
        return step < 1e-2 * control.first

    monkeypatch.setattr("deposition.runs.run.time_loop", go_on_until_it_fails)
    monkeypatch.setattr(StepControl, "hopeless", counted)
    folder = tmp_path / "tiny"
    with pytest.raises(DepositionError, match="the surface moves fastest near") as caught:
        run(tiny(tmp_path), folder, console=Console(quiet=True))
    assert words in str(caught.value) and "step 4" in str(caught.value)
    assert len(tried) > 4 and np.allclose(np.diff(np.log2(tried)), -1.0)
    monkeypatch.undo()
    result = Result.open(folder)
    assert result.summary["completed"] is False and words in result.summary["stopped_because"]
    assert newest(folder).run_state.step == 3 and result.history["step"][-1] == 3
    assert result.snapshot(-1).step == 3
    assert resume(folder, console=Console(quiet=True))["completed"] is True
