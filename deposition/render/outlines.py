"""Outlines of dead lithium through time: where a body dissolves, and how fast, in one picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib import colormaps
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize

from deposition.common.constants import HOUR, MINUTE
from deposition.common.errors import ResultsError
from deposition.mesh.cell import DEAD_LITHIUM, Floats
from deposition.render.style import add_axes_cm, figure_cm, journal_style, save
from deposition.results.result import Result

LEFT, BOTTOM, RIGHT, TOP, BAR = 1.4, 1.1, 1.9, 0.3, 0.25
"""Margins, and width of the colour bar, cm."""


def draw_outlines(results: Sequence[Result], kind: str, path: Path, width: float) -> Path:
    """Draw the outline of all dead lithium of one 2D result at each snapshot; width, cm.

    Raises ResultsError for several results, in 3D, and without dead lithium.
    """
    if len(results) != 1 or results[0].snapshot(0).dim != 2:
        raise ResultsError(
            f"--curve {kind} draws one result in 2D: outlines of several, or surfaces, would hide "
            "one another. Name one such result, or draw maps with deposition render. [E914]"
        )
    result = results[0]
    found = {time: _segments(result, k) for k, time in enumerate(result.times)}
    found = {time: segments for time, segments in found.items() if len(segments)}
    if not found:
        raise ResultsError(
            f"{result.folder}: no snapshot has dead lithium, so that there is no outline to draw. "
            "Draw another curve, or record more snapshots with a smaller output.every. [E915]"
        )
    corners = np.concatenate([segments.reshape(-1, 2) for segments in found.values()])
    low, high = corners.min(axis=0), corners.max(axis=0)
    margin = 0.08 * float((high - low).max())
    across, up = (high - low) + 2.0 * margin
    unit, name = (HOUR, "h") if result.times[-1] > 2.0 * HOUR else (MINUTE, "min")
    scale = Normalize(0.0, max(found) / unit or 1.0)
    colours = ScalarMappable(scale, colormaps["viridis_r"])
    with journal_style():
        wide = width - LEFT - RIGHT
        tall = wide * float(up / across)
        figure = figure_cm(width, tall + BOTTOM + TOP)
        axes = add_axes_cm(figure, LEFT, BOTTOM, wide, tall)
        for time, segments in found.items():
            axes.add_collection(
                LineCollection(
                    list(segments), colors=[colours.to_rgba(time / unit)], linewidths=0.8
                )
            )
        axes.set(xlim=(low[0] - margin, high[0] + margin), ylim=(low[1] - margin, high[1] + margin))
        axes.set(xlabel="x / µm", ylabel="y / µm")
        bar = add_axes_cm(figure, LEFT + wide + 0.3, BOTTOM, BAR, tall)
        figure.colorbar(colours, cax=bar, label=f"time / {name}")
        return save(figure, path)


def _segments(result: Result, index: int) -> Floats:
    """(s, 2, 2) ends of the facets of dead lithium in a snapshot, µm."""
    surface = result.snapshot(index).surface
    return np.asarray(surface.points[surface.facets[surface.on(DEAD_LITHIUM)]], dtype=np.float64)
