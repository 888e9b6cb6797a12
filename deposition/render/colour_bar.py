"""The colour bar of the salt concentration, with both ends of its narrow range printed."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colorbar import Colorbar
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from deposition.render.style import concentration_map

LABEL = "Salt concentration (mol m$^{-3}$)"


def draw_colour_bar(figure: Figure, axes: Axes, limits: tuple[float, float]) -> Colorbar:
    """Fill ``axes`` with the colour bar of concentration between ``limits``, mol/m³."""
    mapped = ScalarMappable(Normalize(*limits), concentration_map())
    bar = figure.colorbar(mapped, cax=axes, label=LABEL)
    inner = MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]).tick_values(*limits)
    gap = 0.06 * (limits[1] - limits[0])
    ticks = [t for t in inner if limits[0] + gap < t < limits[1] - gap]
    bar.set_ticks([limits[0], *ticks, limits[1]])
    bar.ax.yaxis.set_major_formatter("{x:g}")
    bar.outline.set_linewidth(0.5)
    bar.solids.set_rasterized(True)
    return bar
