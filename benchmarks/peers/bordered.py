"""Newton's method for a step whose potential of the metal follows from the total current.

With the unknowns x of the electrolyte and the scaled potential m of the lithium:

    J δ + b δm = -r,   ∂(Σ i_n A)/∂x δ + ∂(Σ i_n A)/∂m δm = I - Σ i_n A

Block elimination needs the factors of J alone: two solves in each correction.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from deposition.mesh.cell import Floats

Matrix = TypeVar("Matrix")

CONVERGED = 1e-10
"""Largest component of the last correction, in c/c0 and units of RT/F."""

LARGEST_NUMBER = 30
"""Of corrections."""


class Linearized(NamedTuple, Generic[Matrix]):
    """The equations at a point, with their derivatives.

    residual    (n,) r
    tangent     J
    by_metal    (n,) b = ∂r/∂m
    excess      Σ i_n A - I
    row         (n,) ∂(Σ i_n A)/∂x
    corner      ∂(Σ i_n A)/∂m
    """

    residual: Floats
    tangent: Matrix
    by_metal: Floats
    excess: float
    row: Floats
    corner: float


def solve_bordered(
    linearize: Callable[[Floats, float], Linearized[Matrix]],
    factor: Callable[[Matrix], Callable[[Floats], Floats]],
    x: Floats,
) -> tuple[Floats, float, int]:
    """The unknowns, m, and the number of corrections, from ``x`` and m = 0.

    Raises ArithmeticError if the method does not converge.
    """
    metal = 0.0
    for number in range(1, LARGEST_NUMBER + 1):
        here = linearize(x, metal)
        solve = factor(here.tangent)
        change, per_metal = solve(-here.residual), solve(-here.by_metal)
        missing = -here.excess - float(here.row @ change)
        of_metal = missing / (here.corner + float(here.row @ per_metal))
        change = change + of_metal * per_metal
        x, metal = x + change, metal + of_metal
        if max(np.abs(change).max(), abs(of_metal)) < CONVERGED:
            return x, metal, number
    raise ArithmeticError("Newton's method did not converge")
