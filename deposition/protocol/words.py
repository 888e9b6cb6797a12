"""A protocol in words: 15 x [6.2 mA/cm² for 171 s, -50.5 mA/cm² for 9 s]."""

from __future__ import annotations

import math
from collections.abc import Iterator

from deposition.common.constants import MA_PER_CM2, MAH_PER_CM2
from deposition.protocol.stage import ConstantVoltage, Stage


def _mah(charge: float) -> str:
    return f"{charge / MAH_PER_CM2:.4g} mAh/cm²"


def stage_in_words(stage: Stage) -> str:
    """``0.5 mA/cm² until 1 mAh/cm² or 200 mV``."""
    if isinstance(stage.asked, ConstantVoltage):
        return f"{1e3 * stage.asked.volts:.4g} mV {_until(stage)}"
    if not stage.asked.density:
        return f"rest {_until(stage)}"
    return f"{stage.asked.density / MA_PER_CM2:.4g} mA/cm² {_until(stage)}"


def _until(stage: Stage) -> str:
    until = " or ".join(_limits(stage))
    duration = f"for {_clock(stage.duration)}" if math.isfinite(stage.duration) else ""
    return " or ".join(filter(None, [duration, until and f"until {until}"])) or "without end"


def _limits(stage: Stage) -> Iterator[str]:
    if math.isfinite(stage.capacity):
        yield _mah(stage.capacity)
    if math.isfinite(stage.voltage_limit):
        yield f"{1e3 * math.copysign(stage.voltage_limit, stage.sign):.4g} mV"


def _clock(seconds: float) -> str:
    """Hours where they are long enough, else seconds."""
    return f"{seconds / 3600.0:.4g} h" if seconds >= 3600.0 else f"{seconds:.6g} s"
