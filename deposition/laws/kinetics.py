"""Charge-transfer kinetics of lithium as a residual in overpotential, current and concentration.

A law is a residual g(η, i_n, c) = 0 in volts, increasing in i_n, with its three derivatives,
evaluated for each facet.  η = φ_m - φ - E_eq + R_film i_n is the overpotential of the interface,
and i_n > 0 deposits.

All laws here are i_n = i_0(c) f(u) with the dimensionless drive u = -Fη/RT, f(0) = 0, f increasing,
and the exchange current density i_0 = i_00 (c/c0)^m; i_00 is its value at the concentration c0.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from deposition.laws.thermodynamics import thermal_voltage
from deposition.mesh.cell import Floats


class Residual(NamedTuple):
    """g (V) and its derivatives by η (-), i_n (ohm m²) and c (V m³/mol); each (f,)."""

    value: Floats
    by_overpotential: Floats
    by_current: Floats
    by_concentration: Floats


class KineticsLaw(Protocol):
    """Interface of kinetics to the transport problem."""

    def residual(self, overpotential: Floats, current: Floats, concentration: Floats) -> Residual:
        """g(η, i_n, c) and derivatives; all (f,)."""

    def limit(self, concentration: Floats) -> Floats:
        """(f,) limit of |i_n| at large overpotential, A/m²; inf if the law has none."""


def transfer_resistance(law: KineticsLaw, concentration: float, current: float = 0.0) -> float:
    """R_ct = (∂g/∂i_n)/(∂g/∂η) at a concentration (mol/m³) and a current density (A/m²), ohm m².

    Source: Bard & Faulkner, Electrochemical Methods, 2nd ed., eq. 3.4.13 (zero current).
    """
    i, c = np.array([current]), np.array([concentration])
    eta = -law.residual(np.zeros(1), i, c).value  # g(η, i, c) = η + g(0, i, c)
    g = law.residual(eta, i, c)
    return float(g.by_current[0] / g.by_overpotential[0])


@dataclass(frozen=True)
class ExchangeLaw(ABC):
    """Law of the form i_n = i_0 f(-Fη/RT), i_0 = i_00 (c/c0)^m.

    exchange_current_density i_00 (A/m²) at the concentration c0 (mol/m³); temperature (K);
    exponent m.
    """

    exchange_current_density: float
    concentration: float
    temperature: float
    exponent: float = 0.5

    @abstractmethod
    def rate(self, drive: Floats) -> Floats:
        """f(u)."""

    def exchange_at(self, concentration: Floats) -> Floats:
        """i_0 = i_00 (c/c0)^m, A/m²."""
        return self.exchange_current_density * (concentration / self.concentration) ** self.exponent

    def current(self, overpotential: Floats, concentration: Floats) -> Floats:
        """i_n(η, c) of an overpotential η (V), A/m²."""
        drive = np.divide(-overpotential, thermal_voltage(self.temperature))
        return self.exchange_at(concentration) * self.rate(drive)

    def limit(self, concentration: Floats) -> Floats:
        """inf: the current is not limited."""
        return np.full_like(concentration, np.inf)


class InvertibleLaw(ExchangeLaw):
    """An ``ExchangeLaw`` with an inverse of f.

    g = η + (RT/F) f⁻¹(i_n/i_0): the form in the overpotential neither overflows at large currents
    nor cancels at small ones.
    """

    @abstractmethod
    def drive(self, rate: Floats) -> tuple[Floats, Floats]:
        """u = f⁻¹(y) of the rate y = i_n/i_0, and f'(u)."""

    def residual(self, overpotential: Floats, current: Floats, concentration: Floats) -> Residual:
        """g and its derivatives.

        ∂g/∂i_n = (RT/F)/(i_0 f'(u));  ∂g/∂c = -(m i_n/c) ∂g/∂i_n, as g depends on i_n/c^m.
        """
        exchange, thermal = self.exchange_at(concentration), thermal_voltage(self.temperature)
        drive, slope = self.drive(current / exchange)
        value = overpotential + thermal * drive
        by_current = np.divide(thermal, exchange * slope)
        by_concentration = -by_current * current * self.exponent / concentration
        return Residual(value, np.ones_like(value), by_current, by_concentration)


@dataclass(frozen=True)
class ButlerVolmer(InvertibleLaw):
    """Butler-Volmer law with α_a = α_c = α.

    i_n = i_0 [exp(-αFη/RT) - exp(αFη/RT)],  g = η + (RT/αF) asinh(i_n/2i_0)

    R_ct = RT/(2αF i_0) at zero current.
    Source: Newman & Balsara, Electrochemical Systems, 4th ed., ch. 8.
    """

    alpha: float = 0.5

    def rate(self, drive: Floats) -> Floats:
        """2 sinh(αu)."""
        return 2.0 * np.sinh(self.alpha * drive)

    def drive(self, rate: Floats) -> tuple[Floats, Floats]:
        """asinh(y/2)/α, and 2α √(1 + (y/2)²)."""
        half = rate / 2.0
        return np.divide(np.arcsinh(half), self.alpha), 2.0 * self.alpha * np.hypot(1.0, half)


@dataclass(frozen=True)
class Linear(InvertibleLaw):
    """Butler-Volmer law for small overpotentials, |Fη| << RT.

    i_n = -i_0 (α_a + α_c) Fη/RT,  R_ct = RT/((α_a + α_c) F i_0)

    order α_a + α_c.
    Source: Bard & Faulkner, Electrochemical Methods, 2nd ed., eq. 3.4.12.
    """

    order: float = 1.0

    def rate(self, drive: Floats) -> Floats:
        """(α_a + α_c) u."""
        return self.order * drive

    def drive(self, rate: Floats) -> tuple[Floats, Floats]:
        """y/(α_a + α_c), and α_a + α_c."""
        return np.divide(rate, self.order), np.full_like(rate, self.order)
