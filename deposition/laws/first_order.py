"""Chemical reactions of lithium with a dissolved species, without a current."""

from __future__ import annotations

from dataclasses import dataclass

from deposition.laws.reactions import AtFacets, Rates


@dataclass(frozen=True)
class FirstOrder:
    """A neutral dissolved species that consumes lithium at the surface.

    N = k c,  lithium lost = ν N       mol/(m² s)

    species consumed; rate_constant k (m/s); lithium ν, mol of lithium per mol of the species; on:
    kinds of electrodes.  The product is not followed.
    Source: Levich, Physicochemical Hydrodynamics, 1962, §2 (reaction of first order at a surface).
    """

    species: str
    rate_constant: float
    lithium: float = 1.0
    on: tuple[str, ...] = ("lithium", "dead_lithium")

    def rates(self, at: AtFacets) -> Rates:
        """Rates of the reaction at each facet."""
        consumed = at.concentration[self.species] * self.rate_constant
        dissolved = consumed * self.lithium
        return Rates({self.species: consumed}, metal=-dissolved, products=dissolved)
