"""Charts of curves as a picture or a table."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from deposition.common.atomic_files import write_text
from deposition.render.curves import Chart
from deposition.render.legend import Legend
from deposition.render.profiles import line_styles
from deposition.render.style import (
    COLUMN_CM,
    DPI,
    FORMATS,
    PAPER,
    Look,
    add_axes_cm,
    check_format,
    figure_cm,
    journal_style,
    make_folder,
    save,
)
from deposition.render.typesetting import literal

TABLE = ".csv"
LEFT, RIGHT, BOTTOM, TOP = 1.6, 0.35, 0.95, 0.25  # cm
LOWEST, HIGHEST = 3.8, 7.0
"""Height of a chart, cm."""
UNIFORM = 1e-3
"""Relative variation of all curves below which they are constant."""


def write_chart(
    chart: Chart, path: Path, width: float = COLUMN_CM, dpi: int = DPI, look: Look = PAPER
) -> Path:
    """Write a chart: png, svg, pdf, or csv with one row per point, by the suffix of ``path``.

    Raises ``ResultsError`` for any other suffix, or if the file cannot be written.
    """
    check_format(path, (*FORMATS, TABLE))
    if path.suffix.lower() == TABLE:
        make_folder(path.parent)
        write_text(path, _table(chart))
        return path
    with journal_style(look):
        styles = list(zip(chart.curves, line_styles(), strict=False))
        handles = [Line2D([], [], label=_type(curve.label), **style) for curve, style in styles]
        constant = _constant(chart)
        legend = Legend.of_curves(
            handles if len(handles) > 1 else [], width, [] if constant is None else [constant[1]]
        )
        height = min(max(0.55 * (width - LEFT - RIGHT), LOWEST), HIGHEST)
        below = legend.height if len(handles) > 1 or constant else 0.0
        figure = figure_cm(width, below + BOTTOM + height + TOP)
        axes = add_axes_cm(figure, LEFT, below + BOTTOM, width - LEFT - RIGHT, height)
        for curve, style in styles:
            axes.plot(curve.x, curve.y, **style)
        axes.set(xlabel=chart.x.label, ylabel=chart.y.label)
        axes.spines[["top", "right"]].set_visible(False)
        if constant is not None:
            _frame_constant(axes, constant[0])
        if below:
            legend.draw(figure)
        return save(figure, path, dpi)


def _type(label: str) -> str:
    """Label as matplotlib prints it; units and formulas of films keep their markup."""
    return label if "$_" in label or "$^" in label else literal(label)


def _constant(chart: Chart) -> tuple[float, str] | None:
    """Value of curves that are constant and equal, and its statement; None if they are not."""
    values = np.concatenate([curve.y[np.isfinite(curve.y)] for curve in chart.curves])
    if len(values) == 0:
        return None
    low, high = float(values.min()), float(values.max())
    if high - low >= UNIFORM * max(abs(low), abs(high)) and high > low:
        return None
    name, _, unit = chart.y.label.partition(" (")
    value = 0.5 * (low + high)
    return value, f"{name}: {value:.4g} {unit.removesuffix(')')}".rstrip() + " throughout"


def _frame_constant(axes: Axes, value: float) -> None:
    """Limits from 0 to beyond a constant value, so that rounding is not drawn as a curve."""
    ends = sorted((0.0, 1.25 * value))
    axes.set_ylim(*(ends if value else (-1.0, 1.0)))


def _table(chart: Chart) -> str:
    """One row per point, in full precision; points of no value are left out."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["label", chart.x.column, chart.y.column])
    for curve in chart.curves:
        points = np.column_stack([curve.x, curve.y])
        for x, y in points[np.isfinite(points).all(axis=1)]:
            writer.writerow([_plain(curve.label), repr(float(x)), repr(float(y))])
    return text.getvalue()


def _plain(label: str) -> str:
    """Label without the markup of matplotlib."""
    return label.replace("$^{-2}$", "⁻²").replace("$_{", "").replace("}$", "")
