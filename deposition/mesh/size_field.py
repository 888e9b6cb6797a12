"""How large a simplex may be: fine at the surface and across narrow gaps, coarse away."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from deposition.mesh.cell import COUNTER, ELECTROLYTE, Cell, Floats
from deposition.mesh.sizes import MeshSizes
from deposition.mesh.surface import Surface

CELLS_ACROSS_GAP = 4.0
"""A gap between two facing parts of the surface is meshed with about this many cells."""

SMALLEST_SHARE = 0.35
"""No cell is asked to be smaller than this share of the surface size: a gap narrower than about
1.5 surface cells closes within the next few steps, and resolving it would only cost."""

METAL_SLOPE = 0.6
"""Size increase per distance inside metal, where nothing is solved: only recession needs cells."""


def size_field(cell: Cell, surface: Surface, sizes: MeshSizes) -> Floats:
    """(n,) wanted edge length at every vertex, µm: min over facets of h_f + slope·dist.

    The counter electrode counts only where it has a size of its own.
    """
    slope = np.where(cell.vertices_of(ELECTROLYTE), sizes.slope, METAL_SLOPE)[:, None]
    counter = surface.on(COUNTER)
    wanted = _growing_from(cell, surface.midpoint[~counter], _at_metal(surface, sizes), slope)
    if sizes.counter is not None and counter.any():
        even = np.full(np.count_nonzero(counter), sizes.counter)
        there = _growing_from(cell, surface.midpoint[counter], even, slope)
        wanted = np.minimum(wanted, there)
    return np.minimum(wanted, sizes.coarse)


def _at_metal(surface: Surface, sizes: MeshSizes) -> Floats:
    """(m,) wanted edge length on each facet that is not of the counter electrode, µm."""
    metal = ~surface.on(COUNTER)
    facet_size = np.minimum(sizes.surface, _gap(surface, sizes)[metal] / CELLS_ACROSS_GAP)
    return np.maximum(facet_size, SMALLEST_SHARE * sizes.surface)


def _growing_from(cell: Cell, midpoint: Floats, size: Floats, slope: Floats) -> Floats:
    """(n,) the least h_f + slope·dist at every vertex; midpoint (m, d) and size (m,) of facets."""
    # The nearest few facets are enough: sizes differ at most by 1 / SMALLEST_SHARE.
    near = min(8, len(midpoint))
    distance, index = cKDTree(midpoint).query(cell.points, k=near)
    distance, index = distance.reshape(-1, near), index.reshape(-1, near)
    wanted = size[index] + slope * np.maximum(distance - size[index], 0.0)
    return np.asarray(wanted.min(axis=1), dtype=np.float64)


def _gap(surface: Surface, sizes: MeshSizes) -> Floats:
    """(f,) distance across the electrolyte to a facing facet; inf where none is within reach."""
    reach = (CELLS_ACROSS_GAP + 1.0) * sizes.surface
    pairs = cKDTree(surface.midpoint).query_pairs(reach, output_type="ndarray")
    gap = np.full(surface.size, np.inf)
    if len(pairs) == 0:
        return gap
    one, two = pairs.T
    across = surface.midpoint[two] - surface.midpoint[one]
    length = np.linalg.norm(across, axis=1)
    # n points into the metal: two facets face each other across electrolyte when the way from one
    # to the other runs against the normal of the first and along that of the second.
    leave = -np.einsum("ij,ij->i", across, surface.normal[one])
    arrive = np.einsum("ij,ij->i", across, surface.normal[two])
    facing = (leave > 0.7 * length) & (arrive > 0.7 * length)
    np.minimum.at(gap, one[facing], length[facing])
    np.minimum.at(gap, two[facing], length[facing])
    return gap
