"""Crossings of the offsets of two sides of the surface in 2D: vertices of the mesh before its cut.

A crossing is a cusp of a growing surface, or a corner of a receding one.  The level set is linear
in each triangle and blunts it there; where the wedge between the sides leaves a triangle through an
edge whose ends both lie outside of it, the wedge is even cut off.  So the crossing becomes a vertex
at which ψ = 0, and every edge that its bisector meets on the way into the wedge is divided, up to
one with both ends in the wedge.  Each triangle on that way then contains one side only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

from deposition.interface.curve_2d import SmoothOffset
from deposition.mesh.cell import LITHIUM, Cell, Floats, Ints, Mask, star_of
from deposition.mesh.point_location import locate


@dataclass(frozen=True, eq=False)
class Crossings:
    """place (c, 2) at which two sides cross, µm; inwards (c, 2) the bisector of the wedge between
    them; metal (c,) whether the wedge is of metal."""

    place: Floats
    inwards: Floats
    metal: Mask


@dataclass(frozen=True, eq=False)
class LevelSetMesh:
    """A cell before it is cut, with a level set (n,) and the target edge lengths (n,), µm."""

    cell: Cell
    level_set: Floats
    sizes: Floats

    def with_vertex(self, corners: Ints, share: Floats, level: float, least: float) -> LevelSetMesh:
        """The mesh divided by a vertex in the edge or triangle with these ``corners``.

        share (c,) its barycentric coordinates, of which none becomes less than about ``least``;
        level: ψ there, µm.
        """
        cell, new = self.cell, len(self.cell.points)
        shares = np.maximum(share, least) / np.maximum(share, least).sum()
        own = np.zeros(len(cell.simplices), dtype=bool)
        own[_around(corners, cell.simplices)] = True
        old = cell.simplices[own]
        parts = [np.where(old == corner, new, old) for corner in corners]
        divided = replace(
            cell,
            points=np.vstack([cell.points, shares @ cell.points[corners]]),
            simplices=np.concatenate([cell.simplices[~own], *parts]),
            region=np.concatenate([cell.region[~own], np.tile(cell.region[own], len(corners))]),
        )
        size = float(shares @ self.sizes[corners])
        return LevelSetMesh(divided, np.append(self.level_set, level), np.append(self.sizes, size))

    def edge_ahead(self, vertex: int, direction: Floats) -> tuple[Ints, Floats] | None:
        """The edge that a ray (2,) from a vertex meets: its ends (2,) and barycentric coordinates.

        None on the outside of the box, or where the edge borders on a region that is never split.
        """
        points, simplices = self.cell.points, self.cell.simplices
        star = simplices[star_of(vertex, simplices)]
        edges = star[star != vertex].reshape(-1, 2)
        # x_a w_a + x_b w_b = t d with w_a + w_b = 1: the cross products with d must cancel.
        ways = points[edges] - points[vertex]
        left = direction[0] * ways[..., 1] - direction[1] * ways[..., 0]
        apart = left[:, 1] - left[:, 0]
        apart[apart == 0.0] = np.nan
        share = np.column_stack([left[:, 1], -left[:, 0]]) / apart[:, None]
        forward = np.einsum("ei,eij,j->e", share, ways, direction) > 0.0
        met = np.flatnonzero((share >= 0.0).all(axis=1) & forward)
        if len(met) == 0 or not self._divisible(edges[met[0]]):
            return None
        return edges[met[0]], share[met[0]]

    def _divisible(self, edge: Ints) -> bool:
        """Whether the edge is inside the box, between triangles that Mmg may split."""
        beside = _around(edge, self.cell.simplices)
        return bool(len(beside) == 2 and may_split(self.cell)[beside].all())


def _around(corners: Ints, simplices: Ints) -> Ints:
    """Rows of the triangles (m, 3) that have all these corners, ascending."""
    around = star_of(int(corners[0]), simplices)
    return around[np.isin(simplices[around], corners).sum(axis=1) == len(corners)]


def find_crossings(smooth: SmoothOffset, level_set_mesh: LevelSetMesh) -> Crossings:
    """Crossings of two sides of the surface that a level set describes."""
    start, facets = _between_sides(smooth, level_set_mesh)
    place = start

    def beyond() -> Floats:
        return np.stack([smooth.beyond(place, facet, drawn_out=1.0) for facet in facets.T], 1)

    # Newton's method for g_a(x) = g_b(x) = 0, g the distance beyond an offset, ∇g the normal:
    # N Δx = -g with the normals of the two facets as the rows of N.
    for _ in range(smooth.numerics.crossing_iterations):
        moves = np.linalg.solve(smooth.normal[facets], beyond()[:, :, None])
        place = place - moves[:, :, 0]
    # False where the advance is uneven, because the place is nan there.
    reach = smooth.numerics.crossing_reach * smooth.length.mean()
    close = np.linalg.norm(place - start, axis=1) < reach
    tolerance = smooth.numerics.crossing_tolerance * np.abs(smooth.mean[facets])
    close &= (np.abs(beyond()) < tolerance).all(axis=1)
    return _distinct(smooth, place[close], facets[close])


def _between_sides(smooth: SmoothOffset, level_set_mesh: LevelSetMesh) -> tuple[Floats, Ints]:
    """(c, 2) middles of edges near the new surface whose ends two sides of a kink reach first, µm,
    and (c, 2) a facet of each side."""
    numerics = smooth.numerics
    edges, points = level_set_mesh.cell.all_facets.vertices, level_set_mesh.cell.points
    reach = numerics.crossing_reach * smooth.length.mean()
    near = np.abs(level_set_mesh.level_set) < reach
    edges = edges[near[edges[:, 0]] & near[edges[:, 1]]]
    ends, index = np.unique(edges, return_inverse=True)
    facets = smooth.nearest(points[ends])[index.reshape(-1, 2)]
    cosine = np.einsum("ij,ij->i", *np.moveaxis(smooth.normal[facets], 1, 0))
    known = (facets >= 0).all(axis=1) & (smooth.mean[facets].prod(axis=1) > 0.0)
    kinked = (cosine < numerics.two_sided_cosine) & (cosine > numerics.antiparallel_cosine)
    way = np.diff(smooth.corners.mean(axis=1)[facets], axis=1)[:, 0]
    turn = np.einsum("ij,ij->i", np.diff(smooth.normal[facets], axis=1)[:, 0], way)
    # Sides of growing metal cross in a groove, those of receding metal at an edge.
    meet = turn * smooth.mean[facets[:, 0]] < 0.0
    sharp = known & kinked & meet
    return points[edges[sharp]].mean(axis=1), facets[sharp]


def _distinct(smooth: SmoothOffset, place: Floats, facets: Ints) -> Crossings:
    """The crossings (c, 2) on the new surface, each once: of those that coincide, the one whose
    facets (c, 2) agree best."""
    numerics = smooth.numerics
    advance, length = smooth.mean[facets[:, 0]], float(smooth.length.mean())
    off = np.abs(smooth.beyond(place, smooth.nearest(place)) / advance)
    count = np.count_nonzero(off < numerics.crossing_tolerance)
    order = np.argsort(off, kind="stable")[:count]
    separation = numerics.crossing_separation * length
    again = cKDTree(place[order]).query_pairs(separation, output_type="ndarray")[:, 1]
    chosen = np.delete(order, np.unique(again))
    normal = smooth.normal[facets[chosen]].sum(axis=1)
    return Crossings(place[chosen], np.sign(advance[chosen, None]) * normal, advance[chosen] < 0.0)


def with_crossings(
    level_set_mesh: LevelSetMesh, crossings: Crossings, smooth: SmoothOffset
) -> LevelSetMesh:
    """Divide the mesh so that the cut passes through the crossings and leaves their wedges open.

    Not at a crossing that a vertex of the old surface has slid to.
    """
    least = smooth.numerics.least_barycentric
    apart = smooth.numerics.crossing_separation * float(smooth.length.mean())
    slid = level_set_mesh.cell.points[level_set_mesh.level_set == 0.0]
    sign = np.where(crossings.metal, -1.0, 1.0)
    for place, inwards, side in zip(crossings.place, crossings.inwards, sign, strict=True):
        cell = level_set_mesh.cell
        if np.any(np.linalg.norm(slid - place, axis=1) < apart):
            continue
        found = locate(place[None], cell.points, cell.simplices)
        if found.inside[0] and may_split(cell)[found.simplex[0]]:
            corners = cell.simplices[found.simplex[0]]
            level_set_mesh = level_set_mesh.with_vertex(corners, found.weight[0], 0.0, least)
            level_set_mesh = _opened(level_set_mesh, inwards, side, smooth)
    return level_set_mesh


def _opened(
    level_set_mesh: LevelSetMesh, inwards: Floats, sign: float, smooth: SmoothOffset
) -> LevelSetMesh:
    """The mesh with the edges divided that the bisector of a wedge meets from the last vertex on.

    inwards (2,) the bisector; sign: of ψ in the wedge.
    """
    for _ in range(smooth.numerics.wedge_divisions):
        ahead = level_set_mesh.edge_ahead(len(level_set_mesh.cell.points) - 1, inwards)
        if ahead is None or (sign * level_set_mesh.level_set[ahead[0]] > 0.0).all():
            break
        place = ahead[1] @ level_set_mesh.cell.points[ahead[0]]
        level = float(smooth.beyond(place[None], smooth.nearest(place[None]))[0])
        if not sign * level > 0.0:
            break
        level_set_mesh = level_set_mesh.with_vertex(
            *ahead, level, smooth.numerics.least_barycentric
        )
    return level_set_mesh


def may_split(cell: Cell) -> Mask:
    """(m,) whether Mmg may split each simplex."""
    return cell.free_electrolyte | cell.in_region(LITHIUM)
