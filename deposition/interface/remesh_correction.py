"""What Mmg loses or adds when it remeshes the surface is put back, by the same rule as before it.

Mmg replaces the cut by chords of it, which wears curved places down, and a corner most.  First each
part of the new surface goes back to the zero of the level set, on the mean over its facets.  What
is then still missing moves each part a little further along, or back, in proportion to its own
advance.  A part that carried no current stays where it is.  What a body then still lacks, because
it is at rest or nearly so and Mmg has worn more off than it advanced, or because its surfaces have
met and could not sweep it, moves it evenly.
"""

from __future__ import annotations

from itertools import chain, repeat

import numpy as np

from deposition.interface.body_tracking import BodyTracking, MetalBodies
from deposition.interface.connectivity import Connectivity
from deposition.interface.huygens import growth_direction
from deposition.interface.parents import FacetParents
from deposition.interface.remesh import HAUSDORFF_SHARE
from deposition.mesh.cell import ELECTROLYTE, Cell, Floats, simplex_volumes
from deposition.mesh.degenerate import flat_volumes
from deposition.mesh.p1 import vertex_mean
from deposition.mesh.point_location import interpolate, locate
from deposition.mesh.surface import Surface, extract_surface

LARGEST_SHARE = 0.3
"""No part of the surface moves by more than this share of its advance, or where it moves evenly of
the furthest of its body, unless Mmg wears it more."""

SQUEEZED = 0.1
"""Movements stay shorter where they would leave a cell less than this share of its volume."""

_HALVINGS = 5
"""Times that a movement is halved around a cell that it would squeeze, before it is given up."""

_PASSES = 30
"""Rounds in which what is still missing is put back: two or three, but more where cells hold it
up."""

_HELD_UP = 0.2
"""Least share of the expected volume that a round is taken to gain."""

LEAST = 0.05
"""A surface that advances by less than this share of a cell, as it does at rest, has no advance
that a correction could be compared with: remeshing wears it by as much."""

_TRIFLE = 1e-4
"""A share of what Mmg may have worn off that a body may go on owing."""

_NOTHING = 1e-9
"""A share of the advance that is not worth another round."""


def snap_to_level_set(
    connectivity: Connectivity, parents: FacetParents, cut: Cell, level_set: Floats
) -> Connectivity:
    """The pieces with their lithium surface moved back to where ``level_set`` (n,) of ``cut`` is 0.

    First order in the movement.
    """
    surface = parents.new
    beyond = -_facet_means(connectivity.cell, surface, cut, level_set)
    most = LARGEST_SHARE * np.abs(parents.advance)
    distance = _at_vertices(connectivity.cell, surface, np.clip(beyond, -most, most))
    return move_vertices(
        connectivity, distance[:, None] * growth_direction(connectivity.cell, surface)
    )


def _facet_means(cell: Cell, surface: Surface, cut: Cell, level_set: Floats) -> Floats:
    """(f,) mean of a piecewise linear function on ``cut`` over the facets of another cell.

    From the corners, 1/(d (d + 1)) each, and the middle, d/(d + 1): exact for quadratics.
    """
    places = np.concatenate([cell.points[surface.facets].reshape(-1, cell.dim), surface.midpoint])
    located = locate(places, cut.points, cut.simplices)
    values = interpolate(located, cut.simplices, level_set)
    corners = values[: surface.facets.size].reshape(surface.facets.shape).mean(axis=1)
    return (corners + cell.dim * values[surface.facets.size :]) / (cell.dim + 1.0)


def correct_remesh_volume(
    connectivity: Connectivity, parents: FacetParents, tracking: BodyTracking, net: Floats
) -> tuple[Connectivity, float]:
    """The pieces with the surface of each body moved until it has gained its share of ``net``.

    net (b,) µm^d is what each body before the step gains.  Returns the pieces with the largest
    share of its advance that a body moved, of those that advance by ``LEAST`` or more.  What would
    take more, or squeeze cells, is left, and still owed.
    """
    least = _least(connectivity.cell)
    moves = _moves(connectivity, parents)
    furthest = _furthest(parents.new, tracking.new, moves)
    wear = _remesh_wear(connectivity.cell, parents.new, tracking.new)
    most = np.maximum(LARGEST_SHARE * furthest, wear)
    per_advance = 1.0 / np.where(furthest > 0.0, furthest, np.inf)
    connectivity, share = _correct_volumes(
        connectivity, tracking, net, moves, most * per_advance, least
    )
    surface = extract_surface(connectivity.cell)
    even = growth_direction(connectivity.cell, surface)
    trifle = _TRIFLE * wear * _gain(surface, tracking.new, even)
    lacks = np.abs(tracking.missing(net, connectivity.open)) > trifle
    evenly = np.zeros_like(share)
    if lacks.any():
        connectivity, evenly = _correct_volumes(
            connectivity, tracking, net, even, np.where(lacks, most, 0.0), least
        )
    moved = np.abs(share) + np.abs(evenly) * per_advance
    advances = furthest > LEAST * parents.new.edge.mean()
    return connectivity, float(moved[advances].max(initial=0.0))


def _correct_volumes(
    connectivity: Connectivity,
    tracking: BodyTracking,
    net: Floats,
    moves: Floats,
    most: Floats,
    least: Floats,
) -> tuple[Connectivity, Floats]:
    """The pieces with each body moved by a share of ``moves`` (n, d), µm, so that it has gained its
    part of ``net``; and the shares (b,), of which none is above ``most`` (b,).

    least (m,) volume that each cell keeps, µm^d
    """
    total, missing = np.zeros(tracking.new.count), tracking.missing(net, connectivity.open)
    gain = expected = _gain(extract_surface(connectivity.cell), tracking.new, moves)
    for _ in range(_PASSES):
        wanted = total + missing / np.where(gain > 0.0, gain, np.inf)
        share = np.clip(wanted, -most, most) - total
        if np.abs(share).max(initial=0.0) < _NOTHING:
            break
        of_facet = np.append(share, 0.0)[tracking.new.facets]
        of_vertex = _at_vertices(connectivity.cell, extract_surface(connectivity.cell), of_facet)
        connectivity, total = (
            move_vertices(connectivity, of_vertex[:, None] * moves, least),
            total + share,
        )
        left = tracking.missing(net, connectivity.open)
        gain, missing = _measured_gain(expected, missing - left, share, left), left
    return connectivity, total


def _measured_gain(expected: Floats, gained: Floats, share: Floats, left: Floats) -> Floats:
    """(b,) volume per share of the movement, from what a round gained: where cells hold it up less
    than expected, though not below ``_HELD_UP`` of it.

    A body that must now go back, by what is ``left`` (b,), is held up by no cell.
    """
    onwards = share * left > 0.0
    measured = gained / np.where(onwards, share, np.inf)
    return np.where(onwards, np.clip(measured, _HELD_UP * expected, expected), expected)


def _remesh_wear(cell: Cell, surface: Surface, bodies: MetalBodies) -> float:
    """How far Mmg may wear the surface of the bodies off, µm."""
    return HAUSDORFF_SHARE[cell.dim] * float(surface.edge[bodies.facets >= 0].mean())


def _furthest(surface: Surface, bodies: MetalBodies, moves: Floats) -> Floats:
    """(b,) length of the longest of the moves (n, d) of each body, µm."""
    length = np.linalg.norm(moves, axis=1)[surface.facets].max(axis=1)
    furthest = np.zeros(bodies.count)
    own = bodies.facets >= 0
    np.maximum.at(furthest, bodies.facets[own], length[own])
    return furthest


def _gain(surface: Surface, bodies: MetalBodies, moves: Floats) -> Floats:
    """(b,) volume that each body gains if its surface makes these moves (n, d), to first order."""
    own = bodies.facets >= 0
    outwards = -np.einsum("fj,fj->f", moves[surface.facets].mean(axis=1), surface.normal)
    gained = (surface.area * outwards)[own]
    return np.asarray(np.bincount(bodies.facets[own], gained, bodies.count), dtype=np.float64)


def _moves(connectivity: Connectivity, parents: FacetParents) -> Floats:
    """(n, d) mean advance |s| of the facets around each surface vertex, towards growth, µm."""
    mean = _at_vertices(connectivity.cell, parents.new, np.abs(parents.advance))
    return mean[:, None] * growth_direction(connectivity.cell, parents.new)


def _at_vertices(cell: Cell, surface: Surface, values: Floats) -> Floats:
    """(n,) mean of facet values (f,), by area, around each vertex of the surface; 0 elsewhere."""
    return vertex_mean(surface.facets, values, surface.area, len(cell.points))


def move_vertices(
    connectivity: Connectivity, moves: Floats, least: Floats | None = None
) -> Connectivity:
    """The pieces with vertices moved by (n, d) µm, by less around cells that would be squeezed.

    least (m,) volume that each cell keeps, µm^d: as ``_least`` says, unless stated.
    """
    cell, moves = connectivity.cell, moves.copy()
    least = _least(cell) if least is None else least
    for share in chain(repeat(0.5, _HALVINGS), repeat(0.0)):
        squeezed = simplex_volumes(cell.points + moves, cell.simplices) < least
        around = cell.simplices[squeezed]
        if not moves[around].any():  # nor would a cell be better if they stayed where they are
            break
        moves[around] *= share
    points = cell.points + moves
    return Connectivity(
        connectivity.open.with_points(points), cell.with_points(points), connectivity.filled
    )


def _least(cell: Cell) -> Floats:
    """(m,) volume that each cell keeps when vertices move, µm^d; no electrolyte becomes flat."""
    flat = np.where(cell.in_region(ELECTROLYTE), flat_volumes(cell), 0.0)
    return np.minimum(cell.volumes, np.maximum(SQUEEZED * cell.volumes, flat))
