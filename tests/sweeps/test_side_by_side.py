"""``deposition run`` of several scenarios: side by side, each with the results of a run alone."""

from __future__ import annotations

import csv
import json
import signal
from pathlib import Path

import pytest
from helpers import tiny

from deposition.recorders.history import TIMES
from deposition.scenario import Scenario
from deposition.sweeps.side_by_side import expected_cost


def numbers(folder: Path) -> list[dict[str, str]]:
    """``history.csv`` without the time that the run took."""
    with open(folder / "history.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    return [{key: text for key, text in row.items() if key not in TIMES} for row in rows]


@pytest.mark.process
def test_runs_side_by_side_have_the_results_of_runs_alone(tmp_path: Path) -> None:
    names = ("one", "two")
    for name, capacity in zip(names, ("0.05", "0.04"), strict=True):
        text = tiny.TINY.replace('"0.1 mAh/cm^2"', f'"{capacity} mAh/cm^2"')
        tiny.write(tmp_path, text, name)
    words = ("one.toml", "two.toml")
    alone = tiny.call(tmp_path, "run", *words, "--jobs", 1, "--output", "alone")
    both = tiny.call(tmp_path, "run", *words, "--jobs", 2, "--output", "both")
    assert alone.returncode == both.returncode == 0, both.stderr
    for name in names:
        one, other = (tmp_path / folder / name for folder in ("alone", "both"))
        assert numbers(one) == numbers(other)
        assert (other / "flux_map.png").is_file()
        assert f"{name}: done in " in both.stderr
        command = json.loads((other / "provenance.json").read_text())["command"]
        assert f"{name}.toml" in json.dumps(command)
    again = tiny.call(tmp_path, "run", *words, "--jobs", 2, "--output", "both")
    assert again.returncode == 1 and "[E458]" in again.stderr
    over = tiny.call(tmp_path, "run", *words, "--jobs", 2, "--output", "both", "--overwrite")
    assert over.returncode == 0, over.stderr


@pytest.mark.process
def test_a_run_that_fails_stops_no_other_and_is_told(tmp_path: Path) -> None:
    tiny.write(tmp_path, name="good")
    depletes = '[protocol]\ncurrent_density = "10000 A/m^2"'
    tiny.write(tmp_path, tiny.TINY.replace("[protocol]", depletes), name="bad")
    done = tiny.call(tmp_path, "run", "bad.toml", "good.toml", "--jobs", 2)
    assert done.returncode == 1
    assert "1 of 2 runs failed [E791]" in done.stderr and "bad: " in done.stderr
    summaries = [
        json.loads((tmp_path / "results" / name / "summary.json").read_text())
        for name in ("bad", "good")
    ]
    assert [summary["completed"] for summary in summaries] == [False, True]


@pytest.mark.process
def test_ctrl_c_keeps_what_has_been_computed(tmp_path: Path) -> None:
    for name in ("one", "two"):
        tiny.write(tmp_path, tiny.TINY.replace('"100 s"', '"1 s"\nmax_step = "1 s"'), name)
    process = tiny.started(tmp_path, "run", "one.toml", "two.toml", "--jobs", 2)
    histories = [tmp_path / "results" / name / "history.csv" for name in ("one", "two")]
    tiny.wait_for(lambda: all(h.is_file() and h.stat().st_size for h in histories), process)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 130 and "[E790]" in error
    for history in histories:
        summary = json.loads((history.parent / "summary.json").read_text())
        assert not summary["completed"]


def test_the_longest_run_is_expected_to_be_the_one_with_the_finest_mesh() -> None:
    costs = {name: expected_cost(Scenario.load(name)) for name in ("be-dead-li", "c-i-be-ln")}
    assert costs["be-dead-li"] > costs["c-i-be-ln"]
    assert expected_cost(Scenario.load("c-i-be-ln", ['interface="fixed"'])) == 0.0
