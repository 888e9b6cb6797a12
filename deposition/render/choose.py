"""Selection of a recorded state by charge, by time, or by number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deposition.common import units
from deposition.common.constants import HOUR, MAH_PER_CM2, MINUTE
from deposition.common.errors import ResultsError
from deposition.protocol import net
from deposition.protocol.plan import RELATIVE_ROUNDING
from deposition.render.movies import charge_throughput
from deposition.results.result import Result

SLACK = 0.005
"""Tolerated distance of a charge or time beyond the recorded range, as a fraction of that range."""


def state_at(
    result: Result,
    capacity: str | None = None,
    time: str | None = None,
    snapshot: int | None = None,
) -> int:
    """Index of the recorded state that is nearest to a charge or time, by default of the last.

    capacity  such as "0.5 mAh/cm^2";  time  such as "1 h";  snapshot  index of the recorded state,
    counted from the end if it is negative

    Raises ``ResultsError`` if more than one is given, one cannot be parsed, or it lies outside the
    recorded range.
    """
    check_one_selector(capacity, time, snapshot)
    if snapshot is not None:
        return _checked_index(result, snapshot)
    if capacity is not None:
        charge = _quantity(units.CHARGE_PER_AREA, capacity) / MAH_PER_CM2
        return _nearest(result.capacities / MAH_PER_CM2, charge, "mAh/cm^2", result)
    if time is not None:
        hours = _quantity(units.TIME, time) / HOUR
        return _nearest(result.times / HOUR, hours, "h", result)
    return len(result.times) - 1


def check_one_selector(*selectors: object) -> None:
    """Raise ``ResultsError`` if more than one selector of recorded states is given."""
    if sum(selector is not None for selector in selectors) > 1:
        raise ResultsError(
            "recorded states are selected in several ways. Select them by charge, by time, by "
            "number or by a list of snapshots [E600]"
        )


def states_in_row(results: Sequence[Result], text: str) -> list[list[int]]:
    """Indices of the recorded states of each result, one for each part of ``text``.

    text  parts separated by commas: fractions of the charge throughput that all results reach
          ("0.25, 0.5, 0.75, 1"), charges ("0.5 mAh/cm^2") or times ("1 h")

    Raises ``ResultsError`` if a part cannot be parsed, or lies outside the recorded range.
    """
    parts = [part.strip() for part in text.split(",")]
    throughput = [charge_throughput(result.capacities) for result in results]
    common = min(float(charges[-1]) for charges in throughput)
    rows = []
    for result, charges in zip(results, throughput, strict=True):
        row = []
        for part in parts:
            fraction = _fraction(part)
            if fraction is not None:
                row.append(int(np.argmin(np.abs(charges - fraction * common))))
            elif _is_time(part):
                row.append(state_at(result, time=part))
            else:
                row.append(state_at(result, capacity=part))
        rows.append(row)
    return rows


def _fraction(part: str) -> float | None:
    """Fraction that a part states; None if it has a unit."""
    try:
        fraction = float(part)
    except ValueError:
        return None
    if not 0.0 <= fraction <= 1.0:
        raise ResultsError(
            f"snapshots {part}: a number without unit is a fraction of the charge, from 0 to 1. "
            'State the unit of a charge or a time: "0.5 mAh/cm^2" or "1 h" [E991]'
        )
    return fraction


def _is_time(part: str) -> bool:
    try:
        units.TIME.parse(part)
    except ValueError:
        return False
    return True


STATE_TOLERANCE = 0.01
"""Relative deviation of a recorded charge or time beyond which the user is notified."""


def nearest_state_note(result: Result, capacity: str | None = None, time: str | None = None) -> str:
    """Note on the charge or time of the drawn state if it deviates from the requested one.

    The note is empty if the deviation is below ``STATE_TOLERANCE``.  The arguments are those of
    ``state_at``, which must have accepted them.
    """
    if capacity is None and time is None:
        return ""
    index = state_at(result, capacity, time)
    if capacity is not None:
        recorded, requested = result.capacities, _quantity(units.CHARGE_PER_AREA, capacity)
        drawn = (
            f"{net(recorded[index], charge_throughput(recorded)[index]) / MAH_PER_CM2:.4g} mAh/cm^2"
        )
    else:
        recorded, requested = result.times, _quantity(units.TIME, str(time))
        drawn = _duration(float(recorded[index]))
    rounding = RELATIVE_ROUNDING * float(np.abs(recorded).max())
    if abs(float(recorded[index]) - requested) <= max(STATE_TOLERANCE * abs(requested), rounding):
        return ""
    return (
        f"{result.name}: no state is recorded at {capacity or time}; "
        f"the nearest recorded state, at {drawn}, is drawn"
    )


def _duration(seconds: float) -> str:
    """Time as printed: ``90 s``, ``44.5 min``, ``2.5 h``."""
    if seconds < 120.0:
        return f"{seconds:.4g} s"
    return f"{seconds / MINUTE:.4g} min" if seconds < 2.0 * HOUR else f"{seconds / HOUR:.4g} h"


def _quantity(dimension: units.Dimension, text: str) -> float:
    """SI value of a quantity, which may be zero, or negative after net stripping."""
    magnitude = text.strip().removeprefix("-")
    try:
        number, _, unit = magnitude.partition(" ")
        size = dimension.to_si(float(number), unit) if unit else dimension.parse(magnitude)
    except ValueError as problem:
        raise ResultsError(f'"{text}": {problem} [E601]') from problem
    return -size if text.strip().startswith("-") else size


def _checked_index(result: Result, snapshot: int) -> int:
    count = len(result.times)
    if not -count <= snapshot < count:
        raise ResultsError(
            f"there is no snapshot {snapshot} in {result.folder}. It has {count} snapshots, "
            f"numbered 0 to {count - 1} [E602]"
        )
    return snapshot % count


def _nearest(recorded: NDArray[Any], requested: float, unit: str, result: Result) -> int:
    low, high = float(recorded.min()), float(recorded.max())
    slack = SLACK * (high - low)
    if not low - slack <= requested <= high + slack:
        end = low if requested < low else high
        raise ResultsError(
            f"{requested:.4g} {unit} lies outside the recorded range of {result.folder}, "
            f'{low:.4g} to {high:.4g} {unit}. The nearest recorded value is "{end:.4g} {unit}" '
            "[E603]"
        )
    return int(np.argmin(np.abs(recorded - requested)))
