"""Cut of the mesh along the level set, and remeshing, both by Mmg.

Electrolyte and lithium enter as one material, so the old interface leaves no trace; Mmg splits it
into metal (ψ < 0) and electrolyte (ψ > 0).  Dead lithium, collector and separator are never split.
"""

from __future__ import annotations

import numpy as np

from deposition.common.errors import InterfaceError
from deposition.common.stop_signal import Stopped, stop_requested
from deposition.interface.huygens import clear_of_zero
from deposition.interface.numerics import NUMERICS, InterfaceNumerics
from deposition.mesh.cell import (
    COLLECTOR,
    COUNTER,
    DEAD_LITHIUM,
    ELECTROLYTE,
    LITHIUM,
    SEPARATOR,
    Cell,
    Floats,
    Ints,
    Mask,
    facet_normals,
    region_kind,
    simplex_volumes,
    skin,
)
from deposition.mesh.degenerate import overlapping_facets
from deposition.mesh.distance import nearest_facet
from deposition.mesh.edge_collapse import Interface, without_short_edges
from deposition.mesh.edge_flips import FIXED, without_flat_triangles
from deposition.mesh.gathered_vertices import merge_gathered_vertices
from deposition.mesh.mmg import Mesh, Task, remesh
from deposition.mesh.quality import mean_ratio
from deposition.mesh.size_field import size_field
from deposition.mesh.sizes import MeshSizes
from deposition.mesh.surface import Surface
from deposition.mesh.tetrahedron_collapse import Limits, collapse_short_edges
from deposition.mesh.vertex_smoothing import smoothed

_MIXED, _METAL, _ELECTROLYTE, _UNSPLIT = 1, 2, 3, 100
"""References of simplices in Mmg: before the cut, after it, and 100 + region if never split."""
_NEVER_SPLIT = (DEAD_LITHIUM, COLLECTOR, SEPARATOR)
_WALL, _COUNTER = 21, 22
"""References of facets on the outside of the box."""
STRAIGHT = 1e-7
"""Angle (rad) by which the outline of dead lithium may turn at a vertex that remeshing may take
away."""
KEPT_VOLUME = 1e-6
"""Relative change by which a cut may change the volume of a region that is never split: rounding,
and the outline that may turn by ``STRAIGHT``."""
OFF_WALL = 1e-8
"""Distance by which a vertex may lie off a wall after a cut in 3D, of the box: rounding."""
_NO_FACETS = np.empty((0, 3), dtype=np.int64), np.empty(0, dtype=bool)
"""In 3D: with boundary triangles and a table of materials, Mmg 5.8 refuses to cut."""
_NO_RIDGES = np.empty((0, 2), dtype=np.int64), np.empty(0, dtype=np.int64)
RIDGE = np.cos(np.pi / 4.0)
"""Cosine between two directions on the outside of a box of which the smaller ones are a ridge or a
corner: 45 degrees, the angle of Mmg's own detection."""


def target_sizes(
    cell: Cell, surface: Surface, sizes: MeshSizes, numerics: InterfaceNumerics = NUMERICS
) -> Floats:
    """(n,) target edge length at every vertex, µm: fine at the surface and across narrow gaps."""
    return size_field(
        cell,
        surface,
        sizes,
        cells_across_gap=numerics.cells_across_gap[cell.dim],
        least_share=numerics.least_size_share[cell.dim],
        metal_slope=numerics.metal_size_slope[cell.dim],
        facing_cosine=numerics.facing_cosine,
    )


def cut(
    cell: Cell,
    level_set: Floats,
    sizes: Floats,
    surface_size: float,
    numerics: InterfaceNumerics = NUMERICS,
) -> Cell:
    """Cut a cell along the zero of ``level_set`` (n,) and remesh it to ``sizes`` (n,), µm.

    surface_size (µm): the usual edge length at the surface, to which tolerances are relative.

    Boundary names other than ``counter`` are dropped: the film on the surface is part of
    ``SurfaceState``.  Raises InterfaceError when Mmg fails or returns an invalid mesh, Stopped
    before an attempt if a signal has asked the run to stop.
    """
    refused = InterfaceError(
        "Mmg could not cut the mesh along the new surface. Surfaces may meet there in a way that "
        "the mesh does not resolve. Take a shorter time step or a finer mesh [E360]"
    )
    for clearance in numerics.mmg_clearances:
        if stop_requested():
            raise Stopped
        clear = clear_of_zero(level_set, clearance * surface_size)
        mesh = remesh(_task(cell, clear, sizes, surface_size, numerics))
        if mesh is None:
            continue
        try:
            points, simplices, reference = _compact(mesh, cell.dim)
            if cell.dim == 2:
                tolerance = numerics.improvement_tolerance * surface_size
                interface = Interface((_METAL, _ELECTROLYTE), tolerance)
                points, simplices, reference = _improved(
                    (points, simplices, reference), _unsplit(cell, SEPARATOR), interface, numerics
                )
            else:
                _check_walls(cell, points)
                points, simplices, reference = _without_gathered_vertices(
                    (points, simplices, reference), cell, surface_size, numerics
                )
            new = _named(points, simplices, reference, cell)
            _check_unsplit(cell, new)
            return new
        except InterfaceError as invalid:
            refused = invalid
    raise refused


def _task(
    cell: Cell,
    level_set: Floats,
    sizes: Floats,
    surface_size: float,
    numerics: InterfaceNumerics = NUMERICS,
) -> Task:
    """Input of Mmg."""
    unsplit = np.any([cell.in_region(kind) for kind in _NEVER_SPLIT], axis=0)
    facets, counter = _outer_facets(cell) if cell.dim == 2 else _NO_FACETS
    ridges, corners = box_ridges(cell) if cell.dim == 3 else _NO_RIDGES
    return Task(
        points=cell.points,
        simplices=cell.simplices,
        reference=np.where(unsplit, _UNSPLIT + cell.region, _MIXED),
        facets=facets,
        facet_reference=np.where(counter, _COUNTER, _WALL),
        ridges=ridges,
        kept_edges=kept_edges(cell),
        corners=corners,
        kept_vertices=kept_vertices(cell),
        # Remeshing would smear the salt of a separator.
        kept_simplices=np.flatnonzero(cell.in_region(SEPARATOR)),
        materials=tuple(_materials(cell)),
        level_set=level_set,
        sizes=sizes,
        options={
            "hausd": numerics.hausdorff_share[cell.dim] * surface_size,
            "hmin": numerics.mmg_least_edge * float(sizes.min()),
            "hgrad": numerics.mmg_gradation,
        },
        limit=numerics.mmg_seconds + numerics.mmg_seconds_per_vertex * len(cell.points),
    )


def clear_of_corners(
    cell: Cell,
    level_set: Floats,
    surface: Surface,
    advance: Floats,
    clearance: float,
    radius: float,
) -> Floats:
    """(n,) ψ that is not smaller than ``clearance`` (µm) at a corner of dead lithium that stays.

    The new surface covers a corner that it comes near to, or bares one that it withdraws from, by
    this distance at once: flat cells would stay in between.  ψ changes by a hat of this radius (µm)
    around the corner, since at the corner alone it would make an island.  advance (f,) of each
    facet, µm; the nearest facet decides.
    """
    kept = kept_vertices(cell)
    near = kept[np.abs(level_set[kept]) < clearance]
    cleared = level_set.copy()
    if not len(near):
        return cleared
    working = np.flatnonzero(surface.working)
    facet = working[nearest_facet(cell.points[near], cell.points[surface.facets[working]])]
    for corner, s in zip(near, advance[facet], strict=True):
        if s:
            away = np.linalg.norm(cell.points - cell.points[corner], axis=1)
            hat = np.clip(1.0 - away / radius, 0.0, None)
            cleared -= (level_set[corner] + clearance * np.sign(s)) * hat
    return cleared


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
    materials = [{"ref": _MIXED, "split": True, "ref_minus": _METAL, "ref_plus": _ELECTROLYTE}]
    for index, name in enumerate(cell.regions):
        if region_kind(name) in _NEVER_SPLIT:
            ref = _UNSPLIT + index
            materials.append({"ref": ref, "split": False, "ref_minus": ref, "ref_plus": ref})
    return materials


def _outer_facets(cell: Cell) -> tuple[Ints, Mask]:
    """(k, d) facets on the outside of the box, (k,) whether each is of the counter electrode."""
    table = cell.all_facets
    outer = np.flatnonzero(table.outer())
    counter = np.isin(outer, table.find(cell.named_facets(COUNTER)))
    return table.vertices[outer], counter


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


def _compact(mesh: Mesh, dim: int) -> tuple[Floats, Ints, Ints]:
    """Points, simplices and references, without unused vertices; raises InterfaceError (E361 to
    E363, E368) for an invalid mesh."""
    if len(mesh.simplices) == 0 or mesh.simplices.max() >= len(mesh.vertices):
        raise InterfaceError(
            "Mmg returned an empty mesh or one with missing vertices. "
            "Take a shorter time step or a finer mesh [E361]"
        )
    points, simplices = _used(mesh.vertices[:, :dim], mesh.simplices)
    if not np.all(np.isfinite(points)):
        raise InterfaceError(
            "Mmg returned a vertex whose coordinates are not finite. "
            "Take a shorter time step or a finer mesh [E362]"
        )
    volumes = simplex_volumes(points, simplices)
    if volumes.min() <= 0.0:
        place = points[simplices[int(volumes.argmin())]].mean(axis=0)
        raise InterfaceError(
            f"Mmg returned an inverted cell at {np.round(place, 3)} µm. "
            "Take a shorter time step or a finer mesh [E363]"
        )
    overlapping = overlapping_facets(simplices)
    if len(overlapping):
        place = points[overlapping[0]].mean(axis=0)
        raise InterfaceError(
            f"Mmg returned cells that overlap at {np.round(place, 3)} µm. "
            "Take a shorter time step or a finer mesh [E368]"
        )
    return points, simplices, mesh.reference


def _check_walls(old: Cell, points: Floats) -> None:
    """Raise InterfaceError (E533) where a vertex lies outside the box around the cell: beside bad
    cells Mmg may take a plane wall for a curved one, and move a vertex off it."""
    low, high = old.points.min(axis=0), old.points.max(axis=0)
    beyond = float(np.maximum(low - points.min(axis=0), points.max(axis=0) - high).max())
    if beyond > OFF_WALL * float((high - low).max()):
        raise InterfaceError(
            f"Mmg moved a vertex {beyond:.1e} µm off a wall of the box. "
            "Take a shorter time step or a finer mesh (mesh.surface_size) [E533]"
        )


def _check_unsplit(old: Cell, new: Cell) -> None:
    """Raise InterfaceError (E367) where a region that is never split has changed its volume."""
    for name in new.regions[2:]:
        before, after = (c.volumes[c.region == c.regions.index(name)].sum() for c in (old, new))
        if abs(after - before) > KEPT_VOLUME * before:
            raise InterfaceError(
                f'Mmg changed the volume of "{name}", which does not move, by '
                f"{(after - before) / before:.1e} of it. Take a finer mesh (mesh.surface_size) "
                "or a shorter time step [E367]"
            )


def _improved(
    mesh: tuple[Floats, Ints, Ints],
    fixed: Ints,
    interface: Interface,
    numerics: InterfaceNumerics,
) -> tuple[Floats, Ints, Ints]:
    """The 2D mesh without the flat triangles that Mmg leaves where three regions meet, by edge
    collapses, edge flips and smoothing.  fixed: references of regions whose mesh stays."""
    (points, simplices, reference), least = mesh, numerics.flat_triangle
    for _ in range(numerics.improvement_passes):
        if mean_ratio(points, simplices).min() >= least:
            break
        kind = np.where(np.isin(reference, fixed), FIXED, reference)
        simplices, rows = without_short_edges(points, simplices, kind, interface, least)
        kind, reference = kind[rows], reference[rows]
        simplices = without_flat_triangles(points, simplices, kind, least)
        points = smoothed(points, simplices, kind, least, interface)
    return *_used(points, simplices), reference


def _without_gathered_vertices(
    mesh: tuple[Floats, Ints, Ints], cell: Cell, surface_size: float, numerics: InterfaceNumerics
) -> tuple[Floats, Ints, Ints]:
    """The 3D mesh without the groups of vertices and the short edges of bad cells; unchanged if
    cells would overlap."""
    points, simplices, reference = mesh
    shaped = tuple(int(ref) for kind in _NEVER_SPLIT for ref in _unsplit(cell, kind))
    fixed = tuple(int(ref) for ref in _unsplit(cell, SEPARATOR))
    length = numerics.collapsed_edge * surface_size
    limits = Limits(numerics.collapsed_quality, length, shaped, fixed)
    points, merged, rows = merge_gathered_vertices(points, simplices, reference, limits)
    collapsed, left = collapse_short_edges(points, merged, reference[rows], limits)
    rows = rows[left]
    if len(rows) == len(simplices) or len(overlapping_facets(collapsed)):
        return mesh
    return *_used(points, collapsed), reference[rows]


def _unsplit(cell: Cell, kind: str) -> Ints:
    """References of the regions of a kind that is never split."""
    names = enumerate(cell.regions)
    return np.array([_UNSPLIT + i for i, name in names if region_kind(name) == kind], np.int64)


def _used(points: Floats, simplices: Ints) -> tuple[Floats, Ints]:
    """The vertices that the simplices have, and the simplices in their numbering."""
    used = np.zeros(len(points), dtype=bool)
    used[simplices] = True
    return points[used], (np.cumsum(used) - 1)[simplices]


def _named(points: Floats, simplices: Ints, reference: Ints, old: Cell) -> Cell:
    """The new cell: region names in place of references, and the counter electrode where it was."""
    names = [ELECTROLYTE, LITHIUM]
    region = np.where(reference == _ELECTROLYTE, 0, 1)
    for index, name in enumerate(old.regions):
        if region_kind(name) in _NEVER_SPLIT:
            region[reference == _UNSPLIT + index] = len(names)
            names.append(name)
    none = np.empty((0, points.shape[1]), dtype=np.int64)
    cell = Cell(
        points, simplices, region, tuple(names), none, none[:, 0], (), old.growth, old.porosity
    )
    table = cell.all_facets
    outer = table.vertices[table.outer()]
    # A new outer facet is of the counter electrode if the nearest old one was.
    old_outer, old_counter = _outer_facets(old)
    midpoint = points[outer].mean(axis=1)
    counter = outer[old_counter[nearest_facet(midpoint, old.points[old_outer])]]
    boundary = np.zeros(len(counter), dtype=np.int64)
    return cell.with_boundaries(counter, boundary, (COUNTER,))
