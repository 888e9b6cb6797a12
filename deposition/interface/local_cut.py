"""Remeshing of the part of a mesh that needs it, divided along the new surface.

Mmg improves all cells that it is given, which takes ten times as long as a cut.  Where vertices
slide onto the new surface (``huygens``) nothing is cut, and the cells keep their quality for many
steps.  So Mmg is given a patch: the cells that the new surface crosses, bad ones, those with edges
that have left the range of lengths, and ``patch_layers`` layers around them.  The facets between
patch and rest stay, and so does the rest, with its coordinates.  Beside these facets cells become
poor with each cut; when there are many, the patch is the whole mesh.

The patch is divided along the new surface before Mmg sees it (``edge_splits``).  A cut by Mmg would
move the surface off vertices where it seems to touch itself, as at the edge of a patch, and edges
inside the electrolyte would be 0.8 of their target length.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.spatial import cKDTree

from deposition.common.errors import InterfaceError
from deposition.interface.mmg_input import (
    divided_references,
    kept_edges,
    kept_vertices,
    mmg_options,
    outside_of,
    splittable,
    time_limit,
)
from deposition.interface.numerics import NUMERICS, InterfaceNumerics
from deposition.mesh.cell import (
    COUNTER,
    SEPARATOR,
    Cell,
    FacetTable,
    Floats,
    Ints,
    Mask,
    match_rows,
    sorted_rows,
    touching,
)
from deposition.mesh.distance import nearest_facet, point_facet_distance
from deposition.mesh.edge_splits import split_at_zero
from deposition.mesh.mmg import Task
from deposition.mesh.quality import mean_ratio

SAME_PLACE = 1e-9
"""Distance between a vertex and its copy that Mmg returns, of the box: rounding."""


@dataclass(frozen=True, eq=False)
class Patch:
    """Part of a mesh that is remeshed while the rest stays.

    whole     the cell
    chosen    (m,) its simplices that are in the patch
    cell      the patch as a cell of its own, with its facets of the counter electrode
    vertices  (v,) number of each vertex of the patch in the whole mesh
    frozen    (k, d) facets between patch and rest, in the numbering of the patch
    """

    whole: Cell
    chosen: Mask
    cell: Cell
    vertices: Ints
    frozen: Ints

    @classmethod
    def of(cls, cell: Cell, chosen: Mask) -> Patch:
        """The patch of the chosen simplices (m,)."""
        vertices = np.unique(cell.simplices[chosen])
        number = np.full(len(cell.points), -1)
        number[vertices] = np.arange(len(vertices))
        table = cell.all_facets
        one, other = table.simplices.T
        between = (other >= 0) & (chosen[one] != chosen[other])
        counter = table.find(cell.named_facets(COUNTER))
        counter = table.vertices[counter[chosen[one[counter]]]]
        part = Cell(
            cell.points[vertices],
            number[cell.simplices[chosen]],
            cell.region[chosen],
            cell.regions,
            number[counter],
            np.zeros(len(counter), dtype=np.int64),
            (COUNTER,),
            cell.growth,
            cell.porosity,
        )
        return cls(cell, chosen, part, vertices, number[table.vertices[between]])

    def task(
        self, level_set: Floats, sizes: Floats, surface_size: float, numerics: InterfaceNumerics
    ) -> Task:
        """Mmg is to remesh the patch, divided at the zero of ``level_set`` (v,), to ``sizes`` (v,);
        lengths in µm."""
        cell = self.cell
        points, simplices, rows, crossed = split_at_zero(
            cell.points, cell.simplices, level_set, splittable(cell)
        )
        level_set = np.append(level_set, np.zeros(len(crossed)))
        sizes = np.append(sizes, sizes[crossed].mean(axis=1))
        pairs = [self.frozen[:, list(pair)] for pair in combinations(range(cell.dim), 2)]
        kept = sorted_rows(np.concatenate([kept_edges(cell), *pairs]))
        kept, _ = _halved(np.unique(kept, axis=0), crossed, len(cell.points))
        # Remeshing would smear the salt of a separator.
        kept_simplices = cell.in_region(SEPARATOR)[rows]
        kept_simplices |= in_unmeshable_gap(cell, points, simplices, surface_size, numerics)
        edges, edge_reference, corners = outside_of(cell)
        edges, whole = _halved(edges, crossed, len(cell.points))
        # Of two entries of an edge Mmg takes the first.
        others = match_rows(kept, edges) < 0
        return Task(
            points=points,
            simplices=simplices,
            reference=divided_references(cell, simplices, rows, level_set),
            edges=edges[others],
            edge_reference=edge_reference[whole[others]],
            kept_edges=kept,
            corners=corners,
            kept_vertices=np.union1d(kept_vertices(cell), self.frozen),
            kept_simplices=np.flatnonzero(kept_simplices),
            materials=(),
            level_set=None,
            sizes=sizes,
            options=mmg_options(cell.dim, sizes, surface_size, numerics),
            limit=time_limit(len(points), numerics),
        )

    def merged(
        self, level_set: Floats, mesh: tuple[Floats, Ints, Ints]
    ) -> tuple[Floats, Ints, Ints]:
        """Points, simplices and references of the whole with the remeshed patch.

        level_set (n,) of the whole; mesh: points, simplices and references of the new patch.
        Raises InterfaceError (E534) where a frozen facet is missing in it.
        """
        points, simplices, reference = mesh
        edge = np.unique(self.frozen)
        place = np.full(len(self.vertices), -1)
        if len(edge):
            distance, place[edge] = cKDTree(points).query(self.cell.points[edge])
            at_edge = np.zeros(len(points), dtype=bool)
            at_edge[place[edge]] = True
            beside = at_edge[simplices].sum(axis=1) >= simplices.shape[1] - 1
            table = FacetTable.of(simplices[beside])
            row = table.find(place[self.frozen])
            held = (row >= 0) & table.outer()[row]
            if distance.max() > SAME_PLACE * np.ptp(self.whole.points) or not held.all():
                raise InterfaceError(
                    "Mmg changed the edge of the part of the mesh that it was given. "
                    "Take a shorter time step or a finer mesh [E534]"
                )
        kept = np.flatnonzero(~self.chosen)
        simplices_kept = self.whole.simplices[kept]
        references_kept = divided_references(self.whole, simplices_kept, kept, level_set)
        # Vertices of the rest first, with those of the frozen facets; then the other new ones.
        rest = np.unique(simplices_kept)
        number = np.full(len(self.whole.points), -1)
        number[rest] = np.arange(len(rest))
        own = np.full(len(points), -1)
        own[place[edge]] = number[self.vertices[edge]]
        new = np.flatnonzero(own < 0)
        own[new] = len(rest) + np.arange(len(new))
        return (
            np.concatenate([self.whole.points[rest], points[new]]),
            np.concatenate([number[simplices_kept], own[simplices]]),
            np.concatenate([references_kept, reference]),
        )


def in_unmeshable_gap(
    cell: Cell,
    points: Floats,
    simplices: Ints,
    surface_size: float,
    numerics: InterfaceNumerics = NUMERICS,
) -> Mask:
    """(m,) simplices of a new mesh of the cell that the gap between deposit and counter electrode
    has squeezed to less than ``unmeshable_gap``.

    They stay: remeshing would move the surface by more than is left of the gap.
    """
    facets = cell.points[cell.named_facets(COUNTER)]
    if not len(facets):
        return np.zeros(len(simplices), dtype=bool)
    distance = point_facet_distance(points, facets[nearest_facet(points, facets)])
    near = distance < numerics.unmeshable_gap * surface_size
    return np.asarray(near[simplices].all(axis=1))


def _halved(edges: Ints, crossed: Ints, vertices: int) -> tuple[Ints, Ints]:
    """Edges (e, 2), sorted, with the crossed ones in two halves, and the row of each among the old
    ones.  The new vertices follow the old ones."""
    at = match_rows(crossed, edges)
    whole, halved = np.flatnonzero(at < 0), np.flatnonzero(at >= 0)
    middle = vertices + at[halved]
    halves = [np.column_stack([end, middle]) for end in edges[halved].T]
    return np.concatenate([edges[whole], *halves]), np.concatenate([whole, halved, halved])


def to_be_remeshed(
    cell: Cell, level_set: Floats, sizes: Floats, numerics: InterfaceNumerics = NUMERICS
) -> Mask:
    """(m,) simplices of the patch for the new surface at the zero of ``level_set`` (n,).

    All of them, where the patch would be most of the cell, or where the mesh is worn: beside the
    edge of a patch, which stays, cells become poor.  sizes (n,): target edge lengths, µm.
    """
    corner = level_set[cell.simplices]
    chosen = splittable(cell) & (corner.min(axis=1) < 0.0) & (corner.max(axis=1) > 0.0)
    quality = mean_ratio(cell.points, cell.simplices)
    chosen |= quality < numerics.patch_quality
    shortest, longest = numerics.patch_shortest_edge[cell.dim], numerics.patch_longest_edge
    for one, other in combinations(cell.simplices.T, 2):
        way = cell.points.take(other, axis=0) - cell.points.take(one, axis=0)
        share = 2.0 * np.sqrt(np.einsum("ij,ij->i", way, way)) / (sizes[one] + sizes[other])
        chosen |= (share < shortest) | (share > longest)
    for _ in range(numerics.patch_layers):
        near = np.zeros(len(cell.points), dtype=bool)
        near[cell.simplices[chosen]] = True
        chosen = touching(near, cell.simplices)
    worn = np.count_nonzero(quality < numerics.worn_quality)
    if chosen.mean() > numerics.largest_patch or worn > numerics.worn_share * chosen.sum():
        return np.ones_like(chosen)
    return chosen
