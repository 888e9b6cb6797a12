"""Table of the runs under way of a sweep, and its time left."""

from __future__ import annotations

import io
import math
import os
import time
from pathlib import Path

import pytest
from helpers import tiny
from rich.console import Console

from deposition.sweeps import live, sweep
from deposition.sweeps import progress as progress_module
from deposition.sweeps.live import RunTable, live_table
from deposition.sweeps.progress import Progress

STEP = (
    "2026-11-29 11:43:43,994 INFO 0.0625 of 0.1 mAh/cm²  0.7718 mV  salt ≥ 998.6 mol/m³  "
    "mesh ≥ 0.61  step 3 (200 s)  left 0:01\n"
)
WARNING = "2026-11-29 11:43:44,101 WARNING the salt balance  has an error of 1e-3\n"


def terminal(height: int = 20) -> Console:
    return Console(file=io.StringIO(), force_terminal=True, width=100, height=height)


def shown(table: RunTable) -> list[str]:
    console = Console(file=io.StringIO(), width=100)
    console.print(table())
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined]


def logs(folder: Path, texts: dict[str, str]) -> dict[str, Path]:
    for name, text in texts.items():
        (folder / name).mkdir()
        (folder / name / "run.log").write_text(text, encoding="utf-8")
    return {name: folder / name for name in texts}


def test_the_table_has_the_last_step_of_each_run_under_way(tmp_path: Path) -> None:
    console = terminal()
    progress = Progress(console, 5)
    table = RunTable(console, {}, progress)
    texts = {
        "a=[1]": STEP.replace("0.0625", "0.03") + STEP + WARNING,
        "b": "no step yet\n", "old": STEP, "done": STEP, "long": "x" * 9000 + "\n" + STEP,
    }  # fmt: skip
    table._folders = {**logs(tmp_path, texts), "missing": tmp_path / "missing"}
    os.utime(tmp_path / "old" / "run.log", (1.0, 1.0))
    progress.ended("done", "short circuit")
    headline, titles, *rows = shown(table)
    assert headline.startswith("5 runs: 1 ended, 1 failed, 2 under way, left ")
    assert titles.split() == ["run", "passed", "step", "left"]
    assert [row.split() for row in rows] == [
        ["a=[1]", "0.0625", "of", "0.1", "mAh/cm²", "3", "0:01"],
        ["long", "0.0625", "of", "0.1", "mAh/cm²", "3", "0:01"],
    ]


def test_a_low_terminal_has_fewer_rows(tmp_path: Path) -> None:
    console = terminal(height=8)
    folders = logs(tmp_path, {f"run{number}": STEP for number in range(9)})
    table = RunTable(console, folders, Progress(console, 9))
    table._began = 0.0
    lines = shown(table)
    assert len(lines) == 6
    assert lines[-1] == "… and 6 more"


def test_the_time_left_follows_the_mean_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(progress_module.time, "monotonic", lambda: now[0])
    progress = Progress(Console(file=io.StringIO()), 4)
    assert math.isnan(progress.seconds_left())
    now[0] = 110.0
    progress.ended("a", "")
    assert progress.seconds_left() == pytest.approx(30.0)
    now[0] = 115.0
    assert progress.seconds_left() == pytest.approx(25.0)
    progress.ended("b", "")
    assert progress.seconds_left() == pytest.approx(15.0)
    now[0] = 200.0
    assert progress.seconds_left() == 0.0


def test_without_a_terminal_there_is_no_table() -> None:
    console = Console(file=io.StringIO())
    with live_table(console, {}, Progress(console, 1)):
        time.sleep(0.1)
    assert console.file.getvalue() == ""  # type: ignore[attr-defined]


@pytest.mark.process
def test_a_terminal_shows_the_runs_under_way_of_a_sweep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "PER_SECOND", 20.0)
    console = terminal()
    done = sweep(
        tiny.write(tmp_path), {"sei.seed": [1, 2]}, output=tmp_path / "out", console=console,
        overrides=["protocol.capacity=0.02 mAh/cm^2", "time.first_step=5 s", "time.max_step=5 s"],
    )  # fmt: skip
    assert not done.failed
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "2 runs: 0 ended, 0 under way, left ?" in text
    assert "of 0.02 mAh/cm²" in text
    assert "[2/2] seed=" in text
