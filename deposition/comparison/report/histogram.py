"""Area-weighted histograms of the local current density i_n over its mean."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from deposition.analysis.current import percentile_by_area
from deposition.mesh.cell import COLLECTOR, LITHIUM, Floats, facet_measures
from deposition.render.layout import View
from deposition.render.profiles import line_styles
from deposition.render.style import (
    COLUMN_CM,
    INK,
    SMALL,
    add_axes_cm,
    figure_cm,
    journal_style,
    save,
)
from deposition.results.snapshot import Snapshot

LEFT, RIGHT, BOTTOM, TOP, EACH, GAP = 1.25, 0.3, 1.0, 0.5, 2.2, 0.65  # cm
PER_DECADE = 16
LOWEST = 0.05
"""Bins per decade; values below the lowest ratio are counted in the first bin."""


def current_over_mean(snapshot: Snapshot) -> tuple[Floats, Floats]:
    """Ratio i_n / ⟨|i_n|⟩ (f,) and area (f,), µm^(d-1), of the facets of the working electrode.

    ⟨|i_n|⟩ is the area mean.  All ratios are 0 if no current flows.
    """
    surface = snapshot.surface
    working = surface.on(LITHIUM, COLLECTOR)
    area = facet_measures(surface.points, surface.facets[working])
    current = surface.current_density[working]
    mean = float(area @ np.abs(current)) / float(area.sum())
    ratio = current / mean if mean > 0 else np.zeros(len(current))
    return np.asarray(ratio, dtype=np.float64), area


def shares(ratio: Floats, area: Floats, edges: Floats) -> Floats:
    """(b,) fraction of the area in each bin, %; the outer bins include the values beyond them."""
    inside = np.clip(ratio, edges[0], np.nextafter(edges[-1], 0.0))
    counts, _ = np.histogram(inside, edges, weights=area)
    return 100.0 * counts / area.sum()


def histograms(views: Sequence[View], path: Path) -> Path:
    """Draw one filled histogram per result, with that before the run as an outline."""
    pairs = [(current_over_mean(v.initial), current_over_mean(v.snapshot)) for v in views]
    edges = _edges([ratio for pair in pairs for ratio, _ in pair])
    height = BOTTOM + TOP + len(views) * EACH + (len(views) - 1) * GAP
    with journal_style():
        figure = figure_cm(COLUMN_CM, height)
        for row, (view, pair, style) in enumerate(zip(views, pairs, line_styles(), strict=False)):
            bottom = height - TOP - (row + 1) * EACH - row * GAP
            axes = add_axes_cm(figure, LEFT, bottom, COLUMN_CM - LEFT - RIGHT, EACH)
            _draw(axes, edges, [shares(*one, edges) for one in pair], style["color"])
            _mark(axes, percentile_by_area(np.abs(pair[1][0]), pair[1][1], 0.99))
            axes.set_title(view.caption.name, loc="left", pad=2)
            axes.tick_params(labelbottom=row == len(views) - 1)
        axes.set_xlabel("Current density over its mean")
        figure.text(0.015, 0.5, "Fraction of the area (%)", rotation=90, va="center", ha="left")
        return save(figure, path)


def _edges(ratios: Sequence[Floats]) -> Floats:
    """Bin edges, equidistant in the logarithm, from the lowest to the highest ratio of all."""
    positive = np.concatenate(ratios)
    positive = positive[positive > 0]
    low = max(LOWEST, min(0.5, float(positive.min(initial=0.5))))
    high = max(2.0, float(positive.max(initial=2.0)))
    first, last = np.rint(np.log10([low, high]) * PER_DECADE)
    # The ratio 1 is at the centre of a bin, so that a uniform current fills one bar.
    return 10.0 ** ((np.arange(first, last + 2) - 0.5) / PER_DECADE)


def _mark(axes: Axes, ratio: float) -> None:
    """Mark the 99th percentile, the ratio that 1 % of the area exceeds."""
    place = axes.get_xaxis_transform()
    axes.plot(ratio, 1.04, "v", color=INK, markersize=3.5, transform=place, clip_on=False)
    axes.text(ratio, 1.1, f"{ratio:.3g}", transform=place, ha="center", fontsize=SMALL)


def _draw(axes: Axes, edges: Floats, first_and_last: Sequence[Floats], colour: str) -> None:
    first, last = first_and_last
    axes.stairs(last, edges, fill=True, color=colour, alpha=0.75)
    axes.stairs(first, edges, color=INK, linewidth=0.7)
    axes.axvline(1.0, color=INK, linewidth=0.5, linestyle=":")
    axes.set_xscale("log")
    axes.set_xlim(edges[0], edges[-1])
    ticks = [t for t in (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50) if edges[0] <= t <= edges[-1]]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.spines[["top", "right"]].set_visible(False)
