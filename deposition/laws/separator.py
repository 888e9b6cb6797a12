"""Porous separator that fills the gap between the electrodes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pores:
    """Porosity ε and Bruggeman exponent b of a separator.

    ε ∂c/∂t + ∇·N₋ = 0,   κ and D become ε^b κ and ε^b D,   N₋·n = -ε c v at a moving wall

    Fluxes are per area and stored salt ε c per volume of the separator.  Growing lithium displaces
    the separator, which is not compressed, together with its electrolyte.  ε = 1: free electrolyte.
    Source: Bruggeman, Ann. Phys. 416 (1935) 636, where b = 1.5.
    """

    porosity: float = 1.0
    bruggeman: float = 1.5

    @property
    def transport_efficiency(self) -> float:
        """ε^b, the ratio of effective to free conductivity and diffusivity."""
        return self.porosity**self.bruggeman


FREE = Pores()
"""No separator."""
