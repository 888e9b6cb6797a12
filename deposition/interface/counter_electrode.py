"""Recession of the counter electrode, and its film.

The counter electrode keeps its shape and moves as a whole along its outward normal, by its mean
dissolved thickness (the transport problem uses the same mean velocity for the anions).  The
electrolyte mesh is stretched: a vertex moves by the share d_metal / (d_metal + d_counter) of it, so
nothing moves at the metal, nor in a separator, whose distance counts like that of metal.

    d_counter = V_m Q / (F A)    V_m (m³/mol), charge Q (C) that dissolves, area A (m²)

The film keeps its initial layout, independent of the mesh: its area fractions stay those of the
initial facets.  Where it grows, each initial facet j gains what grows on the facets that lie there
now, in proportion to the area fraction f_jk,

    Δw_jk = f_jk λ_k <g_k/f_k>_j,    λ_k: Σ_j A_j Δw_jk = Σ A g_k over the present facets

with the growth g_k as volume per area.  Surface that keeps its shape makes no new surface, so that
this film only thickens.

Source: Faraday's law; that the counter electrode keeps its shape is a choice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

from deposition.interface.film_markers import FilmMarkers, facet_parts
from deposition.interface.film_transport import CarriedFilm, FilmMotion, FilmStep
from deposition.interface.numerics import NUMERICS
from deposition.mesh.cell import COUNTER, ELECTROLYTE, SEPARATOR, Cell, Floats, Ints
from deposition.mesh.distance import nearest_facet
from deposition.mesh.surface import Surface, SurfaceState

ROUNDING = 1e-12
"""Distance, µm, up to which the counter electrode stays: rounding, far below an atom."""


def recede_counter(cell: Cell, surface: Surface, distance: float) -> Cell:
    """The cell with its counter electrode moved out by ``distance`` (µm, < 0 when it grows)."""
    counter = surface.on(COUNTER)
    if abs(distance) <= ROUNDING or not counter.any():
        return cell
    moving = np.flatnonzero(cell.vertices_of(ELECTROLYTE))
    points = cell.points[moving]
    to_counter, nearest = cKDTree(surface.midpoint[counter]).query(points)
    to_counter[np.isin(moving, surface.facets[counter])] = 0.0
    still = np.union1d(surface.facets[~counter], cell.simplices[cell.in_region(SEPARATOR)])
    to_metal, _ = cKDTree(cell.points[still]).query(points)
    # x <- x + n d s with s = d_metal / (d_metal + d_counter), 0 at the metal, 1 at the counter.
    share = to_metal / (to_metal + to_counter)
    moved = cell.points.copy()
    # n points from the electrolyte into the counter metal, the direction of recession.
    moved[moving] += (distance * share)[:, None] * surface.normal[counter][nearest]
    return cell.with_points(moved)


@dataclass(frozen=True, eq=False)
class CounterKeepsFilm:
    """A film motion for the working electrode, and film in its initial layout on the counter
    electrode.

    The counter electrode moves as a whole, so that each facet has the film of the nearest initial
    one.  A facet across the border of two patches carries both, by area.

    film_motion  of the working electrode
    corners (q, d, d) µm, area (q,) µm^(d-1), fractions (q, k) and volumes per area (q, k), m,
        of the initial counter electrode
    """

    film_motion: FilmMotion
    corners: Floats
    area: Floats
    fractions: Floats
    volumes: Floats

    @classmethod
    def of(
        cls, film_motion: FilmMotion, cell: Cell, surface: Surface, state: SurfaceState
    ) -> CounterKeepsFilm:
        """The layout of an initial counter electrode."""
        on = surface.on(COUNTER)
        corners = cell.points[surface.facets[on]]
        return cls(film_motion, corners, surface.area[on], state.fractions[on], state.volumes[on])

    def start(
        self, cell: Cell, surface: Surface, film: SurfaceState
    ) -> tuple[SurfaceState, FilmMarkers]:
        """The film of the working electrode as its motion has it, and all other as it is."""
        return self.film_motion.start(cell, surface, film)

    def carry(self, step: FilmStep) -> CarriedFilm:
        """Apply the film motion, then the film of the counter electrode in its layout."""
        carried, new = self.film_motion.carry(step), step.parents.new
        on, grown = new.on(COUNTER), self._grown(step)
        initial = _nearest(step.parents.new_corners[on], self.corners)
        fractions, volumes = carried.seen.fractions.copy(), carried.seen.volumes.copy()
        inherited = np.hstack([fractions[on], volumes[on]])
        per_area = self.volumes
        if len(grown):
            per_area = per_area + grown / self.area[:, None]
        fractions[on] = self.fractions[initial].mean(axis=1)
        volumes[on] = per_area[initial].mean(axis=1)
        other = new.area[on] @ (np.hstack([fractions[on], volumes[on]]) - inherited)
        change = replace(carried.change, laid=carried.change.laid + other)
        seen = replace(carried.seen, fractions=fractions, volumes=volumes)
        return replace(carried, seen=seen, change=change, counter_film=grown)

    def _grown(self, step: FilmStep) -> Floats:
        """(q, k) volume that has grown on each initial facet after the step, µm^(d-1) m; (0, 0)
        while none has."""
        old = step.parents.old
        on = old.on(COUNTER)
        growth = step.growth[on]
        if not growth.any():
            return step.counter_film
        present = step.before.fractions[on]
        thicker = growth / np.where(present > 0.0, present, 1.0)
        beside = _nearest(self.corners, step.parents.old_cell.points[old.facets[on]])
        gained = self.area[:, None] * self.fractions * thicker[beside].mean(axis=1)
        formed, found = old.area[on] @ growth, gained.sum(axis=0)
        missing = (found == 0.0) & (formed != 0.0)
        gained[:, missing] = self.area[:, None]
        found = gained.sum(axis=0)
        gained *= formed / np.where(found != 0.0, found, 1.0)
        return step.counter_film + gained if len(step.counter_film) else gained


def _nearest(corners: Floats, others: Floats) -> Ints:
    """(f, s) the facet among ``others`` (q, d, d) that is nearest to each of s samples of facets
    with ``corners`` (f, d, d)."""
    weights = facet_parts(corners.shape[1], int(NUMERICS.facet_parts[corners.shape[1]]))
    places = np.einsum("sj,fjk->fsk", weights, corners)
    found = nearest_facet(places.reshape(-1, places.shape[2]), others)
    return np.asarray(found.reshape(places.shape[:2]), dtype=np.int64)
