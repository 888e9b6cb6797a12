"""One thing asked of the cell, and until when: a current or a voltage, for a time or a charge."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from deposition.transport.controls import CellVoltage, Control, TotalCurrent

COMPLETE = 1.0 - 1e-12
"""A stage is at its end from this share on: what rounding leaves over is no step of its own."""

NEAR = 1e-4
"""A voltage limit is reached to this share of it."""


@dataclass(frozen=True)
class ConstantCurrent:
    """Mean current density over the projected area, A/m²: > 0 plates, < 0 strips, 0 rests.

        I = Σ_working i_n A,  φ_m of the working electrode follows

    Source: Bard & Faulkner, Electrochemical Methods, 2nd ed., ch. 8 (controlled current).
    """

    density: float

    @property
    def sign(self) -> float:
        """1 plates, -1 strips, 0 rests."""
        return math.copysign(1.0, self.density) if self.density else 0.0

    def control(self, area: float) -> Control:
        """The same for a cell of projected ``area``, m² (m in 2D)."""
        return TotalCurrent(self.density * area)


@dataclass(frozen=True)
class ConstantVoltage:
    """φ_counter - φ_working, V: > 0 plates, < 0 strips; the current follows.

    Source: Bard & Faulkner, Electrochemical Methods, 2nd ed., ch. 5 (controlled potential).
    """

    volts: float

    @property
    def sign(self) -> float:
        """1 plates, -1 strips."""
        return math.copysign(1.0, self.volts) if self.volts else 0.0

    def control(self, area: float) -> Control:
        """The same for a cell of any projected area."""
        return CellVoltage(self.volts)


Load = ConstantCurrent | ConstantVoltage
"""What can be asked of the cell."""

REST = ConstantCurrent(0.0)


class StopReason(StrEnum):
    """What ended a stage."""

    DURATION = "duration"
    CAPACITY = "capacity"
    VOLTAGE_LIMIT = "voltage_limit"
    DEPLETION = "depletion"
    LITHIUM_EXHAUSTED = "lithium_exhausted"
    SHORT_CIRCUIT = "short_circuit"


class OnEvent(StrEnum):
    """What happens after the end of a stage: the next one, the end of the run, or a failure."""

    NEXT = "next"
    END = "end"
    ERROR = "error"


USUALLY: Mapping[StopReason, OnEvent] = {
    StopReason.DURATION: OnEvent.NEXT,
    StopReason.CAPACITY: OnEvent.NEXT,
    StopReason.VOLTAGE_LIMIT: OnEvent.NEXT,
    StopReason.LITHIUM_EXHAUSTED: OnEvent.NEXT,
    StopReason.DEPLETION: OnEvent.ERROR,
    StopReason.SHORT_CIRCUIT: OnEvent.ERROR,
}
"""What follows each end unless the scenario says otherwise."""


@dataclass(frozen=True)
class ProtocolStep:
    """One thing asked of the cell until a time, a charge or a voltage is reached, or until it
    cannot go on; whichever comes first.

    duration (s), capacity (C/m² of projected area, plated or stripped); inf for none
    voltage_limit (V): of the cell voltage in the direction of the current; inf for none
    on_event: what follows an end, where that is not as usual
    Source: the steps of battery cyclers, as in Sulzer et al., J. Open Res. Softw. 9 (2021) 14.
    """

    applied: Load
    duration: float = math.inf
    capacity: float = math.inf
    voltage_limit: float = math.inf
    on_event: Mapping[StopReason, OnEvent] = field(default_factory=dict, hash=False)

    @property
    def charge(self) -> float:
        """|charge| passed at the end, C/m²; inf where only the time is known."""
        if isinstance(self.applied, ConstantVoltage):
            return self.capacity
        return min(self.capacity, abs(self.applied.density) * self.duration if self.sign else 0.0)

    @property
    def sign(self) -> float:
        """1 plates, -1 strips, 0 rests."""
        return self.applied.sign

    def left(self, time: float, charge: float, density: float) -> float:
        """Seconds to the end after ``time`` (s) and ``charge`` (C/m²) at a ``density`` of A/m²."""
        by_charge = (self.capacity - abs(charge)) / abs(density) if density else math.inf
        return min(self.duration - time, by_charge)

    def done(self, time: float, charge: float) -> float:
        """Share of the stage that lies behind, 0 to 1."""
        return max(time / self.duration, abs(charge) / self.capacity)

    def end(self, time: float, charge: float) -> StopReason | None:
        """What it has reached after ``time`` (s) and ``charge`` (C/m²); None while it goes on."""
        if time / self.duration >= COMPLETE:
            return StopReason.DURATION
        return StopReason.CAPACITY if abs(charge) / self.capacity >= COMPLETE else None

    def beyond(self, voltage: float) -> float:
        """By which share of itself the voltage limit is exceeded; < 0 below it."""
        return self.sign * voltage / self.voltage_limit - 1.0

    def after(self, end: StopReason) -> OnEvent:
        """What follows an end."""
        return self.on_event.get(end, USUALLY[end])
