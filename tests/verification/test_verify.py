"""``deposition verify`` as a user meets it: names, places and bounds that are missed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deposition.analysis.invariants import Law
from deposition.cli import app
from deposition.common.errors import VerificationError
from deposition.verification import bench, catalogue
from deposition.verification.bench import scenario, states
from deposition.verification.case import Case, Family, Findings, Result, below, order
from deposition.verification.cases import e3_sand


def call(*words: object) -> Any:
    """The result of ``deposition verify WORDS``."""
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, ["verify", *map(str, words)])


def test_an_unknown_case_offers_the_nearest(tmp_path: Path) -> None:
    result = call("E3x", "--output", tmp_path / "out")
    assert result.exit_code == 1
    assert 'no case "E3x"' in result.stderr and "Did you mean" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_refused_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    result = call("--output", tmp_path / "file" / "out")
    assert result.exit_code == 1
    assert "cannot make the folder" in result.stderr and "--output" in result.stderr


def test_a_missed_bound_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missed = Findings((below("error", 2.0, 1.0),))
    case = Case("X1", "a bound of 1", Family.STATIC, "", lambda: missed)
    monkeypatch.setattr(catalogue, "all_cases", lambda: [case])
    result = call("X1", "--output", tmp_path)
    assert result.exit_code == 1
    assert "bounds were missed in X1" in result.stderr
    assert (tmp_path / "verification.csv").is_file()


def test_a_fault_in_a_case_fails_it_and_leaves_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty() -> Findings:
        return Findings((below("error", [][0], 1.0),))

    kept = Findings((below("error", 0.5, 1.0),))
    cases = [
        Case("X1", "faulty", Family.STATIC, "", faulty),
        Case("X2", "kept", Family.STATIC, "", lambda: kept),
    ]
    monkeypatch.setattr(catalogue, "all_cases", lambda: cases)
    result = call("--output", tmp_path)
    assert result.exit_code == 1 and "bounds were missed in X1" in result.stderr
    assert "IndexError: list index out of range" in result.stdout
    assert "X2,error,,0.0,0.5,0.5,1.0,,PASS" in (tmp_path / "verification.csv").read_text("utf-8")


@pytest.mark.solve
def test_a_run_of_a_case_may_break_no_law(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "laws", lambda *given: iter([Law("salt_error", 1e-3, 1e-10)]))
    with pytest.raises(VerificationError, match=r"salt_error is 1\.0e-03 after step 0"):
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
    with pytest.raises(VerificationError, match="did not run out"):
        e3_sand.depletion(scenario("e3_sand", *coarse))
