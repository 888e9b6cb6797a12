"""``protocol_steps.csv``: one row per completed protocol step."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from math import isnan, nan
from pathlib import Path
from typing import Any

from deposition.common.errors import ResultsError
from deposition.results import renamed

NOWHERE = (nan, nan, nan)


@dataclass(frozen=True)
class Row:
    """End of a protocol step; the fields are the columns of the file, in this order.

    protocol_step, cycle   numbers from 1
    applied                applied current or voltage with its end conditions
    ended_by               value of ``StopReason``
    step, time_s           of the last state of the protocol step, as in ``history.csv``
    duration_s             of the protocol step
    charge_mAh_cm2         passed in the protocol step; negative when stripping
    capacity_mAh_cm2       net areal charge since the start of the run
    voltage_V              cell voltage of the last state
    x_um, y_um, z_um       location of the event; NaN where it has none
    sand_time_s            Sand's time of the mean current, for depletion; else NaN
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
        """The row as an entry of ``events`` in ``summary.json``."""
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
    """A number with ten significant digits; empty for NaN."""
    return str(value) if not isinstance(value, float) else "" if isnan(value) else f"{value:.10g}"


def _number(cell: str) -> float:
    return float(cell) if cell else nan


KINDS: Mapping[str, Callable[[str], Any]] = {"int": int, "float": _number, "str": str}


def read_steps(path: Path) -> list[Row]:
    """Read the completed protocol steps, of version 0.1 (``stages.csv``) too; none without a file.

    Raises ResultsError if the file cannot be read.
    """
    if not path.exists():
        return []
    kinds = [KINDS[str(field.type)] for field in fields(Row)]
    try:
        with open(path, encoding="utf-8", newline="") as file:
            _, *lines = csv.reader(file)
        return [
            Row(
                *(
                    kind(renamed.REASONS.get(cell, cell))
                    for kind, cell in zip(kinds, line, strict=True)
                )
            )
            for line in lines
        ]
    except (OSError, ValueError) as problem:
        raise ResultsError(
            f"cannot read {path} as a table of protocol steps: {problem}. "
            "Restore the file, or run the scenario again with --overwrite."
            " [E451]"
        ) from problem


ROUNDING = 1e-8
"""Charge, mAh/cm², that rounding may pass in a cell at rest; a thousandth of a layer of atoms has
5·10⁻⁸."""


def coulombic_efficiency(rows: Sequence[Row]) -> list[float]:
    """Coulombic efficiency Q_stripped / Q_plated of each cycle that has both, in order."""
    efficiencies = []
    for cycle in dict.fromkeys(row.cycle for row in rows):
        charges = [row.charge_mAh_cm2 for row in rows if row.cycle == cycle]
        plated = sum(charge for charge in charges if charge > 0.0)
        stripped = -sum(charge for charge in charges if charge < 0.0)
        if min(plated, stripped) > ROUNDING:
            efficiencies.append(stripped / plated)
    return efficiencies


def overall_efficiency(rows: Sequence[Row]) -> float | None:
    """All charge stripped over all charge plated, of a run that does both; that of the protocol of
    Adams et al. is the Coulombic efficiency (n Q_C + Q_S)/(n Q_C + Q_T)."""
    charges = [row.charge_mAh_cm2 for row in rows]
    plated = sum(charge for charge in charges if charge > 0.0)
    stripped = -sum(charge for charge in charges if charge < 0.0)
    return stripped / plated if min(plated, stripped) > ROUNDING else None
