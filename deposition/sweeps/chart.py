"""The one picture of a sweep: a curve along one axis, a map over two, maps side by side over three.

Where a run has failed, the curve has a gap and the map a hatched field.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from deposition.cell import Floats
from deposition.comparison_table import ROWS
from deposition.render.style import (
    COLUMN_CM,
    PAGE_CM,
    SMALL,
    add_axes_cm,
    figure_cm,
    journal_style,
    save,
)
from deposition.sweeps.axes import Axis
from deposition.sweeps.outcome import Row

MOST_AXES = 3
_NUMBER = re.compile(r"[\"']?\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*([^\"']*?)[\"']?")
_RAISED = re.compile(r"\^(-?\d+)")
_MAP = colormaps["cividis"]


def draw(rows: Sequence[Row], quantity: str, path: Path) -> Path | None:
    """Draw a number of the summaries over the parameters; None if there are more than three axes.

    rows: all members, the last axis varying fastest.
    """
    axes = rows[0].member.axes
    if len(axes) > MOST_AXES:
        return None
    values = [row.summary.get(quantity) for row in rows]
    numbers = np.array([np.nan if value is None else float(value) for value in values])
    grid = numbers.reshape([len(axis.values) for axis in axes])
    with journal_style():
        if len(axes) == 1:
            figure = _curve(axes[0], grid, ROWS[quantity])
        else:
            layers = grid.reshape(*grid.shape[:2], -1)
            figure = _maps(axes, layers, ROWS[quantity])
        return save(figure, path)


def numbers_of(axis: Axis) -> tuple[Floats, str] | None:
    """The values as numbers with the unit they share; None unless they are such."""
    matched = [_NUMBER.fullmatch(value) for value in axis.values]
    units = {found[2] for found in matched if found}
    if None in matched or len(units) != 1:
        return None
    return np.array([float(found[1]) for found in matched if found]), units.pop()


def _curve(axis: Axis, values: Floats, title: str) -> Figure:
    figure = figure_cm(COLUMN_CM, 5.6)
    axes = add_axes_cm(figure, 1.4, 1.0, COLUMN_CM - 1.7, 4.3)
    known = numbers_of(axis)
    places = np.arange(len(values), dtype=float) if known is None else known[0]
    order = np.argsort(places)
    axes.plot(places[order], values[order], "o-", color="#0072b2", markersize=4, linewidth=1.0)
    if known is None:
        axes.set_xticks(places, [_shown(value) for value in axis.values])
    elif (places > 0).all() and places.max() > 20 * places.min():
        axes.set_xscale("log")
    for place in places[np.isnan(values)]:
        axes.axvline(place, color="0.6", linewidth=0.6, linestyle=":")
        axes.annotate("failed", (place, 0.98), xycoords=("data", "axes fraction"), rotation=90,
                      ha="right", va="top", fontsize=SMALL, color="0.4")  # fmt: skip
    axes.set(xlabel=_label(axis), ylabel=title[:1].upper() + title[1:])
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def _maps(axes: Sequence[Axis], layers: Floats, title: str) -> Figure:
    """(rows, columns, panels) of numbers: the first axis runs upwards, the second to the right."""
    panels = layers.shape[2]
    across = min(panels, 3)
    width = COLUMN_CM if panels == 1 else PAGE_CM
    left, right, bottom, gap, head = 1.6, 1.9, 1.1, 0.45, 0.6 if panels > 1 else 0.25
    each = (width - left - right - gap * (across - 1)) / across
    high = min(max(each * layers.shape[0] / layers.shape[1], 2.2), 6.0)
    down = -(-panels // across)
    figure = figure_cm(width, bottom + down * (high + head + (bottom if down > 1 else 0.0)))
    norm = _limits(layers)
    for panel in range(panels):
        row, column = divmod(panel, across)
        low = bottom + (down - 1 - row) * (high + head + bottom)
        drawn = add_axes_cm(figure, left + column * (each + gap), low, each, high)
        _map(drawn, axes, layers[:, :, panel], norm)
        if column > 0:
            drawn.set(ylabel="", yticklabels=[])
        if panels > 1:
            drawn.set_title(f"{axes[2].short} = {_shown(axes[2].values[panel])}", fontsize=SMALL)
    _scale(figure, norm, title, (width - right + 0.35, bottom, 0.28, high))
    return figure


def _map(drawn: Axes, axes: Sequence[Axis], values: Floats, norm: Normalize) -> None:
    """One field for each pair of values, with its number in it."""
    down, across = values.shape
    drawn.set_facecolor("white")
    drawn.patch.set(hatch="////", edgecolor="0.7")
    drawn.pcolormesh(np.ma.masked_invalid(values), cmap=_MAP, norm=norm, edgecolor="white",
                     linewidth=0.8)  # fmt: skip
    size = SMALL if across <= 6 else SMALL * 6 / across
    for (row, column), value in np.ndenumerate(values):
        dark = np.isfinite(value) and norm(value) < 0.55
        text = f"{value:.3g}" if np.isfinite(value) else "failed"
        drawn.text(column + 0.5, row + 0.5, text, ha="center", va="center", fontsize=size,
                   color="white" if dark else "black")  # fmt: skip
    drawn.set_xticks(np.arange(across) + 0.5, _ticks(axes[1]))
    drawn.set_yticks(np.arange(down) + 0.5, _ticks(axes[0]))
    drawn.tick_params(length=0)
    drawn.spines[:].set_visible(False)
    drawn.set(xlabel=_label(axes[1]), ylabel=_label(axes[0]))


def _scale(
    figure: Figure, norm: Normalize, title: str, place: tuple[float, float, float, float]
) -> None:
    bar = figure.colorbar(ScalarMappable(norm, _MAP), cax=add_axes_cm(figure, *place))
    bar.set_label(title[:1].upper() + title[1:])
    bar.outline.set_visible(False)


def _limits(values: Floats) -> Normalize:
    known = values[np.isfinite(values)]
    if len(known) == 0:
        return Normalize(0.0, 1.0)
    low, high = float(known.min()), float(known.max())
    return Normalize(low, high if high > low else low + max(abs(low), 1.0) * 1e-3)


def _ticks(axis: Axis) -> list[str]:
    """The numbers alone where they share a unit, which the label then has."""
    known = numbers_of(axis)
    if known is None:
        return [_shown(value) for value in axis.values]
    return [f"{number:g}" for number in known[0]]


def _label(axis: Axis) -> str:
    known = numbers_of(axis)
    unit = f" ({_typeset(known[1])})" if known and known[1] else ""
    return axis.short.replace("_", " ") + unit


def _shown(value: str) -> str:
    text = _typeset(value.strip("\"'"))
    return text if len(text) <= 18 else text[:17] + "…"


def _typeset(unit: str) -> str:
    raised = _RAISED.sub(lambda power: f"$^{{{power[1]}}}$", unit)
    return re.sub(r"\bum\b", "µm", raised)
