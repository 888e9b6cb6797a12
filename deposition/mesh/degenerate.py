"""Simplices that are nearly flat or overlap, and gaps between metal surfaces that have closed.

As a gap closes, its simplices become flatter with every step, until Mmg rejects the mesh.
Two surfaces are therefore in contact once the simplices between them are flat, and so are a surface
and an insulating wall of the box, which mirrors it.
"""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np

from deposition.mesh.cell import (
    COLLECTOR,
    COUNTER,
    DEAD_LITHIUM,
    LITHIUM,
    Cell,
    Floats,
    Ints,
    Mask,
    facet_normals,
    row_keys,
    touching,
)

AT_WALL = 1e-9
"""Distance from a wall, of the longest edge, up to which a vertex lies on it: rounding."""


def flat_volumes(cell: Cell, flat_share: Floats | float) -> Floats:
    """(m,) volume below which a simplex counts as flat, flat_share L^d/d!, µm^d.

    flat_share: of all, or of each (m,).  L is its longest edge; in 2D ``flat_share`` is its height
    over L.
    """
    corners = [cell.points.take(vertex, axis=0) for vertex in cell.simplices.T]
    ways = [one - other for one, other in combinations(corners, 2)]
    longest = np.sqrt(np.maximum.reduce([np.einsum("ij,ij->i", way, way) for way in ways]))
    return np.asarray(flat_share * longest**cell.dim / math.factorial(cell.dim))


def share_at_collector(cell: Cell, share: float, at_collector: float) -> Floats:
    """(m,) a share of each simplex, another one where it touches the collector."""
    shares = np.full(len(cell.simplices), share)
    if cell.in_region(COLLECTOR).any():
        touches = touching(cell.vertices_of(COLLECTOR), cell.simplices)
        shares[touches] = at_collector
    return shares


def closed_gaps(cell: Cell, flat_share: float, at_collector: float) -> Mask:
    """(m,) flat simplices of free electrolyte between metal surfaces, or metal and insulating wall.

    All vertices are on metal or on the wall, at least one on metal, and a simplex at a wall is flat
    along it.  at_collector: ``flat_share`` of those that touch the collector
    """
    metal = np.zeros(len(cell.points), dtype=bool)
    for kind in (LITHIUM, DEAD_LITHIUM, COLLECTOR):
        metal |= cell.vertices_of(kind)
    share = share_at_collector(cell, flat_share, at_collector)
    flat = cell.free_electrolyte & (cell.volumes < flat_volumes(cell, share))
    touches = metal[cell.simplices]
    closed = flat & touches.all(axis=1)
    table = cell.all_facets
    wall = table.outer()
    wall[table.find(cell.named_facets(COUNTER))] = False
    facets = table.vertices[wall]
    normal = facet_normals(cell.points, facets)
    bounded = np.isin(cell.simplices, facets) | touches
    for simplex in np.flatnonzero(flat & touches.any(axis=1) & bounded.all(axis=1) & ~closed):
        corners = cell.simplices[simplex]
        points = cell.points[corners]
        longest = max(float(np.linalg.norm(p - q)) for p, q in combinations(points, 2))
        beside = np.isin(facets, corners).any(axis=1)
        away = np.abs((points - cell.points[facets[beside, :1]]) @ normal[beside, :, None])[..., 0]
        held = touches[simplex] | (away < AT_WALL * longest)
        closed[simplex] = np.any(held.all(axis=1) & (away.max(axis=1) < share[simplex] * longest))
    return closed


def overlapping_facets(simplices: Ints) -> Ints:
    """(k, d) facets that two simplices have on the same side, or more than two simplices have.

    simplices (m, d + 1), each of positive volume.  The two simplices of an inner facet give it
    opposite orientations.  Where all do, and the outer facets lie in their places, no simplices
    overlap.
    """
    corners = simplices.shape[1]
    facets, side = [], []
    for corner in range(corners):
        facet = np.delete(simplices, corner, axis=1)
        inversions = sum(facet[:, i] > facet[:, j] for i, j in combinations(range(corners - 1), 2))
        facets.append(np.sort(facet, axis=1))
        side.append(1 - 2 * ((corner + inversions) % 2))
    rows = np.concatenate(facets)
    oriented = row_keys(rows) * np.concatenate(side)
    ordered = np.sort(oriented)
    # Of three simplices at a facet, two have it on the same side.
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    return np.unique(rows[np.isin(oriented, twice)], axis=0) if len(twice) else rows[:0]
