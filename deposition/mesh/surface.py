"""The electrode surface: where electrolyte meets metal, and what covers it.

``Surface`` is geometry, recomputed from every new ``Cell``; ``SurfaceState`` is what the front
carries from one cell to the next.  Both have one row a facet, in the same order.

Convention: the unit normal n points from the electrolyte into the metal, and i_n = i·n > 0 when
lithium is deposited.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from deposition.mesh.cell import (
    COLLECTOR,
    COUNTER,
    DEAD_LITHIUM,
    ELECTROLYTE,
    LITHIUM,
    Cell,
    Floats,
    Ints,
    Mask,
    facet_measures,
    facet_normals,
    region_kind,
)

ELECTRODES = (LITHIUM, COLLECTOR, DEAD_LITHIUM, COUNTER)
"""What a surface facet may belong to; ``Surface.electrode`` indexes this tuple."""


@dataclass(frozen=True, eq=False)
class Surface:
    """All facets where the electrolyte meets metal or the counter electrode.

    facets     (f, d)  vertex indices into ``Cell.points``
    electrode  (f,)    index into ``ELECTRODES``
    area       (f,)    length (2D) or area (3D), µm^(d-1)
    normal     (f, d)  unit normal from the electrolyte into the metal
    midpoint   (f, d)  µm
    """

    facets: Ints
    electrode: Ints
    area: Floats
    normal: Floats
    midpoint: Floats

    def on(self, *electrodes: str) -> Mask:
        """(f,) whether each facet belongs to one of these electrodes."""
        return np.isin(self.electrode, [ELECTRODES.index(name) for name in electrodes])

    @cached_property
    def working(self) -> Mask:
        """(f,) facets of the working electrode: lithium, or bare collector."""
        return self.on(LITHIUM, COLLECTOR)

    @property
    def edge(self) -> Floats:
        """(f,) length of the edges, µm."""
        return edge_lengths(self.area, self.midpoint.shape[1])

    @property
    def size(self) -> int:
        """Number of facets."""
        return len(self.facets)


def edge_lengths(area: Floats, dim: int) -> Floats:
    """(f,) length of facets in 2D; in 3D that of the edges of even triangles of this area, µm."""
    return area if dim == 2 else np.sqrt(4.0 / np.sqrt(3.0) * area)


def extract_surface(cell: Cell) -> Surface:
    """The electrode surface of a cell, in lexicographic order of the facets' sorted vertices."""
    table = cell.all_facets
    kinds = np.array([region_kind(name) for name in cell.regions], dtype=object)
    sides = np.where(table.simplices >= 0, kinds[cell.region][table.simplices], "")
    wet = np.any(sides == ELECTROLYTE, axis=1)
    electrode = np.full(len(sides), -1, dtype=np.int64)
    for code, kind in enumerate(ELECTRODES[:3]):
        electrode[wet & np.any(sides == kind, axis=1)] = code
    counter = table.find(cell.named_facets(COUNTER))
    electrode[counter[counter >= 0]] = ELECTRODES.index(COUNTER)
    chosen = np.flatnonzero((electrode >= 0) & wet)
    facets = table.vertices[chosen]
    one, other = table.simplices[chosen].T
    inside = np.where(sides[chosen, 0] == ELECTROLYTE, one, other)
    normal = _towards_metal(cell, facets, inside)
    midpoint = cell.points[facets].mean(axis=1)
    return Surface(facets, electrode[chosen], facet_measures(cell.points, facets), normal, midpoint)


def _towards_metal(cell: Cell, facets: Ints, electrolyte_simplex: Ints) -> Floats:
    """Unit normals that point away from the electrolyte simplex of each facet."""
    normal = facet_normals(cell.points, facets)
    centre = cell.points[cell.simplices[electrolyte_simplex]].mean(axis=1)
    outward = cell.points[facets].mean(axis=1) - centre
    flip = np.einsum("ij,ij->i", normal, outward) < 0
    return np.where(flip[:, None], -normal, normal)


@dataclass(frozen=True, eq=False)
class SurfaceState:
    """What the surface carries, a row a facet of ``Surface``.

    fractions  (f, k)  area fraction of each film component; rows sum to 1
    thickness  (f,)    film thickness, m
    charge     (f,)    charge passed since the start, C/m², > 0 when plated
    body       (f,)    label of the metal body (connected component); -1 on the counter
    films              names of the k components
    """

    fractions: Floats
    thickness: Floats
    charge: Floats
    body: Ints
    films: tuple[str, ...]


def label_components(cell: Cell, chosen: Mask) -> Ints:
    """(m,) connected component (through facets) of each chosen simplex, -1 elsewhere."""
    pairs = cell.all_facets.simplices
    pairs = pairs[(pairs[:, 1] >= 0)]
    pairs = pairs[chosen[pairs].all(axis=1)]
    size = len(cell.simplices)
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    _, compact = np.unique(label[chosen], return_inverse=True)
    result = np.full(size, -1, dtype=np.int64)
    result[chosen] = compact
    return result


def label_at_facets(cell: Cell, surface: Surface, label: Ints) -> Ints:
    """(f,) the label (m,) of the simplices beside each surface facet, -1 where neither has one.

    Where both have one, the larger.
    """
    table = cell.all_facets
    sides = table.simplices[table.find(surface.facets)]
    return np.where(sides >= 0, label[sides], -1).max(axis=1)


def facet_bodies(cell: Cell, surface: Surface) -> Ints:
    """(f,) label of the metal body behind each surface facet, -1 on the counter electrode.

    A body is a connected component of lithium and collector, or of dead lithium.
    """
    dead = cell.in_region(DEAD_LITHIUM)
    joined = label_components(cell, cell.in_region(LITHIUM) | cell.in_region(COLLECTOR))
    label = np.where(dead, label_components(cell, dead) + joined.max(initial=-1) + 1, joined)
    return label_at_facets(cell, surface, label)
