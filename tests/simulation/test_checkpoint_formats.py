"""Checkpoints of version 0.1 (format 4) are read, and the run continues from them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from deposition import Scenario, resume
from deposition.common.errors import CheckpointError
from deposition.results.protocol_step_table import read_steps
from deposition.results.result import Result
from deposition.simulation.build import model_of
from deposition.simulation.checkpoint import load
from deposition.simulation.checkpoint_formats import in_present_format
from deposition.simulation.loop import resume_loop

DATA = Path(__file__).resolve().parents[1] / "data"
DEAD_LITHIUM = DATA / "checkpoint-format-4"
"""``be-dead-li`` of version 0.1 after 142 steps."""


def test_format_4_is_read_with_present_names() -> None:
    point = load(DEAD_LITHIUM / "checkpoint.npz")
    state = point.run_state
    assert (state.step, state.progress.protocol_step, point.is_snapshot) == (142, 0, False)
    assert state.net_areal_charge == state.progress.charge_throughput == 13131.656470908418
    assert state.interface_state.balances.pocket_correction == 0.0015032896176998545
    assert state.interface_state.film.films == ("hot_spot", "rest", "none")


@pytest.mark.solve
def test_a_run_continues_from_format_4() -> None:
    point = load(DEAD_LITHIUM / "checkpoint.npz")
    with pytest.warns(FutureWarning, match="sei.frame is now called sei.motion"):
        scenario = Scenario.load(DEAD_LITHIUM / "scenario.toml")
    state = next(resume_loop(model_of(scenario, point.start), point.run_state))
    assert state.step == 143
    assert state.time > point.run_state.time
    assert state.voltage == pytest.approx(point.run_state.voltage, rel=0.02)
    assert state.balance.faraday_error < 1e-6


@pytest.mark.solve
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_a_results_folder_of_version_0_1_is_resumed(tmp_path: Path) -> None:
    folder = tmp_path / "old"
    shutil.copytree(DATA / "results-0.1" / "interrupted", folder)
    before = Result.open(folder).history
    resume(folder, console=Console(quiet=True))
    result = Result.open(folder)
    assert result.summary["completed"] and result.summary["protocol_steps"] == 2
    assert result.summary["capacity_mAh_cm2"] == pytest.approx(0.22)
    for name, column in before.items():
        np.testing.assert_array_equal(result.history[name][: len(column)], column, err_msg=name)
    assert [row.ended_by for row in read_steps(folder / "protocol_steps.csv")] == ["capacity"] * 2
    assert not (folder / "stages.csv").exists()


def test_an_unknown_format_is_refused_with_the_reason(tmp_path: Path) -> None:
    with np.load(DEAD_LITHIUM / "checkpoint.npz") as archive:
        data = {name: archive[name] for name in archive.files}
    meta = json.loads(str(data["meta"]))
    data["meta"] = np.array(json.dumps({**meta, "format": 99, "version": "9.9"}))
    np.savez(tmp_path / "checkpoint.npz", **data)
    with pytest.raises(CheckpointError, match=r"version 9\.9 in checkpoint format 99.*\[E421\]"):
        load(tmp_path / "checkpoint.npz")


def test_format_5_has_one_thickness_for_all_components() -> None:
    film = "run_state.interface_state.film."
    fractions = np.array([[1.0, 0.0], [0.25, 0.75]])
    stored = {film + "fractions": fractions, film + "thickness": np.array([2.0, 4.0])}
    present = in_present_format(stored, 5)
    np.testing.assert_array_equal(present[film + "volumes"], [[2.0, 0.0], [1.0, 3.0]])
    assert film + "thickness" not in present
