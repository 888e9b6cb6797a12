"""Huygens' construction: the new surface is the envelope of balls rolled off the old one.

Each surface facet f advances by s_f (µm, > 0 into the electrolyte).  The new surface is the zero
set of a level set psi on the vertices of the old mesh, metal where psi < 0:

    in the electrolyte   psi =  min_f (dist(x, f) - s_f)
    in the metal         psi = -min_f (dist(x, f) + s_f)
    on the old surface   -(1 - w) s_mean + w times the electrolyte rule if all facets of the vertex
                         grow, the metal rule if all recede; -s_mean if they disagree

with s_mean the area-weighted mean advance of the facets around the vertex, and w = max |s| / h of
them (at most 1).  Where a fast facet meets a slow one, Huygens' wave is an arc of radius s.  While
s is well below the edge length h, the mesh cannot show it: the vertex would carry the advance s
over the whole next facet, a volume s h instead of s², whatever the step.  The mean sweeps exactly
the volume that was deposited, and the weight w adds the arc in proportion.

The construction has no stability limit.  Where a fast facet borders a slow one it overgrows it at
full speed; that is a modelling choice (see ``frame`` in the scenario).  Distances are Euclidean, so
an advance must stay well below the thickness of any wall or unsplit body.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from deposition.cell import ELECTROLYTE, LITHIUM, Cell, Floats, Ints
from deposition.front.distance import Pairs, longest_edge, minimum_by_point, near_pairs
from deposition.surface import Surface

Mask = NDArray[np.bool_]

FACTOR_RANGE = (0.8, 1.25)
"""How far an advance may be scaled to close the charge balance, see ``closure``."""


@dataclass(frozen=True, eq=False)
class Offset:
    """The vertices around an advancing surface, ready to be given a level set.

    cell, facets (f, d) and area (f,) of the surface that may advance, band (µm): how far from the
    surface the level set is exact; further away it keeps its sign and stays at ±band.
    """

    cell: Cell
    facets: Ints
    area: Floats
    band: float

    @classmethod
    def of(cls, cell: Cell, surface: Surface, advance: Floats) -> Offset:
        """Prepare the working surface; the band reaches one edge beyond the furthest advance."""
        facets, area = surface.facets[surface.working], surface.area[surface.working]
        furthest = FACTOR_RANGE[1] * float(np.abs(advance).max())
        return cls(cell, facets, area, furthest + 1.2 * longest_edge(cell.points[facets]))

    @cached_property
    def pairs(self) -> Pairs:
        """Vertex-facet pairs within the band."""
        return near_pairs(self.cell.points, self.cell.points[self.facets], self.band)

    @cached_property
    def on_surface(self) -> Mask:
        """(n,) vertices of the advancing facets."""
        mask = np.zeros(len(self.cell.points), dtype=bool)
        mask[self.facets.ravel()] = True
        return mask

    @cached_property
    def in_electrolyte(self) -> Mask:
        """(n,) vertices ahead of the surface: in electrolyte, or in metal that is never split."""
        behind = np.zeros(len(self.cell.points), dtype=bool)
        behind[self.cell.simplices[self.cell.in_region(LITHIUM)]] = True
        behind[self.cell.simplices[self.cell.in_region(ELECTROLYTE)]] = False
        return ~behind & ~self.on_surface

    def level_set(self, advance: Floats) -> Floats:
        """(n,) psi for the advances (f,) of the facets, µm."""
        count = len(self.cell.points)
        ahead = self._nearest(-advance, count)
        behind = -self._nearest(advance, count)
        psi = np.where(self.in_electrolyte, ahead, behind)
        psi[self.on_surface] = self._on_surface(advance, ahead, behind)[self.on_surface]
        return psi

    def _nearest(self, shift: Floats, count: int) -> Floats:
        """min_f (dist + shift_f), at most ``band``."""
        shifted = self.pairs.distance + shift[self.pairs.facet]
        return np.minimum(minimum_by_point(self.pairs, shifted, count, self.band), self.band)

    def _on_surface(self, advance: Floats, ahead: Floats, behind: Floats) -> Floats:
        """(n,) psi at the vertices of the old surface; meaningless elsewhere."""
        vertex = self.facets.ravel()
        corners = self.facets.shape[1]
        each, weight = np.repeat(advance, corners), np.repeat(self.area, corners)
        count = len(ahead)
        lowest, highest = np.full(count, np.inf), np.full(count, -np.inf)
        np.minimum.at(lowest, vertex, each)
        np.maximum.at(highest, vertex, each)
        total = np.bincount(vertex, weight, count)
        total[total == 0.0] = 1.0
        mean = np.bincount(vertex, weight * each, count) / total
        huygens = np.where(lowest >= 0, ahead, np.where(highest <= 0, behind, -mean))
        size = np.bincount(vertex, weight * np.repeat(self._edge, corners), count) / total
        share = np.maximum(np.abs(lowest), np.abs(highest)) / np.where(size > 0, size, 1.0)
        return np.minimum(share, 1.0) * (huygens + mean) - mean

    @cached_property
    def _edge(self) -> Floats:
        """(f,) edge length of each facet, were it equilateral, µm."""
        return self.area if self.cell.dim == 2 else np.sqrt(4.0 / np.sqrt(3.0) * self.area)

    def swept_growth(self, psi: Floats) -> float:
        """Electrolyte volume that turns into metal, µm^d."""
        return swept_volume(self.cell, self.cell.in_region(ELECTROLYTE), psi)

    def swept_recession(self, psi: Floats) -> float:
        """Lithium volume that turns into electrolyte, µm^d."""
        return swept_volume(self.cell, self.cell.in_region(LITHIUM), -psi)


def swept_volume(cell: Cell, chosen: Mask, psi: Floats) -> float:
    """Volume of the chosen simplices where the linear interpolant of psi is negative, µm^d."""
    values = psi[cell.simplices[chosen]]
    return float(cell.volumes[chosen] @ negative_fraction(values))


def negative_fraction(values: Floats) -> Floats:
    """(m,) share of each simplex where the linear function with these corner values is negative.

    With corners in ascending order and k of them negative:
    k = 1 (and, mirrored, k = d): prod over the others of v0 / (v0 - vj);
    k = 2 of a tetrahedron: the wedge is split into three tetrahedra.
    """
    values = np.sort(values, axis=1)
    negative = (values < 0).sum(axis=1)
    corners = values.shape[1]
    result = np.where(negative == corners, 1.0, 0.0)
    one = negative == 1
    result[one] = _corner_share(values[one])
    all_but_one = negative == corners - 1
    result[all_but_one] = 1.0 - _corner_share(-values[all_but_one][:, ::-1])
    if corners == 4:
        two = negative == 2
        result[two] = _wedge_share(values[two])
    return result


def _corner_share(values: Floats) -> Floats:
    """Share cut off at corner 0, whose value alone is negative."""
    first = values[:, :1]
    return np.prod(first / (first - values[:, 1:]), axis=1)


def _wedge_share(values: Floats) -> Floats:
    """Share of a tetrahedron around the edge of its two negative corners a, b (others c, d)."""
    a, b, c, d = values.T
    t_ac, t_ad, t_bc, t_bd = a / (a - c), a / (a - d), b / (b - c), b / (b - d)
    # Tetrahedra (a, ac, ad, b), (b, ac, ad, bd) and (b, ac, bc, bd) in barycentric coordinates.
    return t_ac * t_ad + (1 - t_ad) * t_ac * t_bd + (1 - t_ac) * t_bc * t_bd
