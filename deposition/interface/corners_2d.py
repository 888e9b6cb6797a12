"""Where the offsets of two sides of the surface in 2D cross, the mesh has a vertex when it is cut.

That is a cusp of what grows, or a corner of what recedes.  The level set is linear in each triangle
and blunts it there; where the wedge between the sides leaves a triangle through an edge whose ends
both lie outside it, the wedge is even cut off.  So the crossing becomes a vertex on which the level
set is zero, and every edge on the way from it into the wedge, along its bisector, is split, up to
one that has both ends in the wedge.  Each triangle on that way then has one side only to show.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

from deposition.interface.curve_2d import TWO_SIDED, SmoothOffset
from deposition.mesh.cell import ELECTROLYTE, LITHIUM, Cell, Floats, Ints, Mask
from deposition.mesh.point_location import locate

CUSP = -0.95
"""Two sides whose normals have a smaller cosine are parallel: they cross nowhere."""
EXACT = 0.05
"""How far from the new surface a crossing may lie, as a share of the advance."""
WITHIN = 2.0
"""How far from the new surface the ends of an edge are between which a crossing is looked for, and
how far from its middle it may lie, in edges of the surface."""
SAME = 0.1
"""Crossings that are nearer to each other are one, in edges of the surface."""
THINNEST = 0.01
"""A new vertex has at least this share in each corner of the edge or triangle that it divides."""
_NEWTON = 3
_HOPS = 6


@dataclass(frozen=True, eq=False)
class Crossings:
    """place (c, 2) where two sides cross, µm; inwards (c, 2) the bisector of the wedge between
    them; metal (c,) whether the wedge is of metal."""

    place: Floats
    inwards: Floats
    metal: Mask


@dataclass(frozen=True, eq=False)
class LevelSetMesh:
    """A cell before it is cut, with a level set (n,) and the wanted edge lengths (n,), µm."""

    cell: Cell
    level_set: Floats
    sizes: Floats

    def with_vertex(self, corners: Ints, share: Floats, level: float) -> LevelSetMesh:
        """Divided by a vertex between the ``corners`` of an edge or a triangle, at these shares.

        level: what the level set is there, µm.
        """
        cell, new = self.cell, len(self.cell.points)
        shares = np.maximum(share, THINNEST) / np.maximum(share, THINNEST).sum()
        own = np.isin(cell.simplices, corners).sum(axis=1) == len(corners)
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
        """The edge that a ray from a vertex (2,) meets, as its ends and their shares in the place;
        None on the outside of the box or where it borders on what is never split."""
        points, simplices = self.cell.points, self.cell.simplices
        star = simplices[(simplices == vertex).any(axis=1)]
        edges = star[star != vertex].reshape(-1, 2)
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
        beside = np.isin(self.cell.simplices, edge).sum(axis=1) == 2
        return bool(beside.sum() == 2 and _split(self.cell)[beside].all())


def find_crossings(smooth: SmoothOffset, level_set_mesh: LevelSetMesh) -> Crossings:
    """Where the surface that a level set describes has crossings of two sides."""
    start, facets = _between_sides(smooth, level_set_mesh)
    place = start
    for _ in range(_NEWTON):
        beyond = np.stack([smooth.beyond(place, facet, drawn_out=1.0) for facet in facets.T], 1)
        moves = np.linalg.solve(smooth.normal[facets], beyond[:, :, None])
        place = place - moves[:, :, 0]
    # Not so where the advance is uneven: nan.
    close = np.linalg.norm(place - start, axis=1) < WITHIN * smooth.length.mean()
    return _distinct(smooth, place[close], facets[close])


def _between_sides(smooth: SmoothOffset, level_set_mesh: LevelSetMesh) -> tuple[Floats, Ints]:
    """(c, 2) middles of edges near the new surface whose ends two sides of a kink reach first, µm,
    and (c, 2) a facet of each."""
    edges, points = level_set_mesh.cell.all_facets.vertices, level_set_mesh.cell.points
    near = np.abs(level_set_mesh.level_set[edges]) < WITHIN * smooth.length.mean()
    edges = edges[near.all(axis=1)]
    ends, index = np.unique(edges, return_inverse=True)
    facets = smooth.nearest(points[ends])[index.reshape(-1, 2)]
    cosine = np.einsum("ij,ij->i", *np.moveaxis(smooth.normal[facets], 1, 0))
    known = (facets >= 0).all(axis=1) & (smooth.mean[facets].prod(axis=1) > 0.0)
    sharp = known & (cosine < TWO_SIDED) & (cosine > CUSP)
    return points[edges[sharp]].mean(axis=1), facets[sharp]


def _distinct(smooth: SmoothOffset, place: Floats, facets: Ints) -> Crossings:
    """Those on the new surface, each once: that of the facets (c, 2) that agree best on it."""
    advance, length = smooth.mean[facets[:, 0]], float(smooth.length.mean())
    off = np.abs(smooth.beyond(place, smooth.nearest(place)) / advance)
    order = np.argsort(off, kind="stable")[: np.count_nonzero(off < EXACT)]
    again = cKDTree(place[order]).query_pairs(SAME * length, output_type="ndarray")[:, 1]
    chosen = np.delete(order, np.unique(again))
    normal = smooth.normal[facets[chosen]].sum(axis=1)
    return Crossings(place[chosen], np.sign(advance[chosen, None]) * normal, advance[chosen] < 0.0)


def with_crossings(
    level_set_mesh: LevelSetMesh, crossings: Crossings, smooth: SmoothOffset
) -> LevelSetMesh:
    """Divided so that the cut goes through the crossings and leaves their wedges open."""
    sign = np.where(crossings.metal, -1.0, 1.0)
    for place, inwards, side in zip(crossings.place, crossings.inwards, sign, strict=True):
        cell = level_set_mesh.cell
        found = locate(place[None], cell.points, cell.simplices)
        if found.inside[0] and _split(cell)[found.simplex[0]]:
            corners = cell.simplices[found.simplex[0]]
            level_set_mesh = level_set_mesh.with_vertex(corners, found.weight[0], 0.0)
            level_set_mesh = _opened(level_set_mesh, inwards, side, smooth)
    return level_set_mesh


def _opened(
    level_set_mesh: LevelSetMesh, inwards: Floats, sign: float, smooth: SmoothOffset
) -> LevelSetMesh:
    """The edges divided that the bisector of a wedge meets on its way from the last vertex.

    sign: of the level set in the wedge.
    """
    for _ in range(_HOPS):
        ahead = level_set_mesh.edge_ahead(len(level_set_mesh.cell.points) - 1, inwards)
        if ahead is None or (sign * level_set_mesh.level_set[ahead[0]] > 0.0).all():
            break
        place = ahead[1] @ level_set_mesh.cell.points[ahead[0]]
        level = float(smooth.beyond(place[None], smooth.nearest(place[None]))[0])
        if not sign * level > 0.0:
            break
        level_set_mesh = level_set_mesh.with_vertex(*ahead, level)
    return level_set_mesh


def _split(cell: Cell) -> Mask:
    """(m,) whether Mmg may split each simplex."""
    return cell.in_region(ELECTROLYTE) | cell.in_region(LITHIUM)
