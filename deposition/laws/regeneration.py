"""Oxidation of iodide at a positive electrode, which takes up lithium for it.

    3 I⁻ → I3⁻ + 2 e⁻        with 2 Li⁺ + 2 e⁻ into the host, r = k c(I⁻)/3

    N(I⁻) = 3 r,  N(I3⁻) = -r,  N(Li⁺) = 2 r into the electrode;  dx/dt = 2 F r/Q

Both half-reactions take place on the same electrode: no current flows through the cell.  It is
spontaneous where the potential E of the electrode against lithium in the electrolyte at it, U(x) at
rest, exceeds that of I3⁻/I⁻, E_0, and slows down as it is approached:

    r = k c(I⁻)/3 · max(0, 1 - exp(-2 F (E - E_0)/(R T)))        at T = 298.15 K

The reduction of I3⁻ by the host below E_0 is left out, as is the dependence of E_0 on
concentration.

Source: Wang et al., Sci. Bull. 2025, doi 10.1016/j.scib.2025.04.016, for FePO4; Newman & Balsara,
Electrochemical Systems, 4th ed., 2021, ch. 8, for the factor, the affinity of two electrons; no
rate constant is known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deposition.laws.arrhenius import REFERENCE_TEMPERATURE
from deposition.laws.dual import Dual
from deposition.laws.iodine import IODIDE, TRIIODIDE
from deposition.laws.reactions import CATION, AtFacets, Rates
from deposition.laws.thermodynamics import thermal_voltage

REDOX_POTENTIAL = 3.0
"""Potential of I3⁻/I⁻ against lithium, V (2.9 to 3.1); assumed, it depends on the solvent."""

ELECTRONS = 2.0
"""Electrons that the oxidation to one I3⁻ passes."""

THERMAL_VOLTAGE = thermal_voltage(REFERENCE_TEMPERATURE)
"""R T/F at 298.15 K, V; the rate constant is assumed, so that its temperature dependence is not
modelled."""


@dataclass(frozen=True)
class IodideAtCounter:
    """Oxidation of iodide at the counter electrode.

    rate_constant k of iodide, m/s; redox_potential E_0 against lithium, V
    """

    rate_constant: float
    redox_potential: float = REDOX_POTENTIAL
    on: tuple[str, ...] = ("counter",)

    def rates(self, at: AtFacets) -> Rates:
        """Rates of the reaction at each facet."""
        above = at.against_lithium - self.redox_potential
        left = np.exp(-ELECTRONS / THERMAL_VOLTAGE * np.maximum(above.value, 0.0))
        by_potential = np.where(above.value > 0.0, ELECTRONS / THERMAL_VOLTAGE * left, 0.0)
        driven = Dual.function(1.0 - left, (above, by_potential))
        r = at.concentration[IODIDE] * driven * (self.rate_constant / 3.0)
        species = {IODIDE: r * 3.0, TRIIODIDE: r * -1.0, CATION: r * 2.0}
        return Rates(species, metal=r * 2.0)
