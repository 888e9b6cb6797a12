"""Level set of the new surface by Huygens' construction: the envelope of balls rolled off the old.

Each surface facet f advances by s_f (µm, > 0 into the electrolyte).  The new surface is the zero
set of a level set ψ at the vertices of the old mesh, metal where ψ < 0:

    in the electrolyte   ψ =  min_f (dist(x, f) - s_f)
    in the metal         ψ = -min_f (dist(x, f) + s_f)
    on the old surface   ψ = -(1 - w) s_mean + w ψ_H, with ψ_H the electrolyte rule if all facets of
                         the vertex grow, the metal rule if all recede, and -s_mean if they disagree

with s_mean the area-weighted mean advance of the facets around the vertex, and w = max |s| / h of
them (at most 1).  Where a fast facet meets a slow one, Huygens' wave is an arc of radius s.  While
s is well below the edge length h, the mesh cannot resolve it: the vertex would carry the advance s
over the whole next facet, a volume s h instead of s², whatever the step.  The mean sweeps exactly
the volume that was deposited, and the weight w adds the arc in proportion.

Where the advance is a small share of an edge (``sliding_advance``), the vertex itself slides along
the normal onto the new surface instead: a cut so close to a vertex would leave slivers.

The construction has no stability limit.  Where a fast facet borders a slow one it overgrows it at
full speed; that is a modelling choice (see ``sei.motion`` in the scenario).  Distances are
Euclidean, so an advance must stay well below the thickness of any wall or unsplit body.

Source: Osher & Sethian, J. Comput. Phys. 79 (1988) 12, for the viscosity solution of |∇T| s = 1
that Huygens' waves are; the weight w is of this program.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from deposition.interface.body_tracking import MetalBodies
from deposition.interface.numerics import NUMERICS, InterfaceNumerics
from deposition.mesh.cell import (
    DEAD_LITHIUM,
    ELECTROLYTE,
    LITHIUM,
    SEPARATOR,
    Cell,
    Floats,
    Ints,
    Mask,
    simplex_volumes,
    touching,
)
from deposition.mesh.distance import (
    Pairs,
    argmin_by_point,
    leading_pairs,
    longest_edge,
    minimum_by_point,
)
from deposition.mesh.p1 import vertex_mean
from deposition.mesh.surface import Surface, edge_lengths
from deposition.mesh.vertex_normals import vertex_normals


@dataclass(frozen=True, eq=False)
class AdvancedSurface:
    """The new surface as a level set, and the volumes that it sweeps.

    level_set  (n,) ψ at the vertices; the new surface is its zero set on the moved points
    points     (n, d) the vertices, µm: some of the old surface have slid onto the new one
    growth, recession  (b,) volumes of electrolyte and of metal that each body sweeps, µm^d
    """

    level_set: Floats
    points: Floats
    growth: Floats
    recession: Floats


@dataclass(frozen=True, eq=False)
class HuygensConstruction:
    """Distances from the vertices to an advancing surface, from which level sets are made.

    cell; facets (f, d) and area (f,) µm^(d-1) of the surface that may advance
    band       distance from the surface up to which ψ is exact, µm; further away it is ±band
    bodies     metal bodies of the cell; body (f,) the one behind each facet
    sliding    (n,) vertices that move and are not cut off
    direction  (n, d) unit normal of growth at the vertices, 0 off the surface
    expected   (f,) advance, µm, by which electrolyte between two bodies is assigned to one of them
    pairs      vertex-facet pairs within the band that may decide ψ
    """

    cell: Cell
    facets: Ints
    area: Floats
    band: float
    bodies: MetalBodies
    body: Ints
    sliding: Mask
    direction: Floats
    expected: Floats
    pairs: Pairs
    numerics: InterfaceNumerics = NUMERICS

    @property
    def clearance(self) -> float:
        """Least |ψ| at a vertex that does not lie on the new surface, µm."""
        share = self.numerics.level_set_clearance[self.cell.dim]
        return share * float(self.vertex_size[self.on_surface].mean())

    @classmethod
    def of(
        cls,
        bodies: MetalBodies,
        surface: Surface,
        advance: Floats,
        numerics: InterfaceNumerics = NUMERICS,
    ) -> HuygensConstruction:
        """The construction for advances (f,) of the working facets, µm, times factors in the
        ``scaling_range``."""
        cell, body = bodies.cell, bodies.facets[surface.working]
        facets, area = surface.facets[surface.working], surface.area[surface.working]
        furthest = numerics.largest_scaling * float(np.abs(advance).max())
        band = furthest + numerics.band_margin * longest_edge(cell.points[facets])
        none = np.zeros(len(cell.points), dtype=bool)
        direction = growth_direction(cell, surface)
        # ψ is the least distance - s ahead of the surface, and that of distance + s behind it.
        scaled = np.multiply.outer(numerics.scaling_range, advance)
        least, most = scaled.min(axis=0), scaled.max(axis=0)
        shifts = [(-most, -least), (least, most)]
        pairs = leading_pairs(cell.points, cell.points[facets], band, shifts)
        huygens = cls(
            cell, facets, area, band, bodies, body, none, direction, advance, pairs, numerics
        )
        share = numerics.sliding_advance[cell.dim]
        if share == 0.0:
            return huygens
        psi = huygens.level_set(advance)
        way = np.abs(psi) / huygens.vertex_size
        movable = huygens.on_surface & (np.linalg.norm(direction, axis=1) > 0.0)
        near = movable & (way < share)
        even = huygens._grows_evenly(surface.normal[surface.working], advance)
        even &= movable & (way < numerics.even_sliding_advance[cell.dim])
        # Not beside a vertex that is cut off, nor where a cell would become thin.
        cut_off = ~(near | even)[facets].all(axis=1)
        even[facets[cut_off]] = False
        even &= ~huygens._made_thin(near | even, psi)
        # In 2D a vertex with a small |ψ| may also be cut off: Mmg mends the slivers.
        while cell.dim == 2 and np.any(thin := near & huygens._made_thin(near, psi)):
            near &= ~thin
        return replace(huygens, sliding=near | even)

    def _made_thin(self, sliding: Mask, psi: Floats) -> Mask:
        """(n,) vertices of the cells that become thin when the ``sliding`` ones (n,) go onto the
        zero of ψ (n,)."""
        largest = -self.numerics.largest_scaling * psi
        slide = np.where(sliding, largest, 0.0)[:, None] * self.direction
        around = np.flatnonzero(touching(sliding, self.cell.simplices))
        left = simplex_volumes(self.cell.points + slide, self.cell.simplices[around])
        thin = left < self.numerics.least_slide_volume * self.cell.volumes[around]
        vertices = np.zeros(len(self.cell.points), dtype=bool)
        vertices[self.cell.simplices[around[thin]]] = True
        return vertices

    def _grows_evenly(self, normal: Floats, advance: Floats) -> Mask:
        """(n,) vertices of the surface at which it has no kink and advances alike on all facets."""
        numerics, count = self.numerics, len(self.cell.points)
        cosine = np.ones(count)
        lowest, highest = np.full(count, np.inf), np.full(count, -np.inf)
        for corner in self.facets.T:
            along = -np.einsum("fj,fj->f", normal, self.direction[corner])
            np.minimum.at(cosine, corner, along)
            np.minimum.at(lowest, corner, advance)
            np.maximum.at(highest, corner, advance)
        larger = np.maximum(np.abs(lowest), np.abs(highest))
        return (cosine > numerics.kink_cosine) & (
            highest - lowest <= numerics.uneven_advance * larger
        )

    def advanced(self, advance: Floats) -> AdvancedSurface:
        """Level set, moved vertices and swept volumes for the advances (f,) of the facets, µm."""
        psi = self.level_set(advance)
        slide = np.where(self.sliding, -psi, 0.0)
        psi = np.where(self.sliding, 0.0, clear_of_zero(psi, self.clearance))
        points = self.cell.points + slide[:, None] * self.direction
        # First order: facet area times the mean movement of its corners.
        passed = self.area * slide[self.facets].mean(axis=1)
        return AdvancedSurface(
            psi,
            points,
            self._swept(points, self._ahead, psi) + self._by_body(np.maximum(passed, 0.0)),
            self._swept(points, self._behind, -psi) + self._by_body(np.maximum(-passed, 0.0)),
        )

    def _by_body(self, values: Floats) -> Floats:
        """(b,) sums of values (f,) of the facets."""
        return np.asarray(np.bincount(self.body, values, self.bodies.count), dtype=np.float64)

    def _swept(self, points: Floats, reach: tuple[Ints, Ints], psi: Floats) -> Floats:
        """(b,) volume where the interpolant of ψ is negative: Σ |T| |{ψ < 0} ∩ T| / |T|, µm^d.

        reach: simplices (m, d + 1) and their bodies (m,).
        """
        simplices, body = reach
        chosen = touching(psi < 0.0, simplices)
        cut = simplices[chosen]
        swept = simplex_volumes(points, cut) * negative_fraction(psi[cut])
        of_body = np.bincount(body[chosen], swept, self.bodies.count)
        return np.asarray(of_body, dtype=np.float64)

    @cached_property
    def _ahead(self) -> tuple[Ints, Ints]:
        """(m, d + 1) simplices of free electrolyte within reach, (m,) the body whose surface is
        expected to arrive there first: argmin_f (dist - s_f)."""
        simplices = self.cell.simplices[self._in_reach(self.cell.free_electrolyte)]
        count = len(self.cell.points)
        arrival = self.pairs.distance - self.expected[self.pairs.facet]
        first = argmin_by_point(self.pairs, arrival, count)
        earliest = minimum_by_point(self.pairs, arrival, count, np.inf)
        corner = earliest[simplices].argmin(axis=1)
        vertex = np.take_along_axis(simplices, corner[:, None], axis=1)[:, 0]
        return simplices, self.body[first[vertex]]

    @cached_property
    def _behind(self) -> tuple[Ints, Ints]:
        """(m, d + 1) lithium simplices within reach of the surface, (m,) their bodies."""
        chosen = self._in_reach(self.cell.in_region(LITHIUM))
        return self.cell.simplices[chosen], self.bodies.simplices[chosen]

    def _in_reach(self, inside: Mask) -> Ints:
        """Those of the simplices (m,) with a vertex on the surface or within the band of it."""
        near = self.on_surface.copy()
        near[self.pairs.point] = True
        return np.flatnonzero(inside & touching(near, self.cell.simplices))

    @cached_property
    def on_surface(self) -> Mask:
        """(n,) vertices of the advancing facets."""
        mask = np.zeros(len(self.cell.points), dtype=bool)
        mask[self.facets.ravel()] = True
        return mask

    @cached_property
    def in_electrolyte(self) -> Mask:
        """(n,) vertices ahead of the surface: in electrolyte, or in metal that is never split."""
        cell = self.cell
        behind = cell.vertices_of(LITHIUM) & ~cell.vertices_of(ELECTROLYTE)
        return ~behind & ~self.on_surface

    def level_set(self, advance: Floats) -> Floats:
        """(n,) ψ for the advances (f,) of the facets, µm."""
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
        """(n,) ψ = -(1 - w) s_mean + w ψ_H at vertices of the old surface; meaningless elsewhere.

        With ``surface_weight`` w this is the rule for vertices on the surface: change it in these
        two, and nowhere else.
        """
        vertex, each = self.facets.ravel(), np.repeat(advance, self.facets.shape[1])
        count = len(ahead)
        lowest, highest = np.full(count, np.inf), np.full(count, -np.inf)
        np.minimum.at(lowest, vertex, each)
        np.maximum.at(highest, vertex, each)
        mean = vertex_mean(self.facets, advance, self.area, count)
        # ψ_H: all facets grow, all recede, or they disagree.
        huygens = np.where(lowest >= 0, ahead, np.where(highest <= 0, behind, -mean))
        weight = self.surface_weight(np.maximum(np.abs(lowest), np.abs(highest)))
        return weight * (huygens + mean) - mean

    def surface_weight(self, fastest: Floats) -> Floats:
        """(n,) w = max |s| / h, at most 1, of the fastest advance (n,) around each vertex, µm.

        The mean rule alone (w = 0) rounds corners; the rule of Huygens alone (w = 1) sweeps s h/2
        too much at the border of a patch.
        """
        return np.minimum(fastest / self.vertex_size, 1.0)

    @cached_property
    def vertex_size(self) -> Floats:
        """(n,) mean edge length of the facets around each surface vertex, µm; 1 elsewhere."""
        edge = edge_lengths(self.area, self.cell.dim)
        mean = vertex_mean(self.facets, edge, np.ones_like(edge), len(self.cell.points))
        return np.where(self.on_surface, mean, 1.0)


def clear_of_zero(psi: Floats, clearance: float) -> Floats:
    """ψ with no value nearer to 0 than ``clearance`` (µm); 0 itself becomes positive."""
    near = np.abs(psi) < clearance
    return np.where(near, np.where(psi < 0.0, -clearance, clearance), psi)


def growth_direction(cell: Cell, surface: Surface, weight: Floats | None = None) -> Floats:
    """(n, d) unit normals of growth at vertices of lithium and free electrolyte; 0 at all others.

    n_v = -Σ w_f n_f, normalised, without its components across the walls of the box.
    weight (f,) of each facet in the mean around a vertex: its area unless stated.
    """
    own, grows = surface.on(LITHIUM), np.zeros(len(cell.points), dtype=bool)
    grows[surface.facets[own]] = True
    grows[surface.facets[~own]] = False
    # A separator and dead lithium stay, also where the deposit touches them in a point.
    stays = cell.vertices_of(SEPARATOR) | cell.vertices_of(DEAD_LITHIUM)
    vertices = np.flatnonzero(grows & ~stays)
    weighted = -surface.normal[own] * (surface.area if weight is None else weight)[own, None]
    corners = surface.facets[own].T.ravel()
    mean: Floats = np.zeros_like(cell.points)
    for axis, each in enumerate(weighted.T):
        mean[:, axis] = np.bincount(corners, np.tile(each, cell.dim), len(cell.points))
    direction = np.zeros_like(cell.points)
    direction[vertices] = vertex_normals(cell, vertices, mean[vertices])
    return direction


def negative_fraction(values: Floats) -> Floats:
    """(m,) share of each simplex where the linear function with these corner values is negative.

    With corners in ascending order and k of them negative:
    k = 1 (and, mirrored, k = d): Π_j v0 / (v0 - vj) over the others;
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
    """Share cut off at corner 0, whose value alone is negative: Π v0 / (v0 - vj)."""
    first = values[:, :1]
    return np.prod(first / (first - values[:, 1:]), axis=1)


def _wedge_share(values: Floats) -> Floats:
    """Share of a tetrahedron around the edge of its two negative corners a, b (others c, d)."""
    a, b, c, d = values.T
    # The plane cuts edge ij at the share t_ij = v_i / (v_i - v_j) from i.
    t_ac, t_ad, t_bc, t_bd = a / (a - c), a / (a - d), b / (b - c), b / (b - d)
    # Tetrahedra (a, ac, ad, b), (b, ac, ad, bd) and (b, ac, bc, bd) in barycentric coordinates.
    return t_ac * t_ad + (1 - t_ad) * t_ac * t_bd + (1 - t_ac) * t_bc * t_bd
