"""Dead lithium in the pores of a layer (mossy lithium), which triiodide dissolves from within.

    ∂(ε c_3)/∂t + ∇·N_3 = -r,    ∂(ε c_1)/∂t + ∇·N_1 = 3 r,    r = k a s^(2/3) c_3
    dL/dt = -2 r,                L = s L_0,    L_0 = ε_s/V_m

with 2 Li + I3⁻ → 2 Li⁺ + 3 I⁻ as on the surface of lithium: rate r per volume of the layer,
mol/(m³ s), concentrations c_3 of I3⁻ and c_1 of I⁻, and the lithium L per volume, mol/m³.  The
grains are small bodies of one size that keep their shape, of area a per volume at the start, so
that their area falls as s^(2/3).  Then

    d(s^(1/3))/dt = -β c_3,    β = 2 k a/(3 L_0)

which is exact over a time in which c_3 is constant, and L does not become negative.

The grains carry no current: none has a connection.  The layer stays where it is, and its pores stay
as they are: the shells of SEI around the grains remain, and the room that lithium leaves, which
holds iodine for V_m c_3 of that lithium (1e-4 at 10 mol/m³), does not count as electrolyte.

    φ = H √(k a/D_eff)                  Thiele modulus of a layer of thickness H
    h = √(4 V_m c D_eff t/ε_s)          way of the front for φ ≫ 1

Source: Levenspiel, Chemical Reaction Engineering, 3rd ed., 1999, ch. 25 (shrinking particles) and
18 (Thiele modulus); Wang et al., Sci. Bull. 2025, doi 10.1016/j.scib.2025.04.016, for the reaction.
No rate is known.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from deposition.mesh.cell import Floats

PER_TRIIODIDE = 2.0
"""Lithium that one I3⁻ dissolves."""


@dataclass(frozen=True)
class PorousLithium:
    """Dead lithium in the pores of a layer.

    content        L_0, mol/m³ of the layer
    specific_area  a, 1/m
    rate_constant  k, m/s
    """

    content: float
    specific_area: float
    rate_constant: float

    @property
    def consumption(self) -> float:
        """β, m³/(mol s)."""
        rate = PER_TRIIODIDE * self.rate_constant * self.specific_area
        return rate / (3.0 * self.content)

    def left(self, lithium: Floats, triiodide: Floats, time: float) -> tuple[Floats, Floats]:
        """L (n,) after a time (s) at a concentration of I3⁻ (n,), mol/m³, and its derivative with
        respect to the concentration."""
        size = np.cbrt(lithium / self.content) - self.consumption * time * triiodide
        size = np.maximum(size, 0.0)
        slope = -3.0 * self.consumption * time * self.content * size**2
        return self.content * size**3, slope

    def thiele_modulus(self, thickness: float, diffusivity: float) -> float:
        """φ of a layer (m) with an effective diffusivity (m²/s)."""
        return thickness * math.sqrt(self.rate_constant * self.specific_area / diffusivity)

    def front_time(self, thickness: float, diffusivity: float, triiodide: float) -> float:
        """Time (s) until a front has passed a layer (m) with an effective diffusivity (m²/s) and a
        concentration of I3⁻ (mol/m³) at its face."""
        return thickness**2 * self.content / (2.0 * PER_TRIIODIDE * triiodide * diffusivity)
