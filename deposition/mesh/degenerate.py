"""Cells that are too flat: where metal is so near to metal that it touches.

A gap closes by cells that become flatter with every step, until Mmg refuses the mesh.  Surfaces
that are nearer to each other than a small share of a cell have therefore met.
"""

from __future__ import annotations

import math

import numpy as np

from deposition.mesh.cell import COLLECTOR, DEAD_LITHIUM, ELECTROLYTE, LITHIUM, Cell, Floats, Mask

FLAT = 0.02
"""Volume of a flat cell as a share of L^d/d!, L its longest edge; in 2D its height over L."""


def flat_volumes(cell: Cell) -> Floats:
    """(m,) volume below which each simplex is flat, µm^d."""
    corners = cell.points[cell.simplices]
    edges = corners[:, :, None] - corners[:, None]
    longest = np.linalg.norm(edges, axis=3).max(axis=(1, 2))
    return np.asarray(FLAT * longest**cell.dim / math.factorial(cell.dim))


def closed_gaps(cell: Cell) -> Mask:
    """(m,) flat simplices of electrolyte with all their corners on metal."""
    metal = np.zeros(len(cell.points), dtype=bool)
    for kind in (LITHIUM, DEAD_LITHIUM, COLLECTOR):
        metal |= cell.vertices_of(kind)
    between = cell.in_region(ELECTROLYTE) & metal[cell.simplices].all(axis=1)
    return between & (cell.volumes < flat_volumes(cell))
