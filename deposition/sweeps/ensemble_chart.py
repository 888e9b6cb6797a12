"""Figures of repetitions, with mean and confidence band, and of designs that are no grid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deposition.mesh.cell import Floats
from deposition.render.style import COLUMN_CM, PAGE_CM, add_axes_cm, figure_cm
from deposition.sweeps.axes import Axis, Member, numbers_of
from deposition.sweeps.chart import capital, label, make_room, positions_of
from deposition.sweeps.statistics import Statistics

BLUE = "#0072b2"
_DOTS = {"marker": "o", "linestyle": "none", "markersize": 2.5, "color": BLUE, "alpha": 0.5}
_COLUMNS = 3
"""Panels side by side in a figure of a design."""


def repetitions(seed: Axis, numbers: Floats, statistics: Statistics | None, title: str) -> Figure:
    """One quantity of each seed, its mean, and the confidence interval of the mean."""
    figure = figure_cm(COLUMN_CM, 6.2)
    axes = add_axes_cm(figure, 1.4, 1.6, COLUMN_CM - 1.7, 4.3)
    axes.plot(_places(axes, seed), numbers, **_DOTS)  # type: ignore[arg-type]
    if statistics is not None:
        axes.axhline(statistics.mean, color=BLUE, linewidth=1.0)
        if statistics.count > 1:
            axes.axhspan(statistics.low, statistics.high, color=BLUE, alpha=0.2, linewidth=0.0)
    axes.set(xlabel=label(seed), ylabel=capital(title))
    axes.spines[["top", "right"]].set_visible(False)
    make_room(figure, axes)
    return figure


def band(
    axis: Axis,
    members: Sequence[Member],
    numbers: Floats,
    statistics: Sequence[Statistics | None],
    title: str,
) -> Figure:
    """Mean over one axis, with the confidence band of the mean and a point for each run.

    numbers     of the members
    statistics  of each value of the axis, None where all runs failed
    """
    figure = figure_cm(COLUMN_CM, 6.2)
    axes = add_axes_cm(figure, 1.4, 1.6, COLUMN_CM - 1.7, 4.3)
    positions = positions_of(axes, axis)
    order = np.argsort(positions)
    column = [other.key for other in members[0].axes].index(axis.key)
    place = dict(zip(axis.values, positions, strict=True))
    axes.plot([place[m.values[column]] for m in members], numbers, **_DOTS)  # type: ignore[arg-type]
    mean, low, high = (
        np.array([getattr(one, name) if one else np.nan for one in statistics])[order]
        for name in ("mean", "low", "high")
    )
    axes.plot(positions[order], mean, color=BLUE, linewidth=1.0, marker="o", markersize=4)
    axes.fill_between(positions[order], low, high, color=BLUE, alpha=0.2, linewidth=0.0)
    axes.set(xlabel=label(axis), ylabel=capital(title))
    axes.spines[["top", "right"]].set_visible(False)
    make_room(figure, axes)
    return figure


def scatter(
    varied: Sequence[Axis], members: Sequence[Member], numbers: Floats, title: str
) -> Figure:
    """One quantity of all runs over each setting that varies."""
    columns = min(len(varied), _COLUMNS)
    rows = -(-len(varied) // columns)
    width = COLUMN_CM if columns == 1 else PAGE_CM
    panel = (width - 1.6 - 0.5 * (columns - 1) - 0.3) / columns
    height = min(panel, 4.3)
    figure = figure_cm(width, rows * (height + 1.6) + 0.3)
    for number, axis in enumerate(varied):
        row, column = divmod(number, columns)
        bottom = 1.3 + (rows - 1 - row) * (height + 1.6)
        axes = add_axes_cm(figure, 1.6 + column * (panel + 0.5), bottom, panel, height)
        place = dict(zip(axis.values, _places(axes, axis), strict=True))
        index = [other.key for other in members[0].axes].index(axis.key)
        axes.plot([place[m.values[index]] for m in members], numbers, **_DOTS)  # type: ignore[arg-type]
        axes.set(xlabel=label(axis))
        axes.spines[["top", "right"]].set_visible(False)
        if column:
            axes.set_yticklabels([])
        else:
            axes.set(ylabel=capital(title))
    return figure


def _places(axes: Axes, axis: Axis) -> Floats:
    """x position of each value: its number, on a linear scale, else its index."""
    numbers = numbers_of(axis)
    return positions_of(axes, axis) if numbers is None else numbers[0]
