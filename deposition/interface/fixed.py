"""Fixed interface, for static cases with analytical solutions."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from deposition.interface.state import InterfaceState, start
from deposition.mesh.cell import Cell, Floats
from deposition.mesh.surface import SurfaceState
from deposition.transport.fields import Fields


@dataclass(frozen=True)
class FixedInterface:
    """Lithium that deposits without thickness: the cell stays, the surface counts its charge."""

    def start(self, cell: Cell, film: SurfaceState, concentration: Floats) -> InterfaceState:
        """The state before the first step, at rest."""
        return start(cell, film, concentration, cell)

    def strippable_volume(self, state: InterfaceState) -> float:
        """inf: no lithium is consumed."""
        return float("inf")

    def exhausted_at(self, state: InterfaceState) -> Floats:
        """Empty: the lithium is exhausted nowhere."""
        return np.empty(0)

    def near_short_circuit(self, state: InterfaceState) -> Floats:
        """Empty: there is no deposit."""
        return np.empty(0)

    def advance(self, state: InterfaceState, fields: Fields, time_step: float) -> InterfaceState:
        """Keep the cell, take over the fields, add the charge of ``time_step`` (s)."""
        charge = state.film.charge + fields.current_density * time_step
        return replace(state, fields=fields, film=replace(state.film, charge=charge))
