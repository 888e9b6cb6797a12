"""Concentrated electrolytes whose properties are functions that the scenario states."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np

from deposition.common.constants import LITRE
from deposition.laws.concentrated import Expression, Fitted, Range
from deposition.laws.expression import Formula
from deposition.laws.property_table import PropertyTable


@dataclass(frozen=True)
class Constant:
    """A property that depends on neither c nor T; SI."""

    value: float

    def at(self, c: Expression, temperature: float) -> Expression:
        """The value."""
        return self.value


PropertyFunction = Constant | Formula | PropertyTable


@dataclass(frozen=True)
class Properties:
    """κ, D, t₊ and 1 + dln f/dln c, each as a function of c (mol/m³) and T (K), and their range."""

    conductivity: PropertyFunction
    diffusivity: PropertyFunction
    t_plus: PropertyFunction
    thermodynamic_factor: PropertyFunction
    measured: Range


@dataclass(frozen=True)
class StatedFunctions(Fitted):
    """Concentrated solution with functions of c and T that the scenario states: expressions, tables
    or constants.

        i = -κ ∇φ + (2κRT/F)(1 - t₊)(1 + dln f/dln c) ∇ln c,  N₋ = -D ∇c - (1 - t₊) i/F

    Tables are linear between their rows.  All are constant above the range of measurement, and
    expressions are extrapolated below it.  Made by ``stated_functions``: the functions are part of
    the class, since a compiled form has numbers only as parameters.
    Source: Newman & Balsara, Electrochemical Systems, 4th ed., ch. 12, for the equations; the
    scenario, for the functions.
    """

    properties: ClassVar[Properties]
    at: ClassVar[float]

    def conductivity_at(self, c: Expression) -> Expression:
        """κ, S/m."""
        return self.properties.conductivity.at(self._within(c), self.at)

    def diffusivity_at(self, c: Expression) -> Expression:
        """D, m²/s."""
        return self.properties.diffusivity.at(self._within(c), self.at)

    def transference_at(self, c: Expression) -> Expression:
        """t₊."""
        return self.properties.t_plus.at(self._within(c), self.at)

    def thermodynamic_factor_at(self, c: Expression) -> Expression:
        """1 + dln f/dln c."""
        return self.properties.thermodynamic_factor.at(self._within(c), self.at)

    def _within(self, c: Expression) -> Expression:
        """min(c, c_max), mol/m³."""
        return self.molar(c) / LITRE

    def fault(self) -> str:
        """As ``Fitted``, with t₊ < 1."""
        return super().fault() or self._first(
            "t_plus", self.transference_at, lambda t: t < 1.0, "1 or more"
        )


@cache
def stated_functions(properties: Properties, temperature: float) -> StatedFunctions:
    """The law with these properties at a temperature (K)."""
    members = {"properties": properties, "at": temperature, "measured": properties.measured}
    law = type("StatedFunctions", (StatedFunctions,), members)
    return law(np.float64(temperature).item())
