"""What the new surface inherits from the old one.

Every new facet descends from the old facet that attains Huygens' minimum at its midpoint.

``MaterialFrame``: patches travel with the surface they cover.  Where a neighbourhood of the surface
has grown by the ratio r = A_new / A_old > 1, the electrolyte's fresh SEI covers the new part:
f_new = [f + (r - 1) f_fresh] / r.  r is averaged over a stated length, because facet by facet it is
noise at the mesh scale.  Where the surface shrank, film is buried and what remains is unchanged.

``SpatialFrame``: conductive channels in a matrix that stays where it is.  A facet is covered by
what covered the initial surface at the same place across the growth axis (the last coordinate).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from deposition.cell import COUNTER, DEAD_LITHIUM, Cell, Floats, Ints
from deposition.front.distance import argmin_by_point, longest_edge, near_pairs, nearest_on_facet
from deposition.front.interpolate import locate
from deposition.front.offset import FACTOR_RANGE
from deposition.surface import Surface, SurfaceState


@dataclass(frozen=True)
class FilmLedger:
    """Areas of film, µm^(d-1): before + fresh - buried = after."""

    before: float
    fresh: float
    buried: float
    after: float

    @property
    def error(self) -> float:
        """|before + fresh - buried - after| / before."""
        return abs(self.before + self.fresh - self.buried - self.after) / max(self.before, 1e-300)


@dataclass(frozen=True, eq=False)
class Descent:
    """Old and new surface, and which old facet each new one descends from.

    All lithium that moves counts as working on ``old`` and ``new``; connected (g,) says what of it
    belongs to the working electrode and does not float.

    new_corners (g, d, d) of the new facets, µm; parent (g,) index of the old facet of each new one;
    advance (g,) of that facet, µm; foot (g, d) the place on it nearest to the new midpoint, µm
    """

    old: Surface
    new: Surface
    connected: NDArray[np.bool_]
    new_corners: Floats
    parent: Ints
    advance: Floats
    foot: Floats


class FilmFrame(Protocol):
    """How film follows the moving surface."""

    def carry(self, descent: Descent, state: SurfaceState) -> tuple[SurfaceState, FilmLedger]:
        """The state of the new surface, and the ledger of film area."""


def descend(old_cell: Cell, old: Surface, advance: Floats, new_cell: Cell, new: Surface) -> Descent:
    """Find the parent of every new facet: argmin_f (dist - |s_f|) on lithium that moves, the
    nearest old facet of the same electrode elsewhere."""
    parent = np.zeros(new.size, dtype=np.int64)
    parent[new.working] = _working_parents(old_cell, old, advance, new)
    for electrode in (DEAD_LITHIUM, COUNTER):
        mine, theirs = new.on(electrode), np.flatnonzero(old.on(electrode))
        if mine.any():
            # Metal that has just been pinched off had been working: it keeps the nearest film.
            pool = theirs if len(theirs) and electrode == COUNTER else np.arange(old.size)
            _, nearest = cKDTree(old.midpoint[pool]).query(new.midpoint[mine])
            parent[mine] = pool[nearest]
    foot = nearest_on_facet(new.midpoint, old_cell.points[old.facets[parent]])
    corners = new_cell.points[new.facets]
    return Descent(old, new, new.working, corners, parent, advance[parent], foot)


def _working_parents(cell: Cell, old: Surface, advance: Floats, new: Surface) -> Ints:
    candidates = np.flatnonzero(old.working)
    reach = np.abs(advance[candidates])
    points = new.midpoint[new.working]
    corners = cell.points[old.facets[candidates]]
    cutoff = FACTOR_RANGE[1] * reach.max(initial=0.0) + longest_edge(corners)
    pairs = near_pairs(points, corners, cutoff)
    best = argmin_by_point(pairs, pairs.distance - reach[pairs.facet], len(points))
    lost = best < 0
    if lost.any():
        _, best[lost] = cKDTree(old.midpoint[candidates]).query(points[lost])
    return candidates[best]


def inherit(descent: Descent, state: SurfaceState, passed: Floats, body: Ints) -> SurfaceState:
    """The parents' film on the new facets, with the charge (f,) C/m² that each old facet passed."""
    parent = descent.parent
    return SurfaceState(
        state.fractions[parent],
        state.thickness[parent],
        (state.charge + passed)[parent],
        body,
        state.films,
    )


@dataclass(frozen=True, eq=False)
class MaterialFrame:
    """Patches that travel with the surface and are diluted by fresh film where it stretches.

    Where surface has grown by r = A_new/A_old > 1: f_new = [f + (r - 1) f_fresh]/r, and
    so for the thickness.

    fresh (k,) composition of fresh film; fresh_thickness (m); length (µm) over which the stretch is
    averaged, a Gaussian of that standard deviation.
    Source: balance of the film's area; that patches travel is a choice (``sei.frame``).
    """

    fresh: Floats
    fresh_thickness: float
    length: float

    def carry(self, descent: Descent, state: SurfaceState) -> tuple[SurfaceState, FilmLedger]:
        """Dilute the inherited film (``state`` is already on the new facets)."""
        ratio = np.ones(descent.new.size)
        working = descent.new.working
        ratio[working] = _stretch(descent, self.length)
        kept = (1.0 / np.maximum(ratio, 1.0))[:, None]
        fractions = kept * state.fractions + (1.0 - kept) * self.fresh
        thickness = kept[:, 0] * state.thickness + (1.0 - kept[:, 0]) * self.fresh_thickness
        return replace(state, fractions=fractions, thickness=thickness), _ledger(
            descent, kept[:, 0]
        )


def _ledger(descent: Descent, kept: Floats) -> FilmLedger:
    """Sum the ledger by old facet (what of it is left) and by new facet (what lies there)."""
    working = descent.new.working
    area, parent, kept = descent.new.area[working], descent.parent[working], kept[working]
    left = np.bincount(parent, area * kept, descent.old.size)
    before = np.where(descent.old.working, descent.old.area, 0.0)
    return FilmLedger(
        before=float(before.sum()),
        fresh=float(area @ (1.0 - kept)),
        buried=float((before - left).sum()),
        after=float(area.sum()),
    )


def _stretch(descent: Descent, length: float) -> Floats:
    """A_new / A_old around each new working facet, both averaged over ``length``.

    Every new facet is counted at its foot on the old surface, so both averages run over the same
    surface with the same smooth weight, and what the mesh does to single facets drops out.
    """
    old, new = descent.old, descent.new
    mine, theirs = new.working, old.working
    foot, facing = descent.foot[mine], old.normal[descent.parent[mine]]
    top = _average(foot, facing, foot, facing, new.area[mine], length)
    bottom = _average(
        foot, facing, old.midpoint[theirs], old.normal[theirs], old.area[theirs], length
    )
    return top / np.where(bottom > 0, bottom, 1.0)


def _average(
    at: Floats, at_normal: Floats, points: Floats, normal: Floats, area: Floats, length: float
) -> Floats:
    """Sum of area around each place ``at``, with Gaussian weights of standard deviation ``length``.

    Only surface that looks the same way counts: the other side of a gap or of a thin wall is near
    in space but far along the surface.
    """
    reach = 3.0 * length
    pairs = cKDTree(at).sparse_distance_matrix(cKDTree(points), reach, output_type="ndarray")
    i, j = pairs["i"], pairs["j"]
    alike = np.maximum(np.einsum("ij,ij->i", at_normal[i], normal[j]), 0.0)
    weight = alike * np.exp(-0.5 * (pairs["v"] / length) ** 2) * area[j]
    return np.asarray(np.bincount(i, weight, len(at)), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class SpatialFrame:
    """Film that stays where it is: the initial layout, looked up across the growth axis.

    A facet across the border of two patches carries both, by area, so the width of a patch does not
    depend on where the mesh happens to have its vertices.

    nodes (p, d - 1) vertices of the initial working surface without their last coordinate, µm;
    facets (q, d) of it; fractions (q, k) and thickness (q,) of the film there.
    Source: a choice (``sei.frame``): channels in a matrix that lithium grows through.
    """

    nodes: Floats
    facets: Ints
    fractions: Floats
    thickness: Floats

    @classmethod
    def of(cls, cell: Cell, surface: Surface, state: SurfaceState) -> SpatialFrame:
        """The layout of an initial surface."""
        working = surface.working
        used, facets = np.unique(surface.facets[working], return_inverse=True)
        return cls(
            cell.points[used, :-1],
            facets.reshape(-1, cell.dim),
            state.fractions[working],
            state.thickness[working],
        )

    def carry(self, descent: Descent, state: SurfaceState) -> tuple[SurfaceState, FilmLedger]:
        """Look the layout up; film is replaced by what belongs to the place, but on floating metal,
        which carries its own along."""
        working = descent.connected
        there = self._lookup(descent.new_corners[working])
        fractions, thickness = state.fractions.copy(), state.thickness.copy()
        fractions[working] = self.fractions[there].mean(axis=1)
        thickness[working] = self.thickness[there].mean(axis=1)
        before = float(descent.old.area[descent.old.working].sum())
        after = float(descent.new.area[descent.new.working].sum())
        ledger = FilmLedger(before, max(after - before, 0.0), max(before - after, 0.0), after)
        return replace(state, fractions=fractions, thickness=thickness), ledger

    def _lookup(self, corners: Floats) -> Ints:
        """(f, s) the initial facet below or above each of s samples of facets (f, d, d)."""
        weights = samples(corners.shape[1])
        places = np.einsum("sj,fjk->fsk", weights, corners[..., :-1])
        found = locate(places.reshape(-1, self.nodes.shape[1]), self.nodes, self.facets)
        return found.simplex.reshape(places.shape[:2])


def samples(corners: int) -> Floats:
    """(s, d) barycentric coordinates of the middles of equal parts of a segment or triangle."""
    if corners == 2:
        along = (np.arange(8) + 0.5) / 8.0
        return np.column_stack([along, 1.0 - along])
    upright = [(i + 1 / 3, j + 1 / 3) for i in range(4) for j in range(4 - i)]
    inverted = [(i + 2 / 3, j + 2 / 3) for i in range(3) for j in range(3 - i)]
    two = np.array(upright + inverted) / 4.0
    return np.column_stack([two, 1.0 - two.sum(axis=1)])
