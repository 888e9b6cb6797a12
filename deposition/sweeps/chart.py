"""Figure of a grid: a curve for one axis, a map for two, a row of maps for three.

A failed run is a gap in the curve and a hatched cell in the map.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from deposition.mesh.cell import Floats
from deposition.render.style import COLUMN_CM, PAGE_CM, SMALL, add_axes_cm, figure_cm
from deposition.sweeps.axes import Axis, numbers_of, unquoted

_RAISED = re.compile(r"\^(-?\d+)")
_MAP = colormaps["viridis"]
RATIO = 20
"""Ratio of the largest to the smallest of positive numbers beyond which a scale is logarithmic."""

_NUMBERED = 8
"""Maximum number of columns of a map whose cells show their values."""


def curve(axis: Axis, values: Floats, title: str) -> Figure:
    """Draw a curve over the values of one axis."""
    figure = figure_cm(COLUMN_CM, 6.2)
    axes = add_axes_cm(figure, 1.4, 1.6, COLUMN_CM - 1.7, 4.3)
    positions = positions_of(axes, axis)
    order = np.argsort(positions)
    line = "-" if numbers_of(axis) else "none"
    axes.plot(positions[order], values[order], marker="o", linestyle=line, color="#0072b2",
              markersize=4, linewidth=1.0)  # fmt: skip
    for position in positions[np.isnan(values)]:
        axes.axvline(position, color="0.6", linewidth=0.6, linestyle=":")
        axes.annotate("failed", (position, 0.98), xycoords=("data", "axes fraction"), rotation=90,
                      ha="right", va="top", fontsize=SMALL, color="0.4")  # fmt: skip
    axes.set(xlabel=label(axis), ylabel=capital(title))
    axes.spines[["top", "right"]].set_visible(False)
    make_room(figure, axes)
    return figure


def make_room(figure: Figure, axes: Axes) -> None:
    """Move the left edge so that tick labels and axis label lie inside the figure."""
    figure.draw_without_rendering()
    labels = axes.yaxis.get_tightbbox()
    missing = 0.01 - labels.x0 / figure.bbox.width if labels is not None else 0.0
    if missing > 0.0:
        box = axes.get_position()
        axes.set_position((box.x0 + missing, box.y0, box.width - missing, box.height))


def positions_of(axes: Axes, axis: Axis) -> Floats:
    """x position of each value: its number, or its index if the values are no numbers."""
    numbers = numbers_of(axis)
    if numbers is None:
        positions: Floats = np.arange(len(axis.values), dtype=np.float64)
        turned = max(map(len, axis.values)) * len(positions) > 40
        axes.set_xticks(positions, [display(value) for value in axis.values])
        axes.tick_params(axis="x", rotation=20 if turned else 0)
        axes.set_xlim(-0.5, len(positions) - 0.5)
        return positions
    positions, _ = numbers
    if (positions > 0).all() and positions.max() > RATIO * positions.min():
        axes.set_xscale("log")
        axes.set_xticks(positions, _ticks(axis), minor=False)
        axes.set_xticks([], minor=True)
    return positions


def maps(axes: Sequence[Axis], layers: Floats, title: str) -> Figure:
    """Maps of layers (rows, columns, panels): the first axis upwards, the second to the right."""
    panels = layers.shape[2]
    columns = min(panels, 3)
    width = COLUMN_CM if panels == 1 else PAGE_CM
    left, right, bottom, gap, title_height = 1.6, 1.75, 1.05, 0.45, 0.5 if panels > 1 else 0.1
    map_width = (width - left - right - gap * (columns - 1)) / columns
    map_height = min(max(map_width * layers.shape[0] / layers.shape[1], 2.2), 6.0)
    rows = -(-panels // columns)
    figure = figure_cm(
        width,
        0.45 + title_height + bottom + rows * map_height + (rows - 1) * (title_height + bottom),
    )
    norm = _limits(layers)
    for panel in range(panels):
        row, column = divmod(panel, columns)
        bottom_edge = bottom + (rows - 1 - row) * (map_height + title_height + bottom)
        panel_axes = add_axes_cm(
            figure, left + column * (map_width + gap), bottom_edge, map_width, map_height
        )
        _map(panel_axes, axes, layers[:, :, panel], norm)
        if column > 0:
            panel_axes.set(ylabel="", yticklabels=[])
        if panels > 1:
            panel_axes.set_title(
                f"{axes[2].short} = {display(axes[2].values[panel])}", fontsize=SMALL
            )
    lowest_edge = bottom + (rows - 1) * (map_height + title_height + bottom)
    bar_axes = add_axes_cm(figure, width - right + 0.35, lowest_edge, 0.28, map_height)
    figure.colorbar(ScalarMappable(norm, _MAP), cax=bar_axes).outline.set_visible(False)
    top = figure.get_size_inches()[1] * 2.54
    figure.text(left / width, 1.0 - 0.2 / top, capital(title), va="top")
    return figure


def _map(panel: Axes, axes: Sequence[Axis], values: Floats, norm: Normalize) -> None:
    """Draw a map: one cell per pair of values, with its value as text."""
    rows, columns = values.shape
    panel.set_facecolor("white")
    panel.patch.set(hatch="////", edgecolor="0.7")
    panel.pcolormesh(np.ma.masked_invalid(values), cmap=_MAP, norm=norm, edgecolor="white",
                     linewidth=0.8)  # fmt: skip
    digits = 3 if columns <= 6 else 2
    for (row, column), value in np.ndenumerate(values) if columns <= _NUMBERED else ():
        dark = np.isfinite(value) and norm(value) < 0.55
        text = f"{value:.{digits}g}" if np.isfinite(value) else "failed"
        panel.text(column + 0.5, row + 0.5, text, ha="center", va="center", fontsize=SMALL,
                   color="white" if dark else "black")  # fmt: skip
    panel.set_xticks(np.arange(columns) + 0.5, _ticks(axes[1]))
    panel.set_yticks(np.arange(rows) + 0.5, _ticks(axes[0]))
    panel.tick_params(length=0)
    panel.spines[:].set_visible(False)
    panel.set(xlabel=label(axes[1]), ylabel=label(axes[0]))


def _limits(values: Floats) -> Normalize:
    numbers = values[np.isfinite(values)]
    if len(numbers) == 0:
        return Normalize(0.0, 1.0)
    low, high = float(numbers.min()), float(numbers.max())
    return Normalize(low, high if high > low else low + max(abs(low), 1.0) * 1e-3)


def _ticks(axis: Axis) -> list[str]:
    """Tick labels: without the unit if the values share one, which the axis label shows."""
    numbers = numbers_of(axis)
    if numbers is None:
        return [display(value) for value in axis.values]
    return [f"{number:g}" for number in numbers[0]]


def label(axis: Axis) -> str:
    """Axis label: last part of the key with the common unit of the values."""
    numbers = numbers_of(axis)
    unit = f" ({_typeset(numbers[1])})" if numbers and numbers[1] else ""
    return axis.short + unit


def display(value: str) -> str:
    """Text of a value in the figure, at most 18 characters."""
    text = _typeset(unquoted(value))
    return text if len(text) <= 18 else text[:17] + "…"


def capital(title: str) -> str:
    """The title with a capital letter."""
    return title[:1].upper() + title[1:]


def _typeset(unit: str) -> str:
    """A unit in the notation of Matplotlib: mA/cm^2 as mA/cm$^{2}$, um as µm."""
    raised = _RAISED.sub(lambda power: f"$^{{{power[1]}}}$", unit)
    return re.sub(r"\bum\b", "µm", raised)
