"""Open-circuit potential of insertion electrodes.

U(x) at 298.15 K against lithium metal, V; x is the lithiation, 0 without and 1 with all lithium
that the host can take.  Each law holds within a range of x; beyond it, U is continued along its
tangent, so that the iterations of Newton's method may pass through.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np


class OpenCircuitPotential(Protocol):
    """U(x) of an insertion electrode."""

    @property
    def bounds(self) -> tuple[float, float]:
        """Range of the lithiation x in which the law holds."""

    def potential(self, lithiation: float) -> tuple[float, float]:
        """U (V) and dU/dx (V) at a lithiation within ``bounds``."""


@dataclass(frozen=True)
class LithiumIronPhosphate:
    """LiFePO4: U = 3.4077 - 0.020269 x + 0.5 exp(-150 x) - 0.9 exp(-30 (1 - x)).

    Source: Afshar, arXiv 1709.03970 (2017).  Status: literature.
    """

    bounds: ClassVar[tuple[float, float]] = (0.0, 1.0)

    def potential(self, lithiation: float) -> tuple[float, float]:
        """U and dU/dx, V."""
        full = 0.5 * np.exp(-150.0 * lithiation)
        empty = 0.9 * np.exp(-30.0 * (1.0 - lithiation))
        value = 3.4077 - 0.020269 * lithiation + full - empty
        return float(value), float(-0.020269 - 150.0 * full - 30.0 * empty)


@dataclass(frozen=True)
class NickelCobaltManganese523:
    """LiNi0.5Mn0.3Co0.2O2: U = Σ a_n xⁿ - b exp(c x^m), falling from x = 0.25 to 0.99.

    Source: Colclasure et al., Electrochim. Acta 337 (2020) 135854, for LiNi0.5Mn0.3Co0.2O2 (NMC532
    in their order of the metals).  Status: literature.
    """

    bounds: ClassVar[tuple[float, float]] = (0.25, 0.99)
    COEFFICIENTS: ClassVar[tuple[float, ...]] = (
        5.314735633000300,
        -4.158276603609060,
        27.23409218042130,
        -272.4851668445780,
        1190.223421193310,
        -2073.765547574810,
        -829.7904604107030,
        8698.112755348720,
        -10743.74333186190,
        -2057.808873526350,
        12656.30978512400,
        -1571.094264365090,
        -14557.42062291360,
        13176.57544484270,
        -3640.117692001490,
    )
    END: ClassVar[tuple[float, float, float]] = (
        5.573191762723310e-4,
        6.560240842659690,
        41.48209275061330,
    )
    """b (V), c and m of the fall towards x = 1."""

    def potential(self, lithiation: float) -> tuple[float, float]:
        """U and dU/dx, V."""
        polynomial = np.polynomial.Polynomial(self.COEFFICIENTS)
        b, c, m = self.END
        fall = b * np.exp(c * lithiation**m)
        value = polynomial(lithiation) - fall
        slope = polynomial.deriv()(lithiation) - fall * c * m * lithiation ** (m - 1.0)
        return float(value), float(slope)


def continued(law: OpenCircuitPotential, lithiation: float) -> tuple[float, float]:
    """U and dU/dx (V) at any x: beyond ``bounds`` along the tangent at the bound."""
    inside = min(max(lithiation, law.bounds[0]), law.bounds[1])
    value, slope = law.potential(inside)
    return value + slope * (lithiation - inside), slope
