"""Contacts between two states: each kind is found once, with its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from helpers.boxes import Indicator, box
from helpers.small_models import begin, model

from deposition.analysis.contacts import Contact, Topology, contacts
from deposition.common.errors import ResultsError
from deposition.mesh.cell import DEAD_LITHIUM, LITHIUM, PINCHED_OFF, Cell
from deposition.recorders.contacts import ContactRecorder
from deposition.results.contact_table import ContactRow, read_contacts
from deposition.simulation.loop import time_loop

BLOCK = "dead_lithium:block"
Rule = Callable[[np.ndarray], np.ndarray]


def between(left: float, right: float, low: float, high: float) -> Rule:
    def inside(x: np.ndarray) -> np.ndarray:
        return (left < x[:, 0]) & (x[:, 0] < right) & (low < x[:, 1]) & (x[:, 1] < high)

    return inside


def cell(lithium: Rule, **dead: Rule) -> Cell:
    """A box of 6 µm x 6 µm with lithium, and dead lithium by name."""
    names = {"block": BLOCK, "pinched": PINCHED_OFF}
    inside: dict[str, Indicator] = {LITHIUM: lithium}
    return box((0.0, 0.0), (6.0, 6.0), (12, 12), inside | {names[k]: v for k, v in dead.items()})


FLAT, HIGH = between(0, 6, 0, 1), between(0, 6, 0, 2)
FLOATING = between(2, 4, 2, 3)


def found(before: Cell, after: Cell) -> list[Contact]:
    return list(contacts(Topology(before), Topology(after)))


def test_deposit_and_dead_lithium_meet_and_part() -> None:
    apart, together = cell(FLAT, block=FLOATING), cell(HIGH, block=FLOATING)
    (met,), (parted,) = found(apart, together), found(together, apart)
    assert (met.kind, met.body) == ("contact", BLOCK) and parted.kind == "parted"
    assert 2.0 < met.place[0] < 4.0 and met.place[1] == pytest.approx(2.0)
    assert parted.place == met.place
    assert found(apart, apart) == found(together, together) == []


def test_dead_lithium_that_floats_joins_the_deposit_or_is_pinched_off() -> None:
    def grown(x: np.ndarray) -> np.ndarray:
        return HIGH(x) | FLOATING(x)

    apart, one = cell(HIGH, pinched=FLOATING), cell(grown)
    (joined,), (pinched,) = found(apart, one), found(one, apart)
    assert (joined.kind, pinched.kind) == ("joined", "pinched_off")
    assert joined.body == pinched.body == PINCHED_OFF
    assert joined.place == pytest.approx((3.0, 2.5)) == pinched.place


def test_electrolyte_that_is_enclosed_is_found() -> None:
    def columns(x: np.ndarray) -> np.ndarray:
        return FLAT(x) | between(1, 2, 0, 3)(x) | between(4, 5, 0, 3)(x)

    def arch(x: np.ndarray) -> np.ndarray:
        return columns(x) | between(1, 5, 3, 4)(x)

    (pocket,) = found(cell(columns), cell(arch))
    assert (pocket.kind, pocket.body) == ("enclosed", "electrolyte")
    assert pocket.place == pytest.approx((3.0, 2.0))
    assert found(cell(arch), cell(arch)) == []


@pytest.mark.solve
def test_the_contact_of_a_run_is_written_with_its_place(tmp_path: Path) -> None:
    start = box((0.0, -1.0), (6.0, 5.0), (12, 12), {
        LITHIUM: lambda x: x[:, 1] < 0.0, DEAD_LITHIUM: between(1.5, 4.5, 0.5, 1.5),
    })  # fmt: skip
    a, path = model(microns=0.9), tmp_path / "contacts.csv"
    recorder = ContactRecorder(path, [], None)
    states = list(time_loop(a, begin(a, start)))
    for state in states:
        recorder.record(state)
    recorder.close()
    (row, *_) = read_contacts(path)
    assert (row.contact, row.body) == ("contact", "dead_lithium") and 0 < row.step < states[-1].step
    assert row.place == [pytest.approx(3.0, abs=1.5), pytest.approx(0.5, abs=1e-9)]
    assert row.time_s == pytest.approx(states[row.step].time)
    assert row.words.startswith("the deposit has reached dead_lithium at (")
    assert row.as_entry()["place_um"] == row.place


def test_a_damaged_table_is_one_message(tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    row = ContactRow(3, 1.5, 0.25, "joined", PINCHED_OFF, 1.0, 2.0, float("nan"))
    path.write_text("header\n" + row.line)
    (again,) = read_contacts(path)
    assert again.place == [1.0, 2.0] and again.line == row.line
    path.write_text("header\n" + row.line + "one,two\n")
    with pytest.raises(ResultsError, match="E469"):
        read_contacts(path)
    assert read_contacts(tmp_path / "none.csv") == []
