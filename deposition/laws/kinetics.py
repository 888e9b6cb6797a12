"""Kinetics of lithium: a residual that ties overpotential, current and concentration.

A law is a residual g(η, i_n, c) = 0 in volts with its three derivatives, growing in i_n, evaluated
facet by facet.  η = φ_m - φ - E_eq + R_film i_n is the overpotential across the interface, and
i_n > 0 deposits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from deposition.cell import Floats
from deposition.laws.thermodynamics import thermal_voltage


class Residual(NamedTuple):
    """g (V) and its derivatives by η (-), i_n (ohm m²) and c (V m³/mol); each (f,)."""

    value: Floats
    by_overpotential: Floats
    by_current: Floats
    by_concentration: Floats


class KineticsLaw(Protocol):
    """What the transport problem asks of kinetics."""

    def residual(self, overpotential: Floats, current: Floats, concentration: Floats) -> Residual:
        """g(η, i_n, c) and derivatives; all (f,)."""


@dataclass(frozen=True)
class ButlerVolmer:
    """Symmetric Butler-Volmer law (α = 1/2), written for the overpotential.

    i_n = i_00 (c/c0)^½ [exp(-Fη/2RT) - exp(Fη/2RT)]
    g   = η + (2RT/F) asinh(i_n / 2i_0) = 0,  i_0 = i_00 (c/c0)^½

    The second form is the exact inverse of the first; it neither overflows nor loses digits.

    exchange_current_density i_00 (A/m²) at the concentration c0 (mol/m³); temperature (K).
    """

    exchange_current_density: float
    concentration: float
    temperature: float

    def exchange_at(self, concentration: Floats) -> Floats:
        """i_0 = i_00 (c/c0)^½, A/m²."""
        return self.exchange_current_density * np.sqrt(concentration / self.concentration)

    def current(self, overpotential: Floats, concentration: Floats) -> Floats:
        """i_n of an overpotential η (V), A/m²."""
        half = overpotential / (2.0 * thermal_voltage(self.temperature))
        return -2.0 * self.exchange_at(concentration) * np.sinh(half)

    def resistance(self, current: Floats, concentration: Floats) -> Floats:
        """Charge-transfer resistance R_ct = (RT/F) / (i_0 √(1 + (i_n/2i_0)²)), ohm m²."""
        exchange = self.exchange_at(concentration)
        thermal = thermal_voltage(self.temperature)
        return thermal / (exchange * np.hypot(1.0, current / (2.0 * exchange)))

    def residual(self, overpotential: Floats, current: Floats, concentration: Floats) -> Residual:
        """g and its derivatives; dg/dc = -(i_n / 2c) dg/di_n because g depends on i_n/√c."""
        ratio = current / (2.0 * self.exchange_at(concentration))
        value = overpotential + 2.0 * thermal_voltage(self.temperature) * np.arcsinh(ratio)
        slope = self.resistance(current, concentration)
        by_concentration = -slope * current / (2.0 * concentration)
        return Residual(value, np.ones_like(value), slope, by_concentration)
