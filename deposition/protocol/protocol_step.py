"""A protocol step: a load (current or voltage) that is applied until an end condition is met."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from deposition.transport.controls import CellVoltage, Control, SweptVoltage, TotalCurrent

COMPLETE = 1.0 - 1e-12
"""Share of duration or capacity from which a protocol step is complete, so that rounding errors
cause no further time step."""

NEAR = 1e-4
"""Relative tolerance at which a voltage limit counts as reached."""


@dataclass(frozen=True)
class ConstantCurrent:
    """Galvanostatic load: mean current density over the projected area, A/m²; > 0 plates, < 0
    strips, 0 rests.

        I = Σ_working i_n A,  unknown: φ_m of the working electrode

    Source: Bard & Faulkner, Electrochemical Methods, 2nd ed., ch. 8 (controlled current).
    """

    density: float

    @property
    def sign(self) -> float:
        """1 plates, -1 strips, 0 rests."""
        return math.copysign(1.0, self.density) if self.density else 0.0

    def control(self, area: float) -> Control:
        """The total current of a cell of projected ``area``, m² (m in 2D)."""
        return TotalCurrent(self.density * area)

    def after(self, time: float) -> ConstantCurrent:
        """The same current."""
        return self


@dataclass(frozen=True)
class ConstantVoltage:
    """Potentiostatic load: cell voltage φ_counter - φ_working, V; > 0 plates, < 0 strips.

        φ_m = -V at the working electrode,  unknown: the current

    Source: Bard & Faulkner, Electrochemical Methods, 2nd ed., ch. 5 (controlled potential).
    """

    volts: float

    @property
    def sign(self) -> float:
        """1 plates, -1 strips."""
        return math.copysign(1.0, self.volts) if self.volts else 0.0

    def control(self, area: float) -> Control:
        """The cell voltage, which does not depend on the projected area."""
        return CellVoltage(self.volts)

    def after(self, time: float) -> ConstantVoltage:
        """The same voltage."""
        return self


@dataclass(frozen=True)
class VoltageSweep:
    """Potentiodynamic load: a cell voltage φ_counter - φ_working that changes at a constant rate
    (V/s) from ``start`` towards ``end`` (V); a leg of a voltammogram.

        V(t) = start ± rate t,  unknown: the current

    The potential of the working electrode against a lithium counter electrode is -V.
    Source: Bard & Faulkner, Electrochemical Methods, 2nd ed., ch. 6 (potential sweep methods).
    """

    start: float
    end: float
    rate: float

    @property
    def sign(self) -> float:
        """1 where a positive voltage plates, -1 where a negative one strips."""
        return math.copysign(1.0, self.start + self.end)

    @property
    def duration(self) -> float:
        """Time of the leg, s."""
        return abs(self.end - self.start) / self.rate

    def control(self, area: float) -> Control:
        """The cell voltage at the start."""
        return SweptVoltage(self.start, math.copysign(self.rate, self.end - self.start))

    def after(self, time: float) -> VoltageSweep:
        """Rest of the sweep after a time, s."""
        change = math.copysign(self.rate * time, self.end - self.start)
        return VoltageSweep(self.start + change, self.end, self.rate)


@dataclass(frozen=True)
class ImpedanceSpectrum:
    """Galvanostatic load of a small alternating current about a constant one: an impedance spectrum
    of the cell and film of the moment, which takes no time and passes no charge.

        I(t) = A (density + Δi e^{jωt}),  Δi → 0,  unknown: Z = dV/di (``transport/impedance.py``)

    lowest, highest  frequencies, Hz
    per_decade       number of frequencies in a decade
    density          constant current density, A/m²; > 0 plates, 0 rests
    Source: Newman & Balsara, Electrochemical Systems, 4th ed., ch. 8.
    """

    lowest: float
    highest: float
    per_decade: int
    density: float = 0.0

    @property
    def sign(self) -> float:
        """0: no charge passes."""
        return 0.0

    def control(self, area: float) -> Control:
        """The constant current of a cell of projected ``area``, m² (m in 2D)."""
        return TotalCurrent(self.density * area)

    def after(self, time: float) -> ImpedanceSpectrum:
        """The same load."""
        return self


Load = ConstantCurrent | ConstantVoltage | VoltageSweep | ImpedanceSpectrum

POINTS_OF_SWEEP = 50
"""Least number of time steps of a leg of a sweep."""

REST = ConstantCurrent(0.0)


class StopReason(StrEnum):
    """Reason for the end of a protocol step."""

    DURATION = "duration"
    CAPACITY = "capacity"
    VOLTAGE_LIMIT = "voltage_limit"
    DEPLETION = "depletion"
    LITHIUM_EXHAUSTED = "lithium_exhausted"
    SHORT_CIRCUIT = "short_circuit"
    SEPARATOR_REACHED = "separator_reached"
    SPECTRUM = "spectrum"


class OnEvent(StrEnum):
    """Consequence of the end of a protocol step: next step, end of the run, or an error."""

    NEXT = "next"
    END = "end"
    ERROR = "error"


DEFAULT_ON_EVENT: Mapping[StopReason, OnEvent] = {
    StopReason.DURATION: OnEvent.NEXT,
    StopReason.CAPACITY: OnEvent.NEXT,
    StopReason.SPECTRUM: OnEvent.NEXT,
    StopReason.VOLTAGE_LIMIT: OnEvent.NEXT,
    StopReason.LITHIUM_EXHAUSTED: OnEvent.NEXT,
    StopReason.DEPLETION: OnEvent.ERROR,
    StopReason.SHORT_CIRCUIT: OnEvent.ERROR,
    StopReason.SEPARATOR_REACHED: OnEvent.ERROR,
}
"""Consequence of each stop reason unless the scenario states another."""


@dataclass(frozen=True)
class ProtocolStep:
    """A load and its end conditions; the first one that is met, or an event, ends it.

    applied        current or voltage
    duration       s; inf for none
    capacity       |charge| per projected area, plated or stripped, C/m²; inf for none
    voltage_limit  of the cell voltage in the direction of the current, V; inf for none
    minimum_voltage  to which the voltage of a full cell may fall, V; -inf for none
    on_event       consequences that differ from ``DEFAULT_ON_EVENT``
    Source: the steps of battery cyclers, as in Sulzer et al., J. Open Res. Softw. 9 (2021) 14.
    """

    applied: Load
    duration: float = math.inf
    capacity: float = math.inf
    voltage_limit: float = math.inf
    minimum_voltage: float = -math.inf
    on_event: Mapping[StopReason, OnEvent] = field(default_factory=dict, hash=False)

    @property
    def charge(self) -> float:
        """|charge| passed at the end, C/m²; inf if it is not known in advance."""
        if self.is_spectrum:
            return 0.0
        if not isinstance(self.applied, ConstantCurrent):
            return self.capacity
        return min(self.capacity, abs(self.applied.density) * self.duration if self.sign else 0.0)

    @property
    def sign(self) -> float:
        """1 plates, -1 strips, 0 rests."""
        return self.applied.sign

    def applied_at(self, time: float) -> Load:
        """The load a time (s) after the beginning."""
        return self.applied.after(time)

    @property
    def is_spectrum(self) -> bool:
        """True for an impedance spectrum, which ends at once."""
        return isinstance(self.applied, ImpedanceSpectrum)

    @property
    def longest(self) -> float:
        """Longest time step, s, that resolves the load."""
        swept = isinstance(self.applied, VoltageSweep)
        return self.duration / POINTS_OF_SWEEP if swept else math.inf

    def left(self, time: float, charge: float, density: float) -> float:
        """Remaining time, s, after ``time`` (s) and ``charge`` (C/m²) at a ``density`` (A/m²)."""
        if self.is_spectrum:
            return 0.0
        by_charge = (self.capacity - abs(charge)) / abs(density) if density else math.inf
        return min(self.duration - time, by_charge)

    def done(self, time: float, charge: float) -> float:
        """Completed share, 0 to 1, after ``time`` (s) and ``charge`` (C/m²)."""
        return max(time / self.duration, abs(charge) / self.capacity)

    def end(self, time: float, charge: float) -> StopReason | None:
        """Stop reason after ``time`` (s) and ``charge`` (C/m²); None while it continues."""
        if self.is_spectrum:
            return StopReason.SPECTRUM
        if time / self.duration >= COMPLETE:
            return StopReason.DURATION
        return StopReason.CAPACITY if abs(charge) / self.capacity >= COMPLETE else None

    @property
    def is_limited(self) -> bool:
        """True if the voltage can end it."""
        return math.isfinite(self.voltage_limit) or math.isfinite(self.minimum_voltage)

    def beyond(self, voltage: float) -> float:
        """±V/V_limit - 1 or 1 - V/V_min: relative excess over the limit; < 0 within it."""
        if math.isfinite(self.minimum_voltage):
            return 1.0 - voltage / self.minimum_voltage
        return self.sign * voltage / self.voltage_limit - 1.0

    def after(self, end: StopReason) -> OnEvent:
        """Consequence of a stop reason."""
        return self.on_event.get(end, DEFAULT_ON_EVENT[end])
