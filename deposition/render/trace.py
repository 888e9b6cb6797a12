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
from deposition.results.loads import history_of_loads
from deposition.results.result import Result

LOWEST, HIGHEST = 5.0, 8.0
"""Height of a picture, cm."""

VOLTAGE = "cell voltage"


@dataclass(frozen=True)
class Curve:
    """A kind of curve: labels of its axes, and its points (n, 2) from a result.

    y_label has no unit where y is a voltage (V), drawn in V or mV by its size.
    """

    x_label: str
    y_label: str
    points: Callable[[Result], Floats]

    def drawn(self, results: Sequence[Result]) -> tuple[str, list[Floats]]:
        """Label of the y axis, and the points of each result in its unit."""
        points = [self.points(result) for result in results]
        if self.y_label != VOLTAGE:
            return self.y_label, points
        largest = max(float(np.nanmax(np.abs(each[:, 1]), initial=0.0)) for each in points)
        unit, factor = ("V", 1.0) if largest >= 1.0 else ("mV", 1e3)
        return f"{VOLTAGE} / {unit}", [each * [1.0, factor] for each in points]


def _voltammogram(result: Result) -> Floats:
    """Potential of the working electrode against the counter electrode and current density, > 0
    where lithium is oxidised, as electrochemists draw it.

    A protocol step that ends because its lithium is exhausted is followed by no current up to where
    the next one begins.
    """
    history = history_of_loads(result)
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
    history = history_of_loads(result)
    return np.column_stack([history["capacity_mAh_cm2"], history["voltage_V"]])


def _against_time(result: Result) -> Floats:
    history = history_of_loads(result)
    return np.column_stack([history["time_s"] / HOUR, history["voltage_V"]])


CURVES = {
    "voltammogram": Curve(
        "potential against the counter electrode / V", "current density / mA cm⁻²", _voltammogram
    ),
    "charge": Curve("net areal charge / mAh cm⁻²", VOLTAGE, _against_charge),
    "time": Curve("time / h", VOLTAGE, _against_time),
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
        label, points = curve.drawn(results)
        for result, each, style in zip(results, points, line_styles(), strict=False):
            axes.plot(*each.T, label=result.name, **style)
        axes.set(xlabel=curve.x_label, ylabel=label)
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
