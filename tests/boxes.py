"""Small cells made from NumPy arrays, for tests that need no Gmsh."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import numpy as np

from deposition.cell import COUNTER, ELECTROLYTE, LITHIUM, Cell, FacetTable, Floats, Ints

Region = Callable[[Floats], "np.ndarray"]


def lattice(low: Floats, high: Floats, counts: tuple[int, ...]) -> tuple[Floats, Ints]:
    """Points and simplices of a box cut into equal cells (Kuhn's triangulation), 2D or 3D."""
    low, high = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    axes = [np.linspace(a, b, n + 1) for a, b, n in zip(low, high, counts, strict=True)]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(counts))
    shape = tuple(n + 1 for n in counts)
    corner = np.stack(np.meshgrid(*map(np.arange, counts), indexing="ij"), -1)
    corner = corner.reshape(-1, len(counts))
    simplices = []
    for path in permutations(range(len(counts))):
        steps = np.cumsum(
            np.vstack([np.zeros(len(counts), int), np.eye(len(counts), dtype=int)[list(path)]]),
            axis=0,
        )
        simplices.append(
            np.stack([np.ravel_multi_index(tuple((corner + s).T), shape) for s in steps], axis=1)
        )
    rows = np.concatenate(simplices)
    return points, _oriented(points, rows)


def _oriented(points: Floats, simplices: Ints) -> Ints:
    edges = points[simplices[:, 1:]] - points[simplices[:, :1]]
    flip = np.linalg.det(edges) < 0
    simplices[flip, :2] = simplices[flip, 1::-1]
    return simplices


def box(
    low: tuple[float, ...],
    high: tuple[float, ...],
    counts: tuple[int, ...],
    regions: dict[str, Region] | None = None,
) -> Cell:
    """A box of electrolyte with the counter on top (last axis); lithium below 0 unless told.

    regions: name -> function of simplex centres (m, d) giving a mask; later ones win.
    """
    points, simplices = lattice(low, high, counts)
    centre = points[simplices].mean(axis=1)
    regions = regions or {LITHIUM: lambda x: x[:, -1] < 0}
    names = (ELECTROLYTE, *regions)
    region = np.zeros(len(simplices), dtype=np.int64)
    for index, inside in enumerate(regions.values(), start=1):
        region[inside(centre)] = index
    table = FacetTable.of(simplices)
    outer = table.vertices[table.outer()]
    top = outer[np.all(np.isclose(points[outer][..., -1], high[-1]), axis=1)]
    return Cell(points, simplices, region, names, top, np.zeros(len(top), np.int64), (COUNTER,))
