"""Charge transfer through the SEI: film resistance and kinetics in series.

    g(η, i_n, c) = 0,  η = φ_m - φ - E_eq + R_film i_n,
    E_eq = ν (RT/F) ln(c/c0) - γ V_m K/F

with ν = 1 where φ is the Nernst-Planck potential, else 0; K > 0 where the metal is convex.

Source: Newman & Balsara, Electrochemical Systems, 4th ed., ch. 8; Monroe & Newman, J. Electrochem.
Soc. 151 (2004) A880, for the curvature.
"""

from __future__ import annotations

from dataclasses import dataclass

from deposition.common.constants import FARADAY
from deposition.laws.dual import Dual
from deposition.laws.kinetics import KineticsLaw
from deposition.laws.reactions import CATION, SALT, AtFacets, Rates
from deposition.laws.thermodynamics import capillarity, thermal_voltage


@dataclass(frozen=True)
class ChargeTransfer:
    """Li⁺ + e⁻ ⇌ Li under a film.

    kinetics; nernst ν; temperature (K); concentration c0 (mol/m³) at which E_eq = 0 on flat
    lithium; surface_energy γ (J/m²); molar_volume V_m (m³/mol)
    """

    kinetics: KineticsLaw
    nernst: float
    temperature: float
    concentration: float
    surface_energy: float
    molar_volume: float

    on = ("lithium", "collector", "dead_lithium", "counter")

    def rates(self, at: AtFacets) -> Rates:
        """The current, the lithium it deposits, and the residual of the kinetics law."""
        lithium = at.current * (1.0 / FARADAY)
        return Rates({CATION: lithium}, at.current, lithium, law=self.law(at))

    def law(self, at: AtFacets) -> Dual:
        """g, V."""
        c = at.concentration[SALT]
        overpotential = at.metal - at.potential - self.equilibrium(at) + at.current * at.resistance
        g = self.kinetics.residual(overpotential.value, at.current.value, c.value)
        return Dual.function(
            g.value,
            (overpotential, g.by_overpotential),
            (at.current, g.by_current),
            (c, g.by_concentration),
        )

    def equilibrium(self, at: AtFacets) -> Dual:
        """E_eq, V."""
        ratio = at.concentration[SALT] * (1.0 / self.concentration)
        nernst = ratio.log() * (self.nernst * thermal_voltage(self.temperature))
        return nernst - at.curvature * capillarity(self.surface_energy, self.molar_volume)
