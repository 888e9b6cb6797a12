"""Reduction of nitrate on lithium to a film of lithium nitride and lithium oxide.

    NO3⁻ + 9 Li⁺ + 8 e⁻ → Li3N + 3 Li2O

The electrons come from the metal behind the facet (8 F r into it, as a deposition), the lithium
ions from the electrolyte; at rest the metal dissolves for both.

Source: Wang et al., Sci. Bull. 2025, doi 10.1016/j.scib.2025.04.016, for the products; the balance
is of atoms and charge; Deal & Grove, J. Appl. Phys. 36 (1965) 3770, for the rate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deposition.common.constants import FARADAY
from deposition.laws.dual import Dual
from deposition.laws.reactions import CATION, AtFacets, Rates

NITRATE = "NO3-"
"""Name of the species."""

PRODUCTS = {"Li3N": 1.0, "Li2O": 3.0}
"""Components that form, mol per mol of NO3⁻."""


@dataclass(frozen=True)
class NitrateOnLithium:
    """Nitrate forms a film that passivates the metal below it.

        r = k f c(NO3⁻) / (1 + k L/D)    per area of the facet   ⇒   L/k + L²/(2 D) = V c t

    with the area fraction f of metal that is bare or covered by Li3N and Li2O, the mean thickness L
    of both there and V = V(Li3N) + 3 V(Li2O) per mol of nitrate.  Metal below another film does not
    react.

    rate_constant k, m/s; diffusivity D of nitrate (or of electrons) in the film, m²/s; on: kinds of
    electrodes
    Source: Wang et al., Sci. Bull. 2025, doi 10.1016/j.scib.2025.04.016, for the products; Deal &
    Grove, J. Appl. Phys. 36 (1965) 3770, for the rate.
    """

    rate_constant: float
    diffusivity: float
    on: tuple[str, ...] = ("lithium",)

    def rates(self, at: AtFacets) -> Rates:
        """Rates of the reaction at each facet."""
        film = at.sei
        share = film.exposed + sum(film.covered.get(name, 0.0) for name in PRODUCTS)
        volume = sum(
            (film.amounts[name] * film.molar_volume[name] for name in PRODUCTS), Dual.zero(at.size)
        )
        thickness = volume / np.where(share > 0.0, share, 1.0)
        r = at.concentration[NITRATE] * (self.rate_constant * share)
        r = r / (thickness * (self.rate_constant / self.diffusivity) + 1.0)
        formed = {name: r * n for name, n in PRODUCTS.items()}
        return Rates({NITRATE: r, CATION: r * 9.0}, charge=r * (8.0 * FARADAY), sei=formed)
