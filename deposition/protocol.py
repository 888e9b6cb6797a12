"""What is asked of the cell, and until when: a current or a voltage, for a time or a charge."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deposition.controls import CellVoltage, Control, TotalCurrent

if TYPE_CHECKING:
    from deposition.scenario import Scenario

COMPLETE = 1.0 - 1e-12
"""A stage is at its end from this share on: what rounding leaves over is no step of its own."""


@dataclass(frozen=True)
class ConstantCurrent:
    """Mean current density over the projected area, A/m²: > 0 plates, < 0 strips, 0 rests."""

    density: float

    def control(self, area: float) -> Control:
        """The same for a cell of projected ``area``, m² (m in 2D)."""
        return TotalCurrent(self.density * area)


@dataclass(frozen=True)
class ConstantVoltage:
    """φ_counter - φ_working, V: > 0 plates, < 0 strips."""

    volts: float

    def control(self, area: float) -> Control:
        """The same for a cell of any projected area."""
        return CellVoltage(self.volts)


@dataclass(frozen=True)
class Stage:
    """One thing asked of the cell until a time or a charge is reached, whichever comes first.

    duration (s), capacity (C/m² of projected area, plated or stripped); inf for none
    """

    asked: ConstantCurrent | ConstantVoltage
    duration: float = math.inf
    capacity: float = math.inf

    @property
    def charge(self) -> float:
        """|charge| passed at the end, C/m²; inf where only the time is known."""
        if isinstance(self.asked, ConstantVoltage):
            return self.capacity
        return min(self.capacity, abs(self.asked.density) * self.duration)

    def left(self, time: float, charge: float, density: float) -> float:
        """Seconds to the end after ``time`` (s) and ``charge`` (C/m²) at a ``density`` of A/m²."""
        by_charge = (self.capacity - abs(charge)) / abs(density) if density else math.inf
        return min(self.duration - time, by_charge)

    def done(self, time: float, charge: float) -> float:
        """Share of the stage that lies behind, 0 to 1."""
        return max(time / self.duration, abs(charge) / self.capacity)

    def complete(self, time: float, charge: float) -> bool:
        """Whether the end is reached."""
        return self.done(time, charge) >= COMPLETE


def stage_of(scenario: Scenario) -> Stage:
    """What a scenario asks of the cell."""
    asked = scenario.protocol
    current = ConstantCurrent(asked.current_density or 0.0)
    return Stage(
        current if asked.voltage is None else ConstantVoltage(asked.voltage),
        math.inf if asked.duration is None else asked.duration,
        math.inf if asked.capacity is None else asked.capacity,
    )
