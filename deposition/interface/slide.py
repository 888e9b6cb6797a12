"""A step without a cut: the surface takes the mesh around it along.

    x_v <- x_v + s_v n_v,    s_v mean advance of the facets around the vertex, by area

at a vertex of the surface; n_v points into the electrolyte, s_v > 0 for deposition.  The others
follow: the move of a vertex is the mean over all corners of the simplices around it, itself
included (damped Jacobi iteration for the graph Laplacian, from rest, ``extension_passes`` times),
on a flat wall of the box without its component across.  Curved walls, the counter electrode, a
separator, a collector and dead lithium that stays do not move.  The advance is thus spread over
some layers of cells, and none becomes thin at once.

This is the limit of the level set on the old surface for short advances (``huygens``), and it keeps
the cells, so that fields are interpolated only as far as the vertices move.  What interpolation
takes away then grows with the advance and not with the number of steps.

At a kink, whose corner is to be found anew, and at a vertex that cannot move (bare collector, dead
lithium that stays), the advance of a facet is deferred to the next cut, up to ``deferred_advance``.
There the surface is slow as a rule: in grooves and around contacts.  The volume is that of the
whole step: the rest of the body takes it until then, at most ``deferred_share`` of its own.  A step
is cut anew where more would be deferred, where the surface has moved further than ``slide_limit``
since the last cut, and where smoothing and edge flips (``improve_cells``) leave bad cells.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, diags_array

from deposition.interface.body_tracking import BodyTracking, MetalBodies
from deposition.interface.connectivity import Connectivity
from deposition.interface.huygens import AdvancedSurface, growth_direction
from deposition.interface.numerics import NUMERICS, InterfaceNumerics
from deposition.interface.parents import FacetParents
from deposition.interface.remesh_correction import (
    RemeshResult,
    at_vertices,
    correct_remesh_volume,
    improve_cells,
)
from deposition.interface.transition import OldSurface
from deposition.mesh.cell import (
    COLLECTOR,
    COUNTER,
    DEAD_LITHIUM,
    SEPARATOR,
    Cell,
    Floats,
    Ints,
    Mask,
    facet_normals,
    simplex_volumes,
)
from deposition.mesh.quality import mean_ratio
from deposition.mesh.surface import Surface
from deposition.mesh.vertex_normals import wall_projectors

FLAT = 1e-6
"""Sine of the angle between the facets around a vertex and the wall up to which it is flat."""
FOLLOWED_PASSES = 10
"""Most passes in which vertices around thin cells stay."""
ROUNDING = 1e-6
"""Change of the quality of a cell that is rounding."""


@dataclass(frozen=True, eq=False)
class Slid:
    """A step without a cut.

    made     the new mesh
    deferred  (f,) advance that each facet has yet to make, µm, > 0 into the electrolyte
    """

    made: RemeshResult
    deferred: Floats


def slide(
    old: OldSurface, net: Floats, edge: float, numerics: InterfaceNumerics = NUMERICS
) -> Slid | None:
    """The step without a cut; None where it needs one.

    net (b,) volume that each body is to gain, µm^d; edge: usual length at the surface, µm
    """
    cell, surface, bodies = old.cell, old.surface, old.bodies
    moving = np.where(surface.working, old.advance, 0.0)
    direction = growth_direction(cell, surface)
    # Of a facet with the normal of growth at its corners; 0 where a corner cannot move.
    cosine = np.einsum("fj,fcj->fc", -surface.normal, direction[surface.facets]).min(axis=1)
    deferred = np.where(cosine < numerics.kink_cosine, moving, 0.0)
    moving = moving - deferred
    behind, ahead = (bodies.swept(np.abs(s) * surface.area) for s in (deferred, moving))
    late = np.abs(deferred).max(initial=0.0) > numerics.deferred_advance * edge
    if late or np.any(behind > numerics.deferred_share * ahead):
        return None
    moves = at_vertices(cell, surface, moving)[:, None] * direction
    moves = extended(cell, surface, moves, numerics.extension_passes)
    moved = cell.with_points(cell.points + moves)
    connectivity = Connectivity(moved, moved, np.zeros(len(cell.simplices), dtype=bool))
    connectivity = improve_cells(connectivity, numerics)
    worst, before = (
        float(mean_ratio(one.points, one.simplices).min()) for one in (connectivity.cell, cell)
    )
    if worst < min(numerics.slide_quality[cell.dim], before - ROUNDING):
        return None
    parents = FacetParents(
        surface,
        connectivity.surface,
        cell,
        connectivity.cell,
        connectivity.surface.working,
        moving,
        np.arange(surface.size),
    )
    new = MetalBodies.of(connectivity.cell, parents.new)
    tracking = BodyTracking.of(bodies, new, old.volume, numerics)
    connectivity, share = correct_remesh_volume(connectivity, parents, tracking, net, numerics)
    missing = np.abs(tracking.missing(net, connectivity.open))
    rounding = numerics.rounding_volume * float(cell.volumes.sum())
    if np.any(missing > rounding + numerics.swept_tolerance * np.abs(net).max(initial=0.0)):
        return None
    made = RemeshResult(connectivity, parents.with_cell(connectivity.cell), tracking, share)
    return Slid(made, deferred)


def followed(
    cell: Cell, surface: Surface, advanced: AdvancedSurface, numerics: InterfaceNumerics = NUMERICS
) -> Cell:
    """The cell with the vertices of its surface where they have slid, and the others following.

    The vertices of cells that the new surface crosses stay: its level set is that of their places.
    So do those that would make a cell thin (``least_slide_volume``).
    """
    corner = advanced.level_set[cell.simplices]
    crossed = (corner.min(axis=1) < 0.0) & (corner.max(axis=1) > 0.0)
    kept = np.zeros(len(cell.points), dtype=bool)
    kept[cell.simplices[crossed]] = True
    slid = advanced.points - cell.points
    moves = extended(cell, surface, slid, numerics.extension_passes, kept)
    for _ in range(FOLLOWED_PASSES):
        volumes = simplex_volumes(cell.points + moves, cell.simplices)
        thin = cell.simplices[volumes < numerics.least_slide_volume * cell.volumes]
        if not np.any(moves[thin] != slid[thin]):
            break
        moves[thin] = slid[thin]
    return cell.with_points(cell.points + moves)


def extended(
    cell: Cell, surface: Surface, moves: Floats, passes: int, kept: Mask | None = None
) -> Floats:
    """(n, d) moves, µm, of the surface and of the vertices that follow it.

    moves (n, d)  of the vertices of the surface; a vertex without neighbours that move stays
    passes        each takes the moves one layer of cells further
    kept (n,)     further vertices that keep their moves; none unless stated
    """
    held = (
        cell.vertices_of(COLLECTOR) | cell.vertices_of(DEAD_LITHIUM) | cell.vertices_of(SEPARATOR)
    )
    held[cell.named_facets(COUNTER)] = True
    held[surface.facets] = True
    if kept is not None:
        held |= kept
    count, corners = cell.simplices.shape
    starts = np.arange(0, cell.simplices.size + 1, corners)
    at_corner = csr_array(
        (np.ones(cell.simplices.size), cell.simplices.ravel(), starts),
        shape=(count, len(cell.points)),
    )
    joined = (at_corner.T @ at_corner).tocsr()
    share = np.where(held, 0.0, 1.0 / np.maximum(joined.sum(axis=1), 1.0))
    mean = csr_array(diags_array(share) @ joined + diags_array(held.astype(np.float64)))
    outer = cell.all_facets.vertices[cell.all_facets.outer()]
    walls = np.intersect1d(np.flatnonzero(~held), outer)
    tangential = _along_walls(cell, walls, outer)
    followed = moves
    for _ in range(passes):
        followed = mean @ followed
        followed[walls] = np.einsum("vjk,vk->vj", tangential, followed[walls])
    return followed


def _along_walls(cell: Cell, vertices: Ints, outer: Ints) -> Floats:
    """(v, d, d) projectors onto the walls of the box at ``vertices``, 0 where a wall is curved: its
    vertices stay.  outer (k, d): the facets of the outside."""
    tangential = wall_projectors(cell, vertices)
    place = np.full(len(cell.points), -1)
    place[vertices] = np.arange(len(vertices))
    normal = facet_normals(cell.points, outer)
    for corner in place[outer].T:
        own = np.flatnonzero(corner >= 0)
        across = np.einsum("vjk,vk->vj", tangential[corner[own]], normal[own])
        curved = np.linalg.norm(across, axis=1) > FLAT
        tangential[corner[own[curved]]] = 0.0
    return tangential
