"""Film of the markers averaged along the surface: what kinetics sees, and what covers new surface.

    μ_k = G_L ∗ (area of component k per area of surface),    w_k likewise of its volume

``DefaultFilm``: f_k = μ_k / max(1, Σ_k μ_k) of all components but the default film, which covers
the rest, f_default = 1 - Σ_k f_k.  Where it lacks area it is formed, with the thickness of new
film; where it has no room the rest of it is buried.  The markers hold it too, so that what grows on
it travels with it.

``stretched_film`` has another rule: film that stretches with its surface.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from deposition.interface.film_markers import FilmMarkers, coordinates, without_rounding
from deposition.interface.surface_average import SurfaceAverage
from deposition.mesh.cell import Floats, Ints

SEED = 1e-6
"""Weight of the area of all film beside that of a component on which more of it forms."""


@dataclass(frozen=True, eq=False)
class Covering:
    """Film at p places, per area: fractions (p, k), volumes (p, k) in m, and the area (p, k) that
    markers hold beyond the fractions: film that lies over other film."""

    fractions: Floats
    volumes: Floats
    overlap: Floats


class Cover(Protocol):
    """Rule by which the film of the markers covers a surface that has stretched or shrunk."""

    @property
    def uncarried(self) -> int | None:
        """Column of a film that covers what the others leave, wherever the markers are."""

    def covering(self, area: Floats, volume: Floats) -> Covering:
        """Cover places by averaged densities of film, (p, k) each."""

    def restored(self, spread: SpreadFilm, time_step: float) -> tuple[FilmMarkers, Floats, Floats]:
        """The markers with the area of their surface after a step (s); what was formed of film, and
        what was buried, (2 k,) areas and volumes each."""


@dataclass(frozen=True, eq=False)
class SpreadFilm:
    """Film of markers, averaged along the surface.

    markers
    average   over the facets ``on`` (s,) of the surface
    side      (m,) facet of each marker, among ``on``; weight (m, d) its barycentric coordinates
    density   (v, 2 k + 1) areas, volumes and number of the markers, per area of surface
    """

    markers: FilmMarkers
    average: SurfaceAverage
    on: Ints
    side: Ints
    weight: Floats
    density: Floats

    @classmethod
    def of(cls, markers: FilmMarkers, average: SurfaceAverage, on: Ints) -> SpreadFilm:
        """Average the film of markers over the facets ``on`` (s,) of a surface."""
        side = np.searchsorted(on, markers.facet)
        weight = coordinates(markers.place, average.points[average.facets[side]])
        columns = np.column_stack([markers.amounts, np.ones(markers.count)])
        density = average.at_vertices(side, weight, columns)
        return cls(markers, average, on, side, weight, density)

    def with_markers(self, markers: FilmMarkers) -> SpreadFilm:
        """The film of other markers over the same facets."""
        same = markers is self.markers
        return self if same else SpreadFilm.of(markers, self.average, self.on)

    def on_facets(self, cover: Cover) -> Covering:
        """Film on the facets ``on``."""
        return cover.covering(*amounts(self.average.on_facets(self.density)))

    @property
    def at_markers(self) -> Floats:
        """(m, 2 k + 1) the density at the markers."""
        return self.at_places(self.density)

    def at_places(self, density: Floats) -> Floats:
        """(m, c) a density (v, c) at the markers."""
        around = density[self.average.facets[self.side]]
        return np.asarray(np.einsum("mc,mcj->mj", self.weight, around), dtype=np.float64)

    def with_growth(self, growth: Floats) -> FilmMarkers:
        """The markers after growth of volume per area of facet (s, k), m, < 0 where film dissolves.

        What forms on a facet goes to the markers whose film is averaged there, in proportion to
        their area of the component (and, with a small weight, of any film: a component may form
        where there was none); what dissolves is taken from them in proportion to their volume.  The
        average is its own adjoint, so that the markers gain what the facets do.
        """
        # V_m += W_m G(g/W)_m with W = G W_m on the facets: Σ_m W_m G(g/W)_m = Σ_f A_f g_f.
        markers, k = self.markers, growth.shape[1]
        area = markers.area + SEED * markers.area.sum(axis=1, keepdims=True)
        volume = markers.volume
        gained = np.zeros_like(volume)
        held = self.average.on_facets(self.density)
        on_area = held[:, :k] + SEED * held[:, :k].sum(axis=1, keepdims=True)
        for weight, there, part in (
            (area, on_area, np.maximum(growth, 0.0)),
            (volume, held[:, k : 2 * k], np.minimum(growth, 0.0)),
        ):
            if not part.any():
                continue
            known = there > 0.0
            share = np.where(known, part / np.where(known, there, 1.0), 0.0)
            facet = np.arange(len(share))
            corners = self.average.facets.shape[1]
            even = np.full((len(share), corners), 1.0 / corners)
            spread = self.average.at_vertices(facet, even, share * self.average.area[:, None])
            gained += weight * self.at_places(spread)
        return replace(markers, volume=without_rounding(volume + gained, volume))

    def spacing(self) -> Floats:
        """(m,) distance of the markers around each, n^(-1/(d-1)) with their number n per area,
        µm."""
        dim = self.average.points.shape[1]
        return np.asarray(self.at_markers[:, -1] ** (-1.0 / (dim - 1)), dtype=np.float64)

    def bare(self, length: float) -> Ints:
        """Facets, among ``on``, on which markers are further apart than ``length``, µm."""
        dim = self.average.points.shape[1]
        number = self.average.on_facets(self.density[:, -1:])[:, 0]
        return np.flatnonzero(number * length ** (dim - 1) < 1.0)


def amounts(density: Floats) -> tuple[Floats, Floats]:
    """Areas and volumes (p, k) of a density; the average of nothing is rounding of either sign."""
    area, volume = np.split(np.maximum(density[:, :-1], 0.0), 2, axis=1)
    return area, volume


@dataclass(frozen=True)
class DefaultFilm:
    """The film that covers new surface: its column, and its thickness (m)."""

    column: int
    thickness: float

    @property
    def uncarried(self) -> int | None:
        """The default film."""
        return self.column

    def covering(self, area: Floats, volume: Floats) -> Covering:
        """f_k = μ_k / max(1, Σ_k μ_k), f_default = 1 - Σ_k f_k; the sums without the default
        film."""
        own = self.column
        fractions, missing, room = self._shared(area)
        overlap = area - fractions
        overlap[:, own] = 0.0
        volumes = volume.copy()
        volumes[:, own] = volume[:, own] * room + missing * self.thickness
        return Covering(fractions, volumes, overlap)

    def _shared(self, area: Floats) -> tuple[Floats, Floats, Floats]:
        """Fractions (p, k); area of the default film that is missing (p,), and its share that has
        room (p,)."""
        own = self.column
        there, covered = area[:, own], np.delete(area, own, axis=1).sum(axis=1)
        fractions = area / np.maximum(covered, 1.0)[:, None]
        fractions[:, own] = np.maximum(1.0 - covered, 0.0)
        missing = np.maximum(fractions[:, own] - there, 0.0)
        room = np.minimum(fractions[:, own] / np.where(there > 0.0, there, 1.0), 1.0)
        return fractions, missing, room

    def restored(self, spread: SpreadFilm, time_step: float) -> tuple[FilmMarkers, Floats, Floats]:
        """Default film formed where it is missing, and buried where it has no room."""
        at, own, markers = spread.at_markers, self.column, spread.markers
        _, missing, room = self._shared(amounts(at)[0])
        area, volume = markers.area.copy(), markers.volume.copy()
        k = area.shape[1]
        formed, buried = np.zeros(2 * k), np.zeros(2 * k)
        # A marker stands for an area 1/n of surface, n the density of their number.
        new, lost = missing / at[:, -1], 1.0 - room
        formed[own], formed[k + own] = new.sum(), new.sum() * self.thickness
        buried[own], buried[k + own] = lost @ area[:, own], lost @ volume[:, own]
        area[:, own] = room * area[:, own] + new
        volume[:, own] = room * volume[:, own] + new * self.thickness
        return replace(markers, area=area, volume=volume), formed, buried
