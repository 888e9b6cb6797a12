"""One step of the moving interface: from the current on each facet to the next cell.

advance s = V_m i_n dt / F  ->  counter recedes  ->  level set, closed by scaling  ->  Mmg
->  loose pieces sorted out  ->  salt carried and restored  ->  film handed down

Where dead lithium floats, it moves with the rest: everything here sees it as lithium, and only the
finished state says again which pieces have no connection.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.interface.balances import Made
from deposition.interface.body_tracking import Bodies, Estate
from deposition.interface.connectivity import (
    Sorted,
    named,
    near_counter,
    revived,
    sort_pieces,
    speck_volume,
)
from deposition.interface.corners_2d import Uncut, find_crossings, with_crossings
from deposition.interface.counter_electrode import recede_counter
from deposition.interface.curve_2d import SmoothOffset, put_on_curve
from deposition.interface.descent import Descent, descend, inherit
from deposition.interface.film_balance import HandedDown, film_ledger
from deposition.interface.film_transport import FilmFrame
from deposition.interface.huygens import Offset
from deposition.interface.remesh import cut
from deposition.interface.remesh_correction import LEAST, level, settle
from deposition.interface.salt_transfer import carry_fields, salt_content
from deposition.interface.state import FrontState, _only_in_electrolyte, start
from deposition.interface.strippable_lithium import lithium_left, takes_all, without, worn_through
from deposition.interface.volume_balance import Targets, close
from deposition.mesh.cell import COUNTER, Cell, Floats
from deposition.mesh.size_field import size_field
from deposition.mesh.sizes import MeshSizes
from deposition.mesh.surface import Surface, SurfaceState, extract_surface, facet_bodies
from deposition.transport.fields import Fields

CLOSE = 0.05
"""A gap below this share of a surface cell cannot be meshed."""


@dataclass(frozen=True, eq=False)
class Front:
    """The moving interface with what stays the same from step to step.

    sizes             mesh sizes, µm
    molar_volume      of lithium, m³/mol
    frame             how film follows the surface
    counter_recedes   whether the counter electrode moves by what it gives
    salt_is_kept      whether no salt enters or leaves, so that it can be restored exactly
    dead_floats       whether dead lithium moves too, as a floating conductor
    """

    sizes: MeshSizes
    molar_volume: float
    frame: FilmFrame
    counter_recedes: bool
    salt_is_kept: bool = True
    dead_floats: bool = False

    def start(self, cell: Cell, film: SurfaceState, concentration: Floats) -> FrontState:
        """The state before the first step, at rest."""
        return start(cell, film, concentration, self.moving(cell))

    def supply(self, state: FrontState) -> float:
        """Volume of the lithium that can be stripped, µm^d; inf where the metal has no bottom."""
        return lithium_left(state.cell, state.ledger.debt)

    def worn_through(self, state: FrontState) -> Floats:
        """Where the lithium is thinner than a cell above the edge of the box, (d,) µm, or empty."""
        return worn_through(state.cell, state.surface, state.anchors, self.sizes.surface)

    def touches(self, state: FrontState) -> Floats:
        """Where no mesh fits between deposit and counter electrode any more, (d,) µm, or empty."""
        return near_counter(state.cell, state.surface, CLOSE * self.sizes.surface)

    def moving(self, cell: Cell) -> Cell:
        """The cell with all metal that moves called lithium."""
        return revived(cell) if self.dead_floats else cell

    def thickness(self, current_density: Floats, time_step: float) -> Floats:
        """(f,) advance s = V_m i_n dt / F in µm; 0 on dead lithium that is insulated."""
        per_charge = self.molar_volume / FARADAY / MICROMETRE
        return np.asarray(per_charge * time_step * current_density, dtype=np.float64)

    def advance(self, state: FrontState, fields: Fields, time_step: float) -> FrontState:
        """Move the surface by what the current of ``fields`` deposits in ``time_step`` (s).

        ``fields`` are those at the end of the step, on the cell before the move.
        Raises StepTooLong (take a shorter step) and FrontError (the mesh cannot be cut).
        """
        thickness = self.thickness(fields.current_density, time_step)
        live = self._live(state)
        moved = self._recede(live, thickness)
        lithium = takes_all(state.cell, state.surface, thickness, state.ledger.debt)
        if lithium is None:
            made = self._remesh(live, moved, thickness)
        else:
            made = self._bare(live, moved, without(moved, lithium), thickness)
        pieces, parent = made.pieces, made.descent.parent
        cell = named(pieces.cell, state.anchors, state.cell)
        surface = extract_surface(cell)
        before = salt_content(state.cell, state.fields.concentration)
        carried = carry_fields(state.cell, fields, before, pieces.open, self.salt_is_kept)
        film, handed = self._hand_down(state, made.descent, cell, fields, time_step)
        films = film_ledger((state.surface, surface), (state.film, film), parent, handed)
        plated = self._plated(live, made, thickness)
        salt = salt_content(pieces.open, carried.concentration).sum()
        received = 0.0 if self.salt_is_kept else float(salt - before.sum())
        debts = made.estate.debts(state.ledger.owed + plated, pieces.open, self.moving(cell), cell)
        return FrontState(
            cell,
            surface,
            film,
            Fields(
                _only_in_electrolyte(cell, carried.concentration),
                _only_in_electrolyte(cell, carried.potential),
                fields.current_density[parent],
                fields.metal_potential[parent],
            ),
            state.anchors,
            state.ledger.after(float(plated.sum()), received, made, debts, carried, films),
        )

    def _live(self, state: FrontState) -> FrontState:
        """The state with all metal that moves called lithium."""
        cell = self.moving(state.cell)
        return replace(state, cell=cell, surface=extract_surface(cell))

    def _remesh(self, state: FrontState, moved: Cell, thickness: Floats) -> Made:
        """Level set, Mmg, loose pieces; then what the remeshing lost is put back."""
        old, size = state.surface, self.sizes.surface
        own, bodies = thickness[old.working], Bodies.of(moved, old)
        area, body = old.area[old.working], bodies.facets[old.working]
        targets = Targets.of(own, area, body, state.ledger.owed)
        closed = close(Offset.of(bodies, old, own), own, targets, speck_volume(size, moved.dim))
        slid = moved.with_points(closed.surface.points)
        uncut = Uncut(slid, closed.surface.level_set, size_field(moved, old, self.sizes))
        advance = np.zeros(old.size)
        advance[old.working] = closed.advance
        if moved.dim == 2:
            smooth = SmoothOffset.of(moved, old, advance)
            crossings = find_crossings(smooth, uncut)
            uncut = with_crossings(uncut, crossings, smooth)
        mesh = cut(uncut.cell, uncut.level_set, uncut.sizes, size)
        pieces = sort_pieces(mesh, state.anchors, size)
        descent = self._descent(moved, old, advance, pieces)
        pieces = level(pieces, descent, uncut.cell, uncut.level_set)
        if moved.dim == 2:
            pieces = put_on_curve(pieces, smooth, crossings.place)
        descent = self._descent(moved, old, advance, pieces)
        estate = Estate.of(bodies, Bodies.of(pieces.cell, descent.new), bodies.volumes(state.cell))
        pieces, share = settle(pieces, descent, estate, targets.net)
        descent = self._descent(moved, old, advance, pieces)
        return Made(pieces, descent, estate, max(closed.departure(own, LEAST * size), share))

    def _bare(self, state: FrontState, moved: Cell, pieces: Sorted, thickness: Floats) -> Made:
        """The collector without its lithium: the mesh stays."""
        descent = self._descent(moved, state.surface, thickness, pieces)
        old, new = Bodies.of(moved, state.surface), Bodies.of(pieces.cell, descent.new)
        return Made(pieces, descent, Estate.of(old, new, old.volumes(state.cell)), 0.0)

    @staticmethod
    def _descent(moved: Cell, old: Surface, advance: Floats, pieces: Sorted) -> Descent:
        return descend(moved, old, advance, pieces.cell, extract_surface(pieces.cell))

    def _plated(self, live: FrontState, made: Made, thickness: Floats) -> Floats:
        """(b,) volume that each body gains by its current, µm^d."""
        own, bodies = live.surface.working, made.estate.old
        gained = thickness[own] * live.surface.area[own]
        return np.asarray(np.bincount(bodies.facets[own], gained, bodies.count), dtype=np.float64)

    def _hand_down(
        self, state: FrontState, descent: Descent, cell: Cell, fields: Fields, time_step: float
    ) -> tuple[SurfaceState, HandedDown]:
        """Film of the new surface: inherited from the old one, then as the frame says."""
        surface = extract_surface(cell)
        moving = extract_surface(self.moving(cell))
        descent = replace(descent, new=moving, connected=surface.working)
        passed = fields.current_density * time_step
        bodies = facet_bodies(cell, surface)
        return self.frame.carry(descent, inherit(descent, state.film, passed, bodies))

    def _recede(self, state: FrontState, thickness: Floats) -> Cell:
        """Move the counter electrode by its mean dissolved thickness."""
        counter = state.surface.on(COUNTER)
        if not self.counter_recedes or not counter.any():
            return state.cell
        area = state.surface.area[counter]
        return recede_counter(
            state.cell, state.surface, -float(thickness[counter] @ area / area.sum())
        )
