"""How a property that is known at 298.15 K moves with temperature."""

from __future__ import annotations

import math

from deposition.common.constants import GAS_CONSTANT

REFERENCE_TEMPERATURE = 298.15
"""Temperature (K) at which a value that has an activation energy is stated."""


def arrhenius(value: float, activation_energy: float | None, temperature: float) -> float:
    """A conductance at ``temperature`` (K) from that at 298.15 K, in the unit of ``value``.

    σ(T) = σ(298.15 K) exp[-(E_a/R)(1/T - 1/298.15 K)], activation energy E_a in J/mol; None for a
    value that is stated at ``temperature`` itself.
    Source: Arrhenius, Z. Phys. Chem. 4 (1889) 226.
    """
    if activation_energy is None:
        return value
    inverse = 1.0 / temperature - 1.0 / REFERENCE_TEMPERATURE
    return value * math.exp(-activation_energy / GAS_CONSTANT * inverse)
