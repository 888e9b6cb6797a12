"""Motion of the SEI film with the surface.

Every new facet inherits the film of its parent, the old facet that attains Huygens' minimum at its
midpoint (``parents``).  A film motion then changes it:

``AdvectedFilm``: patches travel with the surface they cover.  Where a neighbourhood of the surface
has grown by the ratio r = A_new / A_old > 1, the electrolyte's default film covers the new part:
f_new = [f + (r - 1) f_default] / r.  r is averaged over a stated length, because facet by facet it
is noise at the mesh scale.  Where the surface shrank, film is buried and what remains is unchanged.

``StationaryFilm``: conductive channels in a matrix that stays where it is.  A facet is covered by
what covered the initial surface at the same place across the growth axis (the last coordinate).

A motion returns the film with the change that it made, ``FilmUpdate``.  ``film_balance`` compares
the two: it measures the film before the step and after it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from scipy.spatial import cKDTree

from deposition.interface.balances import FilmUpdate
from deposition.interface.numerics import NUMERICS
from deposition.interface.parents import FacetParents
from deposition.mesh.cell import Cell, Floats, Ints, Mask
from deposition.mesh.point_location import locate
from deposition.mesh.surface import Surface, SurfaceState


class FilmMotion(Protocol):
    """Rule by which film follows the moving surface."""

    def carry(self, parents: FacetParents, state: SurfaceState) -> tuple[SurfaceState, FilmUpdate]:
        """The film of the new surface, and the change to the inherited one.

        ``state`` is on the new facets already, each with the film of its parent.
        """


@dataclass(frozen=True, eq=False)
class AdvectedFilm:
    """Patches that travel with the surface and are diluted by default film where it stretches.

    Where surface has grown by r = A_new/A_old > 1: f_new = [f + (r - 1) f_default]/r, and
    likewise the thickness.

    default (k,) composition of the default film; default_thickness (m); length (µm) over which the
    stretch is averaged, a Gaussian of that standard deviation.
    Source: balance of the film's area; that patches travel is a choice (``sei.film_motion``).
    """

    default: Floats
    default_thickness: float
    length: float

    def carry(self, parents: FacetParents, state: SurfaceState) -> tuple[SurfaceState, FilmUpdate]:
        """Dilute the inherited film."""
        ratio = np.ones(parents.new.size)
        working = parents.new.working
        ratio[working] = _stretch(parents, self.length)
        # 1/r is inherited and 1 - 1/r is new; where the surface shrank, r = 1: nothing is new.
        kept = 1.0 / np.maximum(ratio, 1.0)
        share = kept[:, None]
        fractions = share * state.fractions + (1.0 - share) * self.default
        thickness = kept * state.thickness + (1.0 - kept) * self.default_thickness
        update = FilmUpdate(
            kept,
            np.broadcast_to(self.default, fractions.shape),
            np.full(len(kept), self.default_thickness),
        )
        return replace(state, fractions=fractions, thickness=thickness), update


def _stretch(parents: FacetParents, length: float) -> Floats:
    """(w,) A_new / A_old around each new working facet, both averaged over ``length`` (µm).

    Every new facet is counted at its foot on the old surface, so both averages run over the same
    surface with the same smooth weight, and mesh-scale changes of single facets cancel.
    """
    # r(x) = Σ_new w(x - foot) A / Σ_old w(x - x_f) A, both sums over the old surface.
    old, new = parents.old, parents.new
    of_new, of_old = new.working, old.working
    foot, facing = parents.foot[of_new], old.normal[parents.parent[of_new]]
    top = _average(foot, facing, foot, facing, new.area[of_new], length)
    bottom = _average(
        foot, facing, old.midpoint[of_old], old.normal[of_old], old.area[of_old], length
    )
    return top / np.where(bottom > 0, bottom, 1.0)


def _average(
    at: Floats, at_normal: Floats, points: Floats, normal: Floats, area: Floats, length: float
) -> Floats:
    """(p,) Σ_j max(n_i·n_j, 0) exp(-r_ij²/2L²) A_j around each place ``at`` (p, d), L = ``length``.

    Only surface with a similar normal counts: the other side of a gap or of a thin wall is near in
    space but far along the surface.
    """
    reach = NUMERICS.averaging_reach * length
    pairs = cKDTree(at).sparse_distance_matrix(cKDTree(points), reach, output_type="ndarray")
    i, j = pairs["i"], pairs["j"]
    alike = np.maximum(np.einsum("ij,ij->i", at_normal[i], normal[j]), 0.0)
    weight = alike * np.exp(-0.5 * (pairs["v"] / length) ** 2) * area[j]
    return np.asarray(np.bincount(i, weight, len(at)), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class StationaryFilm:
    """Film that stays where it is: the initial layout, looked up across the growth axis.

    A facet across the border of two patches carries both, by area, so the width of a patch does not
    depend on the places of the mesh vertices.

    nodes (p, d - 1) vertices of the initial working surface without their last coordinate, µm;
    facets (q, d) of it; fractions (q, k) and thickness (q,), m, of the film there.
    Source: a choice (``sei.film_motion``): channels in a matrix that lithium grows through.
    """

    nodes: Floats
    facets: Ints
    fractions: Floats
    thickness: Floats

    @classmethod
    def of(cls, cell: Cell, surface: Surface, state: SurfaceState) -> StationaryFilm:
        """The layout of an initial surface."""
        working = surface.working
        used, facets = np.unique(surface.facets[working], return_inverse=True)
        return cls(
            cell.points[used, :-1],
            facets.reshape(-1, cell.dim),
            state.fractions[working],
            state.thickness[working],
        )

    def carry(self, parents: FacetParents, state: SurfaceState) -> tuple[SurfaceState, FilmUpdate]:
        """Replace the film by that of the place, except on floating metal, whose film travels."""
        working = parents.connected
        initial = self._lookup(parents.new_corners[working])
        return with_film_replaced(
            state,
            FilmUpdate(np.ones(len(working)), state.fractions, state.thickness),
            working,
            self.fractions[initial].mean(axis=1),
            self.thickness[initial].mean(axis=1),
        )

    def _lookup(self, corners: Floats) -> Ints:
        """(f, s) the initial facet below or above each of s samples of facets (f, d, d)."""
        weights = facet_samples(corners.shape[1])
        places = np.einsum("sj,fjk->fsk", weights, corners[..., :-1])
        found = locate(places.reshape(-1, self.nodes.shape[1]), self.nodes, self.facets)
        return found.simplex.reshape(places.shape[:2])


def with_film_replaced(
    state: SurfaceState, update: FilmUpdate, on: Mask, fractions: Floats, thickness: Floats
) -> tuple[SurfaceState, FilmUpdate]:
    """State and update with all film on the s facets ``on`` (g,) replaced.

    fractions (s, k) and thickness (s,), m, of the new film
    """
    kept, new_fractions, new_thickness = (
        update.kept.copy(),
        update.fractions.copy(),
        update.thickness.copy(),
    )
    all_fractions, all_thickness = state.fractions.copy(), state.thickness.copy()
    kept[on] = 0.0
    new_fractions[on] = all_fractions[on] = fractions
    new_thickness[on] = all_thickness[on] = thickness
    return (
        replace(state, fractions=all_fractions, thickness=all_thickness),
        FilmUpdate(kept, new_fractions, new_thickness),
    )


def facet_samples(corners: int) -> Floats:
    """(s, d) barycentric coordinates of the middles of equal parts of a segment or triangle."""
    parts = int(NUMERICS.facet_parts[corners])
    if corners == 2:
        along = (np.arange(parts) + 0.5) / parts
        return np.column_stack([along, 1.0 - along])
    # A triangle in n² equal ones: n (n + 1)/2 upright, n (n - 1)/2 inverted.
    upright = [(i + 1 / 3, j + 1 / 3) for i in range(parts) for j in range(parts - i)]
    inverted = [(i + 2 / 3, j + 2 / 3) for i in range(parts - 1) for j in range(parts - 1 - i)]
    two = np.array(upright + inverted) / parts
    return np.column_stack([two, 1.0 - two.sum(axis=1)])
