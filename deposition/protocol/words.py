"""Text of a protocol step, such as "6.2 mA/cm² for 171 s"."""

from __future__ import annotations

import math
from collections.abc import Iterator

from deposition.common.constants import HOUR, MA_PER_CM2, MAH_PER_CM2, MILLIVOLT
from deposition.protocol.protocol_step import (
    ConstantVoltage,
    ImpedanceSpectrum,
    ProtocolStep,
    VoltageSweep,
)


def charge_text(charge: float) -> str:
    """A charge (C/m²) in mAh/cm²."""
    return f"{charge / MAH_PER_CM2:.4g} mAh/cm²"


def duration_text(seconds: float) -> str:
    """A duration (s) in hours from one hour on, else in seconds."""
    return f"{seconds / HOUR:.4g} h" if seconds >= HOUR else f"{seconds:.6g} s"


def step_in_words(protocol_step: ProtocolStep) -> str:
    """Load and end conditions, such as ``0.5 mA/cm² until 1 mAh/cm² or 200 mV``."""
    if isinstance(protocol_step.applied, VoltageSweep):
        sweep = protocol_step.applied
        ends = f"{sweep.start / MILLIVOLT:.4g} to {sweep.end / MILLIVOLT:.4g} mV"
        return f"{ends} at {sweep.rate / MILLIVOLT:.4g} mV/s"
    if isinstance(protocol_step.applied, ImpedanceSpectrum):
        return _spectrum(protocol_step.applied)
    if isinstance(protocol_step.applied, ConstantVoltage):
        return f"{protocol_step.applied.volts / MILLIVOLT:.4g} mV {_until(protocol_step)}"
    if not protocol_step.applied.density:
        return f"rest {_until(protocol_step)}"
    return f"{protocol_step.applied.density / MA_PER_CM2:.4g} mA/cm² {_until(protocol_step)}"


def _spectrum(load: ImpedanceSpectrum) -> str:
    bias = f"at {load.density / MA_PER_CM2:.4g} mA/cm²" if load.density else "at rest"
    return f"impedance {bias} from {frequency_text(load.highest)} to {frequency_text(load.lowest)}"


def frequency_text(frequency: float) -> str:
    """A frequency (Hz): "10 mHz", "1 kHz"."""
    prefix = min(max(math.floor(math.log10(frequency) / 3.0 + 1e-9), -1), 2)
    return f"{frequency / 10.0 ** (3 * prefix):.4g} {('mHz', 'Hz', 'kHz', 'MHz')[prefix + 1]}"


def _until(step: ProtocolStep) -> str:
    until = " or ".join(_limits(step))
    duration = f"for {duration_text(step.duration)}" if math.isfinite(step.duration) else ""
    return " or ".join(filter(None, [duration, until and f"until {until}"])) or "without end"


def _limits(protocol_step: ProtocolStep) -> Iterator[str]:
    if math.isfinite(protocol_step.capacity):
        yield charge_text(protocol_step.capacity)
    if math.isfinite(protocol_step.minimum_voltage):
        yield f"{protocol_step.minimum_voltage / MILLIVOLT:.4g} mV"
    if math.isfinite(protocol_step.voltage_limit):
        limit = math.copysign(protocol_step.voltage_limit, protocol_step.sign)
        yield f"{limit / MILLIVOLT:.4g} mV"
