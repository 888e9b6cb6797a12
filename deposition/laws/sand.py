"""The limiting current of the salt, and Sand's time: how long a larger one can flow."""

from __future__ import annotations

import math

from deposition.common.constants import FARADAY
from deposition.laws.electrolyte import ElectrolyteLaw
from deposition.laws.separator import FREE, Pores


def sand_time(
    law: ElectrolyteLaw, concentration: float, density: float, pores: Pores = FREE
) -> float:
    """When the salt at a flat cathode runs out, in an even cell that is thick, s.

        t = π ε^(1 + b) D [F c0 / (2 (1 - t₊) i)]²,   gap L ≫ √(D t)

    concentration c0 (mol/m³) when the current begins; density i (A/m²), either way.  A gap that is
    not so thick lasts longer, an uneven current not so long; D and t₊ are those at c0.  inf without
    a current, and in an electrolyte whose salt does not move.
    Source: Sand, Phil. Mag. 1 (1901) 45; Newman & Balsara, Electrochemical Systems, 4th ed.
    """
    if not density:
        return math.inf
    moved_by_diffusion = 1.0 - law.transference_at(concentration)
    ratio = FARADAY * concentration / (2.0 * moved_by_diffusion * density)
    flows = pores.porosity * pores.passage * law.diffusivity_at(concentration)
    return float(math.pi * flows * ratio**2)


def limiting_density(
    law: ElectrolyteLaw, concentration: float, gap: float, pores: Pores = FREE
) -> float:
    """The current density that salt can carry for ever between two flat lithium electrodes, A/m².

        i = 2 ε^b F D c0 / ((1 - t₊) L),   c from 2 c0 to 0 in a straight line

    mean concentration c0 (mol/m³), gap L (m); D and t₊ are those at c0.
    Source: Newman & Balsara, Electrochemical Systems, 4th ed., ch. 11.
    """
    moved_by_diffusion = 1.0 - law.transference_at(concentration)
    flow = pores.passage * law.diffusivity_at(concentration)
    return float(2.0 * FARADAY * flow * concentration / (moved_by_diffusion * gap))
