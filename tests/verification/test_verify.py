"""``deposition verify``: names, folders, missed bounds, and cases in several processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from helpers.fake_cases import DIES, HANGS, MISSES, PASSES, PROCESS, RAISES
from typer.testing import CliRunner

from deposition.analysis.invariants import Invariant
from deposition.cli import app
from deposition.common.errors import VerificationError
from deposition.verification import bench, catalogue, processes
from deposition.verification.bench import scenario, states
from deposition.verification.case import Case, Family, Findings, Result, order
from deposition.verification.cases import e3_sand
from deposition.verification.catalogue import all_cases
from deposition.verification.processes import compute


def call(*words: object) -> Any:
    """The result of ``deposition verify WORDS``."""
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, ["verify", *map(str, words)])


def choose_from(monkeypatch: pytest.MonkeyPatch, *cases: Case) -> None:
    """Replace the catalogue."""
    monkeypatch.setattr(catalogue, "all_cases", lambda: list(cases))


def test_an_unknown_case_offers_the_nearest(tmp_path: Path) -> None:
    result = call("E3x", "--output", tmp_path / "out")
    assert result.exit_code == 1
    assert "E802" in result.stderr and '"E3x"' in result.stderr and '"E3"?' in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_created_is_refused_first(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("occupied")
    result = call("--output", tmp_path / "file" / "out")
    assert result.exit_code == 1
    assert "E803" in result.stderr and str(tmp_path / "file" / "out") in result.stderr


def test_a_missed_bound_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    choose_from(monkeypatch, MISSES)
    result = call("X2", "--output", tmp_path)
    assert result.exit_code == 1
    assert "X2" in result.stderr and "E853" in result.stderr
    assert (tmp_path / "verification.csv").is_file()


def test_an_error_of_a_case_fails_that_case_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose_from(monkeypatch, RAISES, PASSES)
    result = call("--output", tmp_path, "--jobs", 1)
    assert result.exit_code == 1 and "X3" in result.stderr and "X1" not in result.stderr
    assert "IndexError: list index out of range" in result.stdout
    assert "X1,error,,0.0,0.5,0.5,1.0,,PASS" in (tmp_path / "verification.csv").read_text("utf-8")


@pytest.mark.process
def test_cases_in_processes_keep_the_order_of_the_catalogue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A killed process and an exception fail their own rows, without a traceback."""
    choose_from(monkeypatch, PASSES, DIES, MISSES, RAISES)
    result = call("--output", tmp_path, "--jobs", 2)
    assert result.exit_code == 1
    table = (tmp_path / "verification.csv").read_text("utf-8").splitlines()
    assert [row.split(",")[0] for row in table[1:]] == ["X1", "X4", "X2", "X3"]
    assert [row.rpartition(",")[2] for row in table[1:]] == ["PASS", "FAIL", "FAIL", "FAIL"]
    assert "Killed" in table[2] and "IndexError" in table[4]
    assert all(f"[{number}/4]" in result.stdout for number in range(1, 5))
    assert "Traceback" not in result.stdout + result.stderr


@pytest.mark.process
def test_a_case_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(PROCESS, str(tmp_path / "process"))
    monkeypatch.setattr(processes, "LIMIT", 0.5)
    found = {result.case.name: result for result in compute([PASSES, HANGS], 2)}
    assert found["X1"].passed
    assert "after 0.5 s" in found["X5"].failure


@pytest.mark.process
def test_ctrl_c_ends_the_processes(tmp_path: Path) -> None:
    program = (
        "from helpers.fake_cases import HANGS\n"
        "from deposition.verification.processes import compute\n"
        "list(compute([HANGS, HANGS], 2))"
    )
    numbers = tmp_path / "processes"
    numbers.touch()
    paths = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), PROCESS: str(numbers)}
    run = subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, **paths},
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL) and None,
    )
    until = time.monotonic() + 60.0
    while len(numbers.read_text().splitlines()) < 2:
        assert time.monotonic() < until and run.poll() is None
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    _, errors = run.communicate(timeout=20.0)
    assert errors.splitlines()[-1] == "KeyboardInterrupt"
    for number in map(int, numbers.read_text().split()):
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)


@pytest.mark.solve
def test_a_violated_invariant_fails_a_case(monkeypatch: pytest.MonkeyPatch) -> None:
    violated = Invariant("salt_error", 1e-3, 1e-10)
    monkeypatch.setattr(bench, "invariants", lambda *given: iter([violated]))
    with pytest.raises(VerificationError, match=r"salt_error is 1\.0e-03 after step 0.*E800"):
        next(states(scenario("e1_steady_cell")))


def test_a_case_without_bounds_proves_nothing() -> None:
    case = Case("X1", "nothing", Family.STATIC, "", lambda: Findings(()))
    assert not Result(case, 0.0, case.compare()).passed


def test_an_order_is_that_of_the_theory_but_for_its_slack() -> None:
    sizes = (4.0, 2.0, 1.0)
    found = order("second", sizes, [16.0, 4.0, 1.0], 2.0, 1e-12)
    assert found.passed and found.order == pytest.approx(2.0) and found.exact == 2.0
    short = order("short of it", sizes, [s**0.96 for s in sizes], 1.0, 0.05)
    assert short.passed and short.error == pytest.approx(0.04)
    assert not order("too short", sizes, [s**0.94 for s in sizes], 1.0, 0.05).passed
    assert order("steeper", sizes, [s**3 for s in sizes], 1.0, 0.0).passed


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), 0.0])
def test_an_order_of_what_is_no_error_is_missed(wrong: float) -> None:
    assert not order("x", (3.0, 2.0, 1.0), [wrong, 1.0, 0.5], 1.0, 0.5).passed


@pytest.mark.solve
def test_salt_that_does_not_run_out_is_no_sand_time() -> None:
    coarse = ("mesh.surface_size=1 um", "mesh.coarse_size=2 um", "protocol.duration=20 ms")
    with pytest.raises(VerificationError, match="E801"):
        e3_sand.depletion(scenario("e3_sand", *coarse))


def test_every_case_has_a_name_of_its_own() -> None:
    names = [case.name for case in all_cases()]
    assert sorted(set(names)) == sorted(names)
