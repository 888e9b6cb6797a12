"""Solvent that the SEI consumes as it grows (dry-out of the cell).

    V = Σ_k ν_k (V_s/V_k) w_k        per projected area

with the volume w_k of each component that has grown since the start, buried or not and on both
electrodes, its molar volume V_k, and the ν_k mol of solvent, of molar volume V_s, that a mol of it
takes.  Gas and other products of the reduction do not count.

Source: stoichiometry; ν_k and V_s are values of the library.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deposition.interface.balances import film_volume
from deposition.interface.film_markers import FilmMarkers
from deposition.mesh.cell import ELECTROLYTE, Cell, Floats
from deposition.mesh.footprint import projected_area
from deposition.sei.film_library import solvent_per_volume
from deposition.simulation.initial import Start
from deposition.simulation.state import State

MICROLITRE_PER_CM2 = 1e-5
"""m³/m²."""


@dataclass(frozen=True, eq=False)
class SolventBudget:
    """per_volume (k,) of solvent per volume of each film; initial (k,) film at the start,
    µm^(d-1) m."""

    per_volume: Floats
    initial: Floats

    @classmethod
    def of(cls, start: Start) -> SolventBudget:
        """The budget of a run from its start."""
        per_volume = [solvent_per_volume(name) for name in start.films.names]
        initial = film_volume(start.surface, start.film, FilmMarkers.none())
        return cls(np.array(per_volume), initial)

    def consumed(self, state: State) -> float:
        """Solvent consumed since the start, µL/cm²."""
        interface = state.run_state.interface_state
        kept = interface.balances
        grown = film_volume(state.surface, state.film, interface.markers) - self.initial
        grown = grown + kept.film_buried - kept.film_laid + interface.grown_on_counter
        volume = float((grown * self.per_volume).sum()) / projected_area(state.cell)
        return volume / MICROLITRE_PER_CM2


def electrolyte_volume(cell: Cell) -> float:
    """Volume of the electrolyte per projected area, µL/cm²."""
    wet = cell.in_region(ELECTROLYTE)
    volume = float(cell.volumes[wet] @ cell.electrolyte_fraction[wet])
    return volume / projected_area(cell) * 1e-6 / MICROLITRE_PER_CM2
