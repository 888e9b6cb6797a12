"""Porous separator: all electrolyte between the electrodes, or a region of its own beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from deposition.mesh.cell import SEPARATOR, Cell, Floats, Ints, Mask
from deposition.mesh.surface import Surface, label_at_facets


@dataclass(frozen=True)
class Pores:
    """Porosity ε and Bruggeman exponent b of a separator.

    ε ∂c/∂t + ∇·N₋ = 0,   κ and D become ε^b κ and ε^b D,   N₋·n = -ε c v at a moving wall

    Fluxes are per area and stored salt ε c per volume of the separator.  A separator that fills the
    gap is displaced by growing lithium, together with its electrolyte, and not compressed.  One
    that is a region stays where it is, beside free electrolyte of ε = 1; c, φ and the normal fluxes
    are continuous across its boundary.
    Source: Bruggeman, Ann. Phys. 416 (1935) 636, where b = 1.5.
    """

    porosity: float = 1.0
    bruggeman: float = 1.5

    @property
    def transport_efficiency(self) -> float:
        """ε^b, the ratio of effective to free conductivity and diffusivity."""
        return self.porosity**self.bruggeman

    def in_cell(self, cell: Cell) -> PoresInCell:
        """The pores of each simplex: in the region ``separator``, or everywhere without one."""
        everywhere = np.full(len(cell.simplices), self.porosity)
        porosity = cell.electrolyte_fraction if cell.in_region(SEPARATOR).any() else everywhere
        return PoresInCell(porosity, self.bruggeman)

    def of_gap(self, cell: Cell) -> float:
        """ε of a separator that fills the gap; 1 if it is a region, which the cell itself knows."""
        return 1.0 if cell.in_region(SEPARATOR).any() else self.porosity

    def at_working_electrode(self, cell: Cell, surface: Surface) -> Pores:
        """The pores of the electrolyte at the working electrode, ε its mean over the area."""
        working = surface.working
        if not cell.in_region(SEPARATOR).any() or not working.any():
            return self
        porosity, area = self.in_cell(cell).at_facets(cell, surface), surface.area
        return replace(
            self, porosity=float(porosity[working] @ area[working] / area[working].sum())
        )


@dataclass(frozen=True, eq=False)
class PoresInCell:
    """Porosity ε (m,) of the simplices of a cell, or of some of them; 1 in free electrolyte.

    bruggeman: exponent b of all.
    """

    porosity: Floats
    bruggeman: float

    @property
    def transport_efficiency(self) -> Floats:
        """(m,) ε^b."""
        return self.porosity**self.bruggeman

    @property
    def is_uniform(self) -> bool:
        """Whether ε is the same everywhere."""
        return bool(np.all(self.porosity == self.porosity[0]))

    def among(self, simplices: Mask | Ints) -> PoresInCell:
        """The pores of the chosen simplices: a mask, or their numbers."""
        return replace(self, porosity=self.porosity[simplices])

    def at_facets(self, cell: Cell, surface: Surface) -> Floats:
        """(f,) ε of the electrolyte at each facet of the surface of the cell."""
        return label_at_facets(cell, surface, self.porosity)


FREE = Pores()
"""No separator."""
