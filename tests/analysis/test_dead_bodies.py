"""Bodies of dead lithium: birth, identity, split and end, and the table of a run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from helpers.boxes import Indicator, box
from helpers.cells_for_results import state_of

from deposition.analysis.dead_bodies import DeadBodies
from deposition.common.constants import FARADAY, MAH_PER_CM2, MICROMETRE
from deposition.common.errors import ResultsError
from deposition.mesh.cell import LITHIUM, PINCHED_OFF, Cell
from deposition.recorders.dead_lithium import DeadLithiumRecorder
from deposition.results.dead_lithium_table import HEADER, read_dead_lithium
from deposition.simulation.state import State

V_M = 1.3e-5


def inside(*boxes: tuple[float, float, float, float]) -> Indicator:
    """Places in any of these boxes: left, right, low, high, µm."""

    def indicator(x: np.ndarray) -> np.ndarray:
        hits = [
            (a < x[:, 0]) & (x[:, 0] < b) & (c < x[:, 1]) & (x[:, 1] < d) for a, b, c, d in boxes
        ]
        return np.any(hits, axis=0)

    return indicator


FLAT, ONE, TWO = (0.0, 6.0, 0.0, 1.0), (1.0, 3.0, 2.0, 4.0), (4.0, 5.0, 2.0, 4.0)


def state(number: int, metal: list[tuple], dead: list[tuple]) -> State:
    """A state of a box of 6 µm x 6 µm at so many steps of 10 s."""
    regions = {LITHIUM: inside(*metal), **({PINCHED_OFF: inside(*dead)} if dead else {})}
    cell: Cell = box((0.0, 0.0), (6.0, 6.0), (12, 12), regions)
    made = state_of(cell)
    run_state = replace(made.run_state, step=number, time=10.0 * number)
    return replace(made, run_state=run_state)


def test_a_body_is_pinched_off_splits_and_ends() -> None:
    bodies = DeadBodies.at_start(state(0, [FLAT, ONE, TWO], []), V_M)
    assert bodies.table == ()
    bodies = bodies.after(state(1, [FLAT, TWO], [ONE]), V_M)
    (one,) = bodies.table
    assert (one.body, one.origin, one.born_step, one.ended) == (1, "pinched_off", 1, "")
    assert one.volume_um == pytest.approx(4.0) and one.place == pytest.approx([2.0, 3.0])
    charge = 4.0 * MICROMETRE / V_M * FARADAY / 6.0 / MAH_PER_CM2
    assert one.charge_mAh_cm2 == pytest.approx(charge)
    halves = [(1.0, 2.5, 2.0, 2.5), (1.0, 3.0, 3.0, 4.0)]
    bodies = bodies.after(state(2, [FLAT, TWO], halves), V_M)
    larger, smaller = bodies.table
    assert (larger.body, larger.volume_um) == (1, pytest.approx(2.0))
    assert (smaller.body, smaller.origin, smaller.born_time_s) == (2, "split", 20.0)
    bodies = bodies.after(state(3, [FLAT, TWO, halves[0]], [halves[1]]), V_M)
    assert [row.ended for row in bodies.table] == ["", "joined"]
    bodies = bodies.after(state(4, [FLAT, TWO], []), V_M)
    assert [(row.ended, row.ended_step) for row in bodies.table] == [
        ("dissolved", 4),
        ("joined", 3),
    ]


def test_bodies_that_merge_are_one() -> None:
    bodies = DeadBodies.at_start(state(0, [FLAT], [ONE, TWO]), V_M)
    assert [row.origin for row in bodies.table] == ["initial", "initial"]
    bodies = bodies.after(state(1, [FLAT], [(1.0, 5.0, 2.0, 4.0)]), V_M)
    assert sorted(row.ended for row in bodies.table) == ["", "merged"]


def test_the_table_reads_back_and_a_run_continues_from_it(tmp_path: Path) -> None:
    states = [state(0, [FLAT, ONE, TWO], []), state(1, [FLAT, TWO], [ONE])]
    later = state(2, [FLAT], [TWO])
    before = DeadBodies.at_start(states[0], V_M).after(states[1], V_M)
    after = before.after(later, V_M)
    path = tmp_path / "dead_lithium.csv"
    assert read_dead_lithium(path) == []
    path.write_text(HEADER + "".join(row.line for row in after.table))
    again = DeadBodies.resumed(states[1].cell, read_dead_lithium(path), 1)
    assert [row.ended for row in again.table] == [""]
    assert [row.line for row in again.after(later, V_M).table] == [row.line for row in after.table]
    path.write_text(HEADER + "1,2\n")
    with pytest.raises(ResultsError, match="E469"):
        read_dead_lithium(path)


def test_a_resumed_run_tells_a_body_from_one_around_it() -> None:
    """The centroid of a frame open below lies on the block inside it."""
    frame = [(0.5, 5.5, 5.0, 5.5), (0.5, 1.0, 2.0, 5.0), (5.0, 5.5, 2.0, 5.0)]
    block = (2.0, 4.0, 3.5, 4.5)
    before = state(1, [FLAT], [*frame, block])
    bodies = DeadBodies.at_start(before, V_M)
    again = DeadBodies.resumed(before.cell, bodies.table, 1)
    assert again.rows == bodies.rows
    later = state(2, [FLAT], [block])
    after, whole = again.after(later, V_M).table, bodies.after(later, V_M).table
    assert [row.line for row in after] == [row.line for row in whole]


def test_a_body_that_ends_right_after_a_kill_has_the_numbers_of_the_last_state_with_it(
    tmp_path: Path,
) -> None:
    """A body that has shrunk since it appeared; nothing is written when a run is killed."""
    half = (1.0, 3.0, 2.0, 3.0)
    *recorded, last = (state(k, [FLAT], dead) for k, dead in enumerate([[], [ONE], [half], []]))
    path = tmp_path / "dead_lithium.csv"
    recorder, bodies = DeadLithiumRecorder(path, V_M, None), None
    for one in recorded:
        recorder.record(one)
        bodies = bodies.after(one, V_M) if bodies else DeadBodies.at_start(one, V_M)
    (row,) = (
        DeadBodies.resumed(recorded[-1].cell, read_dead_lithium(path), 2).after(last, V_M).table
    )
    assert row.volume_um == pytest.approx(2.0) and row.ended == "dissolved"
    assert bodies is not None and row.line == bodies.after(last, V_M).table[0].line


def test_a_run_resumed_before_the_first_body_has_no_table(tmp_path: Path) -> None:
    """The table of the run that was killed has a body of a later step."""
    first, second = state(0, [FLAT, ONE], []), state(1, [FLAT], [ONE])
    path = tmp_path / "dead_lithium.csv"
    recorder = DeadLithiumRecorder(path, V_M, None)
    for one in (first, second):
        recorder.record(one)
    assert len(read_dead_lithium(path)) == 1
    run: Any = SimpleNamespace(
        results=SimpleNamespace(dead_lithium=path),
        scenario=SimpleNamespace(lithium=SimpleNamespace(molar_volume=V_M)),
        checkpoint=SimpleNamespace(run_state=first.run_state),
    )
    DeadLithiumRecorder.open(run, 0)
    assert not path.exists()
