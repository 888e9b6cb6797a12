"""Collapse of short edges of bad tetrahedra, after a 3D mesh has been cut.

Mmg keeps the skin of dead lithium, with each vertex at which the surface of the deposit has crossed
it: where the line of contact moves in small steps, vertices gather at distances far below the size
of a cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from deposition.mesh.cell import Floats, Ints, simplex_volumes, star_of, touching
from deposition.mesh.quality import mean_ratio

PASSES = 3
"""Most passes over the bad tetrahedra."""
LINE = 0.2
"""Share of the longest length below which a collapse may move the line at which three regions meet,
as at a corner of a block that it passes."""
LEAST_GAIN = 0.9
"""Share of the quality of the worst tetrahedron that must be left where such an edge collapses."""
SHAPE = 1e-9
"""Change of the volume of a region that keeps its shape by a collapse, as a share of the
tetrahedra around the vertex: rounding."""


@dataclass(frozen=True)
class Limits:
    """Limits of the collapse.

    quality  below which tetrahedra are bad
    length   of the longest edge that is collapsed, µm; twice that inside a region
    shaped   references of regions that keep their shape
    fixed    references of regions whose mesh stays
    """

    quality: float
    length: float
    shaped: tuple[int, ...]
    fixed: tuple[int, ...] = ()


def collapse_short_edges(
    points: Floats, simplices: Ints, reference: Ints, limits: Limits
) -> tuple[Ints, Ints]:
    """Tetrahedra (m, 4) without the short edges of bad ones, and their rows among the old ones.

    reference (m,) of the region of each.  A vertex goes into another one if it belongs to the same
    regions as the edge between them (or the edge is tiny), if no region that keeps its shape
    changes its volume, nor the box, and if the worst tetrahedron around it becomes better.
    """
    near = np.zeros(len(points), dtype=bool)
    near[simplices[mean_ratio(points, simplices) < limits.quality]] = True
    if not near.any():
        return simplices, np.arange(len(simplices))
    # All tetrahedra around the vertices of bad ones, between which edges are collapsed.
    local = touching(near, simplices)
    elsewhere, apart = simplices[~local], np.flatnonzero(~local)
    simplices, rows = simplices[local], np.flatnonzero(local)
    for _ in range(PASSES):
        quality = mean_ratio(points, simplices)
        bad = np.flatnonzero(quality < limits.quality)
        edges = [_shortest(points, simplices[k]) for k in bad[np.argsort(quality[bad])]]
        short = dict.fromkeys(
            edge
            for edge, length in edges
            if length < 2.0 * limits.length and near[list(edge)].all()
        )
        collapsed = False
        for one, other in short:
            for gone, into in ((one, other), (other, one)):
                result = _collapsed(points, simplices, reference[rows], (gone, into), limits)
                if result is not None:
                    simplices, left = result
                    rows, collapsed = rows[left], True
                    break
        if not collapsed:
            break
    left = np.concatenate([apart, rows])
    order = np.argsort(left)
    return np.concatenate([elsewhere, simplices])[order], left[order]


def _shortest(points: Floats, corners: Ints) -> tuple[tuple[int, int], float]:
    """The shortest edge of a tetrahedron, and its length."""
    pairs = list(combinations(sorted(map(int, corners)), 2))
    lengths = [float(np.linalg.norm(points[a] - points[b])) for a, b in pairs]
    least = int(np.argmin(lengths))
    return pairs[least], lengths[least]


def _collapsed(
    points: Floats, simplices: Ints, reference: Ints, edge: tuple[int, int], limits: Limits
) -> tuple[Ints, Ints] | None:
    """The tetrahedra with the first vertex of an edge moved into the second, and which are left;
    None if that is not allowed."""
    gone, into = edge
    around = star_of(gone, simplices)
    star, region = simplices[around], reference[around]
    dies = (star == into).any(axis=1)
    if not dies.any() or np.isin(region, limits.fixed).any():
        return None
    length, regions = np.linalg.norm(points[gone] - points[into]), set(region)
    tiny = length < LINE * limits.length
    if length > limits.length * (2.0 if len(regions) == 1 else 1.0):
        return None
    if not tiny and regions != set(region[dies]):
        return None
    if not _stays_manifold(simplices, star, star[dies], edge):
        return None
    moved = np.where(star == gone, into, star)[~dies]
    before, after = simplex_volumes(points, star), simplex_volumes(points, moved)
    if after.min(initial=np.inf) <= 0.0 or len(moved) == 0:
        return None
    # Where several vertices have gathered, the first collapse may leave the next edge as bad.
    wanted = mean_ratio(points, star).min() * (LEAST_GAIN if tiny else 1.0)
    if mean_ratio(points, moved).min() <= wanted:
        return None
    kept = [np.isin(region, (ref,)) for ref in limits.shaped if ref in region]
    kept.append(np.ones(len(region), dtype=bool))
    for of_region in kept:
        change = after[of_region[~dies]].sum() - before[of_region].sum()
        if abs(change) > SHAPE * before.sum():
            return None
    result = simplices.copy()
    result[around[~dies]] = moved
    left = np.ones(len(simplices), dtype=bool)
    left[around[dies]] = False
    return result[left], np.flatnonzero(left)


def _stays_manifold(simplices: Ints, star: Ints, common: Ints, edge: tuple[int, int]) -> bool:
    """Whether the links of the two vertices meet in the link of the edge between them only.

    star: the tetrahedra around the first vertex; common: those around the edge.  Source: Dey et
    al., Publ. Inst. Math. 66 (1999) 23 (link condition).
    """
    gone, into = edge
    other = simplices[star_of(into, simplices)]
    for size in (1, 2):
        own, beside = _links(star, gone, size), _links(other, into, size)
        shared = {face for face in own & beside if not {gone, into} & set(face)}
        if shared - _links(common, gone, size):
            return False
    return True


def _links(star: Ints, vertex: int, size: int) -> set[tuple[int, ...]]:
    """Faces of ``size`` vertices of the tetrahedra of a star that do not contain its vertex."""
    faces: set[tuple[int, ...]] = set()
    for corners in star:
        faces.update(combinations(sorted(set(map(int, corners)) - {vertex}), size))
    return faces
