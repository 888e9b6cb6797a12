"""Oxidation of iodide at a positive electrode, which takes up lithium for it.

    3 I⁻ → I3⁻ + 2 e⁻        with 2 Li⁺ + 2 e⁻ into the host, r = k c(I⁻)/3

    N(I⁻) = 3 r,  N(I3⁻) = -r,  N(Li⁺) = 2 r into the electrode;  dx/dt = 2 F r/Q

Both half-reactions take place on the same electrode: no current flows through the cell.  It is
spontaneous where the open-circuit potential U(x) exceeds the potential of I3⁻/I⁻.

Source: Wang et al., Sci. Bull. 2025, doi 10.1016/j.scib.2025.04.016, for FePO4; no rate constant is
known.
"""

from __future__ import annotations

from dataclasses import dataclass

from deposition.laws.iodine import IODIDE, TRIIODIDE
from deposition.laws.reactions import CATION, AtFacets, Rates

REDOX_POTENTIAL = 3.0
"""Potential of I3⁻/I⁻ against lithium, V (2.9 to 3.1); assumed, it depends on the solvent."""


@dataclass(frozen=True)
class IodideAtCounter:
    """Oxidation of iodide at the counter electrode; rate_constant k of iodide, m/s."""

    rate_constant: float
    on: tuple[str, ...] = ("counter",)

    def rates(self, at: AtFacets) -> Rates:
        """Rates of the reaction at each facet."""
        r = at.concentration[IODIDE] * (self.rate_constant / 3.0)
        species = {IODIDE: r * 3.0, TRIIODIDE: r * -1.0, CATION: r * 2.0}
        return Rates(species, metal=r * 2.0)
