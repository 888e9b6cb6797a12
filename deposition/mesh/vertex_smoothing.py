"""Smoothing of the vertices of bad triangles, after the mesh has been cut or moved."""

from __future__ import annotations

import numpy as np

from deposition.mesh.cell import Floats, Ints, Mask, star_of, touching
from deposition.mesh.edge_collapse import Interface, outline_around
from deposition.mesh.edge_flips import FIXED, without_flat_triangles
from deposition.mesh.quality import mean_ratio

SHARES = (1.0, 0.5, 0.25)
"""Parts of the way to the middle of its neighbours that are tried for a vertex."""


PASSES = 3
"""Most passes of smoothing and edge flips over the bad triangles."""
LAYERS = 3
"""Layers of triangles around the bad ones that take part."""


def without_bad_triangles(
    points: Floats, simplices: Ints, kind: Ints, least: float
) -> tuple[Floats, Ints]:
    """Vertices (n, 2) and triangles (m, 3) with those of a quality below ``least`` improved.

    By smoothing of inner vertices of the regions and edge flips inside them.  kind (m,) of the
    region of each triangle, ``FIXED`` where the mesh stays.  Without a bad triangle the same arrays
    are returned, without a flip the same triangles.
    """
    near: Mask = np.asarray(mean_ratio(points, simplices) < least)
    if not near.any():
        return points, simplices
    for _ in range(LAYERS):
        touched = np.zeros(len(points), dtype=bool)
        touched[simplices[near]] = True
        near = touching(touched, simplices)
    before = part = simplices[near]
    for _ in range(PASSES):
        # Smoothing first: a flip of an inverted triangle may leave one without area.
        points = smoothed(points, part, kind[near], least)
        if mean_ratio(points, part).min() >= least:
            break
        part = without_flat_triangles(points, part, kind[near], least)
    if part is not before:
        simplices = simplices.copy()
        simplices[near] = part
    return points, simplices


def smoothed(
    points: Floats,
    simplices: Ints,
    kind: Ints,
    least: float,
    interface: Interface | None = None,
) -> Floats:
    """Vertices (n, 2), those moved that belong to a triangle of a quality below ``least``.

    kind (m,) of the region of each triangle, ``FIXED`` where the mesh stays.  A vertex inside a
    region goes towards the middle of its neighbours, one of the ``interface`` towards the middle of
    its two neighbours there and no further than the tolerance, if the worst triangle around it
    becomes better.  Other vertices stay.
    """
    points = points.copy()
    quality = mean_ratio(points, simplices)
    bad = np.flatnonzero(quality < least)
    for vertex in dict.fromkeys(simplices[bad[np.argsort(quality[bad])]].ravel().tolist()):
        star = star_of(vertex, simplices)
        way = _way(points, simplices[star], kind[star], vertex, interface)
        if way is None:
            continue
        own = place = points[vertex].copy()
        worst = mean_ratio(points, simplices[star]).min()
        for share in SHARES:
            points[vertex] = own + share * way
            found = mean_ratio(points, simplices[star]).min()
            if found > worst:
                worst, place = found, points[vertex].copy()
        points[vertex] = place
    return points


def _way(
    points: Floats, star: Ints, kind: Ints, vertex: int, interface: Interface | None
) -> Floats | None:
    """(2,) the longest move of a vertex, in µm; None if it stays.

    star (s, 3): the triangles around it, with their kinds (s,)
    """
    if np.any(kind == FIXED):
        return None
    outline = outline_around(star, kind, vertex)
    if not outline:
        return points[np.setdiff1d(star, vertex)].mean(axis=0) - points[vertex]
    if interface is None or len(outline) != 2:
        return None
    if any(set(sides) != set(interface.kinds) for sides in outline.values()):
        return None
    way = points[list(outline)].mean(axis=0) - points[vertex]
    return way * min(1.0, interface.tolerance / max(float(np.linalg.norm(way)), 1e-300))
