"""One figure per family of cases, with a panel per case: exact lines and computed points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from deposition.verification.case import Family, Panel, Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = 3
WIDTH, HEIGHT = 6.0, 5.4
"""Size of a panel, cm."""

CM = 1.0 / 2.54
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
"""Palette of Okabe and Ito, which readers with colour vision deficiency can distinguish."""


def draw_families(results: Sequence[Result], output: Path) -> dict[Family, Path]:
    """Write ``verification-FAMILY.png`` to ``output`` for every family that has a panel."""
    drawn = {}
    for family in Family:
        shown = [r for r in results if r.case.family is family and r.findings.panel is not None]
        if shown:
            drawn[family] = _draw(shown, output / f"verification-{family.name.lower()}.png")
    return drawn


def _draw(results: Sequence[Result], path: Path) -> Path:
    from matplotlib.figure import Figure

    rows = math.ceil(len(results) / COLUMNS)
    columns = min(COLUMNS, len(results))
    figure = Figure(figsize=(columns * WIDTH * CM, rows * HEIGHT * CM), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for axis in axes[len(results) :]:
        axis.set_visible(False)
    for axis, result in zip(axes, results, strict=False):
        assert result.findings.panel is not None
        _panel(axis, result.findings.panel, f"{result.case.name}: {result.case.title}")
    figure.savefig(path, dpi=200)
    return path


def _panel(axis: Axes, panel: Panel, title: str) -> None:
    for series, colour in zip(panel.series, _colours(len(panel.series)), strict=True):
        axis.plot(series.x, series.exact, color=colour, linewidth=1.0)
        axis.plot(
            series.at,
            series.computed,
            "o",
            color=colour,
            markersize=3.0,
            label=series.label or None,
        )
    if panel.log:
        _logarithmic(axis)
    axis.set_title(title, fontsize=6, loc="left")
    axis.set_xlabel(panel.x_label, fontsize=6)
    axis.set_ylabel(panel.y_label, fontsize=6)
    axis.tick_params(labelsize=5, which="both")
    if any(series.label for series in panel.series):
        # Below the axes: points can lie anywhere inside them.
        axis.legend(
            fontsize=5, frameon=False, ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.22)
        )


def _logarithmic(axis: Axes) -> None:
    """Make both axes logarithmic; labels at 1, 2 and 5, as many panels span less than a decade."""
    axis.set_xscale("log")
    axis.set_yscale("log")
    for line in (axis.xaxis, axis.yaxis):
        line.set_major_formatter(lambda value, _: f"{value:g}")
        line.set_minor_formatter(lambda value, _: f"{value:g}" if f"{value:e}"[0] in "25" else "")


def _colours(count: int) -> list[str]:
    return [COLOURS[index % len(COLOURS)] for index in range(count)]
