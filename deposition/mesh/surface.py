"""The electrode surface (interface between electrolyte and metal) and its SEI state.

``Surface`` is geometry, extracted from every new ``Cell``; ``SurfaceState`` is transferred from one
mesh to the next.  Both have one row per facet, in the same order.

Sign convention: the unit normal n points from the electrolyte into the metal, and
i_n = i·n > 0 for deposition.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import cast

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
    T,
    facet_measures,
    facet_normals,
    read_only,
    simplex_means,
)

ELECTRODES = (LITHIUM, COLLECTOR, DEAD_LITHIUM, COUNTER)
"""Electrodes and conductors that a facet can belong to; ``Surface.electrode`` indexes this."""


_SURFACE = "surface facets"
"""Key of the surface in ``Cell.by_region``."""


@dataclass(frozen=True, eq=False)
class Surface:
    """All facets between the electrolyte and metal or the counter electrode.

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
        """(f,) facets of these electrodes."""
        chosen = np.array([name in electrodes for name in ELECTRODES])
        return cast(Mask, chosen[self.electrode])

    @cached_property
    def working(self) -> Mask:
        """(f,) facets of the working electrode: lithium and bare collector."""
        return self.on(LITHIUM, COLLECTOR)

    @property
    def edge(self) -> Floats:
        """(f,) edge length of each facet, µm."""
        return edge_lengths(self.area, self.midpoint.shape[1])

    @property
    def size(self) -> int:
        """Number of facets."""
        return len(self.facets)


def edge_lengths(area: Floats, dim: int) -> Floats:
    """(f,) edge length, µm: ``area`` in 2D; in 3D that of an equilateral triangle of this area."""
    return area if dim == 2 else np.sqrt(4.0 / np.sqrt(3.0) * area)


def extract_surface(cell: Cell) -> Surface:
    """Extract the electrode surface; facets in lexicographic order of their sorted vertices.

    Its topology is found once for all cells that differ in their points only.
    """
    if _SURFACE not in cell.by_region:
        cell.by_region[_SURFACE] = _surface_facets(cell)
    facets, electrode, _, outwards = cell.by_region[_SURFACE]
    normal = outwards[:, None] * facet_normals(cell.points, facets)
    midpoint = simplex_means(cell.points, facets)
    return Surface(facets, electrode, facet_measures(cell.points, facets), normal, midpoint)


def electrolyte_beside(cell: Cell) -> Ints:
    """(f,) electrolyte simplex beside each facet of ``extract_surface``."""
    extract_surface(cell)
    beside: Ints = cell.by_region[_SURFACE][2]
    return beside


def _surface_facets(cell: Cell) -> tuple[Ints, Ints, Ints, Ints]:
    """(f, d) facets of the surface, (f,) index into ``ELECTRODES``, (f,) adjacent electrolyte, and
    (f,) 1 where the normal by the order of their vertices leaves it, else -1."""
    table, outside = cell.all_facets, len(cell.simplices)
    sides = np.where(table.simplices >= 0, table.simplices, outside)

    def beside(kind: str) -> Mask:
        return np.append(cell.in_region(kind), False)[sides]

    electrolyte = beside(ELECTROLYTE)
    wet = electrolyte.any(axis=1)
    electrode = np.full(len(sides), -1, dtype=np.int64)
    for code, kind in enumerate(ELECTRODES[:3]):
        electrode[wet & beside(kind).any(axis=1)] = code
    counter = table.find(cell.named_facets(COUNTER))
    electrode[counter[counter >= 0]] = ELECTRODES.index(COUNTER)
    chosen = np.flatnonzero((electrode >= 0) & wet)
    one, other = table.simplices[chosen].T
    inside = np.where(electrolyte[chosen, 0], one, other)
    return (
        read_only(table.vertices[chosen]),
        read_only(electrode[chosen]),
        read_only(inside),
        read_only(_outwards(table.vertices[chosen], cell.simplices[inside])),
    )


def _outwards(facets: Ints, simplices: Ints) -> Ints:
    """(f,) 1 where the normal of a facet (f, d), its vertices in ascending order, leaves its
    positively oriented simplex (f, d + 1), else -1.

    A simplex without its vertex k is a facet whose normal, by the order of the others, points
    outwards if k is even; each transposition of them changes the sign.
    """
    dim = facets.shape[1]
    opposite = (simplices[:, :, None] != facets[:, None, :]).all(axis=2).argmax(axis=1)
    others = [np.delete(np.arange(dim + 1), k) for k in range(dim + 1)]
    rest = np.take_along_axis(simplices, np.array(others)[opposite], axis=1)
    inversions = sum(rest[:, i] > rest[:, j] for i, j in combinations(range(dim), 2))
    return np.asarray(1 - 2 * ((opposite + inversions) % 2), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class SurfaceState:
    """SEI and deposition state, one row per facet of ``Surface``.

    fractions  (f, k)  area fraction f_k of each SEI component; rows sum to 1
    volumes    (f, k)  amount of each component as volume per area of the facet, w_k = n_k V_k, m:
                       its own thickness is w_k/f_k
    charge     (f,)    net charge per area since the start, C/m², > 0 for plating
    body       (f,)    label of the metal body (connected component); -1 on the counter electrode
    films              names of the k components
    """

    fractions: Floats
    volumes: Floats
    charge: Floats
    body: Ints
    films: tuple[str, ...]

    @classmethod
    def of_thickness(
        cls,
        fractions: Floats,
        thickness: Floats,
        charge: Floats,
        body: Ints,
        films: tuple[str, ...],
    ) -> SurfaceState:
        """All components of a facet of the same thickness (f,), m: w_k = f_k δ."""
        return cls(fractions, fractions * thickness[:, None], charge, body, films)

    @property
    def thickness(self) -> Floats:
        """(f,) mean film thickness Σ w_k, m."""
        return np.asarray(self.volumes.sum(axis=1), dtype=np.float64)


def label_components(cell: Cell, chosen: Mask) -> Ints:
    """(m,) connected component of each chosen simplex (m,), -1 elsewhere.

    Simplices are connected through shared facets.  Read-only; found once for all cells with the
    same simplices.
    """
    labels, key = cell.topology.labels, np.packbits(chosen).tobytes()
    if key not in labels:
        labels[key] = read_only(_find_components(cell, chosen))
    return labels[key]


def _find_components(cell: Cell, chosen: Mask) -> Ints:
    """(m,) connected component of each chosen simplex (m,), -1 elsewhere."""
    if not chosen.any():
        return np.full(len(chosen), -1, dtype=np.int64)
    pairs = cell.all_facets.simplices
    one, other = pairs[pairs[:, 1] >= 0].T
    both = chosen[one] & chosen[other]
    size = len(cell.simplices)
    links = (np.ones(np.count_nonzero(both)), (one[both], other[both]))
    graph = coo_array(links, shape=(size, size))
    _, label = connected_components(graph, directed=False)
    _, compact = np.unique(label[chosen], return_inverse=True)
    result = np.full(size, -1, dtype=np.int64)
    result[chosen] = compact
    return result


def label_at_facets(cell: Cell, surface: Surface, label: T) -> T:
    """(f,) label (m,) of the simplices adjacent to each surface facet, -1 if neither has one.

    If both have one, the larger.
    """
    table = cell.all_facets
    sides = table.simplices[table.find(surface.facets)]
    return cast(T, np.where(sides >= 0, label[sides], -1).max(axis=1))


def facet_bodies(cell: Cell, surface: Surface) -> Ints:
    """(f,) label of the metal body behind each surface facet, -1 on the counter electrode.

    A body is a connected component of lithium and collector, or of dead lithium.
    """
    dead = cell.in_region(DEAD_LITHIUM)
    joined = label_components(cell, cell.in_region(LITHIUM) | cell.in_region(COLLECTOR))
    label = np.where(dead, label_components(cell, dead) + joined.max(initial=-1) + 1, joined)
    return label_at_facets(cell, surface, label)
