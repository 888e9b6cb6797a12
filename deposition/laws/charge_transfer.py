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
from deposition.laws.electrodes import Lithium
from deposition.laws.kinetics import KineticsLaw
from deposition.laws.reactions import CATION, SALT, AtFacets, Rates
from deposition.laws.thermodynamics import capillarity, thermal_voltage


@dataclass(frozen=True)
class ChargeTransfer:
    """Li⁺ + e⁻ ⇌ Li under a film.

    kinetics; nernst ν; temperature (K); concentration c0 (mol/m³) at which E_eq = 0 on flat
    lithium; lithium: γ and V_m
    """

    kinetics: KineticsLaw
    nernst: float
    temperature: float
    concentration: float
    lithium: Lithium

    on = ("lithium", "collector", "dead_lithium", "counter")

    def rates(self, at: AtFacets) -> Rates:
        """The current, the lithium it deposits, and the residual of the kinetics law."""
        lithium = at.current * (1.0 / FARADAY)
        return Rates({CATION: lithium}, at.current, lithium, law=self.law(at))

    def law(self, at: AtFacets) -> Dual:
        """g, V."""
        overpotential = at.metal - at.potential - self.equilibrium(at) + at.current * at.resistance
        return kinetics_residual(self.kinetics, at, overpotential)

    def equilibrium(self, at: AtFacets) -> Dual:
        """E_eq, V."""
        ratio = at.concentration[SALT] * (1.0 / self.concentration)
        nernst = ratio.log() * (self.nernst * thermal_voltage(self.temperature))
        metal = self.lithium
        return nernst - at.curvature * capillarity(metal.surface_energy, metal.molar_volume)


@dataclass(frozen=True)
class Insertion:
    """Li⁺ + e⁻ + host ⇌ Li in the host of a positive electrode.

        g(η, i_n, c) = 0,  η = φ_m - U - φ - ν (RT/F) ln(c/c0) + (R_film + R) i_n

    φ_m - U is the potential of the facet's metal as it is given to the law.

    kinetics; nernst ν; temperature (K); concentration c0 (mol/m³); resistance R (ohm m²)
    """

    kinetics: KineticsLaw
    nernst: float
    temperature: float
    concentration: float
    resistance: float

    on = ("counter",)

    def rates(self, at: AtFacets) -> Rates:
        """The current, the lithium it inserts, and the residual of the kinetics law."""
        inserted = at.current * (1.0 / FARADAY)
        return Rates({CATION: inserted}, at.current, products=inserted, law=self.law(at))

    def law(self, at: AtFacets) -> Dual:
        """g, V."""
        nernst = (at.concentration[SALT] * (1.0 / self.concentration)).log()
        equilibrium = nernst * (self.nernst * thermal_voltage(self.temperature))
        drop = at.current * (at.resistance + self.resistance)
        return kinetics_residual(self.kinetics, at, at.metal - at.potential - equilibrium + drop)


def kinetics_residual(kinetics: KineticsLaw, at: AtFacets, overpotential: Dual) -> Dual:
    """g(η, i_n, c), V, with its derivatives by the variables of the facets."""
    c = at.concentration[SALT]
    g = kinetics.residual(overpotential.value, at.current.value, c.value)
    return Dual.function(
        g.value,
        (overpotential, g.by_overpotential),
        (at.current, g.by_current),
        (c, g.by_concentration),
    )
