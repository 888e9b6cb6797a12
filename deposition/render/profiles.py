"""Height profiles, voltage and roughness of several results, as three charts in one column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from deposition.common.constants import HOUR, MILLIVOLT
from deposition.mesh.cell import Floats
from deposition.render.legend import Legend
from deposition.render.style import (
    COLUMN_CM,
    DPI,
    NORMAL,
    PAPER,
    SMALL,
    Look,
    add_axes_cm,
    check_format,
    figure_cm,
    journal_style,
    outside_ink,
    save,
)
from deposition.render.typesetting import literal

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#1b1f24", "#56b4e9")
DASHES = ("-", "--", "-.", ":")
LEFT, RIGHT, BOTTOM, TOP, GAP, EACH = 1.7, 0.3, 0.9, 0.25, 1.1, 3.1  # cm
LETTER = 45
"""Distance of the letter of a chart from its left edge, pt."""
BROAD = 14.0
"""Width from which the charts stand side by side, cm."""
LEAST_HEIGHT = 1e-3
"""Minimum span of a height axis over the width of the box."""


@dataclass(frozen=True, eq=False)
class Curve:
    """Curves of one result.

    place      (s, d - 1) coordinates of the height samples, µm
    height     (s,) above the original surface, µm; NaN where there is no metal
    time (k,) s, capacity (k,) mAh/cm², voltage (k,) V, roughness (k,) µm: at each time step
    measured   measured cell voltage under the same conditions, V; None if it is unknown
    drawn_at   charge of the heights, mAh/cm², if it differs from that of the other results
    """

    label: str
    place: Floats
    height: Floats
    time: Floats
    capacity: Floats
    voltage: Floats
    roughness: Floats
    measured: float | None = None
    drawn_at: float | None = None

    @property
    def note(self) -> str:
        """Charge of the heights if it differs from the common charge, else empty."""
        if self.drawn_at is None:
            return ""
        return f"a: {literal(self.label)} at {self.drawn_at:.3g} mAh cm$^{{-2}}$"


def profiles(
    curves: Sequence[Curve],
    path: Path,
    dpi: int = DPI,
    width: float = COLUMN_CM,
    look: Look = PAPER,
) -> Path:
    """Draw height profiles, voltage and roughness: one below the other, or side by side if the
    picture is at least ``BROAD`` cm wide.

    Heights are drawn against x (3D: as the cumulative distribution over the area), voltage and
    roughness against charge, or against time if one of the runs rests or strips.

    Raises ``ResultsError`` if the suffix of ``path`` is not png, svg or pdf.
    """
    check_format(path)
    with journal_style(look):
        handles = [
            Line2D([], [], label=literal(curve.label), **style)
            for curve, style in zip(curves, line_styles(), strict=False)
        ]
        notes = [curve.note for curve in curves if curve.note]
        legend = Legend.of_curves(handles, width, notes)
        figure, charts = _charts(width, legend.height)
        _draw_heights(charts[0], curves)
        abscissa = Abscissa.of(curves)
        _draw_voltage(charts[1], curves, abscissa)
        _draw_roughness(charts[2], curves, abscissa)
        for axes, letter in zip(charts, "abc", strict=True):
            axes.annotate(letter, (0, 1), (-LETTER, 0), xycoords="axes fraction", va="center",
                          textcoords="offset points", fontweight="bold",
                          fontsize=NORMAL + 0.5)  # fmt: skip
            axes.spines[["top", "right"]].set_visible(False)
            most = max(2, int(axes.get_window_extent().width / axes.figure.dpi * 2.54 / 1.1))
            axes.xaxis.set_major_locator(MaxNLocator(nbins=min(6, most), steps=[1, 2, 2.5, 5, 10]))
        if width < BROAD:
            _place_labels(charts)
        legend.draw(figure)
        return save(figure, path, dpi)


def _charts(width: float, below: float) -> tuple[Figure, list[Axes]]:
    """Page with three charts over a legend of height ``below``, cm."""
    if width >= BROAD:
        figure = figure_cm(width, below + BOTTOM + EACH + TOP)
        each = (width - 3 * LEFT - RIGHT) / 3
        return figure, [
            add_axes_cm(figure, LEFT + k * (LEFT + each), below + BOTTOM, each, EACH)
            for k in range(3)
        ]
    figure = figure_cm(width, below + BOTTOM + 3 * EACH + 2 * GAP + TOP)
    return figure, [
        add_axes_cm(figure, LEFT, below + BOTTOM + k * (EACH + GAP), width - LEFT - RIGHT, EACH)
        for k in (2, 1, 0)
    ]


def line_styles() -> cycle[dict[str, Any]]:
    """Cycle of line styles that are distinct in colour and in grey."""
    return cycle(
        {"color": colour, "linestyle": DASHES[index % len(DASHES)], "linewidth": 1.0}
        for index, colour in enumerate(COLOURS)
    )


def _draw_heights(axes: Axes, curves: Sequence[Curve]) -> None:
    flat = curves[0].place.shape[1] == 1
    for curve, style in zip(curves, line_styles(), strict=False):
        x, y = (curve.place[:, 0], curve.height) if flat else ranked(curve.height)
        axes.plot(x, y, **style)
    axes.set_xlabel("x (µm)" if flat else "Cumulative fraction of the area")
    axes.set_ylabel("Height above the\noriginal surface (µm)")
    axes.set_xlim(*(_all_ends(curves) if flat else (0.0, 1.0)))
    axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
    _span(axes, _least_height(curves))


def _place_labels(column: Sequence[Axes]) -> None:
    """Align the labels of the y axes, left of the widest tick label of all."""
    numbers = [number for axes in column for number in axes.get_yticklabels()]
    left = min(number.get_window_extent().x0 for number in numbers)
    for axes in column:
        box = axes.get_window_extent()
        axes.yaxis.set_label_coords((left - 0.02 * box.width - box.x0) / box.width, 0.5)


def _least_height(curves: Sequence[Curve]) -> float:
    """Minimum span of a height axis, µm, so that rounding errors are not drawn as a profile."""
    return LEAST_HEIGHT * max(float(np.ptp(curve.place[:, 0])) for curve in curves)


def _span(axes: Axes, least: float) -> None:
    """Widen the y axis about its centre to a span of at least ``least``."""
    low, high = axes.get_ylim()
    if high - low < least:
        middle = 0.5 * (low + high)
        axes.set_ylim(middle - 0.5 * least, middle + 0.5 * least)


def _all_ends(curves: Sequence[Curve]) -> tuple[float, float]:
    """Interval that contains the samples of all curves, µm."""
    lows, highs = zip(*(_ends(curve.place[:, 0]) for curve in curves), strict=True)
    return min(lows), max(highs)


def _ends(place: Floats) -> tuple[float, float]:
    """Interval covered by equidistant samples, each at the centre of its cell, µm."""
    half = 0.5 * float(place[1] - place[0])
    return float(place[0]) - half, float(place[-1]) + half


def ranked(height: Floats) -> tuple[Floats, Floats]:
    """Cumulative distribution of the heights: fraction of lower samples, and ascending heights."""
    rising = np.sort(height[np.isfinite(height)])
    return (np.arange(len(rising)) + 0.5) / max(len(rising), 1), rising


@dataclass(frozen=True)
class Abscissa:
    """Abscissa of the curves: charge, or time if the charge does not increase monotonically."""

    in_time: bool

    @classmethod
    def of(cls, curves: Sequence[Curve]) -> Abscissa:
        """Common abscissa; a second row at the same time (a new protocol step) does not count."""
        increments = (np.diff(curve.capacity)[np.diff(curve.time) > 0.0] for curve in curves)
        return cls(any((charge <= 0.0).any() for charge in increments))

    @property
    def label(self) -> str:
        """Name and unit."""
        return "Time (h)" if self.in_time else "Charge (mAh cm$^{-2}$)"

    def along(self, curve: Curve) -> Floats:
        """(k,) abscissa of the time steps of a curve."""
        x = curve.time / HOUR if self.in_time else curve.capacity
        return np.asarray(x, dtype=np.float64)


def _draw_voltage(axes: Axes, curves: Sequence[Curve], abscissa: Abscissa) -> None:
    for curve, style in zip(curves, line_styles(), strict=False):
        x = abscissa.along(curve)
        axes.plot(x, curve.voltage / MILLIVOLT, **style)
        if curve.measured is not None:
            _mark_measured(axes, x[-1], curve.measured / MILLIVOLT, style["color"])
    axes.set(xlabel=abscissa.label, ylabel="Cell voltage (mV)")
    axes.set_xlim(left=0.0)


def _mark_measured(axes: Axes, x: float, millivolts: float, colour: str) -> None:
    """Mark the measured voltage by a ring at the end of a curve, with a legend entry."""
    first = axes.get_legend() is None
    axes.plot(x, millivolts, "o", markersize=4, markerfacecolor="white", clip_on=False,
              markeredgecolor=colour, markeredgewidth=1.0)  # fmt: skip
    if first:
        ring = Line2D([], [], marker="o", markersize=4, markerfacecolor="white",
                      linestyle="none", markeredgecolor=outside_ink(), markeredgewidth=1.0,
                      label="measured")  # fmt: skip
        axes.legend(handles=[ring], frameon=False, fontsize=SMALL, loc="best", handletextpad=0.2)


def _draw_roughness(axes: Axes, curves: Sequence[Curve], abscissa: Abscissa) -> None:
    for curve, style in zip(curves, line_styles(), strict=False):
        axes.plot(abscissa.along(curve), curve.roughness, **style)
    axes.set(xlabel=abscissa.label, ylabel="Roughness (µm)")
    axes.set_xlim(left=0.0)
    axes.set_ylim(bottom=0.0, top=max(axes.get_ylim()[1], _least_height(curves)))
