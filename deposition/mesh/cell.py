"""The meshed cell, the one representation of geometry that all rooms exchange.

A ``Cell`` is plain NumPy: points in µm, simplices with one region name each, facets with one
boundary name each.  One adapter each converts it for Gmsh, Mmg, DOLFINx and VTK.
The same code serves 2D (triangles, edges) and 3D (tetrahedra, triangles).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from deposition.mesh.growth_axis import UPWARDS, GrowthAxis

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


T = TypeVar("T", bound=NDArray[Any])

ELECTROLYTE = "electrolyte"
SEPARATOR = "separator"
LITHIUM = "lithium"
COLLECTOR = "collector"
DEAD_LITHIUM = "dead_lithium"
PINCHED_OFF = f"{DEAD_LITHIUM}:pinched_off"
COUNTER = "counter"
SEI_PREFIX = "sei:"
"""Prefix of the boundary names of SEI components.  ``contract_names`` states where the physical
names above and this prefix are allowed."""


def region_kind(name: str) -> str:
    """Kind of a region: its name up to the colon (``dead_lithium`` of ``dead_lithium:left``)."""
    return name.split(":", 1)[0]


def region_kinds(name: str) -> tuple[str, ...]:
    """All kinds of a region: a separator is also electrolyte, which fills its pores."""
    kind = region_kind(name)
    return (SEPARATOR, ELECTROLYTE) if kind == SEPARATOR else (kind,)


@dataclass(frozen=True, eq=False)
class Cell:
    """A meshed box of electrolyte and metal.

    points       (n, d)      coordinates, µm
    simplices    (m, d + 1)  vertex indices, positively oriented
    region       (m,)        index into ``regions``
    regions                  region names
    facets       (k, d)      vertex indices of the named facets
    boundary     (k,)        index into ``boundaries``
    boundaries               boundary names (``counter``, ``sei:LiF``); a facet may occur twice,
                             once as ``counter`` and once with its SEI component
    growth                   axis along which the deposit of the initial cell grows
    porosity                 ε of the region ``separator``
    """

    points: Floats
    simplices: Ints
    region: Ints
    regions: tuple[str, ...]
    facets: Ints
    boundary: Ints
    boundaries: tuple[str, ...]
    growth: GrowthAxis = UPWARDS
    porosity: float = 1.0

    @property
    def dim(self) -> int:
        """Dimension d of the cell, 2 or 3."""
        return self.points.shape[1]

    def with_points(self, points: Floats) -> Cell:
        """Return the cell with vertices at ``points`` (n, d), µm, and unchanged topology."""
        cell = self._changed("topology", "by_region", points=points)
        if "volumes" in vars(self):
            # Few vertices move as a rule: the volumes of the other simplices are known.
            moved = (points != self.points).any(axis=1)
            rows = np.flatnonzero(touching(moved, self.simplices))
            volumes = self.volumes.copy()
            volumes[rows] = simplex_volumes(points, self.simplices[rows])
            vars(cell)["volumes"] = volumes
        return cell

    def with_regions(self, region: Ints, regions: tuple[str, ...]) -> Cell:
        """Return the cell with other regions, ``region`` (m,); the topology is shared."""
        return self._changed("topology", region=region, regions=regions)

    def with_boundaries(self, facets: Ints, boundary: Ints, boundaries: tuple[str, ...]) -> Cell:
        """Return the cell with other named facets (k, d); the topology is shared."""
        return self._changed("topology", facets=facets, boundary=boundary, boundaries=boundaries)

    def _changed(self, *shared: str, **changes: Any) -> Cell:
        """The cell with these fields changed and these cached properties kept."""
        cell = replace(self, **changes)
        vars(cell).update({name: getattr(self, name) for name in shared})
        return cell

    @cached_property
    def topology(self) -> Topology:
        """Facets and connected components, found once for all cells with the same simplices."""
        return Topology(self.simplices)

    @cached_property
    def by_region(self) -> dict[str, Any]:
        """Cache of values that depend on simplices, regions and named facets, not on points."""
        return {}

    def in_region(self, kind: str) -> Mask:
        """(m,) simplices in regions of this kind (``dead_lithium`` may have several); read-only.

        ``electrolyte`` is all that ions move in, with the separator.
        """
        if kind not in self.by_region:
            chosen = [i for i, name in enumerate(self.regions) if kind in region_kinds(name)]
            self.by_region[kind] = read_only(np.isin(self.region, chosen))
        return cast(Mask, self.by_region[kind])

    @property
    def free_electrolyte(self) -> Mask:
        """(m,) simplices of electrolyte outside of the separator, into which lithium can grow."""
        return self.in_region(ELECTROLYTE) & ~self.in_region(SEPARATOR)

    @property
    def electrolyte_fraction(self) -> Floats:
        """(m,) volume fraction of electrolyte: ε in the separator, 1 in free electrolyte, 0 in
        metal."""
        fraction = self.in_region(ELECTROLYTE).astype(np.float64)
        fraction[self.in_region(SEPARATOR)] = self.porosity
        return fraction

    def vertices_of(self, kind: str) -> Mask:
        """(n,) vertices of the simplices in regions of this kind; read-only."""
        key = f"vertices of {kind}"
        if key not in self.by_region:
            touched = np.zeros(len(self.points), dtype=bool)
            touched[self.simplices[self.in_region(kind)]] = True
            self.by_region[key] = read_only(touched)
        return cast(Mask, self.by_region[key])

    def named_facets(self, name: str) -> Ints:
        """(j, d) facets with this boundary name; empty if there is none."""
        if name not in self.boundaries:
            return np.empty((0, self.dim), dtype=np.int64)
        return self.facets[self.boundary == self.boundaries.index(name)]

    @cached_property
    def volumes(self) -> Floats:
        """(m,) signed volume of each simplex: µm² in 2D (per unit depth), µm³ in 3D."""
        return simplex_volumes(self.points, self.simplices)

    def volume(self, kind: str) -> float:
        """Volume of all regions of this kind, µm^d; of a separator with its solid."""
        return float(self.volumes[self.in_region(kind)].sum())

    @property
    def all_facets(self) -> FacetTable:
        """All facets, each with its one or two adjacent simplices."""
        return self.topology.facets


@dataclass(frozen=True, eq=False)
class Topology:
    """Facets and connected components of simplices (m, d + 1), independent of points and regions.

    labels: cache of ``surface.label_components``, by the chosen simplices.
    """

    simplices: Ints

    @cached_property
    def facets(self) -> FacetTable:
        """All facets, each with its one or two adjacent simplices."""
        return FacetTable.of(self.simplices)

    @cached_property
    def labels(self) -> dict[bytes, Ints]:
        return {}


def read_only(array: T) -> T:
    """Return the array (a new one, or one that nobody else holds), protected from changes."""
    array.setflags(write=False)
    return array


@dataclass(frozen=True, eq=False)
class FacetTable:
    """All facets of a simplicial mesh.

    vertices   (f, d)  vertex indices, sorted within each facet; rows in lexicographic order
    simplices  (f, 2)  adjacent simplices; -1 outside the mesh
    """

    vertices: Ints
    simplices: Ints

    @classmethod
    def of(cls, simplices: Ints) -> FacetTable:
        """Build the table from ``simplices`` (m, d + 1)."""
        corners = simplices.shape[1]
        local = list(combinations(range(corners), corners - 1))
        stacked = sorted_rows(np.concatenate([simplices[:, list(c)] for c in local]))
        owner = np.tile(np.arange(len(simplices)), len(local))
        order = lexicographic_order(stacked)
        key, owner = row_keys(stacked)[order], owner[order]
        first = np.ones(len(key), dtype=bool)
        first[1:] = key[1:] != key[:-1]
        group = np.cumsum(first) - 1
        sides = np.full((int(first.sum()), 2), -1, dtype=np.int64)
        sides[:, 0] = owner[first]
        sides[group[~first], 1] = owner[~first]
        # The simplex with the lower number first: equal rows come in the order of ``local``.
        later = (sides[:, 1] >= 0) & (sides[:, 1] < sides[:, 0])
        sides[later] = sides[later, ::-1]
        return cls(stacked.take(order[first], axis=0), sides)

    def outer(self) -> Mask:
        """(f,) facets on the exterior boundary of the mesh."""
        return self.simplices[:, 1] < 0

    def find(self, facets: Ints) -> Ints:
        """(k,) row of each of ``facets`` (k, d) in this table, -1 if absent."""
        if len(facets) == 0 or len(self.vertices) == 0:
            return np.full(len(facets), -1, dtype=np.int64)
        sought = row_keys(sorted_rows(facets))
        position = np.minimum(np.searchsorted(self._keys, sought), len(self._keys) - 1)
        return np.where(self._keys[position] == sought, position, -1)

    @cached_property
    def _keys(self) -> Ints:
        """(f,) key of each row of ``vertices``, ascending."""
        return row_keys(self.vertices)


def metal_volume(cell: Cell) -> float:
    """Volume of all lithium, connected and dead, µm^d."""
    return cell.volume(LITHIUM) + cell.volume(DEAD_LITHIUM)


def row_keys(rows: Ints) -> Ints:
    """(k,) one integer per row (k, d) of vertex indices, in the lexicographic order of the rows.

    21 bits per index: meshes of up to two million vertices in 3D.
    """
    key = np.zeros(len(rows), dtype=np.int64)
    for column in rows.T:
        key = (key << 21) | column
    return key


def sorted_rows(rows: Ints) -> Ints:
    """(k, c) rows of one to three indices, each row in ascending order.

    Column by column, which takes a third of the time of a sort along a short axis.
    """
    if rows.shape[1] == 1:
        return rows.copy()
    one, other, *rest = rows.T
    low, high = np.minimum(one, other), np.maximum(one, other)
    if not rest:
        return np.column_stack([low, high])
    last = rest[0]
    middle = np.maximum(low, np.minimum(high, last))
    return np.column_stack([np.minimum(low, last), middle, np.maximum(high, last)])


def lexicographic_order(rows: Ints) -> Ints:
    """(k,) stable order of rows (k, c) of vertex indices.

    Counting sorts from the last column to the first, each a transposition of a sparse matrix: for
    indices of a mesh they take half the time of a sort of keys.
    """
    order = np.arange(len(rows))
    starts, ones = np.arange(len(rows) + 1, dtype=np.int32), np.ones(len(rows), dtype=bool)
    shape = (len(rows), int(rows.max(initial=0)) + 1)
    for column in rows.T[::-1]:
        incidence = csr_array((ones, column[order].astype(np.int32), starts), shape=shape)
        order = order[incidence.tocsc().indices]
    return order


def match_rows(table: Ints, rows: Ints) -> Ints:
    """(k,) index in ``table`` (unique rows) of each row of ``rows``; -1 if absent."""
    if len(rows) == 0 or len(table) == 0:
        return np.full(len(rows), -1, dtype=np.int64)
    known, sought = row_keys(table), row_keys(rows)
    order = np.argsort(known, kind="stable")
    position = np.minimum(np.searchsorted(known[order], sought), len(known) - 1)
    found = order[position]
    return np.where(known[found] == sought, found, -1)


def simplex_volumes(points: Floats, simplices: Ints) -> Floats:
    """(m,) signed volumes det(x1 - x0, …)/d! of simplices (m, d + 1)."""
    first, *others = (points.take(vertex, axis=0) for vertex in simplices.T)
    factorial = 2.0 if points.shape[1] == 2 else 6.0
    volume = determinant([other - first for other in others]) / factorial
    return np.asarray(volume, dtype=np.float64)


def touching(marked: Mask, simplices: Ints) -> Mask:
    """(m,) simplices (m, c) with at least one corner among the ``marked`` vertices (n,).

    Column by column, which takes a fraction of the time of ``any`` along a short axis.
    """
    corners = simplices.T
    found = marked.take(corners[0])
    for column in corners[1:]:
        found |= marked.take(column)
    return found


def star_of(vertex: int, simplices: Ints) -> Ints:
    """(k,) rows of the simplices (m, c) around a vertex, ascending."""
    return np.flatnonzero(simplices == vertex) // simplices.shape[1]


def simplex_means(values: Floats, simplices: Ints) -> Floats:
    """(m, …) mean of nodal ``values`` (n, …) over the corners of each simplex or facet (m, c).

    Column by column, which takes a fraction of the time of a mean along a short axis.
    """
    corners = simplices.T
    total = values.take(corners[0], axis=0)
    for column in corners[1:]:
        total += values.take(column, axis=0)
    return np.asarray(total / len(corners), dtype=np.float64)


def determinant(rows: Sequence[Floats]) -> Floats:
    """(m,) determinant of matrices with d rows (m, d), d up to 3, in closed form."""
    a = rows[0]
    if len(rows) == 1:
        return a[:, 0]
    b = rows[1]
    if len(rows) == 2:
        return a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    c = rows[2]
    return np.asarray(
        a[:, 0] * (b[:, 1] * c[:, 2] - b[:, 2] * c[:, 1])
        + a[:, 1] * (b[:, 2] * c[:, 0] - b[:, 0] * c[:, 2])
        + a[:, 2] * (b[:, 0] * c[:, 1] - b[:, 1] * c[:, 0])
    )


def facet_measures(points: Floats, facets: Ints) -> Floats:
    """(k,) length of edges (2D) or area of triangles (3D), in units of ``points`` ^(d-1)."""
    first = points[facets[:, 1]] - points[facets[:, 0]]
    if points.shape[1] == 2:
        return np.linalg.norm(first, axis=1)
    return 0.5 * np.linalg.norm(
        np.cross(first, points[facets[:, 2]] - points[facets[:, 0]]), axis=1
    )


def facet_normals(points: Floats, facets: Ints) -> Floats:
    """(k, d) unit normals; the order of the vertices determines the orientation."""
    first = points[facets[:, 1]] - points[facets[:, 0]]
    if points.shape[1] == 2:
        raw = np.column_stack([first[:, 1], -first[:, 0]])
    else:
        second = points[facets[:, 2]] - points[facets[:, 0]]
        raw = np.asarray(np.cross(first, second), dtype=np.float64)
    length = np.linalg.norm(raw, axis=1, keepdims=True)
    return raw / np.where(length > 0, length, 1.0)


def rename(cell: Cell, chosen: Mask, name: str) -> Cell:
    """Return the cell with the chosen simplices (m,) assigned to region ``name``."""
    if not chosen.any():
        return cell
    regions = cell.regions if name in cell.regions else (*cell.regions, name)
    region = np.where(chosen, regions.index(name), cell.region)
    return cell.with_regions(region, regions)


def skin(cell: Cell, chosen: Mask) -> Ints:
    """(k, d) boundary facets of the chosen simplices (m,): exactly one side is chosen."""
    table = cell.all_facets
    sides = np.where(table.simplices >= 0, chosen[table.simplices], False)
    return table.vertices[sides.sum(axis=1) == 1]
