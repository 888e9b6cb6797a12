"""The separator that holds the electrolyte: its pores, all over the gap."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pores:
    """Porosity ε and Bruggeman exponent b: both fluxes of any law times ε^b, ε c salt per volume.

    What flows and what is stored is counted per volume of separator, so that κ and D become
    ε^b κ and ε^b D, and ε ∂c/∂t + ∇·N₋ = 0.  Lithium that grows pushes the separator aside as it
    is, and the electrolyte in it: N₋·n = -ε c v at a wall.  ε = 1: free electrolyte.
    Source: Bruggeman, Ann. Phys. 416 (1935) 636, where b = 1.5.
    """

    porosity: float = 1.0
    bruggeman: float = 1.5

    @property
    def passage(self) -> float:
        """ε^b."""
        return self.porosity**self.bruggeman


FREE = Pores()
"""No separator."""
