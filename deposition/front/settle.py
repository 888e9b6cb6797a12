"""What Mmg loses or adds when it remeshes the surface is put back, by the same rule as before it.

Each part of the new surface moves a little further along, or back, in proportion to its own
advance: a part that carried no current stays where it is.
"""

from __future__ import annotations

import numpy as np

from deposition.cell import Floats, simplex_volumes
from deposition.front.bodies import Sorted
from deposition.front.film import Descent
from deposition.front.offset import growth_direction

LARGEST_SHARE = 0.3
"""No part of the surface moves by more than this share of its advance."""


def settle(pieces: Sorted, descent: Descent, missing: float) -> tuple[Sorted, float]:
    """The pieces with their lithium surface moved so that ``missing`` (µm^d) of metal is there.

    Returns them with the share of its advance that each part moved.  First order in the movement;
    left as it was (0), and still owed, if a cell would turn inside out.
    """
    moves = _moves(pieces, descent)
    surface = descent.new
    volume = float(surface.area @ np.linalg.norm(moves, axis=1)[surface.facets].mean(axis=1))
    if volume == 0.0:
        return pieces, 0.0
    share = float(np.clip(missing / volume, -LARGEST_SHARE, LARGEST_SHARE))
    points = pieces.cell.points + share * moves
    if simplex_volumes(points, pieces.cell.simplices).min() <= 0.0:
        return pieces, 0.0
    moved = Sorted(pieces.open.with_points(points), pieces.cell.with_points(points), pieces.filled)
    return moved, share


def _moves(pieces: Sorted, descent: Descent) -> Floats:
    """(n, d) mean advance |s| of the facets around each surface vertex, towards growth, µm."""
    surface = descent.new
    corners = surface.facets.shape[1]
    count = len(pieces.cell.points)
    vertex, weight = surface.facets.ravel(), np.repeat(surface.area, corners)
    total = np.bincount(vertex, weight, count)
    travelled = np.bincount(vertex, weight * np.repeat(np.abs(descent.advance), corners), count)
    mean = travelled / np.where(total > 0.0, total, 1.0)
    return mean[:, None] * growth_direction(pieces.cell, surface)
