"""State of the interface between two steps."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from deposition.interface.balances import InterfaceBalances
from deposition.interface.body_tracking import MetalBodies
from deposition.interface.connectivity import anchor_points, at_counter, void_volume
from deposition.interface.film_markers import FilmMarkers
from deposition.interface.salt_transfer import salt_content
from deposition.mesh.cell import COLLECTOR, DEAD_LITHIUM, ELECTROLYTE, LITHIUM, Cell, Floats
from deposition.mesh.surface import Surface, SurfaceState, extract_surface
from deposition.transport.fields import Fields


@dataclass(frozen=True, eq=False)
class InterfaceState:
    """A cell with its surface, film, fields and balances.

    film: what kinetics sees; ``markers`` carry it where it travels, and ``markers.facet`` indexes
    ``surface``.  anchors (a, d), µm: see ``anchor_points``.  The salt in ``fields`` is exact;
    potential and current are those on the surface before the corrector moved it.
    since_cut: furthest way of a facet since the mesh was cut, µm; deferred (f,): advance that each
    facet has yet to make, µm, > 0 into the electrolyte, or one value for all (``slide``).
    counter_film (q, k): volume of each film that has grown on each initial facet of the counter
    electrode, µm^(d-1) m (``counter_electrode``); (0, 0) where none has.
    """

    cell: Cell
    surface: Surface
    film: SurfaceState
    fields: Fields
    anchors: Floats
    balances: InterfaceBalances
    markers: FilmMarkers = field(default_factory=FilmMarkers.none)
    since_cut: float = 0.0
    deferred: Floats = field(default_factory=lambda: np.zeros(1))
    counter_film: Floats = field(default_factory=lambda: np.empty((0, 0)))

    @property
    def salt(self) -> float:
        """Salt in the electrolyte, mol/m³ µm^d."""
        return float(salt_content(self.cell, self.fields.concentration).sum())

    @property
    def grown_on_counter(self) -> Floats:
        """(k,) volume of each film that has grown on the counter electrode, µm^(d-1) m."""
        if not len(self.counter_film):
            return np.zeros(len(self.film.films))
        return np.asarray(self.counter_film.sum(axis=0), dtype=np.float64)

    @property
    def void(self) -> float:
        """Electrolyte volume cut off from the counter electrode, filled or not, µm^d."""
        return self.balances.void_filled + void_volume(self.cell)

    @property
    def contact(self) -> str:
        """Metal at the counter electrode, "the deposit" or "dead lithium"; "" if none is."""
        kinds = at_counter(self.cell)
        if kinds & {LITHIUM, COLLECTOR}:
            return "the deposit"
        return "dead lithium" if DEAD_LITHIUM in kinds else ""


def start(cell: Cell, film: SurfaceState, concentration: Floats, moving: Cell) -> InterfaceState:
    """The state of a cell at rest: uniform potential, no current, initial balances.

    concentration (n,), mol/m³, NaN in metal; moving: the cell with all metal that moves called
    lithium.
    """
    surface = extract_surface(cell)
    nothing = np.zeros(surface.size)
    potential = np.where(np.isnan(concentration), np.nan, 0.0)
    rest = Fields(concentration, potential, nothing, nothing)
    content = float(salt_content(cell, concentration).sum())
    bodies = MetalBodies.of(moving, surface)
    balances = InterfaceBalances(
        volume_deficit=np.zeros(bodies.count),
        metal_target=float(bodies.volumes(moving).sum()),
        box=float(cell.volumes.sum()),
        salt_initial=content,
    )
    return InterfaceState(cell, surface, film, rest, anchor_points(cell), balances)


def only_in_electrolyte(cell: Cell, field: Floats) -> Floats:
    """The nodal field (n,) with NaN at vertices that touch no electrolyte."""
    return np.where(cell.vertices_of(ELECTROLYTE), field, np.nan)
