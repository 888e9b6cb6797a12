"""Smoothing of the vertices of bad tetrahedra.

A vertex goes where the worst tetrahedron around it is best, by a search along the axes with steps
that are halved; it stays in its region, and a vertex on a wall of the box stays on it.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from deposition.mesh.cell import Cell, Floats, Ints, Mask, star_of, touching
from deposition.mesh.quality import mean_ratio
from deposition.mesh.vertex_normals import wall_projectors

PASSES = 2
"""Most passes over the bad tetrahedra."""
HALVINGS = 6
"""Halvings of the step, which begins with a quarter of the mean edge around a vertex."""
SEARCHES = 12
"""Most searches for one vertex."""
_DIRECTIONS = np.array([d for d in product((-1.0, 0.0, 1.0), repeat=3) if any(d)])
_DIRECTIONS /= np.linalg.norm(_DIRECTIONS, axis=1)[:, None]


def without_bad_tetrahedra(cell: Cell, fixed: Mask, least: float) -> Floats:
    """(n, 3) vertices of a 3D cell, those of tetrahedra of a quality below ``least`` moved, µm.

    fixed (n,): vertices that stay, those between regions.
    """
    points = cell.points
    for _ in range(PASSES):
        quality = mean_ratio(points, cell.simplices)
        bad = np.flatnonzero(quality < least)
        bad = bad[np.argsort(quality[bad])]
        vertices = np.array(list(dict.fromkeys(cell.simplices[bad].ravel())), dtype=np.int64)
        vertices = vertices[~fixed[vertices]]
        if not len(vertices):
            break
        points = _smoothed(cell.with_points(points), vertices, least)
    return points


def _smoothed(cell: Cell, vertices: Ints, least: float) -> Floats:
    """(n, 3) with these vertices moved, one after the other."""
    points, projectors = cell.points.copy(), wall_projectors(cell, vertices)
    near = np.zeros(len(points), dtype=bool)
    near[vertices] = True
    around = cell.simplices[touching(near, cell.simplices)]
    for vertex, projector in zip(vertices, projectors, strict=True):
        star = around[star_of(vertex, around)]
        worst = mean_ratio(points, star).min()
        if worst >= least:
            continue
        edges = np.linalg.norm(points[star] - points[vertex], axis=2)
        step = 0.25 * float(edges[edges > 0.0].mean())
        directions, smallest = _DIRECTIONS @ projector, step * 0.5**HALVINGS
        for _ in range(SEARCHES):
            found, place = _best(points, star, vertex, points[vertex] + step * directions)
            if found > worst:
                worst, points[vertex] = found, place
            else:
                step *= 0.5
            if step < smallest:
                break
    return points


def _best(points: Floats, star: Ints, vertex: int, places: Floats) -> tuple[float, Floats]:
    """The place (3,) of these (k, 3) at which the worst tetrahedron around a vertex is best, and
    its quality there."""
    corners = np.repeat(points[star][None], len(places), axis=0)
    corners[:, star == vertex] = places[:, None]
    flat = corners.reshape(-1, 3)
    rows = np.arange(len(flat)).reshape(-1, 4)
    worst = mean_ratio(flat, rows).reshape(len(places), len(star)).min(axis=1)
    best = int(worst.argmax())
    return float(worst[best]), places[best]
