"""Edge flips that take flat triangles out of a mesh, before and after it is cut.

The longest edge of a flat triangle nearly contains its third vertex.  A level set that is zero
between them would cut the triangle along that line, and the pieces would be flat as well, with
edges of the new surface that no remeshing may flip.
"""

from __future__ import annotations

import numpy as np

from deposition.mesh.cell import Floats, Ints, star_of
from deposition.mesh.quality import mean_ratio

PASSES = 4
"""Most passes over the flat triangles; a flip may leave a neighbour flat."""

FIXED = -1
"""Kind of a triangle that is not flipped."""


def without_flat_triangles(points: Floats, simplices: Ints, kind: Ints, least: float) -> Ints:
    """Triangles (m, 3) with the longest edge of each one of a quality below ``least`` flipped.

    kind (m,): an edge is flipped between two triangles of one kind, and not of ``FIXED``.  A flip
    is kept if the worse of the two triangles is better; without one, the same array is returned.
    """
    flips, result = 0, simplices.copy()
    for _ in range(PASSES):
        quality = mean_ratio(points, result)
        flat = np.flatnonzero((quality < least) & (kind != FIXED))
        order = flat[np.argsort(quality[flat])]
        flipped = sum(_flip(points, result, quality, kind, number) for number in order)
        if not flipped:
            break
        flips += flipped
    return result if flips else simplices


def _flip(points: Floats, simplices: Ints, quality: Floats, kind: Ints, flat: int) -> bool:
    """Flip the longest edge of a triangle in place, if that makes the worse of two better."""
    corners = simplices[flat]
    lengths = np.linalg.norm(points[np.roll(corners, -1)] - points[np.roll(corners, 1)], axis=1)
    k = int(lengths.argmax())  # the edge opposite to corner k
    apex, start, end = corners[k], corners[(k + 1) % 3], corners[(k + 2) % 3]
    beside = star_of(start, simplices)
    beside = beside[(simplices[beside] == end).any(axis=1) & (beside != flat)]
    if len(beside) != 1 or kind[beside[0]] != kind[flat]:
        return False
    other = int(beside[0])
    far = int(np.setdiff1d(simplices[other], (start, end))[0])
    new = np.array([[apex, start, far], [apex, far, end]])
    found = mean_ratio(points, new)
    if found.min() <= min(quality[flat], quality[other]):
        return False
    simplices[flat], simplices[other] = new
    quality[flat], quality[other] = found
    return True
