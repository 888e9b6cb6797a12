"""Edge flips that take flat triangles out of a mesh before it is cut.

The longest edge of a flat triangle nearly contains its third vertex.  A level set that is zero
between them would cut the triangle along that line, and the pieces would be flat as well, with
edges of the new surface that no remeshing may flip.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from deposition.mesh.cell import Cell, Floats, Ints, Mask

PASSES = 4
"""Most passes over the flat triangles; a flip may leave a neighbour flat."""


def without_flat_triangles(cell: Cell, free: Mask, least: float) -> Cell:
    """The 2D cell with the longest edge of each triangle of a quality below ``least`` flipped.

    free (m,): triangles that may be flipped, which have one region here: the region of a flipped
    triangle is that of the flat one.  A flip is kept if the worse of the two triangles is better.
    """
    simplices, points, changed = cell.simplices.copy(), cell.points, False
    for _ in range(PASSES):
        quality = triangle_quality(points[simplices])
        flat = np.flatnonzero((quality < least) & free)
        flipped = [
            _flip(points, simplices, quality, free, t) for t in flat[np.argsort(quality[flat])]
        ]
        if not any(flipped):
            break
        changed = True
    return replace(cell, simplices=simplices) if changed else cell


def triangle_quality(corners: Floats) -> Floats:
    """(m,) 4√3 A / Σl² of triangles (m, 3, 2): 1 if regular, 0 if flat, negative if inverted."""
    a, b, c = np.moveaxis(corners, 1, 0)
    double = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    squares = sum(((p - q) ** 2).sum(axis=1) for p, q in ((a, b), (b, c), (c, a)))
    return np.asarray(2.0 * np.sqrt(3.0) * double / squares, dtype=np.float64)


def _flip(points: Floats, simplices: Ints, quality: Floats, free: Mask, flat: int) -> bool:
    """Flip the longest edge of a triangle in place, if that makes the worse of two better."""
    corners = simplices[flat]
    lengths = np.linalg.norm(points[np.roll(corners, -1)] - points[np.roll(corners, 1)], axis=1)
    k = int(lengths.argmax())  # the edge opposite to corner k
    apex, start, end = corners[k], corners[(k + 1) % 3], corners[(k + 2) % 3]
    beside = np.flatnonzero(np.isin(simplices, (start, end)).sum(axis=1) == 2)
    beside = beside[beside != flat]
    if len(beside) != 1 or not free[beside[0]]:
        return False
    other = int(beside[0])
    far = int(np.setdiff1d(simplices[other], (start, end))[0])
    new = np.array([[apex, start, far], [apex, far, end]])
    found = triangle_quality(points[new])
    if found.min() <= min(quality[flat], quality[other]):
        return False
    simplices[flat], simplices[other] = new
    quality[flat], quality[other] = found
    return True
