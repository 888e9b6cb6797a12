"""An ion exchanger suspended in the electrolyte: layered double hydroxide, LDH.

Each of its sites holds one of two anions of equal charge, so that the exchange is electrically
neutral:

    LDH-I + NO3⁻ ⇌ LDH-NO3 + I⁻,     K = (x c_I)/((1 - x) c_N)

    x* = K c_N/(c_I + K c_N)

with the share x of the sites that hold the ion taken up (nitrate), and the concentrations of both.
The powder is well stirred: it has one loading, and sees the mean concentrations of the electrolyte.
The loading approaches equilibrium by parallel modes j,

    dx_j/dt = r_j (w_j x* - x_j),    x = Σ x_j,    Σ w_j = 1

one of w = 1 and r = k_x where a surface reaction limits (``surface_limited``), or those of
diffusion in discs of radius a (``in_platelets``), w_j = 4/α_j² and r_j = D α_j²/a² with the zeros
α_j of J_0.

Source: Helfferich, Ion Exchange, 1962, ch. 5 (isotherm) and 6 (kinetics); Crank, The Mathematics
of Diffusion, 2nd ed., 1975, eq. 5.22 (disc in a stirred solution).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq
from scipy.special import jn_zeros

from deposition.mesh.cell import Floats

MODES = 40
"""Modes of diffusion in platelets; what is left, 0.5 % of the uptake, follows the last one."""


@dataclass(frozen=True, eq=False)
class IonExchanger:
    """A suspended ion exchanger.

    taken, released  names of the anions
    selectivity      K
    sites            per volume of electrolyte at the start, mol/m³: dose times capacity
    loading          x at the start
    weights, rates   (j,) w and r, 1/s, of the modes
    amount           of sites in the whole cell, mol (per metre of depth in 2D)
    """

    taken: str
    released: str
    selectivity: float
    sites: float
    loading: float
    weights: Floats
    rates: Floats
    amount: float = 0.0

    def filling(self, volume: float) -> IonExchanger:
        """The exchanger in an electrolyte of this volume, m³ (m² in 2D)."""
        return replace(self, amount=self.sites * volume)

    @property
    def start(self) -> Floats:
        """(j,) x_j at the start."""
        return self.loading * self.weights

    def equilibrium(self, taken: float, released: float) -> float:
        """x* at concentrations of the ion taken up and of the one released, mol/m³."""
        attracted = self.selectivity * taken
        return attracted / (attracted + released) if attracted + released > 0.0 else 0.0

    def after(
        self, loading: Floats, taken: float, released: float, volume: float, time_step: float
    ) -> Floats:
        """(j,) x_j after an implicit step (s); taken and released: mean concentrations at its
        start, mol/m³, in a volume of electrolyte (m³)."""
        sites = self.amount / volume

        def loaded(exchanged: float) -> Floats:
            towards = self.equilibrium(taken - exchanged, released + exchanged)
            moved = time_step * self.rates
            return np.asarray((loading + moved * self.weights * towards) / (1.0 + moved))

        def excess(exchanged: float) -> float:
            return sites * float((loaded(exchanged) - loading).sum()) - exchanged

        # The excess falls with what is exchanged: there is one root.
        lowest, highest = -max(released, 0.0), max(taken, 0.0)
        if excess(lowest) <= 0.0:
            return loaded(lowest)
        if excess(highest) >= 0.0:
            return loaded(highest)
        return loaded(float(brentq(excess, lowest, highest, xtol=1e-15 * sites, rtol=1e-14)))


def surface_limited(rate: float) -> tuple[Floats, Floats]:
    """Weights and rates of a reaction at the surface with rate constant k_x, 1/s."""
    return np.ones(1), np.array([rate])


def in_platelets(diffusivity: float, radius: float) -> tuple[Floats, Floats]:
    """Weights and rates of diffusion (m²/s) in discs of a radius (m)."""
    roots = jn_zeros(0, MODES)
    weights = 4.0 / roots**2
    weights[-1] += 1.0 - weights.sum()
    return weights, diffusivity * roots**2 / radius**2
