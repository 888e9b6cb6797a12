"""Boxes of all texts of a figure: none may overlap another, none may leave the page."""

from __future__ import annotations

from itertools import combinations

from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox


def boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    """Every visible text with its box, pixels."""
    figure.canvas.draw()
    hidden = _beyond_the_axes(figure)
    texts = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    drawn = [(t.get_text(), t.get_window_extent()) for t in texts if id(t) not in hidden]
    return [(text, box) for text, box in drawn if box.width and box.height]


def _beyond_the_axes(figure: Figure) -> set[int]:
    """Labels of ticks beyond the limits of their axis, which are not drawn."""
    found = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            slack = 1e-9 * (high - low)
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
                if not low - slack <= tick.get_loc() <= high + slack:
                    found |= {id(tick.label1), id(tick.label2)}
    return found


def faults(figure: Figure, slack: float = 0.5) -> list[str]:
    """Texts that leave the page or overlap, by more than ``slack`` pixels."""
    found, page = boxes(figure), figure.bbox
    out = [
        f"{text!r} leaves the page"
        for text, box in found
        if box.x0 < page.x0 - slack
        or box.y0 < page.y0 - slack
        or box.x1 > page.x1 + slack
        or box.y1 > page.y1 + slack
    ]
    for (one, a), (other, b) in combinations(found, 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        up = min(a.y1, b.y1) - max(a.y0, b.y0)
        if across > slack and up > slack:
            out.append(f"{one!r} overlaps {other!r} by {across:.1f} x {up:.1f} pixels")
    return out
