"""Offset of a smooth curve in 2D, onto which the vertices of smooth surface are put after the cut.

A vertex that Mmg cuts into a chord of a curve of curvature K lies up to K h²/8 below it, and every
further cut would lose as much again: 6 % of the amplitude of a ripple of 80 edges over 40 cuts.
Between two vertices the old surface is therefore taken as the cubic (Hermite) with its normals,

    b(t) = l t (1 - t) [p0 (1 - t) - p1 t]      above the chord of length l, 0 <= t <= 1

with the slopes p at its ends; the normal of a vertex is that of the circle through its neighbours.
A vertex beside t lies on the new surface when it is s(t) + b(t) away from the chord, with an
advance s that is linear between the vertices.  At a kink the curve ends like a parabola.

Where the offsets of two sides cross (see ``corners_2d``), the nearest vertex is moved there.
Where the advances of neighbours differ much (``uneven_advance``), the surface stays as it was cut.

Source: this program; offsets of plane curves, do Carmo, Differential Geometry of Curves and
Surfaces, 1976, §1.5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from deposition.interface.connectivity import Connectivity
from deposition.interface.huygens import growth_direction
from deposition.interface.numerics import NUMERICS, InterfaceNumerics
from deposition.interface.remesh_correction import move_vertices
from deposition.mesh.cell import Cell, Floats, Ints
from deposition.mesh.distance import earliest_facet, longest_edge
from deposition.mesh.p1 import vertex_mean
from deposition.mesh.surface import Surface


def put_on_curve(
    connectivity: Connectivity, smooth: SmoothOffset, crossings: Floats
) -> Connectivity:
    """Move the vertices of the lithium surface onto the offset of the old one.

    Along the normal, by no more than ``largest_correction`` of the advance; the nearest ones to the
    ``crossings`` (c, 2), µm.
    """
    cell, surface = connectivity.cell, connectivity.surface
    vertices = np.unique(surface.facets[surface.working])
    facet = smooth.nearest(cell.points[vertices])
    most = smooth.numerics.largest_correction * np.abs(smooth.mean[facet])
    along = np.clip(-smooth.beyond(cell.points[vertices], facet), -most, most)
    moves = np.zeros_like(cell.points)
    direction = growth_direction(cell, surface)
    moves[vertices] = np.nan_to_num(along)[:, None] * direction[vertices]
    # A vertex on the outside of the box, or of another region, goes to no crossing.
    outside = cell.all_facets.vertices[cell.all_facets.outer()]
    free = np.setdiff1d(vertices[direction[vertices].any(axis=1)], outside)
    if len(crossings) and len(free):
        distance, nearest = cKDTree(cell.points[free]).query(crossings)
        snap = smooth.numerics.crossing_snap * surface.area[surface.working].mean()
        close = distance < snap
        chosen = free[nearest[close]]
        moves[chosen] = crossings[close] - cell.points[chosen]
    return move_vertices(connectivity, moves, numerics=smooth.numerics)


@dataclass(frozen=True, eq=False)
class SmoothOffset:
    """Offset of the old surface in 2D, as a smooth curve.

    corners  (f, 2, 2) of the old working facets, µm
    normal   (f, 2) of growth
    slope    (f, 2) of the curve at both ends, to the chord
    advance  (f, 2) at both ends, µm; nan where it is uneven
    mean     (f,) advance, µm
    """

    corners: Floats
    normal: Floats
    slope: Floats
    advance: Floats
    mean: Floats
    numerics: InterfaceNumerics = NUMERICS

    @property
    def length(self) -> Floats:
        """(f,) of the old facets, µm."""
        return np.asarray(np.linalg.norm(self.corners[:, 1] - self.corners[:, 0], axis=1))

    @classmethod
    def of(
        cls,
        cell: Cell,
        surface: Surface,
        advance: Floats,
        numerics: InterfaceNumerics = NUMERICS,
    ) -> SmoothOffset:
        """The offset of the old surface by the advances (f,) of its facets, µm."""
        working = surface.working
        facets, normal, own = surface.facets[working], -surface.normal[working], advance[working]
        corners = cell.points[facets]
        tangent = (corners[:, 1] - corners[:, 0]) / surface.area[working, None]
        # Weights 1/l give the normal of the circle through the vertex and its two neighbours.
        inverse = np.asarray(1.0 / surface.area, dtype=np.float64)
        vertex_normal = growth_direction(cell, surface, inverse)[facets]
        up = np.einsum("fcj,fj->fc", vertex_normal, normal)
        up[up < numerics.kink_cosine] = np.nan
        # p = -(n_v · t) / (n_v · n); at a kink p0 = -p1 of the other end: a parabola.
        slope = -np.einsum("fcj,fj->fc", vertex_normal, tangent) / up
        slope = np.where(np.isnan(slope), -slope[:, ::-1], slope)
        even = _vertex_advance(own, surface.area[working], facets, len(cell.points), numerics)
        return cls(corners, normal, np.nan_to_num(slope), even[facets], own, numerics)

    def nearest(self, points: Floats) -> Ints:
        """(p,) facet whose advance reaches furthest at points (p, 2): argmin_f (dist - |s_f|); -1
        out of reach."""
        furthest = self.numerics.largest_scaling * np.abs(self.mean).max(initial=0.0)
        reach = furthest + longest_edge(self.corners)
        return earliest_facet(points, self.corners, np.abs(self.mean), reach)

    def beyond(self, points: Floats, facet: Ints, drawn_out: float = 0.0) -> Floats:
        """(p,) signed distance of points (p, 2) beyond the offset of a facet (p,) each, µm.

        g = ±|x - x(t)| - s(t) - b(t), t the foot on the chord.
        drawn_out: by how many of its lengths the facet is extended at either end.  nan for facet
        -1, and where the advance is uneven.
        """
        start, end = np.moveaxis(self.corners[facet], 1, 0)
        chord = end - start
        length = np.linalg.norm(chord, axis=1)
        t = np.einsum("ij,ij->i", points - start, chord) / length**2
        t = np.clip(t, -drawn_out, 1.0 + drawn_out)
        off = points - start - t[:, None] * chord
        side = np.sign(np.einsum("ij,ij->i", off, self.normal[facet]))
        advance = self.advance[facet, 0] * (1.0 - t) + self.advance[facet, 1] * t
        slope = self.slope[facet, 0] * (1.0 - t) - self.slope[facet, 1] * t
        bulge = length * t * (1.0 - t) * slope
        return np.where(facet < 0, np.nan, side * np.linalg.norm(off, axis=1) - advance - bulge)


def _vertex_advance(
    advance: Floats, area: Floats, facets: Ints, count: int, numerics: InterfaceNumerics
) -> Floats:
    """(n,) mean advance at the vertices, by length, µm; nan where the facets (f, 2) disagree."""
    vertex, each = facets.ravel(), np.repeat(advance, 2)
    low, high = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(low, vertex, each)
    np.maximum.at(high, vertex, each)
    mean = vertex_mean(facets, advance, area, count)
    even = high - low <= numerics.uneven_advance * np.maximum(np.abs(low), np.abs(high))
    return np.where(even, mean, np.nan)
