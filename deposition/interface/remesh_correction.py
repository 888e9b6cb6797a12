"""Correction of the shape and volume errors that remeshing introduces.

Mmg replaces the cut by chords of it, which wears curved places down, and corners most.  First each
part of the new surface returns to the zero of the level set, on the mean over its facets.  The
volume that is then still missing moves each part a little further along, or back, in proportion to
its own advance.  A part that carried no current stays where it is.  The volume that a body then
still lacks, because it is at rest or nearly so and Mmg has worn off more than it advanced, or
because its surfaces have met and could not sweep it, moves it evenly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, repeat

import numpy as np

from deposition.interface.body_tracking import BodyTracking, MetalBodies
from deposition.interface.connectivity import Connectivity
from deposition.interface.huygens import growth_direction
from deposition.interface.numerics import NUMERICS, InterfaceNumerics
from deposition.interface.parents import FacetParents
from deposition.mesh.cell import (
    COLLECTOR,
    COUNTER,
    LITHIUM,
    SEPARATOR,
    Cell,
    Floats,
    Ints,
    Mask,
    simplex_volumes,
    touching,
)
from deposition.mesh.degenerate import flat_volumes, share_at_collector
from deposition.mesh.edge_flips import FIXED
from deposition.mesh.p1 import vertex_mean
from deposition.mesh.point_location import interpolate, locate
from deposition.mesh.surface import Surface
from deposition.mesh.tetrahedron_smoothing import without_bad_tetrahedra
from deposition.mesh.vertex_smoothing import without_bad_triangles


@dataclass(frozen=True, eq=False)
class RemeshResult:
    """The new mesh of a step.

    connectivity       the new cell, with all lithium that moves called lithium
    parents            of its surface facets
    tracking           metal bodies before and after
    scaling_deviation  largest relative change of an advance, by scaling and by correction
    """

    connectivity: Connectivity
    parents: FacetParents
    tracking: BodyTracking
    scaling_deviation: float


def snap_to_level_set(
    connectivity: Connectivity,
    parents: FacetParents,
    cut: Cell,
    level_set: Floats,
    numerics: InterfaceNumerics = NUMERICS,
) -> Connectivity:
    """Move the lithium surface back to the zero of ``level_set`` (n,) of the mesh ``cut``.

    By -ψ_f along the normal, ψ_f the mean over a facet; |∇ψ| = 1, so this is first order in the
    movement.  At most ``largest_correction`` of the advance.
    """
    surface = parents.new
    beyond = -_facet_means(connectivity.cell, surface, cut, level_set)
    most = numerics.largest_correction * np.abs(parents.advance)
    distance = at_vertices(connectivity.cell, surface, np.clip(beyond, -most, most))
    moves = distance[:, None] * growth_direction(connectivity.cell, surface)
    return move_vertices(connectivity, moves, numerics=numerics)


def _facet_means(cell: Cell, surface: Surface, cut: Cell, level_set: Floats) -> Floats:
    """(f,) mean of a piecewise linear function on ``cut`` over the facets of another cell.

    Quadrature at the corners, weight 1/(d (d + 1)) each, and the middle, d/(d + 1): exact for
    quadratics.
    """
    places = np.concatenate([cell.points[surface.facets].reshape(-1, cell.dim), surface.midpoint])
    located = locate(places, cut.points, cut.simplices)
    values = interpolate(located, cut.simplices, level_set)
    corners = values[: surface.facets.size].reshape(surface.facets.shape).mean(axis=1)
    return (corners + cell.dim * values[surface.facets.size :]) / (cell.dim + 1.0)


def correct_remesh_volume(
    connectivity: Connectivity,
    parents: FacetParents,
    tracking: BodyTracking,
    net: Floats,
    numerics: InterfaceNumerics = NUMERICS,
) -> tuple[Connectivity, float]:
    """Move the surface of each body until the body has gained its share of ``net``.

    net (b,) µm^d: gain of each body before the step.  Returns the result with the largest movement
    of a body as a share of its advance, over bodies above ``resting_advance``.  A deficit that
    would take more, or squeeze cells, is left as ``volume_deficit`` to later steps.  A gap that
    closes in a short step adds more than the advance may give back: a body that grows goes back
    evenly by what it has in excess, which is no change of its advance.  One that is stripped closes
    no gap; its excess is lithium thinner than a cell, which the next cut takes away.
    """
    least = _least_volumes(connectivity.cell, numerics)
    moves = _moves(connectivity, parents)
    furthest = _furthest(parents.new, tracking.new, moves)
    edge = _mean_edge(parents.new, tracking.new)
    wear = numerics.hausdorff_share[connectivity.cell.dim] * edge  # what Mmg may have worn off
    most = np.maximum(numerics.largest_correction * furthest, wear)
    per_advance = 1.0 / np.where(furthest > 0.0, furthest, np.inf)
    # In proportion to the advance: x -> x + share |s| n.
    connectivity, share = _correct_volumes(
        connectivity, tracking, net, moves, most * per_advance, least, numerics
    )
    # Evenly: x -> x + share n, for bodies that still lack volume or have too much.
    surface = connectivity.surface
    even = growth_direction(connectivity.cell, surface)
    area = volume_gain(surface, tracking.new, even)
    missing = tracking.missing(net, connectivity.open)
    lacks = np.abs(missing) > numerics.negligible_deficit * wear * area
    evenly = np.zeros_like(share)
    if lacks.any():
        # Twice the excess over the area, since cells may hold back some of the vertices.
        grows = missing > tracking.missing(np.zeros_like(net), connectivity.open)
        back = np.where(grows, -2.0, 0.0) * missing / np.where(area > 0.0, area, np.inf)
        furthest_back = np.maximum(most, np.minimum(back, numerics.gap_correction * edge))
        connectivity, evenly = _correct_volumes(
            connectivity, tracking, net, even, np.where(lacks, furthest_back, 0.0), least, numerics
        )
    moved = np.abs(share) + np.minimum(np.abs(evenly), most) * per_advance
    advances = furthest > numerics.resting_advance * parents.new.edge.mean()
    return connectivity, float(moved[advances].max(initial=0.0))


def _correct_volumes(
    connectivity: Connectivity,
    tracking: BodyTracking,
    net: Floats,
    moves: Floats,
    most: Floats,
    least: Floats,
    numerics: InterfaceNumerics,
) -> tuple[Connectivity, Floats]:
    """Move each body by a share of ``moves`` (n, d), µm, until it has gained its part of ``net``.

    Returns the result and the shares (b,), none above ``most`` (b,).  least (m,): volume that each
    cell keeps, µm^d.

    Newton's method for V(k) = V_target with dV/dk = Σ A_f m_f · n_f, the ``gain``; where cells
    limit the movement, dV/dk is the measured one.
    """
    total, missing = np.zeros(tracking.new.count), tracking.missing(net, connectivity.open)
    gain = expected = volume_gain(connectivity.surface, tracking.new, moves)
    for _ in range(numerics.correction_passes):
        wanted = total + missing / np.where(gain > 0.0, gain, np.inf)
        share = np.clip(wanted, -most, most) - total
        if np.abs(share).max(initial=0.0) < numerics.negligible_movement:
            break
        of_facet = np.append(share, 0.0)[tracking.new.facets]
        of_vertex = at_vertices(connectivity.cell, connectivity.surface, of_facet)
        connectivity = move_vertices(connectivity, of_vertex[:, None] * moves, least, numerics)
        total = total + share
        left = tracking.missing(net, connectivity.open)
        lowest = numerics.least_gain_share * expected
        gain, missing = _measured_gain(expected, lowest, missing - left, share, left), left
    return connectivity, total


def _measured_gain(
    expected: Floats, lowest: Floats, gained: Floats, share: Floats, left: Floats
) -> Floats:
    """(b,) volume per share of the movement, measured in a pass, between ``lowest`` and
    ``expected``: cells may limit a movement.

    A body that must now go back, by what is ``left`` (b,), is limited by no cell.
    """
    onwards = share * left > 0.0
    measured = gained / np.where(onwards, share, np.inf)
    return np.where(onwards, np.clip(measured, lowest, expected), expected)


def _mean_edge(surface: Surface, bodies: MetalBodies) -> float:
    """Mean edge of the surface of the bodies, µm; 0 if there are none."""
    edge = surface.edge[bodies.facets >= 0]
    return float(edge.mean()) if len(edge) else 0.0


def _furthest(surface: Surface, bodies: MetalBodies, moves: Floats) -> Floats:
    """(b,) length of the longest of the moves (n, d) of each body, µm."""
    length = np.linalg.norm(moves, axis=1)[surface.facets].max(axis=1)
    furthest = np.zeros(bodies.count)
    own = bodies.facets >= 0
    np.maximum.at(furthest, bodies.facets[own], length[own])
    return furthest


def volume_gain(surface: Surface, bodies: MetalBodies, moves: Floats) -> Floats:
    """(b,) volume that each body gains by moves (n, d) of its surface, Σ A_f m_f · n_f, µm^d."""
    own = bodies.facets >= 0
    outwards = -np.einsum("fj,fj->f", moves[surface.facets].mean(axis=1), surface.normal)
    gained = (surface.area * outwards)[own]
    return np.asarray(np.bincount(bodies.facets[own], gained, bodies.count), dtype=np.float64)


def _moves(connectivity: Connectivity, parents: FacetParents) -> Floats:
    """(n, d) mean advance |s| of the facets around each surface vertex, towards growth, µm."""
    mean = at_vertices(connectivity.cell, parents.new, np.abs(parents.advance))
    return mean[:, None] * growth_direction(connectivity.cell, parents.new)


def at_vertices(cell: Cell, surface: Surface, values: Floats) -> Floats:
    """(n,) mean of facet values (f,), by area, around each vertex of the surface; 0 elsewhere."""
    return vertex_mean(surface.facets, values, surface.area, len(cell.points))


def improve_cells(
    connectivity: Connectivity, numerics: InterfaceNumerics = NUMERICS
) -> Connectivity:
    """The mesh with better cells where the movement of its surface has left bad ones; outlines and
    numbering of the vertices stay.

    In 2D by smoothing of the inner vertices of the regions and edge flips inside them, in 3D by
    smoothing.
    """
    cell, opened = connectivity.cell, connectivity.open
    # Filled electrolyte is a region of its own, and the mesh of a separator stays.
    kind = cell.region + len(cell.regions) * connectivity.filled
    if cell.dim == 3:
        fixed = _between_kinds(cell, kind) | cell.vertices_of(SEPARATOR)
        points = without_bad_tetrahedra(cell, fixed, numerics.poor_quality[3])
        return connectivity.with_points(points)
    kind = np.where(cell.in_region(SEPARATOR), FIXED, kind)
    points, simplices = without_bad_triangles(
        cell.points, cell.simplices, kind, numerics.poor_quality[2]
    )
    if simplices is cell.simplices:
        return connectivity if points is cell.points else connectivity.with_points(points)
    cell, opened = (replace(one, points=points, simplices=simplices) for one in (cell, opened))
    return replace(connectivity, open=opened, cell=cell)


def _between_kinds(cell: Cell, kind: Ints) -> Mask:
    """(n,) vertices between simplices of different kinds (m,), and those of the counter
    electrode."""
    lowest = np.full(len(cell.points), kind.max(initial=0))
    highest = np.zeros_like(lowest)
    for corner in cell.simplices.T:
        np.minimum.at(lowest, corner, kind)
        np.maximum.at(highest, corner, kind)
    between = lowest != highest
    between[cell.named_facets(COUNTER)] = True
    return np.asarray(between, dtype=bool)


def move_vertices(
    connectivity: Connectivity,
    moves: Floats,
    least: Floats | None = None,
    numerics: InterfaceNumerics = NUMERICS,
) -> Connectivity:
    """Move vertices by (n, d) µm, by half as much (again and again) around squeezed cells.

    least (m,): volume that each cell keeps, µm^d; ``_least_volumes`` unless stated.
    """
    cell, moves = connectivity.cell, moves.copy()
    least = _least_volumes(cell, numerics) if least is None else least
    moved = np.asarray(moves.any(axis=1))
    near = np.flatnonzero(touching(moved, cell.simplices))
    for share in chain(repeat(0.5, numerics.movement_halvings), repeat(0.0)):
        squeezed = simplex_volumes(cell.points + moves, cell.simplices[near]) < least[near]
        around = cell.simplices[near[squeezed]]
        # Ends also where all corners stand still: the cell was that small before.
        if not moves[around].any():
            break
        moves[around] *= share
    return connectivity.with_points(cell.points + moves)


def _least_volumes(cell: Cell, numerics: InterfaceNumerics) -> Floats:
    """(m,) volume that each cell keeps when vertices move, µm^d: none becomes thin, but for lithium
    on a collector, which begins as a layer that is thinner than a cell."""
    layer = cell.in_region(LITHIUM) & cell.in_region(COLLECTOR).any()
    least_share = share_at_collector(cell, numerics.thin_share, numerics.flat_at_collector)
    thin = flat_volumes(cell, np.where(layer, 0.0, least_share))
    return np.minimum(cell.volumes, np.maximum(numerics.least_volume_share * cell.volumes, thin))
