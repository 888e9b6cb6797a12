"""What the electrolyte turns into heat: nowhere less than nothing, in no solution."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.laws.electrolyte import ElectrolyteLaw
from deposition.laws.thermodynamics import thermal_voltage
from deposition.mesh.cell import ELECTROLYTE, Floats
from deposition.mesh.p1 import gradients
from deposition.simulation.state import State

Heat = Callable[[State], Floats]
"""(m,) dissipation in each solved simplex of electrolyte, W/m³."""


def dissipation(law: ElectrolyteLaw, temperature: float) -> Heat:
    """The ions go down their electrochemical potentials: -(N₊·∇μ₊ + N₋·∇μ₋) ≥ 0 at every place.

    With N₊ = N₋ + i/F, what lithium feels, ∇μ₊ = F (∇φ + ν (RT/F) ∇ln c), and what the salt feels,
    ∇μ₊ + ∇μ₋ = 2RT (1 + dln f/dln c) ∇ln c, this is

        -i·(∇φ + ν (RT/F) ∇ln c) - 2RT (1 + dln f/dln c) N₋·∇ln c

    for every law, free or in a separator up to its factor ε^b; temperature in K.
    Source: de Groot & Mazur, Non-Equilibrium Thermodynamics, 1984, ch. IV.
    """

    def heat(state: State) -> Floats:
        cell = state.cell
        solved = np.isfinite(state.potential[cell.simplices]).all(axis=1)
        simplices = cell.simplices[solved & cell.in_region(ELECTROLYTE)]
        points, volt = cell.points * MICROMETRE, thermal_voltage(temperature)
        c = state.concentration[simplices].mean(axis=1)[:, None]
        of_c = gradients(points, simplices, state.concentration)
        of_phi = gradients(points, simplices, state.potential)
        lithium = of_phi + law.nernst * volt * of_c / c
        salt = 2.0 * FARADAY * volt * law.thermodynamic_factor_at(c) * of_c / c
        down = law.current(c, of_c, of_phi) * lithium + law.anion_flux(c, of_c, of_phi) * salt
        return np.asarray(-down.sum(axis=1), dtype=np.float64)

    return heat
