"""Input of Mmg for a cell: references of its simplices, what must stay, and options.

Electrolyte and lithium enter as one material, which Mmg splits along the level set; dead lithium,
collector and separator are never split.
"""

from __future__ import annotations

import numpy as np

from deposition.interface.numerics import NUMERICS, InterfaceNumerics
from deposition.mesh.cell import (
    COLLECTOR,
    COUNTER,
    DEAD_LITHIUM,
    LITHIUM,
    SEPARATOR,
    Cell,
    Floats,
    Ints,
    Mask,
    facet_normals,
    match_rows,
    region_kind,
    skin,
)
from deposition.mesh.mmg import Task

MIXED, METAL, ELECTROLYTE_SIDE, UNSPLIT = 1, 2, 3, 100
"""References of simplices in Mmg: before the cut, after it, and 100 + region if never split."""
NEVER_SPLIT = (DEAD_LITHIUM, COLLECTOR, SEPARATOR)
_WALL, _COUNTER = 21, 22
"""References of edges on the outside of the box, in 2D."""
STRAIGHT = 1e-7
"""Angle (rad) by which the outline of dead lithium may turn at a vertex that remeshing may take
away."""
RIDGE = np.cos(np.pi / 4.0)
"""Cosine between two directions on the outside of a box of which the smaller ones are a ridge or a
corner: 45 degrees, the angle of Mmg's own detection."""


def cut_task(
    cell: Cell,
    level_set: Floats,
    sizes: Floats,
    surface_size: float,
    numerics: InterfaceNumerics = NUMERICS,
) -> Task:
    """Mmg is to cut the cell along the zero of ``level_set`` (n,), and to remesh it to ``sizes``
    (n,), µm; surface_size (µm): the usual edge length at the surface."""
    edges, edge_reference, corners = outside_of(cell)
    kept = kept_edges(cell)
    # Of two entries of an edge Mmg takes the first.
    others = match_rows(kept, edges) < 0
    return Task(
        points=cell.points,
        simplices=cell.simplices,
        reference=np.where(splittable(cell), MIXED, UNSPLIT + cell.region),
        edges=edges[others],
        edge_reference=edge_reference[others],
        kept_edges=kept,
        corners=corners,
        kept_vertices=kept_vertices(cell),
        # Remeshing would smear the salt of a separator.
        kept_simplices=np.flatnonzero(cell.in_region(SEPARATOR)),
        materials=tuple(_materials(cell)),
        level_set=level_set,
        sizes=sizes,
        options=mmg_options(cell.dim, sizes, surface_size, numerics),
        limit=time_limit(len(cell.points), numerics),
    )


def mmg_options(
    dim: int, sizes: Floats, surface_size: float, numerics: InterfaceNumerics
) -> dict[str, float]:
    """Options of Mmg for these target edge lengths (n,), µm."""
    return {
        "hausd": numerics.hausdorff_share[dim] * surface_size,
        "hmin": numerics.mmg_least_edge * float(sizes.min()),
        "hgrad": numerics.mmg_gradation,
    }


def time_limit(vertices: int, numerics: InterfaceNumerics) -> float:
    """Time limit of one call of Mmg, s."""
    return numerics.mmg_seconds + numerics.mmg_seconds_per_vertex * vertices


def splittable(cell: Cell) -> Mask:
    """(m,) simplices that the new surface may cross: free electrolyte and lithium."""
    return ~np.any([cell.in_region(kind) for kind in NEVER_SPLIT], axis=0)


def divided_references(cell: Cell, simplices: Ints, rows: Ints, level_set: Floats) -> Ints:
    """(k,) references of simplices (k, d + 1) that the zero of ``level_set`` does not cross.

    rows (k,): the simplex of the cell that each is, or is part of.  Where all corners lie on the
    new surface, the region is the old one.
    """
    corner = level_set[simplices]
    metal = np.where((corner == 0.0).all(axis=1), cell.in_region(LITHIUM)[rows], False)
    metal |= corner.min(axis=1) < 0.0
    side = np.where(metal, METAL, ELECTROLYTE_SIDE)
    return np.where(splittable(cell)[rows], side, UNSPLIT + cell.region[rows])


def kept_vertices(cell: Cell) -> Ints:
    """Vertices that keep the shape of dead lithium: remeshing would wear round bodies down.

    In 2D those at which its outline turns; on a straight side edges are split and joined.
    """
    if cell.dim == 3:
        return np.unique(cell.simplices[cell.in_region(DEAD_LITHIUM)])
    kept = []
    for index, name in enumerate(cell.regions):
        if region_kind(name) != DEAD_LITHIUM:
            continue
        outline = skin(cell, cell.region == index)
        edge = cell.points[outline[:, 1]] - cell.points[outline[:, 0]]
        edge /= np.linalg.norm(edge, axis=1)[:, None]
        # Of a vertex with two edges of one line, the directions away from it cancel.
        away, count = (
            np.zeros_like(cell.points),
            np.bincount(outline.ravel(), None, len(cell.points)),
        )
        np.add.at(away, outline[:, 0], edge)
        np.add.at(away, outline[:, 1], -edge)
        turns = np.linalg.norm(away, axis=1) > STRAIGHT
        kept.append(np.flatnonzero((count > 0) & ((count != 2) | turns)))
    return np.concatenate(kept) if kept else np.empty(0, dtype=np.int64)


def kept_edges(cell: Cell) -> Ints:
    """(k, 2) edges on the skin of dead lithium in 3D, which remeshing would round off."""
    if cell.dim == 2:
        return np.empty((0, 2), dtype=np.int64)
    facets = skin(cell, cell.in_region(DEAD_LITHIUM))
    edges = np.concatenate([facets[:, [0, 1]], facets[:, [0, 2]], facets[:, [1, 2]]])
    return np.unique(np.sort(edges, axis=1), axis=0)


def _materials(cell: Cell) -> list[dict[str, int | bool]]:
    """Mmg's table of materials: the mixture is split in two, each unsplit region stays."""
    materials = [{"ref": MIXED, "split": True, "ref_minus": METAL, "ref_plus": ELECTROLYTE_SIDE}]
    for index, name in enumerate(cell.regions):
        if region_kind(name) in NEVER_SPLIT:
            ref = UNSPLIT + index
            materials.append({"ref": ref, "split": False, "ref_minus": ref, "ref_plus": ref})
    return materials


def outer_facets(cell: Cell) -> tuple[Ints, Mask]:
    """(k, d) facets on the outside of the box, (k,) whether each is of the counter electrode."""
    table = cell.all_facets
    outer = np.flatnonzero(table.outer())
    counter = np.isin(outer, table.find(cell.named_facets(COUNTER)))
    return table.vertices[outer], counter


def outside_of(cell: Cell) -> tuple[Ints, Ints, Ints]:
    """(e, 2) edges of the outside with their references (e,), and (v,) its corners.

    In 2D all edges and no corners; in 3D the ridges: with boundary triangles and a table of
    materials, Mmg 5.8 refuses to cut.
    """
    if cell.dim == 2:
        facets, counter = outer_facets(cell)
        return facets, np.where(counter, _COUNTER, _WALL), np.empty(0, dtype=np.int64)
    ridges, corners = box_ridges(cell)
    return ridges, np.zeros(len(ridges), dtype=np.int64), corners


def box_ridges(cell: Cell) -> tuple[Ints, Ints]:
    """(e, 2) edges at which the outside of a 3D cell turns, (v,) vertices at which three of them
    meet or two make a corner.

    Mmg is told of them, and detects none itself: it would take the vertices where two columns of
    the deposit merge for corners, and neither move nor remove them.
    """
    table = cell.all_facets
    outer = np.flatnonzero(table.outer())
    facets = table.vertices[outer]
    normal = facet_normals(cell.points, facets)
    centre = cell.points[cell.simplices[table.simplices[outer, 0]]].mean(axis=1)
    inwards = np.einsum("fj,fj->f", normal, centre - cell.points[facets].mean(axis=1)) > 0.0
    normal[inwards] *= -1.0
    edges = np.sort(np.concatenate([facets[:, [0, 1]], facets[:, [0, 2]], facets[:, [1, 2]]]))
    owner = np.tile(np.arange(len(facets)), 3)
    order = np.lexsort((edges[:, 1], edges[:, 0]))
    first = np.flatnonzero(np.any(np.diff(edges[order], axis=0, prepend=-1), axis=1))
    several = np.diff(first, append=len(order)) != 2  # where parts of the outside touch
    one, other = owner[order[first]], owner[order[first + 1]]
    cosine = np.einsum("ej,ej->e", normal[one], normal[other])
    ridges = edges[order[first]][several | (cosine < RIDGE)]
    along = cell.points[ridges[:, 1]] - cell.points[ridges[:, 0]]
    along /= np.linalg.norm(along, axis=1)[:, None]
    count = np.bincount(ridges.ravel(), minlength=len(cell.points))
    away = np.zeros_like(cell.points)
    np.add.at(away, ridges[:, 0], along)
    np.add.at(away, ridges[:, 1], -along)
    # Two unit vectors away from a vertex with an angle a between them: |sum|² = 2 + 2 cos a.
    turns = np.einsum("ij,ij->i", away, away) > 2.0 - 2.0 * RIDGE
    return ridges, np.flatnonzero((count > 0) & ((count != 2) | turns))


def unsplit_references(cell: Cell, kind: str) -> Ints:
    """References of the regions of a kind that is never split."""
    names = enumerate(cell.regions)
    return np.array([UNSPLIT + i for i, name in names if region_kind(name) == kind], np.int64)
