"""Colour bars, with both ends of their narrow range printed."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colorbar import Colorbar
from matplotlib.colors import Colormap, Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

LABEL = "Salt concentration (mol m$^{-3}$)"
CURRENT_LABEL = "Current density (A m$^{-2}$)"


def draw_colour_bar(
    figure: Figure,
    axes: Axes,
    limits: tuple[float, float],
    colours: Colormap,
    label: str,
    orientation: str = "vertical",
) -> Colorbar:
    """Fill ``axes`` with a colour bar; both its limits are always among the ticks."""
    mapped = ScalarMappable(Normalize(*limits), colours)
    bar = figure.colorbar(mapped, cax=axes, label=label, orientation=orientation)
    ticks = ticks_with_ends(*limits, most=6 if orientation == "vertical" else 3)
    bar.set_ticks(ticks, labels=[f"{tick:g}" for tick in ticks])
    bar.outline.set_linewidth(0.5)
    if bar.solids is not None:
        bar.solids.set_rasterized(True)
    return bar


def ticks_with_ends(low: float, high: float, most: int) -> list[float]:
    """Round ticks from ``low`` to ``high``, both included, none crowding an end."""
    inner = MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    gap = 0.5 * float(inner[1] - inner[0])
    return [low, *[float(t) for t in inner if low + gap < t < high - gap], high]
