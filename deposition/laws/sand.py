"""Limiting current density of the salt, and Sand's time, for which a larger one can flow."""

from __future__ import annotations

import math

from deposition.common.constants import FARADAY
from deposition.laws.electrolyte import ElectrolyteLaw
from deposition.laws.separator import FREE, Pores


def sand_time(
    law: ElectrolyteLaw, concentration: float, density: float, pores: Pores = FREE
) -> float:
    """Time until the salt at a flat cathode is depleted, in a uniform and thick cell, s.

        t = π ε^(1 + b) D [F c0 / (2 (1 - t₊) i)]²,   gap L ≫ √(D t)

    concentration  c0 (mol/m³) at the beginning of the current; D and t₊ are those at c0
    density        i (A/m²), of either sign
    A thinner gap takes longer, a non-uniform current density less time.  inf for zero current and
    for infinite diffusivity.
    Source: Sand, Phil. Mag. 1 (1901) 45; Newman & Balsara, Electrochemical Systems, 4th ed.
    """
    if not density:
        return math.inf
    by_diffusion = 1.0 - law.transference_at(concentration)
    ratio = FARADAY * concentration / (2.0 * by_diffusion * density)
    effective = pores.porosity * pores.transport_efficiency * law.diffusivity_at(concentration)
    return float(math.pi * effective * ratio**2)


def limiting_density(
    law: ElectrolyteLaw, concentration: float, gap: float, pores: Pores = FREE
) -> float:
    """Limiting current density between two flat lithium electrodes at steady state, A/m².

        i = 2 ε^b F D c0 / ((1 - t₊) L),   c linear from 2 c0 to 0

    mean concentration c0 (mol/m³), gap L (m); D and t₊ are those at c0.
    Source: Newman & Balsara, Electrochemical Systems, 4th ed., ch. 11.
    """
    by_diffusion = 1.0 - law.transference_at(concentration)
    effective = pores.transport_efficiency * law.diffusivity_at(concentration)
    return float(2.0 * FARADAY * effective * concentration / (by_diffusion * gap))
