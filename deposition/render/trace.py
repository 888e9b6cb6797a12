"""Curves of the history of results: voltammogram, and voltage against charge or time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from deposition.common.constants import HOUR, MA_PER_CM2
from deposition.common.errors import ResultsError
from deposition.common.suggest import did_you_mean, listing
from deposition.mesh.cell import Floats
from deposition.render.profiles import line_styles
from deposition.render.style import COLUMN_CM, add_axes_cm, figure_cm, journal_style, save
from deposition.results.result import Result

LOWEST, HIGHEST = 5.0, 8.0
"""Height of a picture, cm."""


@dataclass(frozen=True)
class Curve:
    """A kind of curve: labels of its axes, and its points (n, 2) from a result."""

    x_label: str
    y_label: str
    points: Callable[[Result], Floats]


def _voltammogram(result: Result) -> Floats:
    """Potential of the working electrode against the counter electrode and current density, > 0
    where lithium is oxidised, as electrochemists draw it.

    A protocol step that ends because its lithium is exhausted is followed by no current up to where
    the next one begins.
    """
    history = result.history
    potential, current = -history["voltage_V"], -history["current_density_A_m2"] / MA_PER_CM2
    step, ends = history["protocol_step"], []
    for k in np.flatnonzero(np.diff(step)):
        if current[k] > 0.0 and abs(current[k + 1]) < 1e-3 * current[k]:
            ends.append(k)
    rows = np.column_stack([potential, current])
    for k in reversed(ends):
        rows = np.insert(rows, k + 1, [potential[k], 0.0], axis=0)
    return rows[np.isfinite(rows).all(axis=1)]


def _against_charge(result: Result) -> Floats:
    history = result.history
    return np.column_stack([history["capacity_mAh_cm2"], 1e3 * history["voltage_V"]])


def _against_time(result: Result) -> Floats:
    history = result.history
    return np.column_stack([history["time_s"] / HOUR, 1e3 * history["voltage_V"]])


CURVES = {
    "voltammogram": Curve("potential / V", "current density / mA cm⁻²", _voltammogram),
    "charge": Curve("net areal charge / mAh cm⁻²", "cell voltage / mV", _against_charge),
    "time": Curve("time / h", "cell voltage / mV", _against_time),
}


def draw(results: Sequence[Result], kind: str, path: Path, width: float = COLUMN_CM) -> Path:
    """Draw the curves of results on common axes; width, cm.

    Raises ResultsError for an unknown kind of curve.
    """
    if kind not in CURVES:
        raise ResultsError(
            f'unknown curve "{kind}". Choose one of {listing(CURVES)}.{did_you_mean(kind, CURVES)} '
            "[E618]"
        )
    curve = CURVES[kind]
    with journal_style():
        height = min(max(0.62 * width, LOWEST), HIGHEST)
        figure = figure_cm(width, height)
        axes = add_axes_cm(figure, 1.6, 1.1, width - 2.0, height - 1.4)
        for result, style in zip(results, line_styles(), strict=False):
            x, y = curve.points(result).T
            axes.plot(x, y, label=result.name, **style)
        axes.set(xlabel=curve.x_label, ylabel=curve.y_label)
        if len(results) > 1:
            axes.legend(frameon=False)
        _finish(axes, kind == "voltammogram")
        return save(figure, path)


def _finish(axes: Axes, crossed: bool) -> None:
    """Open frame; the lines of zero of a voltammogram."""
    axes.spines[["top", "right"]].set_visible(False)
    if crossed:
        axes.axhline(0.0, color="0.75", linewidth=0.5, zorder=0)
        axes.axvline(0.0, color="0.75", linewidth=0.5, zorder=0)
