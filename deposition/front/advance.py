"""One step of the moving interface: from the current on each facet to the next cell.

advance s = V_m i_n dt / F  ->  counter recedes  ->  level set, closed by scaling  ->  Mmg
->  loose pieces sorted out  ->  salt carried and restored  ->  film handed down
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from deposition.cell import COUNTER, ELECTROLYTE, Cell, Floats, metal_volume
from deposition.constants import FARADAY, MICROMETRE
from deposition.front.bodies import (
    Sorted,
    anchor_points,
    reaches_counter,
    sort_pieces,
    speck_volume,
    void_volume,
)
from deposition.front.closure import Targets, close
from deposition.front.counter import recede_counter
from deposition.front.cut import cut
from deposition.front.film import Descent, FilmFrame, FilmLedger, descend, inherit
from deposition.front.offset import Offset
from deposition.front.salt import Carried, carry_fields, salt_content
from deposition.front.settle import level, settle
from deposition.front.size import size_field
from deposition.front.smooth import SmoothOffset, put_on_curve
from deposition.mesh_sizes import MeshSizes
from deposition.state import Fields
from deposition.surface import Surface, SurfaceState, extract_surface, facet_bodies


@dataclass(frozen=True)
class Ledger:
    """What the front owes and has kept so far (volumes in µm^d, salt in mol/m³ µm^d).

    metal_initial, metal_target   metal at the start; what it must be now, V(0) + V_m Q / F
    swept                         V_m Q_total / F: all volume plated and stripped so far
    salt_initial, salt_trapped    salt at the start; salt buried in filled specks
    salt_received                 salt that came from a reservoir
    void_filled                   volume of filled specks, counted as lithium by the mesh
    """

    metal_initial: float
    metal_target: float
    salt_initial: float
    swept: float = 0.0
    salt_trapped: float = 0.0
    salt_received: float = 0.0
    void_filled: float = 0.0
    salt_correction: float = 0.0
    pool_correction: float = 0.0
    volume_correction: float = 0.0
    film_error: float = 0.0

    def after(
        self,
        plated: float,
        received: float,
        pieces: Sorted,
        carried: Carried,
        departure: float,
        film: FilmLedger,
    ) -> Ledger:
        """The ledger after a step that plated this volume (µm^d) and got this salt."""
        trapped = salt_content(pieces.open, carried.concentration)[pieces.filled].sum()
        return replace(
            self,
            metal_target=self.metal_target + plated,
            swept=self.swept + abs(plated),
            salt_trapped=self.salt_trapped + float(trapped),
            salt_received=self.salt_received + received,
            void_filled=self.void_filled + float(pieces.cell.volumes[pieces.filled].sum()),
            salt_correction=max(self.salt_correction, carried.correction),
            pool_correction=max(self.pool_correction, carried.pool_correction),
            volume_correction=max(self.volume_correction, departure),
            film_error=max(self.film_error, film.error),
        )


@dataclass(frozen=True, eq=False)
class FrontState:
    """A cell with its surface, film, fields and ledger; what one step turns into the next.

    anchors (a, d): see ``bodies``.  The salt in ``fields`` is exact; potential and current are
    those of the cell before, carried over.
    """

    cell: Cell
    surface: Surface
    film: SurfaceState
    fields: Fields
    anchors: Floats
    ledger: Ledger

    @property
    def metal(self) -> float:
        """Volume of deposited and original lithium without filled voids, µm^d."""
        return metal_volume(self.cell) - self.ledger.void_filled

    @property
    def salt(self) -> float:
        """Salt in the electrolyte, mol/m³ µm^d."""
        return float(salt_content(self.cell, self.fields.concentration).sum())

    @property
    def void(self) -> float:
        """Electrolyte volume cut off from the counter electrode, filled or not, µm^d."""
        return self.ledger.void_filled + void_volume(self.cell)

    @property
    def short_circuit(self) -> bool:
        """Whether the deposit has reached the counter electrode."""
        return reaches_counter(self.cell)


@dataclass(frozen=True, eq=False)
class Front:
    """The moving interface with what stays the same from step to step.

    sizes             mesh sizes, µm
    molar_volume      of lithium, m³/mol
    frame             how film follows the surface
    counter_recedes   whether the counter electrode moves by what it gives
    salt_is_kept      whether no salt enters or leaves, so that it can be restored exactly
    """

    sizes: MeshSizes
    molar_volume: float
    frame: FilmFrame
    counter_recedes: bool
    salt_is_kept: bool = True

    def start(self, cell: Cell, film: SurfaceState, concentration: Floats) -> FrontState:
        """The state before the first step, at rest."""
        return start(cell, film, concentration)

    def thickness(self, current_density: Floats, time_step: float) -> Floats:
        """(f,) advance s = V_m i_n dt / F in µm; 0 on dead lithium."""
        per_charge = self.molar_volume / FARADAY / MICROMETRE
        return np.asarray(per_charge * time_step * current_density, dtype=np.float64)

    def advance(self, state: FrontState, fields: Fields, time_step: float) -> FrontState:
        """Move the surface by what the current of ``fields`` deposits in ``time_step`` (s).

        ``fields`` are those at the end of the step, on the cell before the move.
        Raises StepTooLong (take a shorter step) and FrontError (the mesh cannot be cut).
        """
        thickness = self.thickness(fields.current_density, time_step)
        moved = self._recede(state, thickness)
        pieces, descent, departure = self._remesh(state, moved, thickness)
        before = salt_content(state.cell, state.fields.concentration)
        carried = carry_fields(state.cell, fields, before, pieces.open, self.salt_is_kept)
        film, film_ledger = self._hand_down(state, descent, pieces, fields, time_step)
        plated = float((thickness * state.surface.area)[state.surface.working].sum())
        salt = salt_content(pieces.open, carried.concentration).sum()
        received = 0.0 if self.salt_is_kept else float(salt - before.sum())
        return FrontState(
            pieces.cell,
            descent.new,
            film,
            Fields(
                _only_in_electrolyte(pieces.cell, carried.concentration),
                _only_in_electrolyte(pieces.cell, carried.potential),
                fields.current_density[descent.parent],
                fields.metal_potential[descent.parent],
            ),
            state.anchors,
            state.ledger.after(plated, received, pieces, carried, departure, film_ledger),
        )

    def _remesh(
        self, state: FrontState, moved: Cell, thickness: Floats
    ) -> tuple[Sorted, Descent, float]:
        """The new cell: level set, Mmg, loose pieces, and what the remeshing lost put back.

        Also the larger of the two departures from the advance: before the cut, and after it.
        """
        old, size = state.surface, self.sizes.surface
        own = thickness[old.working]
        owed = state.ledger.metal_target - state.metal
        targets = Targets.of(own, old.area[old.working], owed)
        offset = Offset.of(moved, old, own)
        closed = close(offset, own, targets, speck_volume(size, moved.dim))
        slid = moved.with_points(closed.surface.points)
        mesh = cut(slid, closed.surface.level_set, size_field(moved, old, self.sizes), size)
        pieces = sort_pieces(mesh, state.anchors, size)
        advance = np.zeros(old.size)
        advance[old.working] = closed.advance
        pieces = level(
            pieces, self._descent(moved, old, advance, pieces), slid, closed.surface.level_set
        )
        if moved.dim == 2:
            pieces = put_on_curve(pieces, SmoothOffset.of(moved, old, advance))
        missing = metal_volume(state.cell) + targets.net - metal_volume(pieces.open)
        pieces, share = settle(pieces, self._descent(moved, old, advance, pieces), missing)
        departure = max(closed.departure, abs(share))
        return pieces, self._descent(moved, old, advance, pieces), departure

    @staticmethod
    def _descent(moved: Cell, old: Surface, advance: Floats, pieces: Sorted) -> Descent:
        return descend(moved, old, advance, pieces.cell, extract_surface(pieces.cell))

    def _hand_down(
        self,
        state: FrontState,
        descent: Descent,
        pieces: Sorted,
        fields: Fields,
        time_step: float,
    ) -> tuple[SurfaceState, FilmLedger]:
        """Film of the new surface: inherited from the old one, then as the frame says."""
        passed = fields.current_density * time_step
        bodies = facet_bodies(pieces.cell, descent.new)
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


def start(cell: Cell, film: SurfaceState, concentration: Floats) -> FrontState:
    """The state of a cell at rest: uniform potential, no current, an open ledger."""
    surface = extract_surface(cell)
    nothing = np.zeros(surface.size)
    potential = np.where(np.isnan(concentration), np.nan, 0.0)
    rest = Fields(concentration, potential, nothing, nothing)
    content = float(salt_content(cell, concentration).sum())
    metal = metal_volume(cell)
    ledger = Ledger(metal_initial=metal, metal_target=metal, salt_initial=content)
    return FrontState(cell, surface, film, rest, anchor_points(cell), ledger)


def _only_in_electrolyte(cell: Cell, field: Floats) -> Floats:
    """The nodal field with NaN at vertices that touch no electrolyte."""
    return np.where(cell.vertices_of(ELECTROLYTE), field, np.nan)
