"""An interface that does not move: the static cases with exact solutions need it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from deposition.interface.state import FrontState, start
from deposition.mesh.cell import Cell, Floats
from deposition.mesh.surface import SurfaceState
from deposition.transport.fields import Fields


@dataclass(frozen=True)
class StillInterface:
    """Lithium deposits without thickness: the cell stays, the surface counts its charge."""

    def start(self, cell: Cell, film: SurfaceState, concentration: Floats) -> FrontState:
        """The state before the first step, at rest."""
        return start(cell, film, concentration, cell)

    def supply(self, state: FrontState) -> float:
        """No lithium is used up."""
        return float("inf")

    def worn_through(self, state: FrontState) -> Floats:
        """Nowhere."""
        return np.empty(0)

    def touches(self, state: FrontState) -> Floats:
        """Nowhere."""
        return np.empty(0)

    def advance(self, state: FrontState, fields: Fields, time_step: float) -> FrontState:
        """Keep the cell, take over the fields, count the charge of ``time_step`` (s)."""
        charge = state.film.charge + fields.current_density * time_step
        return replace(state, fields=fields, film=replace(state.film, charge=charge))
