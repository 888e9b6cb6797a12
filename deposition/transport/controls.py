"""Control of the cell: applied total current, or applied cell voltage.

The unknowns φ_m (potential of the working electrode; the counter electrode is at 0 V) and I (total
current into the working electrode) need two equations: I is the sum of the facet currents, and one
of these controls.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol


class Control(Protocol):
    """One equation in φ_m (V) and I (A, per metre of depth in 2D), with its derivatives."""

    by_metal: ClassVar[float]
    by_total: ClassVar[float]

    @property
    def strips(self) -> bool:
        """True if the applied value strips lithium."""

    def residual(self, metal: float, total: float) -> float:
        """Residual of the control; ``by_metal`` and ``by_total`` are its derivatives."""

    def start(self, metal: float) -> float:
        """Initial φ_m of Newton's method; ``metal`` is the estimate from the initial fields."""


@dataclass(frozen=True)
class TotalCurrent:
    """Galvanostatic control: I is given, A (per metre of depth in 2D), > 0 for plating."""

    amperes: float

    by_metal: ClassVar[float] = 0.0
    by_total: ClassVar[float] = 1.0

    @property
    def strips(self) -> bool:
        """True for a negative current."""
        return self.amperes < 0.0

    def residual(self, metal: float, total: float) -> float:
        """I - I_given, A."""
        return total - self.amperes

    def start(self, metal: float) -> float:
        """The estimate, because φ_m is unknown."""
        return metal


@dataclass(frozen=True)
class CellVoltage:
    """Potentiostatic control: φ_counter - φ_working is given, V, > 0 for plating."""

    volts: float

    by_metal: ClassVar[float] = 1.0
    by_total: ClassVar[float] = 0.0

    @property
    def strips(self) -> bool:
        """True for a negative voltage."""
        return self.volts < 0.0

    def residual(self, metal: float, total: float) -> float:
        """φ_m + V, V."""
        return metal + self.volts

    def start(self, metal: float) -> float:
        """The applied φ_m = -V."""
        return -self.volts
