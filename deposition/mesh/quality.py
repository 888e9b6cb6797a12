"""Quality of simplices: the mean ratio.

    4√3 A / Σl² in 2D,  12 (3V)^(2/3) / Σl² in 3D;  l are the edge lengths

1 for a regular simplex, 0 for a flat one.

Source: Liu & Joe, BIT 34 (1994) 268.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from deposition.mesh.cell import Floats, Ints, simplex_volumes


def mean_ratio(points: Floats, simplices: Ints) -> Floats:
    """(m,) quality of simplices (m, d + 1); negative if inverted."""
    corners = np.ascontiguousarray(points.take(simplices, axis=0).T)  # (d, d + 1, m)
    squares = np.zeros(len(simplices))
    for first, second in combinations(range(corners.shape[1]), 2):
        way = corners[:, first] - corners[:, second]
        squares += (way * way).sum(axis=0)
    volumes = simplex_volumes(points, simplices)
    if points.shape[1] == 2:
        scaled = 4.0 * np.sqrt(3.0) * volumes
    else:
        scaled = 12.0 * np.cbrt(3.0 * volumes) ** 2 * np.sign(volumes)
    return np.asarray(scaled / squares, dtype=np.float64)
