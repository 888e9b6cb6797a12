"""Figures of a sweep: the quantity over the settings, and its sensitivity to each of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from deposition.render.style import journal_style, save
from deposition.results.summary_table import ROWS
from deposition.sweeps.axes import Axis, unquoted
from deposition.sweeps.chart import curve, maps
from deposition.sweeps.designs import Design, grid
from deposition.sweeps.ensemble_chart import band, repetitions, scatter
from deposition.sweeps.outcome import Row
from deposition.sweeps.sensitivity import sensitivity_of
from deposition.sweeps.statistics import has_repetitions, other_axes, statistics_of
from deposition.sweeps.tornado import tornado

MOST_AXES = 3
"""Maximum number of axes of a grid that has a figure, besides a seed."""


def draw(rows: Sequence[Row], quantity: str, path: Path) -> Path | None:
    """Draw a quantity of the summaries over the parameters.

    rows: all members, in the order of the design.  Returns the path, None for a grid of more than
    ``MOST_AXES`` axes.
    """
    axes = rows[0].member.axes
    design = Design(axes, tuple(row.member.values for row in rows))
    others = other_axes(axes)
    if design.is_grid and len(others) > MOST_AXES:
        return None
    numbers = np.array([_number(row, quantity) for row in rows])
    with journal_style():
        if not design.is_grid:
            figure = scatter(others, [row.member for row in rows], numbers, ROWS[quantity])
        elif has_repetitions(design):
            figure = _ensemble(rows, others, numbers, quantity)
        else:
            figure = _of_grid(axes, numbers, ROWS[quantity])
        return save(figure, path)


def draw_sensitivity(rows: Sequence[Row], quantity: str, path: Path) -> Path | None:
    """Draw the sensitivity of a quantity of the summaries to each setting; return the path.

    None for fewer than two settings, or too few complete runs.
    """
    found = sensitivity_of(rows, np.array([_number(row, quantity) for row in rows]))
    if found is None:
        return None
    with journal_style():
        return save(tornado(found, ROWS[quantity]), path)


def _of_grid(axes: Sequence[Axis], numbers: np.ndarray, title: str) -> Figure:
    values = numbers.reshape([len(axis.values) for axis in axes])
    if len(axes) == 1:
        return curve(axes[0], values, title)
    return maps(axes, values.reshape(*values.shape[:2], -1), title)


def _ensemble(
    rows: Sequence[Row], others: Sequence[Axis], numbers: np.ndarray, quantity: str
) -> Figure:
    """Means over the seeds, with their confidence band where there is room for it."""
    title = ROWS[quantity]
    means = {
        tuple(one.values.values()): one for one in statistics_of(rows) if one.quantity == quantity
    }
    if not others:
        return repetitions(rows[0].member.axes[0], numbers, means.get(()), title)
    found = [means.get(tuple(map(unquoted, values))) for values in grid(others).rows]
    if len(others) == 1:
        return band(others[0], [row.member for row in rows], numbers, found, title)
    return _of_grid(others, np.array([one.mean if one else np.nan for one in found]), title)


def _number(row: Row, quantity: str) -> float:
    """Value of a run; NaN for a failed run, whose last state is at another charge."""
    value = None if row.failure else row.summary.get(quantity)
    return np.nan if value is None else float(value)
