"""Equilibrium potential of lithium (thermal voltage, capillarity), and the Wagner number.

Signs: K > 0 where the metal is convex; the normal points from the electrolyte into the metal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deposition.common.constants import FARADAY, GAS_CONSTANT
from deposition.mesh.cell import Floats


def thermal_voltage(temperature: float) -> float:
    """RT/F, V (25.69 mV at 298.15 K)."""
    return GAS_CONSTANT * temperature / FARADAY


def capillarity(surface_energy: float, molar_volume: float) -> float:
    """γ V_m/F, V m; the curvature K (1/m) shifts E_eq of lithium by -γ V_m K/F.

    surface_energy γ (J/m²), molar_volume V_m (m³/mol).  Plating on a convex surface (K > 0) needs
    a larger overpotential: 0.067 mV for a cylinder at γ = 0.5 J/m² and a radius of 1 µm.
    Source: Gibbs-Thomson; Monroe & Newman, J. Electrochem. Soc. 151 (2004) A880.
    """
    return surface_energy * molar_volume / FARADAY


@dataclass(frozen=True)
class Wagner:
    """Wagner number and polarization length.

    number               Wa = κ R / L; Wa ≫ 1: control by the surface resistance, Wa ≪ 1: control
                         by the electric field in the electrolyte
    length               κ R, m; much smaller features do not focus the current
    steady_conductivity  effective steady-state conductivity of the electrolyte, S/m: κ/(1 + Ne),
                         t₊κ in a dilute solution
    """

    number: float
    length: float
    steady_conductivity: float


def wagner(
    resistance: Floats, area: Floats, conductivity: float, steady_conductivity: float, width: float
) -> Wagner:
    """Wagner number Wa = κ R / L of a surface, 1/R = Σ (A/R_f) / Σ A over its facets f.

    resistance           (f,) film plus charge transfer of each facet, ohm m²
    area                 (f,) of the facets, any unit
    conductivity         κ at the initial concentration, S/m
    steady_conductivity  effective steady-state conductivity, S/m
    width                L of the domain, m
    Source: Wagner, J. Electrochem. Soc. 98 (1951) 116.
    """
    mean = float(np.sum(area) / np.sum(area / resistance))
    length = conductivity * mean
    return Wagner(length / width, length, steady_conductivity)
