"""Recession of the counter electrode, and its film.

The counter electrode keeps its shape and moves as a whole along its outward normal, by its mean
dissolved thickness (the transport problem uses the same mean velocity for the anions).  The
electrolyte mesh is stretched: a vertex moves by the share d_metal / (d_metal + d_counter) of it, so
nothing moves at the metal, nor in a separator, whose distance counts like that of metal.  The film
keeps its initial layout, independent of the mesh.

    d_counter = V_m Q / (F A)    V_m (m³/mol), charge Q (C), area A (m²)

Source: Faraday's law; that the counter electrode keeps its shape is a choice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

from deposition.interface.film_markers import FilmMarkers, facet_parts
from deposition.interface.film_transport import CarriedFilm, FilmMotion, FilmStep
from deposition.interface.numerics import NUMERICS
from deposition.mesh.cell import COUNTER, ELECTROLYTE, SEPARATOR, Cell, Floats
from deposition.mesh.distance import nearest_facet
from deposition.mesh.surface import Surface, SurfaceState


def recede_counter(cell: Cell, surface: Surface, distance: float) -> Cell:
    """The cell with its counter electrode moved out by ``distance`` (µm, < 0 when it grows)."""
    counter = surface.on(COUNTER)
    if distance == 0.0 or not counter.any():
        return cell
    moving = np.unique(cell.simplices[cell.in_region(ELECTROLYTE)])
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
    """A film motion for the working electrode, and the initial film on the counter electrode.

    The counter electrode moves as a whole, so that each facet has the film of the nearest initial
    one.  A facet across the border of two patches carries both, by area.

    film_motion  of the working electrode
    corners (q, d, d) µm, fractions (q, k) and volumes per area (q, k), m,
        of the initial counter electrode
    """

    film_motion: FilmMotion
    corners: Floats
    fractions: Floats
    volumes: Floats

    @classmethod
    def of(
        cls, film_motion: FilmMotion, cell: Cell, surface: Surface, state: SurfaceState
    ) -> CounterKeepsFilm:
        """The layout of an initial counter electrode."""
        on = surface.on(COUNTER)
        corners = cell.points[surface.facets[on]]
        return cls(film_motion, corners, state.fractions[on], state.volumes[on])

    def start(
        self, cell: Cell, surface: Surface, film: SurfaceState
    ) -> tuple[SurfaceState, FilmMarkers]:
        """The film of the working electrode as its motion has it, and all other as it is."""
        return self.film_motion.start(cell, surface, film)

    def carry(self, step: FilmStep) -> CarriedFilm:
        """Apply the film motion, then the initial film on the counter electrode."""
        carried, new = self.film_motion.carry(step), step.parents.new
        on = new.on(COUNTER)
        corners = step.parents.new_corners[on]
        weights = facet_parts(corners.shape[1], int(NUMERICS.facet_parts[corners.shape[1]]))
        places = np.einsum("sj,fjk->fsk", weights, corners)
        found = nearest_facet(places.reshape(-1, places.shape[2]), self.corners)
        initial = found.reshape(places.shape[:2])
        fractions, volumes = carried.seen.fractions.copy(), carried.seen.volumes.copy()
        inherited = np.hstack([fractions[on], volumes[on]])
        fractions[on] = self.fractions[initial].mean(axis=1)
        volumes[on] = self.volumes[initial].mean(axis=1)
        other = new.area[on] @ (np.hstack([fractions[on], volumes[on]]) - inherited)
        change = replace(carried.change, laid=carried.change.laid + other)
        seen = replace(carried.seen, fractions=fractions, volumes=volumes)
        return replace(carried, seen=seen, change=change)
