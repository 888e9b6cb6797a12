"""Smoothing of the vertices of bad triangles, after the mesh has been cut."""

from __future__ import annotations

import numpy as np

from deposition.mesh.cell import Floats, Ints
from deposition.mesh.edge_flips import FIXED, triangle_quality

SHARES = (1.0, 0.5, 0.25)
"""Parts of the way to the middle of its neighbours that are tried for a vertex."""


def smoothed(points: Floats, simplices: Ints, kind: Ints, least: float) -> Floats:
    """Vertices (n, 2), those inside a region moved that belong to a triangle of a quality below
    ``least``.

    kind (m,) of the region of each triangle, ``FIXED`` where the mesh stays.  A vertex goes towards
    the middle of its neighbours, if the worst triangle around it becomes better.
    """
    points = points.copy()
    quality = triangle_quality(points[simplices])
    bad = np.flatnonzero(quality < least)
    for vertex in dict.fromkeys(simplices[bad[np.argsort(quality[bad])]].ravel().tolist()):
        star = np.flatnonzero((simplices == vertex).any(axis=1))
        around, count = np.unique(simplices[star], return_counts=True)
        # Inside, each neighbour belongs to two triangles of the star.
        inside = len(set(kind[star])) == 1 and kind[star[0]] != FIXED
        if not inside or np.any(count[around != vertex] != 2):
            continue
        corners = points[simplices[star]]
        at, own = simplices[star] == vertex, points[vertex]
        way = points[around[around != vertex]].mean(axis=0) - own
        worst = triangle_quality(corners).min()
        for share in SHARES:
            corners[at] = own + share * way
            found = triangle_quality(corners).min()
            if found > worst:
                worst, points[vertex] = found, own + share * way
    return points
