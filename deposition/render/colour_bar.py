"""Colour bars: size, place of the label, and ticks that include both limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colorbar import Colorbar
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from deposition.render.scale import Paint
from deposition.render.style import NORMAL, SMALL, add_axes_cm
from deposition.render.typesetting import LEADING, type_width

THICK, LONGEST = 0.25, 6.5  # cm
BESIDE, TICK = 0.15, 0.22
"""Distance of a bar from the maps, and of its numbers from the bar, cm."""
WIDE, ABOVE, BELOW = 5.0, 0.12, 0.9
"""Length of a horizontal bar, and the space over and under it, cm; a line of label is added."""
LINE = LEADING * NORMAL / 72 * 2.54
"""Height of a line of the label, cm."""
GAP = 1.3
"""Least distance of the numbers beside a vertical bar over the height of their type."""


@dataclass(frozen=True)
class Upright:
    """Vertical bar to the right of the maps, with its label in one or two lines."""

    paint: Paint
    label: tuple[str, ...]
    numbers: float

    @classmethod
    def of(cls, paint: Paint, lines: int) -> Upright:
        """Bar with its label in so many lines."""
        numbers = max(type_width(text) for text in ticks_of(paint, LONGEST)) / 72 * 2.54
        return cls(paint, paint.label_lines(lines), numbers)

    @property
    def width(self) -> float:
        """Width of bar, numbers and label, cm."""
        return BESIDE + THICK + TICK + self.numbers + 0.1 + LINE * len(self.label) + 0.08

    @property
    def tall(self) -> float:
        """Length of the label, cm."""
        return max(type_width(line, NORMAL) for line in self.label) / 72 * 2.54

    def draw(self, figure: Figure, below: float, maps: float) -> None:
        """Draw the bar along maps of height ``maps`` that begin at ``below``, cm."""
        high = min(maps, LONGEST)
        left = float(figure.get_size_inches()[0]) * 2.54 - self.width + BESIDE
        axes = add_axes_cm(figure, left, below + (maps - high) / 2, THICK, high)
        bar = draw_colour_bar(figure, axes, self.paint, self.label, high)
        bar.ax.yaxis.set_label_coords((THICK + TICK + self.numbers + 0.1) / THICK, 0.5)
        bar.ax.yaxis.label.set_verticalalignment("top")


@dataclass(frozen=True)
class Level:
    """Horizontal bars side by side under the maps."""

    paints: Sequence[Paint]

    @property
    def height(self) -> float:
        """Height of bars, numbers and labels, cm."""
        lines = max((len(self.label(paint)) for paint in self.paints), default=0)
        return ABOVE + BELOW + LINE * lines if self.paints else 0.0

    @staticmethod
    def label(paint: Paint) -> tuple[str, ...]:
        """Lines of the label of a bar."""
        return paint.label_lines(1)

    def draw(self, figure: Figure, top: float) -> None:
        """Draw the bars with their upper end at ``top``, cm."""
        room = float(figure.get_size_inches()[0]) * 2.54 / max(len(self.paints), 1)
        for index, paint in enumerate(self.paints):
            long = min(WIDE, room - 1.0)
            left = (index + 0.5) * room - long / 2
            axes = add_axes_cm(figure, left, top - ABOVE - THICK, long, THICK)
            draw_colour_bar(figure, axes, paint, self.label(paint), long, "horizontal")


def draw_colour_bar(
    figure: Figure,
    axes: Axes,
    paint: Paint,
    label: Sequence[str],
    length: float,
    orientation: str = "vertical",
) -> Colorbar:
    """Draw a colour bar of ``length`` cm into ``axes``; both limits are always among the ticks.

    An end is pointed if values lie beyond its limit.
    """
    mapped = ScalarMappable(paint.norm, paint.colours)
    bar = figure.colorbar(
        mapped, cax=axes, label="\n".join(label), orientation=orientation, extend=paint.extend,
        extendfrac=0.035,
    )  # fmt: skip
    ticks = ticks_of(paint, length, orientation)
    bar.set_ticks(list(ticks.values()), labels=list(ticks))
    bar.outline.set_linewidth(0.5)
    if bar.solids is not None:
        bar.solids.set_rasterized(True)
    return bar


def ticks_of(paint: Paint, length: float, orientation: str = "vertical") -> dict[str, float]:
    """Ticks of a colour bar of ``length`` cm by their label."""
    widest = max(type_width(_printed(end)) for end in paint.limits) + SMALL
    taken = GAP * SMALL if orientation == "vertical" else 1.25 * widest
    spacing = taken / 72 * 2.54 / length
    ticks = ticks_with_ends(*paint.limits, max(1, min(6, int(0.7 / spacing))), spacing)
    return {_printed(tick): tick for tick in ticks}


def _printed(tick: float) -> str:
    return f"{tick:g}".replace("-", "−")


def ticks_with_ends(low: float, high: float, most: int, spacing: float) -> list[float]:
    """Round ticks from ``low`` to ``high``, both included.

    Inner ticks are at least ``spacing`` times the range from the ends and from each other, so that
    no labels overlap.  ``most`` limits the number of inner intervals.
    """
    inner = MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    gap = spacing * (high - low)
    kept = [float(t) for t in inner if low + gap < t < high - gap]
    if len(kept) > 1 and kept[1] - kept[0] < gap:
        kept = kept[:: int(gap / (kept[1] - kept[0])) + 1]
    return [low, *kept, high]
