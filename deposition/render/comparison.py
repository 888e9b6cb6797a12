"""Flux maps, one or several side by side: one box, one colour scale, one flux per line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deposition.render.layout import IN_A_ROW, Line, View, charge_and_wagner, usual_width
from deposition.render.scale import Scale
from deposition.render.sheet import Sheet
from deposition.render.streamlines import FINE
from deposition.render.style import DPI, PAPER, Look, check_format, journal_style, save

if TYPE_CHECKING:
    from deposition.render.sheet_3d import SolidSheet

MOST_PIXELS = 2400
"""Of a 3D map, across."""


@dataclass(frozen=True)
class Detail:
    """How finely maps are drawn.

    triangles  that a 2D mesh is refined to;  pixels  width that a 3D map is rendered at
    """

    triangles: int = FINE
    pixels: int = MOST_PIXELS

    @classmethod
    def at(cls, dpi: int, width: float, count: int, triangles: int = FINE) -> Detail:
        """For ``count`` maps in a picture of ``width`` cm: twice the pixels that it shows, so that
        thin lines are smooth, as far as that can be seen."""
        shown = width / 2.54 * dpi / min(count, IN_A_ROW)
        return cls(triangles, min(round(2 * shown), MOST_PIXELS))


FIGURE = Detail()


def comparison(
    views: Sequence[View],
    path: Path,
    dpi: int = DPI,
    scale: Scale | None = None,
    width: float | None = None,
    look: Look = PAPER,
) -> Path:
    """Draw the maps of all views on common scales, as png, svg or pdf by the suffix of ``path``.

    views  all 2D, or all 3D
    scale  colours, box and flux per line (default: what holds all the views)
    width  of the picture, cm (default: a column of a journal for one map, else its page)

    Raises ``ResultsError`` for another suffix.
    """
    check_format(path)
    common = scale or Scale.of([view.snapshot for view in views])
    across = width or usual_width(len(views))
    detail = Detail.at(dpi, across, len(views))
    with journal_style(look):
        sheet = sheet_of(views, len(views), common, across, detail=detail)
        sheet.draw(views)
        return save(sheet.figure, path, dpi)


def sheet_of(
    views: Sequence[View],
    count: int,
    scale: Scale,
    width: float,
    line: Line = charge_and_wagner,
    detail: Detail = FIGURE,
) -> Sheet | SolidSheet:
    """A page for ``count`` maps of the dimension that the views have, see ``Sheet.of``."""
    if views[0].snapshot.dim == 2:
        return Sheet.of(views, count, scale, width, line, detail.triangles)
    from deposition.render.sheet_3d import SolidSheet

    return SolidSheet.of(views, count, scale, width, line, detail.pixels)
