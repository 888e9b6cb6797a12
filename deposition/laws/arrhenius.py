"""Arrhenius law: temperature dependence of a property that is stated at 298.15 K."""

from __future__ import annotations

import math

from deposition.common.constants import GAS_CONSTANT

REFERENCE_TEMPERATURE = 298.15
"""Temperature (K) at which values with an activation energy are stated."""


def arrhenius(value: float, activation_energy: float | None, temperature: float) -> float:
    """Conductance at ``temperature`` (K) from its value at 298.15 K, in the unit of ``value``.

    σ(T) = σ(298.15 K) exp[-(E_a/R)(1/T - 1/298.15 K)]

    activation_energy E_a (J/mol); None for a value that is stated at ``temperature`` itself.
    Source: Arrhenius, Z. Phys. Chem. 4 (1889) 226.
    """
    if activation_energy is None:
        return value
    inverse = 1.0 / temperature - 1.0 / REFERENCE_TEMPERATURE
    return value * math.exp(-activation_energy / GAS_CONSTANT * inverse)
