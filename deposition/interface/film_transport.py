"""Motion of the SEI film with the surface.

``AdvectedFilm``: film travels with the surface that it covers, as markers with conserved amounts
(``film_markers``).  The fractions that kinetics sees are a Gaussian average along the surface,

    μ_k = G_L ∗ (area of component k per area of surface),    w_k likewise of its volume

and one of two rules covers a surface that has stretched: a default film is formed there, with its
own thickness, and buried where surface shrinks (``film_spread``; the other components are
conserved, and thicker by Σ_k μ_k where there is more of them than surface); or the film thins and
cracks (``stretched_film``).

``StationaryFilm``: conductive channels in a matrix that stays where it is.  A facet is covered by
what covered the initial surface at the same place across the growth axis.

A motion returns the film with what it says that it did, ``FilmChange``; ``FilmBalance`` measures
all else.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

import numpy as np

from deposition.interface.balances import FilmChange
from deposition.interface.film_markers import (
    FilmMarkers,
    divided,
    facet_parts,
    landed,
    moved,
    overrun,
    stratified,
    without_rounding,
)
from deposition.interface.film_spread import Cover, SpreadFilm
from deposition.interface.numerics import NUMERICS, InterfaceNumerics
from deposition.interface.parents import FacetParents
from deposition.interface.product_cover import taken_over
from deposition.interface.surface_average import SurfaceAverage
from deposition.interface.surface_sides import SurfaceSides
from deposition.mesh.cell import COUNTER, Cell, Floats, Ints
from deposition.mesh.growth_axis import UPWARDS, GrowthAxis
from deposition.mesh.point_location import Locator
from deposition.mesh.surface import Surface, SurfaceState


@dataclass(frozen=True, eq=False)
class FilmStep:
    """Film before a step, on its way to the new surface.

    parents    old and new surface
    before     the film on the old facets
    inherited  on the new facets, each with the film of its parent, and what has grown on it
    markers    on the old surface
    growth     (f, k) volume per area that grows on the old facets in the step, m
    counter_film  (q, k) of the counter electrode before the step, see ``InterfaceState``
    """

    parents: FacetParents
    before: SurfaceState
    inherited: SurfaceState
    markers: FilmMarkers
    growth: Floats
    time_step: float
    counter_film: Floats = field(default_factory=lambda: np.empty((0, 0)))


@dataclass(frozen=True, eq=False)
class CarriedFilm:
    """Film after a step: what kinetics sees, the markers that carry it, what was done, and the film
    of the counter electrode."""

    seen: SurfaceState
    markers: FilmMarkers
    change: FilmChange
    counter_film: Floats = field(default_factory=lambda: np.empty((0, 0)))


class FilmMotion(Protocol):
    """Rule by which film follows the moving surface."""

    def start(
        self, cell: Cell, surface: Surface, film: SurfaceState
    ) -> tuple[SurfaceState, FilmMarkers]:
        """The film as kinetics sees it, and its markers, of a cell covered by ``film``."""

    def carry(self, step: FilmStep) -> CarriedFilm:
        """The film on the new surface."""


@dataclass(frozen=True, eq=False)
class AdvectedFilm:
    """Patches that travel with the surface.

    cover: how film covers surface that stretches, of densities μ = G_L ∗ the film of the markers;
    length (µm): standard deviation of the Gaussian G_L along the surface; products: columns of the
    components that cover bare metal (``product_cover``).
    Source: balance of the film's amounts; that patches travel is a choice (``sei.motion``).
    """

    cover: Cover
    length: float
    numerics: InterfaceNumerics = NUMERICS
    products: tuple[int, ...] = ()

    def start(
        self, cell: Cell, surface: Surface, film: SurfaceState
    ) -> tuple[SurfaceState, FilmMarkers]:
        """Markers with the film of their facets, and its average."""
        if surface.on(COUNTER).all():
            return film, FilmMarkers.none()
        on, area = np.flatnonzero(~surface.on(COUNTER)), surface.area[:, None]
        amounts = (area * film.fractions)[on], (area * film.volumes)[on]
        markers = self._placed(cell, surface, on, amounts)
        seen, _ = self._seen(self._spread(cell, surface, film, markers), surface, film)
        return seen, markers

    def carry(self, step: FilmStep) -> CarriedFilm:
        """Move the markers, drop those that are overrun, and cover the surface with the others."""
        parents = step.parents
        old, new, cell, film = parents.old, parents.new, parents.new_cell, step.inherited
        if old.on(COUNTER).all():
            return self._all_buried(step.markers, new, film)
        markers = self._grown(step)
        taken = (markers.area - step.markers.area).sum(axis=0)
        taken = np.concatenate([taken, np.zeros_like(taken)])
        if new.on(COUNTER).all():
            return self._all_buried(markers, new, film)
        sides = SurfaceSides.of(parents.old_cell, old, ~old.on(COUNTER), self.numerics)
        new_sides = SurfaceSides.of(cell, new, ~new.on(COUNTER), self.numerics)
        edge = new.edge[new_sides.chosen]
        paths = moved(markers, sides, parents.old_advance)
        arrived, lost = landed(markers, paths.end, paths.normal, new_sides, edge, self.numerics)
        dropped = lost | overrun(paths, sides, parents.old_advance, self.numerics)
        kept = arrived.only(~dropped)
        spread = self._spread(cell, new, film, kept)
        spacing, bare = spread.spacing(), spread.bare(self.length)
        if (spacing > self.length).any():
            kept = divided(kept, spacing, self.length, new_sides, edge, self.numerics)
        if len(bare):
            nothing = np.zeros((len(bare), kept.area.shape[1]))
            others = self._placed(cell, new, spread.on[bare], (nothing, nothing))
            kept = kept.with_others(others)
        spread = spread.with_markers(kept)
        kept, formed, squeezed = self.cover.restored(spread, step.time_step)
        seen, (laid, overlap) = self._seen(spread.with_markers(kept), new, film)
        carried = np.arange(kept.area.shape[1]) != self.cover.uncarried
        change = FilmChange(
            added=formed + np.maximum(taken, 0.0),
            buried=markers.only(dropped).amounts.sum(axis=0) + squeezed - np.minimum(taken, 0.0),
            laid=laid,
            overlap=overlap,
            carried=np.tile(carried, 2),
        )
        return CarriedFilm(seen, kept, change)

    def _all_buried(
        self, markers: FilmMarkers, surface: Surface, film: SurfaceState
    ) -> CarriedFilm:
        """The film where no metal is left that could carry it."""
        laid = surface.area @ np.hstack([film.fractions, film.volumes])
        none = np.zeros_like(laid)
        lost = markers.amounts.sum(axis=0) if markers.count else none
        # No film stays where it is: what goes with the last metal is buried, not replaced.
        change = FilmChange(none, lost, laid, none, np.ones(len(none), dtype=bool))
        return CarriedFilm(film, FilmMarkers.none(), change)

    def _grown(self, step: FilmStep) -> FilmMarkers:
        """The markers on the old surface, with what has grown there."""
        if not step.growth.any():
            return step.markers
        old_cell, old = step.parents.old_cell, step.parents.old
        spread = self._spread(old_cell, old, step.before, step.markers)
        grown = spread.with_growth(step.growth[spread.on])
        if not self.products:
            return grown
        gained = grown.volume - step.markers.volume
        area = taken_over(grown.area, grown.volume, gained, np.array(self.products))
        return replace(grown, area=area)

    def _placed(
        self, cell: Cell, surface: Surface, facet: Ints, amounts: tuple[Floats, Floats]
    ) -> FilmMarkers:
        """Markers on some facets (q,), with areas and volumes (q, k)."""
        corners = cell.points[surface.facets[facet]]
        return stratified(corners, facet, *amounts, int(self.numerics.marker_parts[cell.dim]))

    def _spread(
        self, cell: Cell, surface: Surface, film: SurfaceState, markers: FilmMarkers
    ) -> SpreadFilm:
        """The film of the markers, averaged on each body by itself."""
        on = np.flatnonzero(~surface.on(COUNTER))
        average = SurfaceAverage.of(
            cell, surface.facets[on], surface.area[on], film.body[on], self.length, self.numerics
        )
        return SpreadFilm.of(markers, average, on)

    def _seen(
        self, spread: SpreadFilm, surface: Surface, film: SurfaceState
    ) -> tuple[SurfaceState, tuple[Floats, Floats]]:
        """The film with that of the markers on their facets; and (2 k,) the film that is laid on
        the facets without markers, and that lies over other film."""
        on, covering = spread.on, spread.on_facets(self.cover)
        fractions, volumes = film.fractions.copy(), film.volumes.copy()
        fractions[on], volumes[on] = covering.fractions, covering.volumes
        own = np.arange(fractions.shape[1]) == self.cover.uncarried
        without = np.ones(surface.size, dtype=bool)
        without[on] = False
        by_place = without[:, None] | own
        laid = surface.area @ np.hstack([fractions * by_place, volumes * by_place])
        overlap = surface.area[on] @ covering.overlap
        seen = replace(film, fractions=fractions, volumes=volumes)
        return seen, (laid, np.concatenate([overlap, np.zeros_like(overlap)]))


@dataclass(frozen=True, eq=False)
class StationaryFilm:
    """Film that stays where it is: the initial layout, looked up across the growth axis.

    A facet across the border of two patches carries both, by area, so the width of a patch does not
    depend on the places of the mesh vertices.

    nodes (p, d - 1) vertices of the initial working surface across the growth axis, µm; facets
    (q, d) of it; fractions (q, k) and volumes per area (q, k), m, of the film there.
    Source: a choice (``sei.film_motion``): channels in a matrix that lithium grows through.
    """

    nodes: Floats
    facets: Ints
    fractions: Floats
    volumes: Floats
    growth: GrowthAxis = UPWARDS

    @classmethod
    def of(cls, cell: Cell, surface: Surface, state: SurfaceState) -> StationaryFilm:
        """The layout of an initial surface."""
        working = surface.working
        used, facets = np.unique(surface.facets[working], return_inverse=True)
        return cls(
            cell.growth.turned(cell.points[used])[:, :-1],
            facets.reshape(-1, cell.dim),
            state.fractions[working],
            state.volumes[working],
            cell.growth,
        )

    def start(
        self, cell: Cell, surface: Surface, film: SurfaceState
    ) -> tuple[SurfaceState, FilmMarkers]:
        """The film as it is, without markers."""
        return film, FilmMarkers.none()

    def carry(self, step: FilmStep) -> CarriedFilm:
        """Replace the film by that of the place, except on floating metal, whose film travels."""
        working = step.parents.connected
        initial = self._lookup(step.parents.new_corners[working])
        fractions, volumes = step.inherited.fractions.copy(), step.inherited.volumes.copy()
        fractions[working] = self.fractions[initial].mean(axis=1)
        volumes[working] = self.volumes[initial].mean(axis=1)
        laid = step.parents.new.area @ np.hstack([fractions, volumes])
        none = np.zeros_like(laid)
        change = FilmChange(none, none, laid, none, none.astype(bool))
        seen = replace(step.inherited, fractions=fractions, volumes=volumes)
        return CarriedFilm(seen, step.markers, change)

    def _lookup(self, corners: Floats) -> Ints:
        """(f, s) the initial facet below or above each of s samples of facets (f, d, d)."""
        weights = facet_parts(corners.shape[1], int(NUMERICS.facet_parts[corners.shape[1]]))
        places = np.einsum("sj,fjk->fsk", weights, self.growth.turned(corners)[..., :-1])
        found = self._locator.locate(places.reshape(-1, self.nodes.shape[1]))
        return found.simplex.reshape(places.shape[:2])

    @cached_property
    def _locator(self) -> Locator:
        return Locator(self.nodes, self.facets)


def with_growth(
    state: SurfaceState, growth: Floats, time_step: float, products: tuple[int, ...] = ()
) -> SurfaceState:
    """The film after growth (f, k), m/s, over a time step (s); the area fractions stay but for what
    ``products`` take over (``product_cover``)."""
    gained = np.broadcast_to(growth * time_step, state.volumes.shape)
    volumes = without_rounding(state.volumes + gained, state.volumes)
    if not products:
        return replace(state, volumes=volumes)
    fractions = taken_over(state.fractions, volumes, gained, np.array(products))
    return replace(state, fractions=fractions, volumes=volumes)
