"""The error bar of a number, from its values in refined runs.

With the values v_k at the factors f_k of the mesh (or of the step), v_0 that of the run as it
stands, f_0 = 1, finer runs f_k < 1, coarser ones f_k > 1:

    v(f) = v* + C f^p       p from the three finest, if they approach v* with 0.5 <= p <= 3
    error = |v_0 - v*| = |C|

Where there are two values, p = 1 is assumed.  Where the values do not approach anything, the
error is the largest difference from v_0, as if of first order: max |v_0 - v_k| / |1 - f_k|.
Noise: two standard deviations of the runs that differ by round-off alone.  The three are
independent: the error bar is the root of the sum of their squares.

Source: Roache, J. Fluids Eng. 116 (1994) 405 (uniform reporting of grid refinement studies).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from deposition.results.error_bars import ErrorBar

ORDERS = (0.5, 3.0)
"""Orders outside of these are not trusted."""


@dataclass(frozen=True)
class Extrapolation:
    """Error by the mesh or by the step; order NaN where it is assumed."""

    error: float
    order: float


NOT_REFINED = Extrapolation(0.0, math.nan)


def error_bar(
    value: float,
    mesh: Sequence[tuple[float, float]],
    step: Sequence[tuple[float, float]],
    noise: Sequence[float],
) -> ErrorBar:
    """The error bar of ``value``; mesh, step: (factor, value) of the other runs; noise: values
    of those that differ by round-off."""
    by_mesh, by_step = (extrapolate(value, refined) for refined in (mesh, step))
    spread = 2.0 * float(np.std([value, *noise], ddof=1)) if noise else 0.0
    return ErrorBar(value, by_mesh.error, by_step.error, spread, by_mesh.order, by_step.order)


def extrapolate(value: float, others: Sequence[tuple[float, float]]) -> Extrapolation:
    """The error of ``value`` by finer and coarser runs, (factor, value) each."""
    if not others:
        return NOT_REFINED
    assumed = max(abs(value - other) / abs(1.0 - factor) for factor, other in others)
    if len(others) < 2:
        return Extrapolation(assumed, math.nan)
    finest = sorted([(1.0, value), *others])[:3]
    (f_2, v_2), (f_1, v_1), (f_0, v_0) = finest
    coarse, fine = v_0 - v_1, v_1 - v_2
    if coarse * fine <= 0.0:
        return Extrapolation(assumed, math.nan)

    def excess(p: float) -> float:
        """(f_0^p - f_1^p)/(f_1^p - f_2^p) less its value in the runs."""
        return (f_0**p - f_1**p) / (f_1**p - f_2**p) - coarse / fine

    if excess(ORDERS[0]) * excess(ORDERS[1]) > 0.0:
        return Extrapolation(assumed, math.nan)
    order = float(brentq(excess, *ORDERS))
    return Extrapolation(abs(coarse / (f_0**order - f_1**order)), order)
