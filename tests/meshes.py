"""Small structured cells for the tests of transport: a box, metal below, electrolyte above."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deposition.cell import COUNTER, ELECTROLYTE, LITHIUM, Cell, Floats, Ints, simplex_volumes

Region = Callable[[Floats], np.ndarray]
"""(m, d) simplex centres (µm) -> (m,) region names."""


def lithium_below(height: float) -> Region:
    """Lithium under a plane, electrolyte above."""
    return lambda x: np.where(x[:, -1] < height, LITHIUM, ELECTROLYTE)


def box(axes: Sequence[NDArray[Any]], region: Region) -> Cell:
    """A cell on the grid of ``axes`` (µm); the top is the counter electrode."""
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))
    simplices = _kuhn([len(a) for a in axes])
    negative = simplex_volumes(points, simplices) < 0
    simplices[negative, :2] = simplices[negative, 1::-1]
    names = np.asarray(region(points[simplices].mean(axis=1)))
    regions, index = np.unique(names, return_inverse=True)
    bare = Cell(
        points,
        simplices,
        index,
        tuple(str(r) for r in regions),
        np.empty((0, len(axes)), dtype=np.int64),
        np.empty(0, dtype=np.int64),
        (COUNTER,),
    )
    facets = bare.all_facets.vertices
    top = facets[np.all(points[facets, -1] == axes[-1][-1], axis=1)]
    return Cell(
        points, simplices, index, bare.regions, top, np.zeros(len(top), dtype=np.int64), (COUNTER,)
    )


def _kuhn(shape: list[int]) -> Ints:
    """Simplices of a grid of boxes, each cut along its main diagonal (d! simplices a box)."""
    number = np.arange(np.prod(shape)).reshape(shape)
    low = number[tuple(slice(None, -1) for _ in shape)].ravel()
    stride = [int(np.prod(shape[k + 1 :])) for k in range(len(shape))]
    cells = []
    for path in permutations(range(len(shape))):
        corners = [low]
        for axis in path:
            corners.append(corners[-1] + stride[axis])
        cells.append(np.column_stack(corners))
    return np.concatenate(cells)


def salt(cell: Cell, concentration: float = 1000.0) -> Floats:
    """(n,) uniform concentration in the electrolyte, mol/m³, NaN elsewhere."""
    result = np.full(len(cell.points), np.nan)
    result[cell.simplices[cell.in_region(ELECTROLYTE)]] = concentration
    return result


def flat(width: float, gap: float, columns: int = 2, layers: int = 40, dim: int = 2) -> Cell:
    """A flat cell: 2 µm of lithium, ``gap`` µm of electrolyte on ``layers`` layers."""
    across = np.linspace(0.0, width, columns + 1)
    up = np.concatenate([[-2.0, -1.0], np.linspace(0.0, gap, layers + 1)])
    return box([across] * (dim - 1) + [up], lithium_below(0.0))


def current_through(cell: Cell, current_density: float) -> float:
    """Total current (A, per metre of depth in 2D) of a mean current density over the width."""
    span = np.ptp(cell.points, axis=0)[:-1] * 1e-6
    return current_density * float(np.prod(span))


def total_salt(cell: Cell, concentration: Floats) -> float:
    """∫c over the electrolyte, mol (per metre of depth in 2D)."""
    wet = cell.in_region(ELECTROLYTE)
    mean = concentration[cell.simplices[wet]].mean(axis=1)
    return float((cell.volumes[wet] * mean).sum()) * 1e-6**cell.dim
