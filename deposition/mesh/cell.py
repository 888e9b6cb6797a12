"""The cell: the only geometric object that travels.

A ``Cell`` is plain NumPy: points in micrometres, simplices with a region name each, facets with a
boundary name each.  Gmsh, Mmg, DOLFINx and VTK each see it through one small adapter.
2D (triangles, edges) and 3D (tetrahedra, triangles) are the same code.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


Floats = NDArray[np.float64]


Ints = NDArray[np.int64]


ELECTROLYTE = "electrolyte"


LITHIUM = "lithium"


COLLECTOR = "collector"


DEAD_LITHIUM = "dead_lithium"


PINCHED_OFF = f"{DEAD_LITHIUM}:pinched_off"


COUNTER = "counter"


SEI_PREFIX = "sei:"
"""Names of the geometry contract; see ``geometry.names`` for what may carry which."""


def region_kind(name: str) -> str:
    """The kind of a region: its name without the part after the colon (``dead_lithium:left``)."""
    return name.split(":", 1)[0]


@dataclass(frozen=True, eq=False)
class Cell:
    """A meshed box of electrolyte and metal.

    points       (n, d)      coordinates, µm
    simplices    (m, d + 1)  vertex indices, positively oriented
    region       (m,)        index into ``regions``
    regions                  region names
    facets       (k, d)      vertex indices of the facets that carry a name
    boundary     (k,)        index into ``boundaries``
    boundaries               boundary names (``counter``, ``sei:LiF``); a facet may stand twice,
                             once as ``counter`` and once with its film
    """

    points: Floats
    simplices: Ints
    region: Ints
    regions: tuple[str, ...]
    facets: Ints
    boundary: Ints
    boundaries: tuple[str, ...]

    @property
    def dim(self) -> int:
        """2 or 3."""
        return self.points.shape[1]

    def with_points(self, points: Floats) -> Cell:
        """The same cell with its vertices elsewhere (µm)."""
        return replace(self, points=points)

    def in_region(self, kind: str) -> Mask:
        """(m,) whether each simplex lies in a region of this kind (``dead_lithium`` has many)."""
        wanted = [i for i, name in enumerate(self.regions) if region_kind(name) == kind]
        return np.isin(self.region, wanted)

    def vertices_of(self, kind: str) -> Mask:
        """(n,) whether each vertex is a corner of a simplex in a region of this kind."""
        touched = np.zeros(len(self.points), dtype=bool)
        touched[self.simplices[self.in_region(kind)]] = True
        return touched

    def named_facets(self, name: str) -> Ints:
        """(j, d) the facets that carry this boundary name; empty if nothing does."""
        if name not in self.boundaries:
            return np.empty((0, self.dim), dtype=np.int64)
        return self.facets[self.boundary == self.boundaries.index(name)]

    @cached_property
    def volumes(self) -> Floats:
        """(m,) signed volume of each simplex: µm² in 2D (per unit depth), µm³ in 3D."""
        return simplex_volumes(self.points, self.simplices)

    def volume(self, kind: str) -> float:
        """Volume of all regions of this kind, µm^d."""
        return float(self.volumes[self.in_region(kind)].sum())

    @cached_property
    def all_facets(self) -> FacetTable:
        """Every facet with the one or two simplices it belongs to."""
        return FacetTable.of(self.simplices)


@dataclass(frozen=True, eq=False)
class FacetTable:
    """All facets of a simplicial mesh.

    vertices   (f, d)  vertex indices, sorted within each facet; rows in lexicographic order
    simplices  (f, 2)  the simplices on its two sides; -1 where there is none
    """

    vertices: Ints
    simplices: Ints

    @classmethod
    def of(cls, simplices: Ints) -> FacetTable:
        """Pair up the facets of ``simplices`` (m, d + 1)."""
        corners = simplices.shape[1]
        local = list(combinations(range(corners), corners - 1))
        stacked = np.sort(np.concatenate([simplices[:, list(c)] for c in local]), axis=1)
        owner = np.tile(np.arange(len(simplices)), len(local))
        key = row_keys(stacked)
        order = np.argsort(key, kind="stable")
        stacked, owner, key = stacked[order], owner[order], key[order]
        first = np.ones(len(key), dtype=bool)
        first[1:] = key[1:] != key[:-1]
        group = np.cumsum(first) - 1
        sides = np.full((int(first.sum()), 2), -1, dtype=np.int64)
        sides[group[first], 0] = owner[first]
        sides[group[~first], 1] = owner[~first]
        return cls(stacked[first], sides)

    def outer(self) -> Mask:
        """(f,) whether the facet lies on the outside of the mesh."""
        return self.simplices[:, 1] < 0

    def find(self, facets: Ints) -> Ints:
        """(k,) row of each of ``facets`` (k, d) in this table, -1 where it is not a facet."""
        return match_rows(self.vertices, np.sort(facets, axis=1))


def metal_volume(cell: Cell) -> float:
    """Volume of all lithium, joined or dead, µm^d."""
    return cell.volume(LITHIUM) + cell.volume(DEAD_LITHIUM)


def row_keys(rows: Ints) -> Ints:
    """(k,) one number a row (k, d) of vertex indices, in the lexicographic order of the rows.

    21 bits an index: meshes of up to two million vertices in 3D.
    """
    key = np.zeros(len(rows), dtype=np.int64)
    for column in rows.T:
        key = (key << 21) | column
    return key


def match_rows(table: Ints, rows: Ints) -> Ints:
    """(k,) index in ``table`` (unique rows) of each row of ``rows``; -1 where there is none."""
    if len(rows) == 0 or len(table) == 0:
        return np.full(len(rows), -1, dtype=np.int64)
    known, wanted = row_keys(table), row_keys(rows)
    order = np.argsort(known, kind="stable")
    place = np.minimum(np.searchsorted(known[order], wanted), len(known) - 1)
    found = order[place]
    return np.where(known[found] == wanted, found, -1)


def simplex_volumes(points: Floats, simplices: Ints) -> Floats:
    """(m,) signed volumes det(x1 - x0, …)/d! of simplices with as many corners as d + 1."""
    edges = points[simplices[:, 1:]] - points[simplices[:, :1]]
    return np.linalg.det(edges) / (2.0 if points.shape[1] == 2 else 6.0)


def facet_measures(points: Floats, facets: Ints) -> Floats:
    """(k,) length of edges (2D) or area of triangles (3D)."""
    first = points[facets[:, 1]] - points[facets[:, 0]]
    if points.shape[1] == 2:
        return np.linalg.norm(first, axis=1)
    return 0.5 * np.linalg.norm(
        np.cross(first, points[facets[:, 2]] - points[facets[:, 0]]), axis=1
    )


def facet_normals(points: Floats, facets: Ints) -> Floats:
    """(k, d) unit normals; the side is given by the order of the vertices."""
    first = points[facets[:, 1]] - points[facets[:, 0]]
    if points.shape[1] == 2:
        raw = np.column_stack([first[:, 1], -first[:, 0]])
    else:
        second = points[facets[:, 2]] - points[facets[:, 0]]
        raw = np.asarray(np.cross(first, second), dtype=np.float64)
    length = np.linalg.norm(raw, axis=1, keepdims=True)
    return raw / np.where(length > 0, length, 1.0)


def rename(cell: Cell, chosen: Mask, name: str) -> Cell:
    """The cell with the chosen simplices moved to region ``name``."""
    if not chosen.any():
        return cell
    regions = cell.regions if name in cell.regions else (*cell.regions, name)
    region = np.where(chosen, regions.index(name), cell.region)
    return replace(cell, region=region, regions=regions)


def skin(cell: Cell, chosen: Mask) -> Ints:
    """(k, d) the facets with exactly one side in the chosen simplices."""
    table = cell.all_facets
    sides = np.where(table.simplices >= 0, chosen[table.simplices], False)
    return table.vertices[sides.sum(axis=1) == 1]
