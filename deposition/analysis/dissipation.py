"""Dissipation in the electrolyte, non-negative everywhere by the second law."""

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
"""Function of a state: dissipation (m,) in each solved simplex of electrolyte, W/m³."""


def dissipation(law: ElectrolyteLaw, temperature: float) -> Heat:
    """Dissipation by transport of the ions: -(N₊·∇μ₊ + N₋·∇μ₋) ≥ 0 everywhere, W/m³.

    With N₊ = N₋ + i/F, the gradient of the electrochemical potential of Li⁺,
    ∇μ₊ = F (∇φ + ν (RT/F) ∇ln c), and that of the salt, ∇μ₊ + ∇μ₋ = 2RT (1 + dln f/dln c) ∇ln c:

        -i·(∇φ + ν (RT/F) ∇ln c) - 2RT (1 + dln f/dln c) N₋·∇ln c

    for every electrolyte law; in a separator without its factor ε^b.  temperature in K.
    Source: de Groot & Mazur, Non-Equilibrium Thermodynamics, 1984, ch. IV.
    """

    def heat(state: State) -> Floats:
        cell = state.cell
        solved = np.isfinite(state.potential[cell.simplices]).all(axis=1)
        simplices = cell.simplices[solved & cell.in_region(ELECTROLYTE)]
        points, volt = cell.points * MICROMETRE, thermal_voltage(temperature)
        c = state.concentration[simplices].mean(axis=1)[:, None]
        grad_c = gradients(points, simplices, state.concentration)
        grad_phi = gradients(points, simplices, state.potential)
        lithium = grad_phi + law.nernst * volt * grad_c / c  # ∇μ₊/F
        salt = 2.0 * FARADAY * volt * law.thermodynamic_factor_at(c) * grad_c / c  # ∇μ₊ + ∇μ₋
        work = law.current(c, grad_c, grad_phi) * lithium
        work = work + law.anion_flux(c, grad_c, grad_phi) * salt
        return np.asarray(-work.sum(axis=1), dtype=np.float64)

    return heat
