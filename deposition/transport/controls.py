"""Control of the cell: applied total current, or applied cell voltage.

The total current I into the working electrode is an unknown; one of these controls is its equation.
V = φ_counter - φ_working is the cell voltage.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Protocol


class Control(Protocol):
    """One equation in V (V) and I (A, per metre of depth in 2D), with its derivatives."""

    by_voltage: ClassVar[float]
    by_total: ClassVar[float]

    @property
    def strips(self) -> bool:
        """True if the applied value strips lithium."""

    def residual(self, voltage: float, total: float) -> float:
        """Residual of the control; ``by_voltage`` and ``by_total`` are its derivatives."""

    def start(self, voltage: float) -> float:
        """Initial V of Newton's method; ``voltage`` is the estimate from the initial fields."""

    def after(self, time: float) -> Control:
        """The control a time (s) later."""


@dataclass(frozen=True)
class TotalCurrent:
    """Galvanostatic control: I is given, A (per metre of depth in 2D), > 0 for plating."""

    amperes: float

    by_voltage: ClassVar[float] = 0.0
    by_total: ClassVar[float] = 1.0

    @property
    def strips(self) -> bool:
        """True for a negative current."""
        return self.amperes < 0.0

    def residual(self, voltage: float, total: float) -> float:
        """I - I_given, A."""
        return total - self.amperes

    def start(self, voltage: float) -> float:
        """The estimate, because V is unknown."""
        return voltage

    def after(self, time: float) -> TotalCurrent:
        """The same current."""
        return self


@dataclass(frozen=True)
class CellVoltage:
    """Potentiostatic control: φ_counter - φ_working is given, V, > 0 for plating."""

    volts: float

    by_voltage: ClassVar[float] = 1.0
    by_total: ClassVar[float] = 0.0

    @property
    def strips(self) -> bool:
        """True for a negative voltage."""
        return self.volts < 0.0

    def residual(self, voltage: float, total: float) -> float:
        """V - V_given, V."""
        return voltage - self.volts

    def start(self, voltage: float) -> float:
        """The applied voltage."""
        return self.volts

    def after(self, time: float) -> CellVoltage:
        """The same voltage."""
        return self


@dataclass(frozen=True)
class SweptVoltage(CellVoltage):
    """Potentiodynamic control: φ_counter - φ_working is given, V, and changes with ``rate`` V/s.

    On a bare collector a negative voltage passes no current.
    """

    rate: float = 0.0

    @property
    def strips(self) -> bool:
        """False: a sweep needs no lithium."""
        return False

    def after(self, time: float) -> SweptVoltage:
        """The voltage a time (s) later."""
        return replace(self, volts=self.volts + self.rate * time)
