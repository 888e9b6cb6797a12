"""Picture of a study: how far each number is from that of the run as it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from deposition.convergence.table import title_of
from deposition.render.style import PAGE_CM, SMALL, add_axes_cm, figure_cm, journal_style, save
from deposition.results.error_bars import CONVERGED, Convergence

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
SHOWN = (
    "roughness_rms_um",
    "peak_to_valley_um",
    "height_max_um",
    "cell_voltage_V",
    "current_p99_over_mean_last",
    "c_min_mol_m3",
)
"""Keys of the numbers that are drawn, where the study has them."""


def draw(found: Convergence, numbers: Sequence[Mapping[str, Any]], path: Path) -> Path:
    """Draw the change of each number, in percent, over the factor of the mesh and of the step.

    numbers: of each run, in the order of ``found.runs``.
    """
    with journal_style():
        figure = figure_cm(PAGE_CM, 6.4)
        width = 5.6
        left = add_axes_cm(figure, 1.4, 1.1, width, 4.8)
        right = add_axes_cm(figure, 1.4 + width + 0.6, 1.1, width, 4.8)
        right.sharey(left)
        keys = [key for key in SHOWN if key in found.bars]
        _panel(left, found, numbers, keys, column=0)
        _panel(right, found, numbers, keys, column=1)
        left.set(xlabel="mesh sizes, as a share", ylabel="change, %")
        right.set(xlabel="time step, as a share")
        right.tick_params(labelleft=False)
        right.legend(loc="upper left", bbox_to_anchor=(1.02, 1.0), frameon=False, fontsize=SMALL)
        return save(figure, path)


def _panel(
    axes: Axes,
    found: Convergence,
    numbers: Sequence[Mapping[str, Any]],
    keys: Sequence[str],
    column: int,
) -> None:
    """Changes over a factor; column 0: of the mesh, 1: of the step."""
    axes.axhspan(-100.0 * CONVERGED, 100.0 * CONVERGED, color="0.93", linewidth=0)
    for key, colour in zip(keys, COLOURS, strict=False):
        bar = found.bars[key]
        if bar.value == 0.0:
            continue
        rows = [
            (run[column], 100.0 * (float(row[key]) / bar.value - 1.0))
            for run, row in zip(found.runs, numbers, strict=True)
            if run[1 - column] == 1.0 and run[2] == 0 and row.get(key) is not None
        ]
        factor, change = np.array(sorted(rows)).T
        axes.plot(factor, change, marker="o", markersize=3.5, linewidth=1.0, color=colour,
                  label=title_of(key).partition(",")[0])  # fmt: skip
        noise = 100.0 * bar.noise / abs(bar.value)
        axes.errorbar([1.0], [0.0], [noise], color=colour, capsize=2, linewidth=0.8)
    axes.invert_xaxis()
    axes.spines[["top", "right"]].set_visible(False)
