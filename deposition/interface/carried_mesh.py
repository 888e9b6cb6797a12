"""A step in 3D without a cut: the surface moves, and the volume mesh follows by a smooth extension.

    x_v <- x_v - ψ_v n_v        vertices of the surface, by the rule of the cut (``huygens``)
    x   <- x + u(x)             all others (``mesh.extension``)

Surface vertices that a cut would let slide are most of them in 3D, and Mmg takes more than half of
the time of a step there.  A step is cut anew where a cell would become flat, where the surface is
coarser than a cut would make it or an edge of it would become long, and where a facet advances at a
vertex that cannot move (dead lithium or a collector beside it).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from deposition.interface.body_tracking import MetalBodies
from deposition.interface.huygens import growth_direction, vertex_advance
from deposition.interface.numerics import NUMERICS, InterfaceNumerics
from deposition.interface.remesh_correction import RemeshResult, volume_gain
from deposition.interface.slide import without_cut
from deposition.mesh.cell import (
    COLLECTOR,
    DEAD_LITHIUM,
    SEPARATOR,
    Cell,
    Floats,
    Mask,
)
from deposition.mesh.extension import extend
from deposition.mesh.p1 import vertex_mean
from deposition.mesh.quality import mean_ratio
from deposition.mesh.surface import Surface
from deposition.mesh.tetrahedron_smoothing import without_bad_tetrahedra


def carry(
    cell: Cell,
    surface: Surface,
    bodies: MetalBodies,
    advance: Floats,
    targets: tuple[Floats, Floats],
    size: float,
    numerics: InterfaceNumerics = NUMERICS,
) -> RemeshResult | None:
    """The step without a cut; None where it needs one.

    surface, bodies  of the 3D cell; advance (f,), µm
    targets          (b,) lithium of each body before, and its gain, µm^3
    size             the usual edge length at the surface, µm
    """
    moving = surface.working & (advance != 0.0)
    direction = growth_direction(cell, surface)
    if not direction[surface.facets[moving]].any(axis=2).all():
        return None
    if moving.any() and surface.edge[moving].mean() > numerics.carried_mean_edge * size:
        return None
    own = np.where(surface.working, advance, 0.0)
    way = vertex_advance(bodies, surface, own[surface.working], numerics)
    moves = way[:, None] * direction
    factor = _factors(volume_gain(surface, bodies, moves), targets[1])
    low, high = numerics.scaling_range
    if factor.min() < low or factor.max() > high:
        return None
    of_facet = factor[bodies.facets]
    own = own * of_facet
    moves *= vertex_mean(surface.facets, of_facet, surface.area, len(moves))[:, None]
    if _longest(cell.points + moves, surface, moving) > numerics.carried_edge * size:
        return None
    given = _given(cell, surface)
    moved = cell.with_points(cell.points + extend(cell, moves, given))
    moved = moved.with_points(without_bad_tetrahedra(moved, given, numerics.smoothed_quality))
    if _is_worse(moved, cell, numerics):
        return None
    made = without_cut(cell, surface, bodies, own, moved, targets, numerics)
    if made is None or _is_worse(made.connectivity.cell, cell, numerics):
        return None
    scaled = float(np.abs(factor - 1.0).max())
    return replace(made, scaling_deviation=max(made.scaling_deviation, scaled))


def _factors(gain: Floats, net: Floats) -> Floats:
    """(b + 1,) factor of the moves of each body, so that it gains ``net`` (b,) instead of ``gain``
    (b,), to first order; 1 for one at rest and, at the end, for facets of no body."""
    moves = (gain != 0.0) & (net != 0.0)
    return np.append(np.where(moves, net / np.where(moves, gain, 1.0), 1.0), 1.0)


def _given(cell: Cell, surface: Surface) -> Mask:
    """(n,) vertices whose movement is known: those of the surface and of what stays."""
    given = np.any([cell.vertices_of(kind) for kind in (DEAD_LITHIUM, COLLECTOR, SEPARATOR)], 0)
    given[surface.facets] = True
    return np.asarray(given, dtype=bool)


def _is_worse(moved: Cell, cell: Cell, numerics: InterfaceNumerics) -> bool:
    """Whether a simplex is worse than ``carried_quality`` and than it was before its move."""
    quality = mean_ratio(moved.points, moved.simplices)
    bad = quality < numerics.carried_quality
    return bool(np.any(quality[bad] < mean_ratio(cell.points, cell.simplices[bad])))


def _longest(points: Floats, surface: Surface, moving: Mask) -> float:
    """The longest edge of the moving facets, µm."""
    corners = points[surface.facets[moving]]
    ahead = np.roll(corners, 1, axis=1)
    return float(np.linalg.norm(ahead - corners, axis=2).max(initial=0.0))
