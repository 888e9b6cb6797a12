"""Tornado chart: the sensitivity of a quantity to each setting, the largest at the top."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deposition.render.style import COLUMN_CM, SMALL, add_axes_cm, figure_cm
from deposition.sweeps.axes import Axis, numbers_of
from deposition.sweeps.chart import capital, display, label, make_room
from deposition.sweeps.sensitivity import Effect, Sensitivity

LOWEST, HIGHEST = "#0072b2", "#d55e00"
"""Colours of the bars at the lowest and at the highest value of a setting."""

_ROW_CM = 0.95
_BAR = 0.36
"""Height of one bar, in rows."""


def tornado(sensitivity: Sensitivity, title: str) -> Figure:
    """One pair of bars per setting: from the centre to the quantity at its two ends.

    A thin line between the bars has the range over all values, where it exceeds them.
    """
    rows = len(sensitivity.effects)
    figure = figure_cm(COLUMN_CM, 2.0 + rows * _ROW_CM)
    axes = add_axes_cm(figure, 1.4, 1.25, COLUMN_CM - 1.7, rows * _ROW_CM)
    if sensitivity.logarithmic:
        axes.set_xscale("log")
    for row, effect in enumerate(sensitivity.effects):
        _pair(axes, effect, sensitivity.centre, row)
    axes.axvline(sensitivity.centre, color="black", linewidth=0.8)
    axes.set_yticks(range(rows), [label(effect.axis) for effect in sensitivity.effects])
    axes.set_ylim(rows - 0.5, -0.5)
    axes.margins(x=0.25)
    axes.set_xlabel(capital(title))
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    if not math.isnan(sensitivity.explained):
        axes.set_title(
            f"additive model, $R^2$ = {sensitivity.explained:.2f}", fontsize=SMALL, loc="right"
        )
    make_room(figure, axes)
    return figure


def _pair(axes: Axes, effect: Effect, centre: float, row: int) -> None:
    """Bars of one setting, with its values at their ends."""
    axes.plot([effect.least, effect.greatest], [row, row], color="0.4", linewidth=0.8)
    ends = zip(
        (effect.low, effect.high), effect.values, (_BAR / 2, -_BAR / 2), (LOWEST, HIGHEST),
        strict=True,
    )  # fmt: skip
    for quantity, value, offset, colour in ends:
        axes.barh(row + offset, quantity - centre, _BAR, left=centre, color=colour)
        left = quantity < centre
        axes.annotate(
            _short(effect.axis, value), (quantity, row + offset), (-2 if left else 2, 0),
            textcoords="offset points", ha="right" if left else "left", va="center",
            fontsize=SMALL,
        )  # fmt: skip


def _short(axis: Axis, value: str) -> str:
    """Value without the unit that the label of the axis has."""
    known = numbers_of(Axis(axis.key, (value,)))
    if known is None or numbers_of(axis) is None:
        return display(value)
    return f"{known[0][0]:.3g}"
