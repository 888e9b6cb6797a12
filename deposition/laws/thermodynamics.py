"""Equilibrium of lithium with its salt, and the number that says what rules the distribution.

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
    """γ V_m/F, V m: curvature K (1/m) lowers the equilibrium potential of lithium by this times K.

    surface_energy γ (J/m²), molar_volume V_m (m³/mol).  A convex metal bump (K > 0) is the harder
    to plate: 0.067 mV at γ = 0.5 J/m² and a radius of 1 µm.
    Source: Gibbs-Thomson; Monroe & Newman, J. Electrochem. Soc. 151 (2004) A880.
    """
    return surface_energy * molar_volume / FARADAY


@dataclass(frozen=True)
class Wagner:
    """What rules the current distribution.

    number               Wa = κ R / L; far above 1 the film alone, far below 1 the field
    length               κ R, m: features much smaller than this do not focus the current
    steady_conductivity  what the electrolyte conducts once the salt has spread, S/m: t₊κ in a
                         dilute solution, κ/(1 + Ne) in general
    """

    number: float
    length: float
    steady_conductivity: float


def wagner(
    resistance: Floats, area: Floats, conductivity: float, steady_conductivity: float, width: float
) -> Wagner:
    """Wagner number Wa = κ R / L of a surface, R the parallel mean over it.

    resistance  (f,) film plus charge transfer of each facet, ohm m²
    area        (f,) of the facets, any unit
    conductivity, steady_conductivity  κ at the initial concentration, and once the salt has
                spread, S/m
    width       L of the domain, m
    Source: Wagner, J. Electrochem. Soc. 98 (1951) 116.
    """
    mean = float(np.sum(area) / np.sum(area / resistance))
    length = conductivity * mean
    return Wagner(length / width, length, steady_conductivity)
