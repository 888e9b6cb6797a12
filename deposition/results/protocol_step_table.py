"""``protocol_steps.csv``: one row for each stage of the protocol that has ended, and how."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from math import isnan, nan
from pathlib import Path
from typing import Any

from deposition.common.errors import ResultsError

NOWHERE = (nan, nan, nan)


@dataclass(frozen=True)
class Row:
    """How a stage ended; the names of the fields are those of the columns.

    step, time_s           of the state with which it ended, as in ``history.csv``
    duration_s             of the stage
    charge_mAh_cm2         passed in the stage; negative when stripping
    capacity_mAh_cm2       net since the start
    x_um, y_um, z_um       where it happened, for events that have a place
    sand_time_s            Sand's time of the current, where the salt was used up
    """

    protocol_step: int
    cycle: int
    applied: str
    ended_by: str
    step: int
    time_s: float
    duration_s: float
    charge_mAh_cm2: float
    capacity_mAh_cm2: float
    voltage_V: float
    x_um: float
    y_um: float
    z_um: float
    sand_time_s: float

    def as_event(self) -> dict[str, Any]:
        """What ended the stage, when, at which charge and where, as ``summary.json`` tells it."""
        place = [x for x in (self.x_um, self.y_um, self.z_um) if not isnan(x)]
        return {
            "event": self.ended_by,
            "protocol_step": self.protocol_step,
            "time_s": self.time_s,
            "capacity_mAh_cm2": self.capacity_mAh_cm2,
            "place_um": place or None,
            "sand_time_s": None if isnan(self.sand_time_s) else self.sand_time_s,
        }


def _cell(value: object) -> str:
    """A number with ten digits; nothing for one that is none."""
    return str(value) if not isinstance(value, float) else "" if isnan(value) else f"{value:.10g}"


def _number(cell: str) -> float:
    return float(cell) if cell else nan


KINDS: Mapping[str, Callable[[str], Any]] = {"int": int, "float": _number, "str": str}


def read_steps(path: Path) -> list[Row]:
    """The stages that have ended; none if there is no file.  ResultsError if it is damaged."""
    if not path.exists():
        return []
    kinds = [KINDS[str(field.type)] for field in fields(Row)]
    try:
        with open(path, encoding="utf-8", newline="") as file:
            _, *lines = csv.reader(file)
        return [
            Row(*(kind(cell) for kind, cell in zip(kinds, line, strict=True))) for line in lines
        ]
    except (OSError, ValueError) as problem:
        raise ResultsError(f"cannot read {path}: {problem} [E451]") from problem


def coulombic_efficiency(rows: Sequence[Row]) -> list[float]:
    """Charge stripped over charge plated of each cycle that has done both, in order."""
    return list(_efficiencies(rows))


def _efficiencies(rows: Sequence[Row]) -> Iterator[float]:
    for cycle in dict.fromkeys(row.cycle for row in rows):
        charges = [row.charge_mAh_cm2 for row in rows if row.cycle == cycle]
        plated = sum(charge for charge in charges if charge > 0.0)
        stripped = -sum(charge for charge in charges if charge < 0.0)
        if plated > 0.0 and stripped > 0.0:
            yield stripped / plated
