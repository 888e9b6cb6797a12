"""Small cells from NumPy arrays, without Gmsh, and their salt content."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deposition.common.constants import MICROMETRE
from deposition.mesh.cell import (
    COUNTER,
    ELECTROLYTE,
    LITHIUM,
    Cell,
    FacetTable,
    Floats,
    Ints,
    simplex_volumes,
)

Indicator = Callable[[Floats], np.ndarray]
"""(m, d) simplex centres (µm) -> (m,) centres inside a region."""
Region = Callable[[Floats], np.ndarray]
"""(m, d) simplex centres (µm) -> (m,) region names."""


def lattice(axes: Sequence[NDArray[Any]]) -> tuple[Floats, Ints]:
    """Points and simplices of the grid of ``axes``, each box split along its diagonal (Kuhn)."""
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))
    shape = [len(axis) for axis in axes]
    number = np.arange(len(points)).reshape(shape)
    corner = number[tuple(slice(None, -1) for _ in shape)].ravel()
    strides = np.array([int(np.prod(shape[k + 1 :])) for k in range(len(shape))])
    paths = [np.r_[0, np.cumsum(strides[list(path)])] for path in permutations(range(len(shape)))]
    simplices = np.concatenate([corner[:, None] + path for path in paths])
    flip = simplex_volumes(points, simplices) < 0
    simplices[flip, :2] = simplices[flip, 1::-1]
    return points, simplices


def even(low: Sequence[float], high: Sequence[float], counts: Sequence[int]) -> list[NDArray[Any]]:
    """Equidistant axes of a box."""
    return [np.linspace(a, b, n + 1) for a, b, n in zip(low, high, counts, strict=True)]


def with_counter(points: Floats, simplices: Ints, region: Ints, names: tuple[str, ...]) -> Cell:
    """A cell with the counter electrode on all exterior facets at the highest last coordinate."""
    table = FacetTable.of(simplices)
    outer = table.vertices[table.outer()]
    top = outer[(points[outer][..., -1] == points[:, -1].max()).all(axis=1)]
    return Cell(points, simplices, region, names, top, np.zeros(len(top), np.int64), (COUNTER,))


def box(
    low: Sequence[float],
    high: Sequence[float],
    counts: Sequence[int],
    regions: dict[str, Indicator] | None = None,
) -> Cell:
    """A box of electrolyte with the counter electrode on top (last axis).

    regions: name -> indicator of the simplex centres (m, d); later ones take precedence.  Default:
    lithium below 0.
    """
    points, simplices = lattice(even(low, high, counts))
    centre = points[simplices].mean(axis=1)
    regions = regions or {LITHIUM: lambda x: x[:, -1] < 0}
    region = np.zeros(len(simplices), dtype=np.int64)
    for index, inside in enumerate(regions.values(), start=1):
        region[inside(centre)] = index
    return with_counter(points, simplices, region, (ELECTROLYTE, *regions))


def box_on(axes: Sequence[NDArray[Any]], region: Region) -> Cell:
    """A cell on the grid of ``axes`` (µm); ``region`` returns the name of each simplex."""
    points, simplices = lattice(axes)
    names, index = np.unique(region(points[simplices].mean(axis=1)), return_inverse=True)
    return with_counter(points, simplices, index, tuple(str(name) for name in names))


def lithium_below(height: float) -> Region:
    """Lithium below a plane at ``height`` (µm), electrolyte above."""
    return lambda x: np.where(x[:, -1] < height, LITHIUM, ELECTROLYTE)


def flat_cell(width: float, gap: float, columns: int = 2, layers: int = 40, dim: int = 2) -> Cell:
    """2 µm of lithium below ``gap`` µm of electrolyte, meshed in ``layers`` layers."""
    across = np.linspace(0.0, width, columns + 1)
    up = np.concatenate([[-2.0, -1.0], np.linspace(0.0, gap, layers + 1)])
    return box_on([across] * (dim - 1) + [up], lithium_below(0.0))


def salt(cell: Cell, concentration: float = 1000.0) -> Floats:
    """(n,) uniform concentration in the electrolyte, mol/m³, NaN elsewhere."""
    return np.where(cell.vertices_of(ELECTROLYTE), concentration, np.nan)


def total_salt(cell: Cell, concentration: Floats) -> float:
    """∫c over the electrolyte, mol (per metre of depth in 2D)."""
    wet = cell.in_region(ELECTROLYTE)
    mean = concentration[cell.simplices[wet]].mean(axis=1)
    return float((cell.volumes[wet] * mean).sum()) * MICROMETRE**cell.dim


def current_through(cell: Cell, current_density: float) -> float:
    """Total current (A, per metre of depth in 2D) of a mean current density over the width."""
    span = np.ptp(cell.points, axis=0)[:-1] * MICROMETRE
    return current_density * float(np.prod(span))


def bumpy(dim: int = 2) -> Cell:
    """Lithium with a curved surface and irregular points under an electrolyte."""
    grid = np.linspace(0.0, 4.0, 9 if dim == 2 else 5)
    up = np.array([-1.0, -0.5, 0.0, 0.4, 1.0, 2.0, 4.0])
    cell = box_on([grid] * (dim - 1) + [up], lithium_below(0.0))
    x, y = cell.points[:, :-1], cell.points[:, -1]
    inner = (np.abs(x - 2.0).max(axis=1) < 1.9) & (np.abs(y - 1.5) < 2.4)
    noise = np.random.default_rng(3).uniform(-0.05, 0.05, cell.points.shape)
    lift = 0.3 * np.cos(np.pi * x / 4.0).prod(axis=1) * np.where(np.abs(y) < 0.6, 1.0, 0.0)
    points = cell.points + inner[:, None] * noise
    points[:, -1] += lift
    return cell.with_points(points)
