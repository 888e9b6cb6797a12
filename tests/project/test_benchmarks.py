"""The peers of ``benchmarks`` solve the same step to the same answer; the page has all parts."""

from __future__ import annotations

import importlib.util
import math
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from benchmarks import __main__ as command
from benchmarks.cases import Case, case_of
from benchmarks.contest import Contestant, Disagreement, contest
from benchmarks.growth import Meshes, Size, Stages, grow
from benchmarks.page import PAGE, write_page
from benchmarks.peers import PEERS, SIMULATOR, Missing
from benchmarks.report import Report, machine
from benchmarks.step_problem import AGREE, Answer, disagreement
from benchmarks.studies import QUANTITY, Refined, Study, studies
from benchmarks.timing import Seconds
from benchmarks.whole_runs import WholeRun, whole_runs
from deposition.results.error_bars import FILE, Convergence, ErrorBar

COARSE = {2: 2.0, 3: 2.0}
"""Factors of the mesh sizes, by dimension."""


@pytest.fixture(scope="module", params=[2, 3], ids=["2D", "3D"])
def case(request: pytest.FixtureRequest) -> Case:
    return case_of(request.param, COARSE[request.param])


@pytest.fixture(scope="module")
def ours(case: Case) -> Answer:
    return PEERS[SIMULATOR].load().prepare(case)()


@pytest.mark.solve
@pytest.mark.parametrize("name", [name for name in PEERS if name != SIMULATOR])
def test_same_answer(case: Case, ours: Answer, name: str) -> None:
    pytest.importorskip(PEERS[name].imports)
    found = PEERS[name].load().prepare(case)()
    assert disagreement(found, ours, case.problem.old) < AGREE
    assert found.current_density[case.problem.plating].max() > 10.0, "hot spots carry more"
    assert np.ptp(found.concentration) > 1.0, "the salt has moved, mol/m³"


@pytest.mark.solve
def test_no_ratio_without_agreement(case: Case, ours: Answer) -> None:
    wrong = replace(ours, potential=ours.potential * (1.0 + 1e-6))
    solvers: dict[str, Any] = {
        name: SimpleNamespace(prepare=lambda case, found=found: lambda: found)
        for name, found in ((SIMULATOR, ours), ("dolfinx", wrong))
    }
    with pytest.raises(Disagreement, match=r"DOLFINx differs .* no ratio"):
        contest(case, solvers, rounds=1)


@pytest.mark.process
@pytest.mark.solve
def test_a_mesh_after_time_steps_is_measured_with_its_memory() -> None:
    """The cell goes to a new process for that, though its model keeps the last mesh and factors."""
    said: list[str] = []
    (size,) = grow(Meshes(2, (COARSE[2],)), {SIMULATOR: PEERS[SIMULATOR].load()}, 1, said.append)
    assert size.stages is not None and 0.0 < size.stages.mmg < size.stages.seconds
    assert (size.contestants[0].memory or 0.0) > 0.0 and "a time step" in said[0]


@pytest.mark.solve
def test_a_whole_run_is_taken_apart() -> None:
    told: list[str] = []
    short = ["protocol.capacity=0.01 mAh/cm^2"]
    (run,) = whole_runs(["c-i-be-ln"], 1, told.append, short)
    assert run.steps > 0 and run.vertices > 100 and len(told) == 1
    assert 0.0 < run.solve + run.mmg < run.stepping < run.total.wall
    assert run.total.cpu > 0.0 and run.memory > 10.0


@pytest.mark.unit
@pytest.mark.parametrize("name", [name for name in PEERS if name != SIMULATOR])
def test_missing_peer_is_one_message(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, PEERS[name].imports, None)
    with pytest.raises(Missing, match=f"pip install {PEERS[name].install}"):
        PEERS[name].load()
    told: list[str] = []
    assert list(command.installed([name], told.append)) == [SIMULATOR]
    assert len(told) == 1 and "\n" not in told[0]


@pytest.mark.picture
def test_page_of_a_report(tmp_path: Path) -> None:
    one = Seconds(2.0, 1.0)
    contestants = [Contestant(name, "LU", one, one, 4, 1e-12, 10.0) for name in PEERS]
    sizes = [
        Size(dim, 1.0, count, count // 2, Stages(4.0, 3.0, 1.0, 1.0), contestants)
        for dim in (2, 3)
        for count in (1000, 2000)
    ]
    runs = [Refined(factor, 1.0, 1.0 / factor, 5.0, 0.01 * factor) for factor in (1.0, 0.7, 0.5)]
    report = Report(
        machine(list(PEERS)[:1]),
        {"rounds": 3},
        [WholeRun("be", one, 10, 1.5, 0.5, 0.5, 2000, 300.0)],
        [*sizes, replace(sizes[0], stages=None)],
        [Study("be", runs)],
    )
    report.write(tmp_path / "report.json")
    assert Report.read(tmp_path / "report.json") == report
    text = write_page(Report.read(tmp_path / "report.json"), tmp_path).read_text(encoding="utf-8")
    assert text.count("| 2D | 1000 | 4 | 3 |") == 1, "the time steps of a size"
    assert text.count("| 3D | 500 | NGSolve |") == 1
    assert sorted(path.name for path in tmp_path.glob("*.png")) == [
        "performance-error.png", "performance-growth.png", "performance-peers.png",
    ]  # fmt: skip
    assert (tmp_path / PAGE).is_file()


@pytest.mark.unit
def test_errors_of_the_runs_of_a_study(tmp_path: Path) -> None:
    bars = {QUANTITY: ErrorBar(16.0, 0.3, 0.4, 0.0, 2.0, math.nan)}
    runs = ((1.0, 1.0, 0, 100, 50.0), (0.5, 1.0, 0, 200, 90.0), (1.0, 1.0, 1, 100, 51.0))
    folder = tmp_path / "be-converge"
    folder.mkdir()
    Convergence("be", "", bars, runs).write(folder / FILE)
    (folder / "sweep.csv").write_text("height_mean_um\n5.0\n5.0\n5.0\n")
    (study,) = studies(tmp_path)
    assert [run.seconds for run in study.runs] == [50.0, 90.0], "round-off is no refinement"
    by_hand = [math.hypot(0.3, 0.4) / 16.0, math.hypot(0.3 * 0.25, 0.4) / 16.0]
    assert [run.error for run in study.runs] == pytest.approx(by_hand)


@pytest.mark.unit
def test_every_peer_has_a_module() -> None:
    for peer in PEERS.values():
        assert importlib.util.find_spec(f"benchmarks.peers.{peer.module}")
