"""Li⁺ flux of a snapshot from the gradients of concentration and potential."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from deposition.common.constants import FARADAY
from deposition.laws.electrolyte import ElectrolyteLaw
from deposition.laws.separator import FREE, Pores
from deposition.mesh.cell import ELECTROLYTE, Cell, Floats

FluxLaw = Callable[[Cell, Floats, Floats, Floats], Floats]
"""Li⁺ flux N₊ (m, d), mol/(m² s), in the m simplices of electrolyte of a cell, from the
concentration (m,) mol/m³ at the midpoint of each and the gradients of concentration (m, d) mol/m⁴
and potential (m, d) V/m in it."""


def lithium_flux(law: ElectrolyteLaw, pores: Pores = FREE) -> FluxLaw:
    """N₊ = ε^b (N₋ + i/F) (m, d) mol/(m² s), from c (m,) and the gradients of c and φ (m, d)."""

    def flux(cell: Cell, c: Floats, grad_c: Floats, grad_phi: Floats) -> Floats:
        column = c[:, None]
        anions = law.anion_flux(column, grad_c, grad_phi)
        free = anions + law.current(column, grad_c, grad_phi) / FARADAY
        of_simplex = pores.in_cell(cell).among(cell.in_region(ELECTROLYTE))
        return np.reshape(of_simplex.transport_efficiency, (-1, 1)) * free

    return flux
