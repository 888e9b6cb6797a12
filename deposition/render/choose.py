"""Which recorded state is meant: by charge, by time, or by number."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from deposition.common import units
from deposition.common.constants import HOUR, MAH_PER_CM2, MINUTE
from deposition.common.errors import ResultsError
from deposition.protocol import net
from deposition.protocol.plan import NOISE
from deposition.render.movies import charge_throughput
from deposition.results.result import Result

SLACK = 0.005
"""How far beyond the record a charge or time may lie, as a share of the record's length."""


def state_at(
    result: Result,
    capacity: str | None = None,
    time: str | None = None,
    frame: int | None = None,
) -> int:
    """Number of the recorded state that is nearest to what was asked, the last by default.

    capacity  such as "0.5 mAh/cm^2";  time  such as "1 h";  frame  its number, negative ones from
    the end

    Raises ``ResultsError`` if several are given, one cannot be read, or lies outside the record.
    """
    if sum(asked is not None for asked in (capacity, time, frame)) > 1:
        raise ResultsError("choose a state by charge, by time or by number, not by several [E600]")
    if frame is not None:
        return _numbered(result, frame)
    if capacity is not None:
        wanted = _quantity(units.CHARGE_PER_AREA, capacity) / MAH_PER_CM2
        return _nearest(result.capacities / MAH_PER_CM2, wanted, "mAh/cm^2", result)
    if time is not None:
        hours = _quantity(units.TIME, time) / HOUR
        return _nearest(result.times / HOUR, hours, "h", result)
    return len(result.times) - 1


STATE_TOLERANCE = 0.01
"""A state that is off by more than this share of what was asked is another one."""


def nearest_state_note(result: Result, capacity: str | None = None, time: str | None = None) -> str:
    """Where another state is drawn than was asked by charge or by time, which; else empty.

    The same arguments as for ``state_at``, which has taken them.
    """
    if capacity is None and time is None:
        return ""
    index = state_at(result, capacity, time)
    if capacity is not None:
        recorded, asked = result.capacities, _quantity(units.CHARGE_PER_AREA, capacity)
        drawn = f"{net(recorded[index], charge_throughput(recorded)[index]) / MAH_PER_CM2:.4g} mAh/cm^2"
    else:
        recorded, asked = result.times, _quantity(units.TIME, str(time))
        drawn = _duration(float(recorded[index]))
    rounding = NOISE * float(np.abs(recorded).max())
    if abs(float(recorded[index]) - asked) <= max(STATE_TOLERANCE * abs(asked), rounding):
        return ""
    return f"{result.name}: {capacity or time} asked, drawn {drawn}, the nearest state recorded"


def _duration(seconds: float) -> str:
    """``90 s``, ``44.5 min``, ``2.5 h``."""
    if seconds < 120.0:
        return f"{seconds:.4g} s"
    return f"{seconds / MINUTE:.4g} min" if seconds < 2.0 * HOUR else f"{seconds / HOUR:.4g} h"


def _quantity(dimension: units.Dimension, text: str) -> float:
    """SI value of a quantity that may be zero, or negative where lithium was stripped."""
    zero_or_more = text.strip().removeprefix("-")
    try:
        number, _, unit = zero_or_more.partition(" ")
        size = dimension.to_si(float(number), unit) if unit else dimension.parse(zero_or_more)
    except ValueError as problem:
        raise ResultsError(f'"{text}": {problem} [E601]') from problem
    return -size if text.strip().startswith("-") else size


def _numbered(result: Result, frame: int) -> int:
    count = len(result.times)
    if not -count <= frame < count:
        raise ResultsError(
            f"{result.folder} has {count} recorded states, numbered 0 to {count - 1}: "
            f"there is no {frame}"
            " [E602]"
        )
    return frame % count


def _nearest(recorded: NDArray[Any], wanted: float, unit: str, result: Result) -> int:
    low, high = float(recorded.min()), float(recorded.max())
    slack = SLACK * (high - low)
    if not low - slack <= wanted <= high + slack:
        end = low if wanted < low else high
        raise ResultsError(
            f"{result.folder} was recorded from {low:.4g} to {high:.4g} {unit}: {wanted:.4g} {unit}"
            f' lies outside. The nearest is "{end:.4g} {unit}"'
            " [E603]"
        )
    return int(np.argmin(np.abs(recorded - wanted)))
