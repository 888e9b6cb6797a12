"""Lithium inventory: where the lithium of a cell is, each part measured by itself.

Per projected area, in units of charge: F n/A, one electron for each lithium atom.

metal         connected to the working electrode: volume of the mesh over V_m; with a fixed
              interface that of the start, and what its facets have gained by charge transfer and
              reactions
dead_metal    without connection, Li⁰: likewise, and that in the pores of a layer, by its field
sei           Li⁺ in each SEI component that has a formula: ν w/V_k of the film on the mesh
sei_buried    Li⁺ in film that was buried, where surfaces met
electrolyte   ∫ (c - Σ z_k c_k) dV of the salt and of the further species, and what is in filled
              fragments: Li⁺ that a reaction sets free stands here, beside the anions that it makes
products      in products of reactions that are not followed: the extent of these reactions
counter_gained  by the counter electrode without a current: of a positive electrode by its
              lithiation, else the extent of its reactions
passed        from the counter electrode: charge through the cell
received      from a reservoir, with its salt and its further species
film_laid     Li⁺ in film that the motion of the film has laid on new surface without charge
counter_sei   Li⁺ that the SEI on the counter electrode has gained
counter_side  metal that the counter electrode gave for it: its current besides charge transfer

Without a fault,

    metal + dead_metal + sei + sei_buried + counter_sei + electrolyte + products + counter_gained
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
from deposition.laws.electrodes import CounterElectrode, PositiveElectrode
from deposition.laws.separator import FREE, Pores
from deposition.mesh.cell import COUNTER, DEAD_LITHIUM, ELECTROLYTE, LITHIUM, Floats
from deposition.mesh.footprint import projected_area
from deposition.results.inventory_table import Inventory
from deposition.simulation.state import State
from deposition.transport.physics import TransportPhysics
from deposition.transport.porous_lithium import lithium_content


@dataclass(frozen=True, eq=False)
class LithiumContents:
    """Material properties of the inventory.

    molar_volume  of lithium metal, m³/mol
    films         (k,) lithium per volume of each film, mol/m³; 0 of a film without formula
    names         of the films
    charges       z of each further species
    counter       the counter electrode
    moves         whether the surface moves, so that its lithium is on the mesh
    pores         of the separator
    """

    molar_volume: float
    films: Floats
    names: tuple[str, ...]
    charges: Floats
    counter: CounterElectrode
    moves: bool = True
    pores: Pores = FREE

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
        metals = physics.electrodes
        molar_volume = metals.lithium.molar_volume
        held = np.array(per_volume)
        return cls(molar_volume, held, names, charges, metals.counter, metals.move, physics.pores)

    def inventory(self, state: State) -> Inventory:
        """The inventory of a state."""
        interface = state.run_state.interface_state
        kept, area = interface.balances, projected_area(state.cell)
        # µm^d of the mesh, µm^(d-1) of the projected area, mol/m³: mAh/cm².
        unit = FARADAY * MICROMETRE / area / MAH_PER_CM2
        # Film volumes are µm^(d-1) m.
        film_unit = FARADAY / area / MAH_PER_CM2
        film = film_volume(state.surface, state.film, interface.markers) * self.films * film_unit
        connected, dead = self._metal(state)
        dead += lithium_content(state.cell, interface.fields.porous_lithium)
        exchanged, passed = kept.exchanged, state.net_areal_charge / MAH_PER_CM2
        porosity = self.pores.of_gap(state.cell)
        salt_received = kept.salt_received * porosity
        salt_trapped = kept.salt_trapped - self._cations(exchanged.trapped)
        return Inventory(
            metal=connected * unit,
            dead_metal=dead * unit,
            sei={n: v for n, v, c in zip(self.names, film, self.films, strict=True) if c > 0.0},
            sei_buried=float((kept.film_buried * self.films).sum()) * film_unit,
            electrolyte=(self._dissolved(state) + salt_trapped) * porosity * unit,
            passed=passed,
            received=(salt_received - self._cations(exchanged.received)) * unit,
            film_laid=float((kept.film_laid * self.films).sum()) * film_unit,
            counter_sei=float(interface.grown_on_counter @ self.films) * film_unit,
            counter_side=state.run_state.counter_side_charge / MAH_PER_CM2,
            products=exchanged.products * unit,
            counter_gained=self._counter(state, exchanged.counter * unit, passed),
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

    def removed(self, state: State) -> float:
        """Lithium in loose pieces below mesh resolution so far, mAh/cm²."""
        unit = FARADAY * MICROMETRE / projected_area(state.cell) / MAH_PER_CM2
        removed = state.run_state.interface_state.balances.metal_removed
        return removed / self.molar_volume * unit

    def reacted(self, state: State) -> float:
        """All lithium that reactions have given or taken so far, mAh/cm²."""
        return state.run_state.reacted_lithium * FARADAY / MAH_PER_CM2

    def _cations(self, amounts: Floats) -> float:
        """Σ z_k n_k of amounts (k,) of the further species."""
        return float((self.charges * amounts).sum()) if len(self.charges) else 0.0

    def _metal(self, state: State) -> tuple[float, float]:
        """Connected and dead lithium, mol/m³ µm^d, without filled fragments."""
        cell, kept = state.cell, state.run_state.interface_state.balances
        connected = float(cell.volumes[cell.in_region(LITHIUM)].sum()) - kept.void_filled
        dead = float(cell.volumes[cell.in_region(DEAD_LITHIUM)].sum())
        found = connected / self.molar_volume, dead / self.molar_volume
        if self.moves:
            return found
        surface, exchanged = state.surface, kept.exchanged
        charge = state.film.charge * surface.area / (FARADAY * MICROMETRE)
        working, isolated = surface.working, surface.on(DEAD_LITHIUM)
        return (
            found[0] + float(charge[working].sum()) + exchanged.chemical,
            found[1] + float(charge[isolated].sum()) + exchanged.chemical_dead,
        )

    def _counter(self, state: State, extent: float, passed: float) -> float:
        """Lithium that the counter electrode has gained without a current, mAh/cm²."""
        counter = self.counter
        if not isinstance(counter, PositiveElectrode):
            return extent
        surface, x = state.surface, state.run_state.interface_state.fields.lithiation
        share = float(surface.area[surface.on(COUNTER)].sum()) / projected_area(state.cell)
        gained = (x - counter.lithiation) * counter.capacity * share / MAH_PER_CM2
        return gained + passed
