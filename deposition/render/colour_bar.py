"""Colour bars with both limits among the tick labels."""

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
    """Draw a colour bar into ``axes``; both limits are always among the ticks.

    An end is pointed if values lie beyond its limit.
    """
    mapped = ScalarMappable(paint.norm, paint.colours)
    bar = figure.colorbar(
        mapped, cax=axes, label=paint.field.label, orientation=orientation, extend=paint.extend,
        extendfrac=0.035,
    )  # fmt: skip
    ticks = ticks_of(paint, orientation)
    bar.set_ticks(list(ticks.values()), labels=list(ticks))
    bar.outline.set_linewidth(0.5)
    if bar.solids is not None:
        bar.solids.set_rasterized(True)
    return bar


def ticks_of(paint: Paint, orientation: str = "vertical") -> dict[str, float]:
    """Ticks of a colour bar by their label."""
    most, spacing = (6, 0.06) if orientation == "vertical" else (4, 0.23)
    ticks = ticks_with_ends(*paint.limits, most, spacing)
    return {f"{tick:g}".replace("-", "−"): tick for tick in ticks}


def ticks_with_ends(low: float, high: float, most: int, spacing: float) -> list[float]:
    """Round ticks from ``low`` to ``high``, both included.

    Inner ticks are at least ``spacing`` times the range from the ends, so that no labels overlap.
    ``most`` limits the number of inner intervals.
    """
    inner = MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    gap = spacing * (high - low)
    return [low, *[float(t) for t in inner if low + gap < t < high - gap], high]
