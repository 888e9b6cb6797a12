"""Simplices that are nearly flat or overlap, and gaps between metal surfaces that have closed.

As a gap closes, its simplices become flatter with every step, until Mmg rejects the mesh.
Two surfaces are therefore in contact once the simplices between them are flat.
"""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np

from deposition.mesh.cell import (
    COLLECTOR,
    DEAD_LITHIUM,
    LITHIUM,
    Cell,
    Floats,
    Ints,
    Mask,
    row_keys,
)


def flat_volumes(cell: Cell, flat_share: Floats | float) -> Floats:
    """(m,) volume below which a simplex counts as flat, flat_share L^d/d!, µm^d.

    flat_share: of all, or of each (m,).  L is its longest edge; in 2D ``flat_share`` is its height
    over L.
    """
    corners = [cell.points[vertex] for vertex in cell.simplices.T]
    ways = [one - other for one, other in combinations(corners, 2)]
    longest = np.sqrt(np.maximum.reduce([np.einsum("ij,ij->i", way, way) for way in ways]))
    return np.asarray(flat_share * longest**cell.dim / math.factorial(cell.dim))


def share_at_collector(cell: Cell, share: float, at_collector: float) -> Floats:
    """(m,) a share of each simplex, another one where it touches the collector."""
    touches = cell.vertices_of(COLLECTOR)[cell.simplices].any(axis=1)
    return np.where(touches, at_collector, share)


def closed_gaps(cell: Cell, flat_share: float, at_collector: float) -> Mask:
    """(m,) flat simplices of free electrolyte with all vertices on metal.

    at_collector: ``flat_share`` of those that touch the collector
    """
    metal = np.zeros(len(cell.points), dtype=bool)
    for kind in (LITHIUM, DEAD_LITHIUM, COLLECTOR):
        metal |= cell.vertices_of(kind)
    between = cell.free_electrolyte & metal[cell.simplices].all(axis=1)
    share = share_at_collector(cell, flat_share, at_collector)
    return between & (cell.volumes < flat_volumes(cell, share))


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
    _, first, group = np.unique(row_keys(rows), return_index=True, return_inverse=True)
    count = np.bincount(group)
    balance = np.bincount(group, np.concatenate(side))
    return rows[first[(count > 2) | ((count == 2) & (balance != 0.0))]]
