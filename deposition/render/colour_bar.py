"""Colour bars, with both ends of their narrow range printed."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colorbar import Colorbar
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from deposition.render.scale import Paint


def draw_colour_bar(
    figure: Figure, axes: Axes, paint: Paint, orientation: str = "vertical"
) -> Colorbar:
    """Fill ``axes`` with a colour bar; both its limits are always among the ticks.

    An end is pointed where values lie beyond the limit.
    """
    mapped = ScalarMappable(paint.norm, paint.colours)
    bar = figure.colorbar(
        mapped, cax=axes, label=paint.field.label, orientation=orientation, extend=paint.extend,
        extendfrac=0.035,
    )  # fmt: skip
    most, apart = (6, 0.06) if orientation == "vertical" else (4, 0.23)
    ticks = ticks_with_ends(*paint.limits, most, apart)
    bar.set_ticks(ticks, labels=[f"{tick:g}".replace("-", "−") for tick in ticks])
    bar.outline.set_linewidth(0.5)
    if bar.solids is not None:
        bar.solids.set_rasterized(True)
    return bar


def ticks_with_ends(low: float, high: float, most: int, apart: float) -> list[float]:
    """Round ticks from ``low`` to ``high``, both included; no other is nearer to an end than
    ``apart``, a share of the range, so that labels do not overlap."""
    inner = MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    gap = apart * (high - low)
    return [low, *[float(t) for t in inner if low + gap < t < high - gap], high]
