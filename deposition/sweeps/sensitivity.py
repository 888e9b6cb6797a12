"""Sensitivity of a quantity to each setting that varies, from an additive model of all runs.

q ≈ m + Σ_k e_k(x_k), fitted by least squares to the complete runs.  A setting with repeated values
has one effect for each value, with Σ e_k = 0; one whose values were drawn has e_k = b_k ξ_k, with ξ
from -1 at its lowest value to 1 at its highest (logarithmic beyond a ratio of 20).  For a complete
grid m + e_k(x) is the mean of all runs with the value x (main effects: Box, Hunter, Hunter,
Statistics for Experimenters, 2nd ed., 2005).  Where q is positive and spans more than a
decade, ln q takes its place.  What the model leaves, 1 - R², is interaction of settings and
scatter of seeds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from deposition.mesh.cell import Floats
from deposition.sweeps.axes import Axis, numbers_of, unquoted
from deposition.sweeps.chart import RATIO
from deposition.sweeps.outcome import Row
from deposition.sweeps.statistics import other_axes

DECADE = 10.0
"""Ratio of the largest to the smallest of a positive quantity beyond which ln q is fitted."""


@dataclass(frozen=True)
class Effect:
    """Quantity at the ends of one setting, the other settings at their mean effect.

    axis            the setting
    values          its lowest and highest value, or those with the lowest and highest quantity
                    where the values are no numbers
    low, high       quantity at these
    least, greatest quantity over all values
    """

    axis: Axis
    values: tuple[str, str]
    low: float
    high: float
    least: float
    greatest: float

    @property
    def span(self) -> float:
        """Largest difference of the quantity over the values of the setting."""
        return self.greatest - self.least


@dataclass(frozen=True)
class Sensitivity:
    """Effects of all settings.

    centre       quantity at the mean effect of all settings
    effects      largest first
    explained    R², the share of the variance that the model explains; NaN if it fits any values
    logarithmic  ln q was fitted, ``centre`` and ``effects`` are of q
    """

    centre: float
    effects: tuple[Effect, ...]
    explained: float
    logarithmic: bool


@dataclass(frozen=True)
class _Term:
    """Columns of one setting in the least-squares matrix.

    values   that occur, by number where all are numbers
    ordered  True if they are numbers
    columns  (n, p) of the runs
    at       (number of values, p): the same for each value
    """

    axis: Axis
    values: tuple[str, ...]
    ordered: bool
    columns: Floats
    at: Floats


def sensitivity_of(rows: Sequence[Row], numbers: Floats) -> Sensitivity | None:
    """Sensitivities of the quantity ``numbers`` (n,) of the rows, NaN for a failed run.

    None with fewer than two settings besides seeds, or too few complete runs for the model.
    """
    complete = np.isfinite(numbers)
    kept = [row for row, good in zip(rows, complete, strict=True) if good]
    found = numbers[complete]
    axes = other_axes(rows[0].member.axes)
    terms = [term for axis in axes if kept and (term := _term(axis, kept)) is not None]
    if len(terms) < 2:
        return None
    logarithmic = bool((found > 0.0).all() and found.max() > DECADE * found.min())
    target = np.log(found) if logarithmic else found
    matrix = np.hstack([np.ones((len(found), 1)), *(term.columns for term in terms)])
    scale = float(np.abs(target).max()) or 1.0
    solution, _, rank, _ = np.linalg.lstsq(matrix, target / scale, rcond=None)
    if rank < matrix.shape[1]:
        return None
    coefficients = solution * scale
    variance = float(((target - target.mean()) ** 2).sum())
    rest = float(((target - matrix @ coefficients) ** 2).sum())
    saturated = len(found) == matrix.shape[1] or variance == 0.0
    ends = np.cumsum([1, *(term.columns.shape[1] for term in terms)])
    own = [coefficients[start:end] for start, end in pairwise(ends)]
    effects = [
        _effect(term, coefficients[0] + term.at @ part, logarithmic)
        for term, part in zip(terms, own, strict=True)
    ]
    return Sensitivity(
        centre=_original(float(coefficients[0]), logarithmic),
        effects=tuple(sorted(effects, key=lambda effect: -effect.span)),
        explained=math.nan if saturated else 1.0 - rest / variance,
        logarithmic=logarithmic,
    )


def _term(axis: Axis, rows: Sequence[Row]) -> _Term | None:
    """Columns of a setting; None if one value alone has complete runs."""
    index = [other.key for other in rows[0].member.axes].index(axis.key)
    own = [row.member.values[index] for row in rows]
    values = tuple(value for value in axis.values if value in set(own))
    if len(values) < 2:
        return None
    known = numbers_of(Axis(axis.key, values))
    if known is not None:
        order = np.argsort(known[0], kind="stable")
        values = tuple(values[number] for number in order)
    if known is not None and 2 * len(values) > len(rows):
        at = _scaled(known[0][order])[:, None]
    else:
        at = np.vstack([np.eye(len(values) - 1), -np.ones(len(values) - 1)])
    place = {value: number for number, value in enumerate(values)}
    return _Term(axis, values, known is not None, at[[place[value] for value in own]], at)


def _scaled(numbers: Floats) -> Floats:
    """Increasing numbers from -1 to 1."""
    if numbers[0] > 0.0 and numbers[-1] > RATIO * numbers[0]:
        numbers = np.log(numbers)
    scaled: Floats = 2.0 * (numbers - numbers[0]) / (numbers[-1] - numbers[0]) - 1.0
    return scaled


def _effect(term: _Term, quantity: Floats, logarithmic: bool) -> Effect:
    first, last = (
        (0, len(quantity) - 1) if term.ordered else (int(quantity.argmin()), int(quantity.argmax()))
    )
    low, high, least, greatest = (
        _original(float(value), logarithmic)
        for value in (quantity[first], quantity[last], quantity.min(), quantity.max())
    )
    ends = unquoted(term.values[first]), unquoted(term.values[last])
    return Effect(term.axis, ends, low, high, least, greatest)


def _original(value: float, logarithmic: bool) -> float:
    return math.exp(value) if logarithmic else value
