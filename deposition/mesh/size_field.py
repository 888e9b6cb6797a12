"""Size field for remeshing: fine at the surface and across narrow gaps, coarse elsewhere."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from deposition.mesh.cell import COUNTER, ELECTROLYTE, Cell, Floats
from deposition.mesh.sizes import MeshSizes
from deposition.mesh.surface import Surface

CELLS_ACROSS_GAP = 4.0
"""Approximate number of elements across a gap between two facing parts of the surface."""

SMALLEST_SHARE = 0.35
"""Smallest target edge length relative to the surface size.  A gap narrower than about 1.5 surface
elements closes within a few steps, so that finer elements only add cost."""

METAL_SLOPE = 0.6
"""Size increase per distance inside metal, where no equation is solved."""


def size_field(cell: Cell, surface: Surface, sizes: MeshSizes) -> Floats:
    """(n,) target edge length at every vertex, µm: min over facets of h_f + slope·dist.

    Facets of the counter electrode count only if ``sizes.counter`` is set.
    """
    slope = np.where(cell.vertices_of(ELECTROLYTE), sizes.slope, METAL_SLOPE)[:, None]
    counter = surface.on(COUNTER)
    target = _graded(cell, surface.midpoint[~counter], _at_metal(surface, sizes), slope)
    if sizes.counter is not None and counter.any():
        uniform = np.full(np.count_nonzero(counter), sizes.counter)
        at_counter = _graded(cell, surface.midpoint[counter], uniform, slope)
        target = np.minimum(target, at_counter)
    return np.minimum(target, sizes.coarse)


def _at_metal(surface: Surface, sizes: MeshSizes) -> Floats:
    """(m,) target edge length on the facets other than the counter electrode, µm."""
    metal = ~surface.on(COUNTER)
    facet_size = np.minimum(sizes.surface, _gap(surface, sizes)[metal] / CELLS_ACROSS_GAP)
    return np.maximum(facet_size, SMALLEST_SHARE * sizes.surface)


def _graded(cell: Cell, midpoint: Floats, size: Floats, slope: Floats) -> Floats:
    """(n,) min over facets of h_f + slope·max(dist - h_f, 0); midpoint (m, d), size h (m,)."""
    # The nearest few facets suffice: sizes differ by at most a factor 1 / SMALLEST_SHARE.
    near = min(8, len(midpoint))
    distance, index = cKDTree(midpoint).query(cell.points, k=near)
    distance, index = distance.reshape(-1, near), index.reshape(-1, near)
    graded = size[index] + slope * np.maximum(distance - size[index], 0.0)
    return np.asarray(graded.min(axis=1), dtype=np.float64)


def _gap(surface: Surface, sizes: MeshSizes) -> Floats:
    """(f,) distance across the electrolyte to the nearest facing facet; inf beyond the reach."""
    reach = (CELLS_ACROSS_GAP + 1.0) * sizes.surface
    pairs = cKDTree(surface.midpoint).query_pairs(reach, output_type="ndarray")
    gap = np.full(surface.size, np.inf)
    if len(pairs) == 0:
        return gap
    one, two = pairs.T
    across = surface.midpoint[two] - surface.midpoint[one]
    length = np.linalg.norm(across, axis=1)
    # n points into the metal: two facets face each other across electrolyte if the vector r from
    # one to the other satisfies -r·n₁ > 0.7 |r| and r·n₂ > 0.7 |r|.
    leave = -np.einsum("ij,ij->i", across, surface.normal[one])
    arrive = np.einsum("ij,ij->i", across, surface.normal[two])
    facing = (leave > 0.7 * length) & (arrive > 0.7 * length)
    np.minimum.at(gap, one[facing], length[facing])
    np.minimum.at(gap, two[facing], length[facing])
    return gap
