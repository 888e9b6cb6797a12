"""Lithium inventory: where the lithium of a cell is, each part measured by itself.

Per projected area, in units of charge: F n/A, one electron for each lithium atom.

metal         connected to the working electrode: volume of the mesh over V_m
dead_metal    without connection, Li⁰: likewise
sei           Li⁺ in each SEI component that has a formula: ν w/V_k of the film on the mesh
sei_buried    Li⁺ in film that was buried, where surfaces met
electrolyte   ∫ (c - Σ z_k c_k) dV of the salt and of the further species, and what is in filled
              fragments
passed        from the counter electrode: charge through the cell
received      from a reservoir, with its salt
film_laid     Li⁺ in film that the motion of the film has laid on new surface without charge
counter_sei   Li⁺ that the SEI on the counter electrode has gained
counter_side  metal that the counter electrode gave for it: its current besides charge transfer

Without a fault,

    metal + dead_metal + sei + sei_buried + counter_sei + electrolyte
        - (passed + counter_side + received + film_laid) = const.

because SEI that grows takes its electrons from the metal and its Li⁺ from the electrolyte, of which
the counter electrode replaces both.  Voids that are filled in the mesh count as electrolyte.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from deposition.common.constants import FARADAY, MAH_PER_CM2, MICROMETRE
from deposition.interface.balances import film_volume
from deposition.mesh.cell import DEAD_LITHIUM, ELECTROLYTE, LITHIUM, Floats
from deposition.mesh.footprint import projected_area
from deposition.results.inventory_table import Inventory
from deposition.simulation.state import State
from deposition.transport.physics import TransportPhysics


@dataclass(frozen=True, eq=False)
class LithiumContents:
    """What the inventory needs to know of the materials.

    molar_volume  of lithium metal, m³/mol
    films         (k,) lithium per volume of each film, mol/m³; 0 of a film without formula
    names         of the films
    charges       z of each further species
    """

    molar_volume: float
    films: Floats
    names: tuple[str, ...]
    charges: Floats

    @classmethod
    def of(
        cls,
        physics: TransportPhysics,
        names: tuple[str, ...],
        molar_volumes: tuple[float, ...],
        lithium: Mapping[str, float],
    ) -> LithiumContents:
        """names and molar_volumes (m³/mol, NaN without formula) of all films; lithium: atoms in
        each formula."""
        # Films of a run begun by version 0.1 have no molar volume.
        known = dict(zip(names, molar_volumes, strict=False))
        per_volume = [
            lithium[name] / known[name] if np.isfinite(known.get(name, np.nan)) else 0.0
            for name in names
        ]
        charges = np.array([float(species.charge) for species in physics.dissolved])
        molar_volume = physics.electrodes.lithium.molar_volume
        return cls(molar_volume, np.array(per_volume), names, charges)

    def inventory(self, state: State) -> Inventory:
        """The inventory of a state."""
        interface = state.run_state.interface_state
        kept, area = interface.balances, projected_area(state.cell)
        # µm^d of the mesh, µm^(d-1) of the projected area, mol/m³: mAh/cm².
        unit = FARADAY * MICROMETRE / area / MAH_PER_CM2
        # Film volumes are µm^(d-1) m.
        film_unit = FARADAY / area / MAH_PER_CM2
        film = film_volume(state.surface, state.film, interface.markers) * self.films * film_unit
        connected, dead = _metal_volumes(state)
        return Inventory(
            metal=connected / self.molar_volume * unit,
            dead_metal=dead / self.molar_volume * unit,
            sei={n: v for n, v, c in zip(self.names, film, self.films, strict=True) if c > 0.0},
            sei_buried=float((kept.film_buried * self.films).sum()) * film_unit,
            electrolyte=(self._dissolved(state) + kept.salt_trapped) * unit,
            passed=state.net_areal_charge / MAH_PER_CM2,
            received=kept.salt_received * unit,
            film_laid=float((kept.film_laid * self.films).sum()) * film_unit,
            counter_sei=float((interface.counter_film @ self.films).sum()) * film_unit
            if len(interface.counter_film)
            else 0.0,
            counter_side=state.run_state.counter_side_charge / MAH_PER_CM2,
        )

    def _dissolved(self, state: State) -> float:
        """Li⁺ in the electrolyte, mol/m³ µm^d."""
        cell = state.cell
        wet = cell.in_region(ELECTROLYTE)
        volume = cell.electrolyte_fraction[wet] * cell.volumes[wet]
        ions = state.concentration[cell.simplices[wet]].mean(axis=1)
        if len(self.charges):
            further = state.run_state.interface_state.fields.dissolved
            ions = ions - further[cell.simplices[wet]].mean(axis=1) @ self.charges
        return float(ions @ volume)


def _metal_volumes(state: State) -> tuple[float, float]:
    """Volume of the connected and of the dead lithium, µm^d, without filled fragments."""
    cell = state.cell
    filled = state.run_state.interface_state.balances.void_filled
    connected = float(cell.volumes[cell.in_region(LITHIUM)].sum()) - filled
    return connected, float(cell.volumes[cell.in_region(DEAD_LITHIUM)].sum())
