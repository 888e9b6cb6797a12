"""One step of the moving interface: from the current on each facet to the next cell.

advance s = V_m i_n dt / F  ->  counter recedes  ->  level set, closed by scaling  ->  Mmg
->  loose pieces sorted out  ->  salt carried and restored  ->  film handed down
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from deposition.cell import COUNTER, ELECTROLYTE, LITHIUM, Cell, Floats
from deposition.constants import FARADAY, MICROMETRE
from deposition.errors import FrontError
from deposition.front.bodies import (
    PINCHED,
    anchor_points,
    facet_bodies,
    reaches_counter,
    sort_pieces,
    void_volume,
)
from deposition.front.closure import Closed, Targets, close
from deposition.front.counter import recede_counter
from deposition.front.cut import cut
from deposition.front.film import FilmFrame, FilmLedger, descend, inherit
from deposition.front.offset import Offset
from deposition.front.salt import carry_salt, salt_content
from deposition.front.size import MeshSizes, size_field
from deposition.surface import Surface, SurfaceState, extract_surface


@dataclass(frozen=True)
class Ledger:
    """What the front owes and has kept so far (volumes in µm^d, salt in mol/m³ µm^d).

    metal_initial, metal_target   metal at the start; what it must be now, V(0) + V_m Q / F
    swept                         V_m Q_total / F: all volume plated and stripped so far
    salt_initial, salt_trapped    salt at the start; salt buried in filled specks
    void_filled                   volume of filled specks, counted as lithium by the mesh
    """

    metal_initial: float
    metal_target: float
    salt_initial: float
    swept: float = 0.0
    salt_trapped: float = 0.0
    void_filled: float = 0.0
    salt_correction: float = 0.0
    volume_correction: float = 0.0
    film_error: float = 0.0


@dataclass(frozen=True, eq=False)
class FrontState:
    """A cell with its surface, film, salt and ledger; what one step turns into the next.

    concentration (n,) mol/m³, NaN outside the electrolyte; anchors (a, d) see ``bodies``.
    """

    cell: Cell
    surface: Surface
    film: SurfaceState
    concentration: Floats
    anchors: Floats
    ledger: Ledger

    @property
    def metal(self) -> float:
        """Volume of deposited and original lithium without filled voids, µm^d."""
        return metal_volume(self.cell) - self.ledger.void_filled

    @property
    def salt(self) -> float:
        """Salt in the electrolyte, mol/m³ µm^d."""
        return float(salt_content(self.cell, self.concentration).sum())

    @property
    def void(self) -> float:
        """Electrolyte volume cut off from the counter electrode, filled or not, µm^d."""
        return self.ledger.void_filled + void_volume(self.cell)

    @property
    def short_circuit(self) -> bool:
        """Whether the deposit has reached the counter electrode."""
        return reaches_counter(self.cell)


def metal_volume(cell: Cell) -> float:
    """Volume of lithium, joined or pinched off, µm^d (not the blocks of the geometry)."""
    volume = cell.volume(LITHIUM)
    if PINCHED in cell.regions:
        volume += float(cell.volumes[cell.region == cell.regions.index(PINCHED)].sum())
    return volume


@dataclass(frozen=True, eq=False)
class Front:
    """The moving interface with what stays the same from step to step.

    sizes             mesh sizes, µm
    molar_volume      of lithium, m³/mol
    frame             how film follows the surface
    counter_recedes   whether the counter electrode moves by what it gives
    """

    sizes: MeshSizes
    molar_volume: float
    frame: FilmFrame
    counter_recedes: bool

    def start(self, cell: Cell, film: SurfaceState, concentration: Floats) -> FrontState:
        """The state before the first step."""
        content = float(salt_content(cell, concentration).sum())
        metal = metal_volume(cell)
        ledger = Ledger(metal_initial=metal, metal_target=metal, salt_initial=content)
        return FrontState(
            cell, extract_surface(cell), film, concentration, anchor_points(cell), ledger
        )

    def thickness(self, current_density: Floats, time_step: float) -> Floats:
        """(f,) advance s = V_m i_n dt / F in µm; 0 on dead lithium."""
        return self.molar_volume * current_density * time_step / FARADAY / MICROMETRE

    def advance(
        self, state: FrontState, current_density: Floats, concentration: Floats, time_step: float
    ) -> FrontState:
        """Move the surface by what the current (f,) A/m² deposits in ``time_step`` (s).

        concentration (n,) mol/m³ at the end of the step on the cell before the move.
        Raises StepTooLong (take a shorter step) and FrontError (the mesh cannot be cut).
        """
        thickness = self.thickness(current_density, time_step)
        if not thickness[state.surface.working].any():
            raise FrontError("no current passes through the working electrode: nothing moves")
        moved = self._recede(state, thickness)
        closed = self._close(moved, state, thickness)
        sizes = size_field(moved, state.surface, self.sizes)
        pieces = sort_pieces(cut(moved, closed.level_set, sizes), state.anchors, self.sizes.surface)
        before = salt_content(state.cell, state.concentration)
        carried = carry_salt(state.cell, concentration, before, pieces.open)
        new = extract_surface(pieces.cell)
        film, film_ledger = self._hand_down(
            state, moved, closed, new, pieces.cell, current_density * time_step
        )
        kept = _only_in_electrolyte(pieces.cell, carried.concentration)
        ledger = state.ledger
        trapped = salt_content(pieces.open, carried.concentration)[pieces.filled].sum()
        passed = float(thickness[state.surface.working] @ state.surface.area[state.surface.working])
        return FrontState(
            pieces.cell,
            new,
            film,
            kept,
            state.anchors,
            replace(
                ledger,
                metal_target=ledger.metal_target + passed,
                swept=ledger.swept + abs(passed),
                salt_trapped=ledger.salt_trapped + float(trapped),
                void_filled=ledger.void_filled + float(pieces.cell.volumes[pieces.filled].sum()),
                salt_correction=max(ledger.salt_correction, carried.correction),
                volume_correction=max(ledger.volume_correction, closed.departure),
                film_error=max(ledger.film_error, film_ledger.error),
            ),
        )

    def _recede(self, state: FrontState, thickness: Floats) -> Cell:
        """Move the counter electrode by its mean dissolved thickness."""
        counter = state.surface.on(COUNTER)
        if not self.counter_recedes or not counter.any():
            return state.cell
        area = state.surface.area[counter]
        return recede_counter(
            state.cell, state.surface, -float(thickness[counter] @ area / area.sum())
        )

    def _close(self, moved: Cell, state: FrontState, thickness: Floats) -> Closed:
        working = state.surface.working
        advance = thickness[working]
        offset = Offset.of(moved, state.surface, advance)
        owed = state.ledger.metal_target - state.metal
        targets = Targets.of(advance, state.surface.area[working], owed)
        return close(offset, advance, targets)

    def _hand_down(
        self,
        state: FrontState,
        moved: Cell,
        closed: Closed,
        new: Surface,
        cell: Cell,
        passed: Floats,
    ) -> tuple[SurfaceState, FilmLedger]:
        """Film of the new surface: inherited from the old one, then as the frame says."""
        advance = np.zeros(state.surface.size)
        advance[state.surface.working] = closed.advance
        descent = descend(moved, state.surface, advance, new)
        inherited = inherit(descent, state.film, passed, facet_bodies(cell, new))
        return self.frame.carry(descent, inherited)


def _only_in_electrolyte(cell: Cell, field: Floats) -> Floats:
    """The nodal field with NaN at vertices that touch no electrolyte."""
    wet = np.zeros(len(cell.points), dtype=bool)
    wet[cell.simplices[cell.in_region(ELECTROLYTE)]] = True
    return np.where(wet, field, np.nan)
