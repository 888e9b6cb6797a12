"""The counter electrode recedes by what it gives.

It keeps its shape and moves as a whole along its outward normal, by its mean dissolved thickness
(the transport problem uses the same mean velocity for the anions).  The electrolyte mesh is
stretched: a vertex moves by the share d_metal / (d_metal + d_counter), so nothing moves at the
metal.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from deposition.cell import COUNTER, ELECTROLYTE, Cell
from deposition.surface import Surface


def recede_counter(cell: Cell, surface: Surface, distance: float) -> Cell:
    """The cell with its counter electrode moved out by ``distance`` (µm, < 0 when it grows)."""
    counter = surface.on(COUNTER)
    if distance == 0.0 or not counter.any():
        return cell
    moving = np.unique(cell.simplices[cell.in_region(ELECTROLYTE)])
    points = cell.points[moving]
    to_counter, nearest = cKDTree(surface.midpoint[counter]).query(points)
    to_counter[np.isin(moving, surface.facets[counter])] = 0.0
    to_metal, _ = cKDTree(cell.points[np.unique(surface.facets[~counter])]).query(points)
    share = to_metal / (to_metal + to_counter)
    moved = cell.points.copy()
    # n points from the electrolyte into the counter metal, which is the way it recedes.
    moved[moving] += (distance * share)[:, None] * surface.normal[counter][nearest]
    return cell.with_points(moved)
