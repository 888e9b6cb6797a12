"""Cut of the mesh along the level set, and remeshing by Mmg.

Electrolyte and lithium are one material here, so the old interface leaves no trace; it is split
into metal (ψ < 0) and electrolyte (ψ > 0).  Dead lithium, collector and separator are never split.
The mesh is divided along the level set, and only the part that needs it is remeshed
(``local_cut``); where that fails, Mmg cuts and remeshes the whole.
"""

from __future__ import annotations

import logging

import numpy as np

from deposition.common.errors import InterfaceError
from deposition.common.stop_signal import Stopped, stop_requested
from deposition.interface.huygens import clear_of_zero
from deposition.interface.local_cut import Patch, in_unmeshable_gap, to_be_remeshed
from deposition.interface.mmg_input import (
    ELECTROLYTE_SIDE,
    METAL,
    NEVER_SPLIT,
    UNSPLIT,
    cut_task,
    divided_references,
    kept_vertices,
    outer_facets,
    unsplit_references,
)
from deposition.interface.numerics import NUMERICS, InterfaceNumerics
from deposition.mesh.cell import (
    COUNTER,
    ELECTROLYTE,
    LITHIUM,
    SEPARATOR,
    Cell,
    Floats,
    Ints,
    Mask,
    region_kind,
    simplex_volumes,
)
from deposition.mesh.degenerate import overlapping_facets
from deposition.mesh.distance import nearest_facet
from deposition.mesh.edge_collapse import Interface, without_short_edges
from deposition.mesh.edge_flips import FIXED, without_flat_triangles
from deposition.mesh.gathered_vertices import merge_gathered_vertices
from deposition.mesh.mmg import Mesh, remesh
from deposition.mesh.quality import mean_ratio
from deposition.mesh.size_field import size_field
from deposition.mesh.sizes import MeshSizes
from deposition.mesh.surface import Surface
from deposition.mesh.tetrahedron_collapse import Limits, collapse_short_edges
from deposition.mesh.vertex_smoothing import smoothed

_log = logging.getLogger(__name__)

KEPT_VOLUME = 1e-6
"""Relative change by which a cut may change the volume of a region that is never split: rounding,
and the outline that may turn by ``STRAIGHT``."""
OFF_WALL = 1e-8
"""Distance by which a vertex may lie off a wall after a cut in 3D, of the box: rounding."""


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
    if stop_requested():
        raise Stopped
    try:
        local = _cut_patch(cell, level_set, sizes, surface_size, numerics)
    except InterfaceError as invalid:
        _log.info("the divided mesh could not be remeshed, Mmg cuts it: %s", invalid)
        local = None
    if local is not None:
        return local
    for clearance in numerics.mmg_clearances:
        if stop_requested():
            raise Stopped
        clear = clear_of_zero(level_set, clearance * surface_size)
        mesh = remesh(cut_task(cell, clear, sizes, surface_size, numerics))
        if mesh is None:
            continue
        try:
            return _cell_of(_compact(mesh, cell.dim), cell, surface_size, numerics)
        except InterfaceError as invalid:
            refused = invalid
    raise refused


def _cut_patch(
    cell: Cell, level_set: Floats, sizes: Floats, surface_size: float, numerics: InterfaceNumerics
) -> Cell | None:
    """The cell with the patch remeshed that needs it, which may be all of it; None if Mmg
    rejects the patch.  Raises InterfaceError for an invalid mesh."""
    # A cut this close to a vertex would leave cells that Mmg takes for flat.
    near = np.abs(level_set) < numerics.cut_through_vertex * surface_size
    level_set = np.where(near, 0.0, level_set)
    chosen = to_be_remeshed(cell, level_set, sizes, numerics)
    if not chosen.any():
        rows = np.arange(len(cell.simplices))
        reference = divided_references(cell, cell.simplices, rows, level_set)
        return _cell_of((cell.points, cell.simplices, reference), cell, surface_size, numerics)
    patch = Patch.of(cell, chosen)
    own = patch.vertices
    mesh = remesh(patch.task(level_set[own], sizes[own], surface_size, numerics))
    if mesh is None:
        return None
    merged = patch.merged(level_set, _compact(mesh, cell.dim))
    return _cell_of(merged, cell, surface_size, numerics)


def _cell_of(
    mesh: tuple[Floats, Ints, Ints], old: Cell, surface_size: float, numerics: InterfaceNumerics
) -> Cell:
    """The cell of the points, simplices and references after a cut, improved and checked."""
    if old.dim == 2:
        tolerance = numerics.improvement_tolerance * surface_size
        interface = Interface((METAL, ELECTROLYTE_SIDE), tolerance)
        fixed = np.isin(mesh[2], unsplit_references(old, SEPARATOR))
        fixed |= in_unmeshable_gap(old, mesh[0], mesh[1], surface_size, numerics)
        mesh = _improved(mesh, fixed, interface, numerics)
    else:
        _check_walls(old, mesh[0])
        mesh = _without_gathered_vertices(mesh, old, surface_size, numerics)
    new = _named(*mesh, old)
    _check_unsplit(old, new)
    return new


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
    fixed: Mask,
    interface: Interface,
    numerics: InterfaceNumerics,
) -> tuple[Floats, Ints, Ints]:
    """The 2D mesh without the flat triangles that Mmg leaves where three regions meet, by edge
    collapses, edge flips and smoothing.  fixed (m,): triangles that stay."""
    (points, simplices, reference), least = mesh, numerics.flat_triangle
    for _ in range(numerics.improvement_passes):
        if mean_ratio(points, simplices).min() >= least:
            break
        kind = np.where(fixed, FIXED, reference)
        simplices, rows = without_short_edges(points, simplices, kind, interface, least)
        kind, reference, fixed = kind[rows], reference[rows], fixed[rows]
        simplices = without_flat_triangles(points, simplices, kind, least)
        points = smoothed(points, simplices, kind, least, interface)
    return *_used(points, simplices), reference


def _without_gathered_vertices(
    mesh: tuple[Floats, Ints, Ints], cell: Cell, surface_size: float, numerics: InterfaceNumerics
) -> tuple[Floats, Ints, Ints]:
    """The 3D mesh without the groups of vertices and the short edges of bad cells; unchanged if
    cells would overlap."""
    points, simplices, reference = mesh
    shaped = tuple(int(ref) for kind in NEVER_SPLIT for ref in unsplit_references(cell, kind))
    fixed = tuple(int(ref) for ref in unsplit_references(cell, SEPARATOR))
    length = numerics.collapsed_edge * surface_size
    limits = Limits(numerics.collapsed_quality, length, shaped, fixed)
    points, merged, rows = merge_gathered_vertices(points, simplices, reference, limits)
    collapsed, left = collapse_short_edges(points, merged, reference[rows], limits)
    rows = rows[left]
    if len(rows) == len(simplices) or len(overlapping_facets(collapsed)):
        return mesh
    return *_used(points, collapsed), reference[rows]


def _used(points: Floats, simplices: Ints) -> tuple[Floats, Ints]:
    """The vertices that the simplices have, and the simplices in their numbering."""
    used = np.zeros(len(points), dtype=bool)
    used[simplices] = True
    return points[used], (np.cumsum(used) - 1)[simplices]


def _named(points: Floats, simplices: Ints, reference: Ints, old: Cell) -> Cell:
    """The new cell: region names in place of references, and the counter electrode where it was."""
    names = [ELECTROLYTE, LITHIUM]
    region = np.where(reference == ELECTROLYTE_SIDE, 0, 1)
    for index, name in enumerate(old.regions):
        if region_kind(name) in NEVER_SPLIT:
            region[reference == UNSPLIT + index] = len(names)
            names.append(name)
    none = np.empty((0, points.shape[1]), dtype=np.int64)
    cell = Cell(
        points, simplices, region, tuple(names), none, none[:, 0], (), old.growth, old.porosity
    )
    table = cell.all_facets
    outer = table.vertices[table.outer()]
    # A new outer facet is of the counter electrode if the nearest old one was.
    old_outer, old_counter = outer_facets(old)
    midpoint = points[outer].mean(axis=1)
    counter = outer[old_counter[nearest_facet(midpoint, old.points[old_outer])]]
    boundary = np.zeros(len(counter), dtype=np.int64)
    return cell.with_boundaries(counter, boundary, (COUNTER,))
