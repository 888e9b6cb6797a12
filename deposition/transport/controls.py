"""What is held at the working electrode: its total current, or its potential.

The unknowns φ_m (of the working metal; the counter metal is at 0 V) and I (into the working
electrode) need two equations: I is the sum of the currents of the facets, and one of these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol


class Control(Protocol):
    """One equation in φ_m (V) and I (A, per metre of depth in 2D)."""

    by_metal: ClassVar[float]
    by_total: ClassVar[float]

    @property
    def strips(self) -> bool:
        """Whether lithium is asked to dissolve."""

    def residual(self, metal: float, total: float) -> float:
        """Zero where the control is met; ``by_metal`` and ``by_total`` are its derivatives."""

    def start(self, metal: float) -> float:
        """φ_m to start from, given the one that the fields of the guess suggest."""


@dataclass(frozen=True)
class TotalCurrent:
    """Galvanostatic: I is given (A, per metre of depth in 2D; > 0 plates)."""

    amperes: float

    by_metal: ClassVar[float] = 0.0
    by_total: ClassVar[float] = 1.0

    @property
    def strips(self) -> bool:
        """Whether the current is negative."""
        return self.amperes < 0.0

    def residual(self, metal: float, total: float) -> float:
        """I - I_given, A."""
        return total - self.amperes

    def start(self, metal: float) -> float:
        """The potential is found."""
        return metal


@dataclass(frozen=True)
class CellVoltage:
    """Potentiostatic: φ_counter - φ_working is given (V; > 0 plates)."""

    volts: float

    by_metal: ClassVar[float] = 1.0
    by_total: ClassVar[float] = 0.0

    @property
    def strips(self) -> bool:
        """Whether the voltage is negative."""
        return self.volts < 0.0

    def residual(self, metal: float, total: float) -> float:
        """φ_m + V, V."""
        return metal + self.volts

    def start(self, metal: float) -> float:
        """The potential is known."""
        return -self.volts
