"""State after a step of the moving interface: steps 8 and 9 of ``moving``.

Once the new mesh is made, fields, film and balances are taken over from the state before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from deposition.interface.balances import Exchanged, FilmBalance
from deposition.interface.connectivity import (
    Connectivity,
    with_body_names,
    with_dead_lithium_moving,
)
from deposition.interface.film_transport import CarriedFilm, FilmMotion, FilmStep
from deposition.interface.numerics import InterfaceNumerics
from deposition.interface.parents import inherit
from deposition.interface.remesh_correction import RemeshResult
from deposition.interface.salt_transfer import (
    TransferredFields,
    common_motion,
    origins,
    salt_content,
    species_content,
    transfer_fields,
)
from deposition.interface.state import InterfaceState, only_in_electrolyte
from deposition.interface.transition import Transition
from deposition.laws.electrodes import Electrodes
from deposition.mesh.cell import COUNTER, ELECTROLYTE, Cell, Floats, Ints
from deposition.mesh.point_location import Located
from deposition.mesh.surface import Surface, extract_surface, facet_bodies
from deposition.transport.fields import Fields
from deposition.transport.porous_lithium import carried as carried_lithium
from deposition.transport.porous_lithium import lithium_lost


def moving_metal(cell: Cell, electrodes: Electrodes) -> Cell:
    """The cell with all metal that moves called lithium."""
    return with_dead_lithium_moving(cell) if electrodes.dead_lithium.moves else cell


@dataclass(frozen=True, eq=False)
class StateTransfer:
    """The rules by which a state passes to the next mesh; see ``MovingInterface``."""

    film_motion: FilmMotion
    electrodes: Electrodes
    numerics: InterfaceNumerics

    def finished(
        self,
        step: Transition,
        made: RemeshResult,
        gained: Floats,
        expected: Ints | None = None,
    ) -> tuple[InterfaceState, Ints]:
        """Steps 8 and 9: the state after the step, and the origin of its fields.

        gained (b,) by the bodies, µm^d; expected: that of the same vertices in a similar state.
        """
        state = step.before
        cell = with_body_names(made.connectivity.cell, state.anchors, state.cell, self.numerics)
        motion = common_motion(cell, float(gained.sum()), step.old.recession)
        located = origins(step.electrolyte, made.connectivity.open, motion, expected)
        transferred = self.transfer_salt(step, made.connectivity, motion, located)  # 8
        surface = extract_surface(cell)
        carried, films = self.transfer_film(step, made, cell, surface)  # 9
        new = (cell, surface, carried, films)
        return self._next_state(step, made, transferred, new, gained), located.simplex

    def transfer_salt(
        self,
        step: Transition,
        connectivity: Connectivity,
        motion: Floats | float,
        located: Located,
    ) -> TransferredFields:
        """Step 8: the fields on the new mesh, with the salt of each pocket restored.

        They come along with the ``motion`` (d,) that both electrodes have in common, µm, from the
        ``origins`` located.  On the mesh before electrolyte fragments were filled, which traps
        their salt.
        """
        state, fields = step.before, step.fields
        species = species_content(state.cell, fields, step.time_step)
        kept, new = self.electrodes.salt_is_kept, connectivity.open
        return transfer_fields(
            state.cell,
            fields,
            step.salt,
            new,
            kept,
            motion,
            species,
            self.numerics,
            located,
        )

    def transfer_film(
        self,
        step: Transition,
        made: RemeshResult,
        cell: Cell,
        surface: Surface,
    ) -> tuple[CarriedFilm, FilmBalance]:
        """Step 9: the film of the new ``surface`` of ``cell``, and the balance of the film."""
        state, fields, time_step = step.before, step.fields, step.time_step
        live = moving_metal(cell, self.electrodes)
        moving = surface if live is cell else extract_surface(live)
        parents = replace(made.parents, new=moving, new_cell=cell, connected=surface.working)
        passed = fields.current_density * time_step
        growth = np.broadcast_to(fields.sei_growth * time_step, state.film.volumes.shape)
        grown = replace(state.film, volumes=state.film.volumes + growth)
        inherited = inherit(parents, grown, passed, facet_bodies(cell, surface))
        film = FilmStep(
            parents, state.film, inherited, state.markers, growth, time_step, state.counter_film
        )
        carried = self.film_motion.carry(film)
        travels = ~state.surface.on(COUNTER)
        formed = state.surface.area[travels] @ growth[travels]
        reacted = np.concatenate([np.zeros_like(formed), formed])
        both, old = (state.markers, carried.markers), (state.surface, state.film)
        return carried, FilmBalance.of(both, reacted, old, (surface, carried.seen), carried.change)

    def _exchanged(self, step: Transition, vanished: float) -> Exchanged:
        """Amounts that have passed the walls and left the pores since the start; ``vanished``:
        lithium that fell below the size of a cell, µm^d."""
        state, fields = step.before, step.fields
        found = state.balances.exchanged.after(state.surface, fields, step.time_step)
        products = vanished / self.electrodes.lithium.molar_volume
        lost = lithium_lost(state.cell, state.fields.porous_lithium, fields.porous_lithium)
        return replace(found, products=found.products + products, porous=found.porous + lost)

    def _next_state(
        self,
        step: Transition,
        made: RemeshResult,
        transferred: TransferredFields,
        new: tuple[Cell, Surface, CarriedFilm, FilmBalance],
        gained: Floats,
    ) -> InterfaceState:
        """The state after the step, with its balances; gained (b,) V_m Q / F of each body, µm^d."""
        (cell, surface, carried, films), parent = new, made.parents.parent
        state, fields = step.before, step.fields
        # What a body lacks of its gain is its new deficit.
        due = state.balances.volume_deficit + gained
        opened = made.connectivity.open
        deficits = made.tracking.deficits(due, opened, moving_metal(cell, self.electrodes), cell)
        received = 0.0
        if not self.electrodes.salt_is_kept:
            salt = salt_content(opened, transferred.concentration).sum()
            received = float(salt - step.salt.sum())
        # What reacts and falls below the size of a cell would be gone within the next steps.
        vanished = deficits.unassigned_deficit if self.electrodes.dead_lithium.reacts else 0.0
        return InterfaceState(
            cell,
            surface,
            carried.seen,
            Fields(
                only_in_electrolyte(cell, transferred.concentration),
                only_in_electrolyte(cell, transferred.potential),
                fields.current_density[parent],
                fields.metal_potential[parent],
                np.where(cell.vertices_of(ELECTROLYTE)[:, None], transferred.dissolved, np.nan),
                _inherited(fields.chemical_rate, parent),
                _inherited(fields.trace_rate, parent),
                _inherited(fields.side_current, parent),
                _inherited(fields.sei_growth, parent),
                fields.lithiation,
                fields.loading,
                carried_lithium(state.cell, cell, fields.porous_lithium),
            ),
            state.anchors,
            state.balances.after(
                float(gained.sum()),
                received,
                made,
                deficits,
                transferred,
                films,
                self._exchanged(step, vanished),
                vanished,
            ),
            carried.markers,
            step.since_cut,
            _inherited(step.deferred, parent),
            carried.counter_film,
        )


def _inherited(values: Floats, parent: Ints) -> Floats:
    """Values (f, …) on the new facets; one row stands for all."""
    return values if len(values) == 1 else values[parent]
