"""Balance of iodine and nitrogen: where the atoms of an element are, each part by itself.

Per projected area, mol/m².

dissolved  ∫ ν_k c_k dV of the further species, ν_k atoms in a formula unit, and what is in filled
           fragments
film       of the film on the mesh, buried film too, without that which was laid on new surface
stored     in an ion exchanger
products   consumed by reactions whose product is not followed: what they take of the species less
           what they give to films
received   from a reservoir

Without a fault,

    dissolved + film + stored + products - received = const.

A species or a film whose name is no formula, such as "oxidant", has no atoms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deposition.common.constants import MICROMETRE
from deposition.common.formula import FOLLOWED, atoms
from deposition.interface.balances import film_volume
from deposition.interface.salt_transfer import salt_content
from deposition.laws.ion_exchange import IonExchanger
from deposition.laws.separator import FREE, Pores
from deposition.mesh.cell import Floats
from deposition.mesh.footprint import projected_area, projected_area_m2
from deposition.results.element_table import ElementContent
from deposition.simulation.state import State
from deposition.transport.physics import TransportPhysics


@dataclass(frozen=True, eq=False)
class ElementContents:
    """Material properties of the balance of elements.

    symbols  of the elements that further species contain
    names    of the further species
    species  (e, k) atoms of each in the further species
    films    (e, f) atoms of each per volume of film, mol/m³; 0 of a film without formula
    exchanger  ion exchanger in the electrolyte
    pores      of the separator
    """

    symbols: tuple[str, ...]
    names: tuple[str, ...]
    species: Floats
    films: Floats
    exchanger: IonExchanger | None = None
    pores: Pores = FREE

    @classmethod
    def of(
        cls, physics: TransportPhysics, films: tuple[str, ...], molar_volumes: tuple[float, ...]
    ) -> ElementContents:
        """films and molar_volumes (m³/mol, NaN without formula) of all films."""
        known = dict(zip(films, molar_volumes, strict=False))
        formulas = [atoms(one.name) for one in physics.dissolved]
        symbols = tuple(s for s in FOLLOWED if any(s in formula for formula in formulas))
        per_volume = [
            [
                atoms(name).get(symbol, 0) / known[name] if known.get(name, np.nan) > 0.0 else 0.0
                for name in films
            ]
            for symbol in symbols
        ]
        species = [[float(formula.get(s, 0)) for formula in formulas] for s in symbols]
        names = tuple(one.name for one in physics.dissolved)
        per_species, of_films = np.array(species), np.array(per_volume)
        return cls(symbols, names, per_species, of_films, physics.exchanger, physics.pores)

    def contents(self, state: State) -> dict[str, ElementContent]:
        """The content of each element in a state."""
        interface = state.run_state.interface_state
        kept, area = interface.balances, projected_area(state.cell)
        passed, unit = kept.exchanged, MICROMETRE / area
        dissolved = list(self.dissolved(state).values())
        film = film_volume(state.surface, state.film, interface.markers)
        film = film + kept.film_buried - kept.film_laid
        found = {}
        for symbol, of_species, of_films in zip(
            self.symbols, self.species, self.films, strict=True
        ):
            consumed = float((of_species * passed.consumed).sum()) * unit
            formed = float((of_films * passed.formed).sum()) / area
            found[symbol] = ElementContent(
                dissolved=float(of_species @ dissolved),
                film=float((of_films * film).sum()) / area,
                stored=self._stored(state, symbol),
                products=consumed - formed,
                received=float((of_species * passed.received).sum()) * unit,
            )
        return found

    def dissolved(self, state: State) -> dict[str, float]:
        """Amount of each further species in the electrolyte, filled fragments too, mol/m² of
        projected area, by name."""
        interface, cell = state.run_state.interface_state, state.cell
        unit = MICROMETRE / projected_area(cell) * self.pores.of_gap(cell)
        held = [salt_content(cell, one).sum() for one in interface.fields.dissolved.T]
        amounts = (held + interface.balances.exchanged.trapped) * unit
        return dict(zip(self.names, map(float, amounts), strict=True))

    def _stored(self, state: State, symbol: str) -> float:
        """Atoms of an element in the ion exchanger, mol/m² of projected area."""
        if self.exchanger is None:
            return 0.0
        share = float(state.run_state.interface_state.fields.loading.sum())
        taken, released = (
            atoms(name).get(symbol, 0) for name in (self.exchanger.taken, self.exchanger.released)
        )
        held = self.exchanger.amount / projected_area_m2(state.cell)
        return held * (taken * share + released * (1.0 - share))
