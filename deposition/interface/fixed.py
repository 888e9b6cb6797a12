"""Fixed interface, for static cases with analytical solutions."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from deposition.interface.corrector import Advanced, SolveMoved
from deposition.interface.film_transport import with_growth
from deposition.interface.state import InterfaceState, start
from deposition.interface.strippable_lithium import NOWHERE, Thinnest
from deposition.mesh.cell import COUNTER, Cell, Floats
from deposition.mesh.surface import SurfaceState
from deposition.transport.fields import Fields
from deposition.transport.physics import StepSolution
from deposition.transport.porous_lithium import lithium_lost


@dataclass(frozen=True)
class FixedInterface:
    """Lithium that deposits without thickness: the cell stays, the surface counts its charge.

    salt_is_kept  no salt enters or leaves the cell, as it does through a reservoir
    products      columns of the film components that cover bare metal
    """

    salt_is_kept: bool = True
    products: tuple[int, ...] = ()

    def start(self, cell: Cell, film: SurfaceState, concentration: Floats) -> InterfaceState:
        """The state before the first step, at rest."""
        return start(cell, film, concentration, cell)

    def strippable_volume(self, state: InterfaceState) -> float:
        """inf: no lithium is consumed."""
        return float("inf")

    def thinnest_lithium(self, state: InterfaceState) -> Thinnest:
        """Nowhere: no lithium is consumed."""
        return NOWHERE

    def near_short_circuit(self, state: InterfaceState) -> Floats:
        """Empty: there is no deposit."""
        return np.empty(0)

    def at_short_circuit(self, state: InterfaceState) -> Floats:
        """Empty: there is no deposit."""
        return np.empty(0)

    def near_separator(self, state: InterfaceState) -> Floats:
        """Empty: no metal moves."""
        return np.empty(0)

    def advance(self, state: InterfaceState, fields: Fields, time_step: float) -> InterfaceState:
        """Keep the cell, take over the fields, add the charge and the film of ``time_step`` (s)."""
        charge = state.film.charge + fields.current_density * time_step
        film = with_growth(state.film, fields.sei_growth, time_step, self.products)
        opposite = _grown_opposite(state, fields.sei_growth * time_step)
        film = replace(film, charge=charge)
        after = replace(state, fields=fields, film=film, counter_film=opposite)
        exchanged = state.balances.exchanged.after(state.surface, fields, time_step)
        lost = lithium_lost(state.cell, state.fields.porous_lithium, fields.porous_lithium)
        exchanged = replace(exchanged, porous=exchanged.porous + lost)
        after = replace(after, balances=replace(state.balances, exchanged=exchanged))
        if self.salt_is_kept:
            return after
        received = state.balances.salt_received + after.salt - state.salt
        return replace(after, balances=replace(after.balances, salt_received=received))

    def advance_corrected(
        self, state: InterfaceState, step: StepSolution, time_step: float, solve: SolveMoved
    ) -> Advanced:
        """Keep the cell; only where the SEI grows there is something to correct: the charge."""
        after = self.advance(state, step.mean, time_step)
        after = replace(after, fields=step.end.fields)
        return Advanced(after, step.end, step.total_current)


def _grown_opposite(state: InterfaceState, growth: Floats) -> Floats:
    """``counter_film`` after a growth (f, k) of volume per area, m."""
    on = state.surface.on(COUNTER)
    gained = state.surface.area[on, None] * np.broadcast_to(growth, state.film.volumes.shape)[on]
    if not gained.any():
        return state.counter_film
    return state.counter_film + gained if len(state.counter_film) else gained
