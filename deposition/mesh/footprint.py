"""Projected area of a cell, and a regular grid of samples on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from deposition.common.constants import MICROMETRE
from deposition.mesh.cell import Cell, Floats, Ints

SAMPLES = {2: 2000, 3: 200}
"""Samples along each direction of the footprint, by dimension of the cell."""


@dataclass(frozen=True, eq=False)
class Footprint:
    """Regular grid of samples in the plane normal to the growth axis.

    low, high   (d - 1,)  bounding box of the cell in that plane, in coordinates of
                ``GrowthAxis.turned``, µm
    shape       samples along each direction, at the midpoints of the grid intervals
    """

    low: Floats
    high: Floats
    shape: tuple[int, ...]

    @classmethod
    def of(cls, cell: Cell) -> Footprint:
        """Footprint of a cell."""
        across = cell.growth.turned(cell.points)[:, :-1]
        shape = (SAMPLES[cell.dim],) * (cell.dim - 1)
        return cls(across.min(axis=0), across.max(axis=0), shape)

    @property
    def area(self) -> float:
        """Projected area, µm^(d-1); for a box that of the counter electrode."""
        return float(np.prod(self.high - self.low))

    @property
    def size(self) -> int:
        """Number of samples."""
        return int(np.prod(self.shape))

    @cached_property
    def spacing(self) -> Floats:
        """(d - 1,) spacing of the samples, µm."""
        return (self.high - self.low) / np.array(self.shape)

    @cached_property
    def samples(self) -> Floats:
        """(size, d - 1) sample positions, µm; the last direction varies fastest."""
        return self.position(np.indices(self.shape).reshape(len(self.shape), -1).T)

    def position(self, index: Ints) -> Floats:
        """(k, d - 1) positions of the samples with grid indices ``index`` (k, d - 1), µm."""
        return self.low + (index + 0.5) * self.spacing


def projected_area(cell: Cell) -> float:
    """Area of the cell's bounding box normal to the growth axis, µm^(d-1); that of the initial
    working electrode where no axis is defined."""
    return Footprint.of(cell).area if cell.growth.is_defined else cell.growth.electrode_area


def projected_area_m2(cell: Cell) -> float:
    """Projected area, m² (m in 2D)."""
    return projected_area(cell) * MICROMETRE ** (cell.dim - 1)
