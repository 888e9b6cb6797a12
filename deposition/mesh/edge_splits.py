"""Division of simplices at the zero of a level set, by splits of the edges that it crosses."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from deposition.mesh.cell import Floats, Ints, Mask, match_rows, sorted_rows


def split_at_zero(
    points: Floats, simplices: Ints, level_set: Floats, divided: Mask
) -> tuple[Floats, Ints, Ints, Ints]:
    """Divide the simplices (m, d + 1) at the zero of ``level_set`` (n,), which is linear in each.

    divided (m,): those that are divided; of the others only edges that they share with these.
    Returns the points with the new ones, at the end; the new simplices, their rows among the old
    ones, and the ends (k, 2) of the edges on which the new points lie.

    Each simplex is halved at its first crossed edge, then each half at its next one: the order of
    the edges is that of all, so that a facet is divided alike on both sides.
    """
    pairs = list(combinations(range(simplices.shape[1]), 2))
    edges = np.concatenate([simplices[divided][:, list(pair)] for pair in pairs])
    crossed = sorted_rows(edges[level_set[edges].prod(axis=1) < 0.0])
    crossed = np.unique(crossed, axis=0)
    share = level_set[crossed[:, 0]] / (level_set[crossed[:, 0]] - level_set[crossed[:, 1]])
    new = points[crossed[:, 0]] + share[:, None] * (points[crossed[:, 1]] - points[crossed[:, 0]])
    rows, last = np.arange(len(simplices)), len(crossed)
    while True:
        ends = [sorted_rows(simplices[:, list(pair)]) for pair in pairs]
        found = np.column_stack([match_rows(crossed, end) for end in ends])
        found[found < 0] = last
        first = found.min(axis=1, initial=last)
        halved = np.flatnonzero(first < last)
        if not len(halved):
            break
        one, other = simplices[halved], simplices[halved]
        edge = crossed[first[halved]]
        middle = len(points) + first[halved]
        one = np.where(one == edge[:, :1], middle[:, None], one)
        other = np.where(other == edge[:, 1:], middle[:, None], other)
        whole = first == last
        simplices = np.concatenate([simplices[whole], one, other])
        rows = np.concatenate([rows[whole], rows[halved], rows[halved]])
    return np.concatenate([points, new]), simplices, rows, crossed
