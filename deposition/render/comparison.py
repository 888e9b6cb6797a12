"""Flux maps, one or several side by side, with a common box, colour scale and flux per line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deposition.render.layout import IN_A_ROW, Line, View, charge_and_wagner, default_width
from deposition.render.scale import Scale
from deposition.render.sheet import Sheet
from deposition.render.streamlines import FINE
from deposition.render.style import DPI, PAPER, Look, check_format, journal_style, save

if TYPE_CHECKING:
    from deposition.render.sheet_3d import SolidSheet

MOST_PIXELS = 2400
"""Maximum width of a rendered 3D map."""


@dataclass(frozen=True)
class Detail:
    """Resolution of the maps.

    triangles  maximum number of triangles of the refined 2D mesh
    pixels     width of a rendered 3D map
    """

    triangles: int = FINE
    pixels: int = MOST_PIXELS

    @classmethod
    def at(cls, dpi: int, width: float, count: int, triangles: int = FINE) -> Detail:
        """Resolution for ``count`` maps in a picture of ``width`` cm.

        3D maps are rendered at twice the displayed pixels, at most ``MOST_PIXELS``, so that thin
        lines are antialiased.
        """
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
    scale  colours, box and flux per line (default: those that contain all views)
    width  of the picture, cm (default: one journal column for one map, else the page width)

    Raises ``ResultsError`` for any other suffix.
    """
    check_format(path)
    common = scale or Scale.of([view.snapshot for view in views])
    across = width or default_width(len(views))
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
    """Page for ``count`` maps of the dimension of the views, see ``Sheet.of``."""
    if views[0].snapshot.dim == 2:
        return Sheet.of(views, count, scale, width, line, detail.triangles)
    from deposition.render.sheet_3d import SolidSheet

    return SolidSheet.of(views, count, scale, width, line, detail.pixels)
