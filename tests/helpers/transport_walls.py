"""Cells with metal bodies in the electrolyte, for the tests of the transport problem."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from deposition.mesh.cell import Cell, Floats
from helpers.boxes import box_on, lithium_below


def block(low: Sequence[float], high: Sequence[float], name: str) -> Any:
    """Regions of a flat cell with a box of region ``name`` in the electrolyte."""

    def region(x: Floats) -> np.ndarray:
        inside = np.all((x > low) & (x < high), axis=1)
        return np.where(inside, name, lithium_below(0.0)(x))

    return region


def hollow(shell: str, core: str) -> Cell:
    """A square ring of region ``shell`` around region ``core``, in the middle of a flat cell."""
    axes = [np.linspace(0.0, 8.0, 17), np.concatenate([[-1.0], np.linspace(0.0, 8.0, 17)])]

    def region(x: Floats) -> np.ndarray:
        outer = block((2.0, 2.0), (6.0, 6.0), shell)(x)
        return np.where(np.all((x > 3.0) & (x < 5.0), axis=1), core, outer)

    return box_on(axes, region)


def random_cell(random: np.random.Generator, dim: int) -> Cell:
    """A box with round bodies of random kinds, positions and radii, which may overlap."""
    grid = np.linspace(0.0, 20.0, 21 if dim == 2 else 8)
    kinds = ["lithium", "dead_lithium", "collector", "electrolyte"]
    centres = random.uniform(0.0, [20.0] * (dim - 1) + [14.0], (6, dim))
    radii, bodies = random.uniform(0.5, 4.0, 6), random.choice(kinds, 6)

    def region(x: Floats) -> np.ndarray:
        names = lithium_below(0.0)(x).astype("U12")
        for centre, radius, body in zip(centres, radii, bodies, strict=True):
            names[(np.linalg.norm(x - centre, axis=1) < radius) & (x[:, -1] < 17.0)] = body
        return names

    return box_on([grid] * (dim - 1) + [np.concatenate([[-1.0], grid])], region)
