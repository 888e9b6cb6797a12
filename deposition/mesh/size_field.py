"""Size field for remeshing: fine at the surface and across narrow gaps, coarse elsewhere."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from deposition.mesh.cell import COUNTER, ELECTROLYTE, Cell, Floats
from deposition.mesh.sizes import MeshSizes
from deposition.mesh.surface import Surface

_NEAREST_FACETS = 8
"""Facets that determine the size at a vertex: sizes differ by at most a factor 1 / least_share."""


def size_field(
    cell: Cell,
    surface: Surface,
    sizes: MeshSizes,
    *,
    cells_across_gap: float,
    least_share: float,
    metal_slope: float,
    facing_cosine: float,
) -> Floats:
    """(n,) target edge length at every vertex, µm: min over facets of h_f + slope·dist.

    cells_across_gap  elements between two facing parts of the surface: h_f = gap / cells_across_gap
    least_share       smallest h_f relative to ``sizes.surface``
    metal_slope       size increase per distance inside metal, where no equation is solved
    facing_cosine     cosine between a normal and the line to the other facet, above which two
                      facets face each other

    Facets of the counter electrode count only if ``sizes.counter`` is set.
    """
    slope = np.where(cell.vertices_of(ELECTROLYTE), sizes.slope, metal_slope)[:, None]
    counter = surface.on(COUNTER)
    reach = (cells_across_gap + 1.0) * sizes.surface
    gap = _gap(surface, reach, facing_cosine)[~counter]
    facet_size = np.minimum(sizes.surface, gap / cells_across_gap)
    facet_size = np.maximum(facet_size, least_share * sizes.surface)
    target = _graded(cell, surface.midpoint[~counter], facet_size, slope)
    if sizes.counter is not None and counter.any():
        uniform = np.full(np.count_nonzero(counter), sizes.counter)
        at_counter = _graded(cell, surface.midpoint[counter], uniform, slope)
        target = np.minimum(target, at_counter)
    return np.minimum(target, sizes.coarse)


def _graded(cell: Cell, midpoint: Floats, size: Floats, slope: Floats) -> Floats:
    """(n,) min over facets of h_f + slope·max(dist - h_f, 0); midpoint (m, d), size h (m,)."""
    near = min(_NEAREST_FACETS if np.ptp(size) else 1, len(midpoint))
    distance, index = cKDTree(midpoint).query(cell.points, k=near)
    distance, index = distance.reshape(-1, near), index.reshape(-1, near)
    graded = size[index] + slope * np.maximum(distance - size[index], 0.0)
    return np.asarray(graded.min(axis=1), dtype=np.float64)


def _gap(surface: Surface, reach: float, facing_cosine: float) -> Floats:
    """(f,) distance across the electrolyte to the nearest facing facet; inf beyond ``reach``."""
    pairs = cKDTree(surface.midpoint).query_pairs(reach, output_type="ndarray")
    gap = np.full(surface.size, np.inf)
    if len(pairs) == 0:
        return gap
    one, two = pairs.T
    across = surface.midpoint[two] - surface.midpoint[one]
    length = np.linalg.norm(across, axis=1)
    # n points into the metal: two facets face each other across electrolyte if the vector r from
    # one to the other satisfies -r·n₁ > k |r| and r·n₂ > k |r|, k the facing_cosine.
    leave = -np.einsum("ij,ij->i", across, surface.normal[one])
    arrive = np.einsum("ij,ij->i", across, surface.normal[two])
    facing = (leave > facing_cosine * length) & (arrive > facing_cosine * length)
    np.minimum.at(gap, one[facing], length[facing])
    np.minimum.at(gap, two[facing], length[facing])
    return gap
