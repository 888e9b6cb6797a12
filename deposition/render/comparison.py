"""Flux maps, one or several side by side, with a common box, colour scale and flux per line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deposition.render.captions import Captions, captions_of_maps
from deposition.render.layout import IN_A_ROW, Page, View
from deposition.render.scale import Scale
from deposition.render.sheet import Sheet
from deposition.render.streamlines import FINE
from deposition.render.style import DPI, PAPER, Look, check_format, journal_style, save

if TYPE_CHECKING:
    from deposition.render.sheet_3d import SolidSheet

FEWEST_PIXELS, MOST_PIXELS = 1200, 2400
"""Least and greatest width of a rendered 3D map."""


@dataclass(frozen=True)
class Detail:
    """Resolution of the maps.

    triangles  maximum number of triangles of the refined 2D mesh
    pixels     width of a rendered 3D map
    """

    triangles: int = FINE
    pixels: int = MOST_PIXELS

    @classmethod
    def at(cls, dpi: int, page: Page, count: int, triangles: int = FINE) -> Detail:
        """Resolution for ``count`` maps on a page.

        3D maps are rendered at twice the displayed pixels, between ``FEWEST_PIXELS`` and
        ``MOST_PIXELS``, so that thin
        lines are antialiased.
        """
        shown = page.across(count) / 2.54 * dpi / min(count, page.columns or IN_A_ROW)
        return cls(triangles, min(max(round(2 * shown), FEWEST_PIXELS), MOST_PIXELS))


FIGURE = Detail()
PLAIN_PAGE = Page()


def comparison(
    views: Sequence[View],
    path: Path,
    dpi: int = DPI,
    scale: Scale | None = None,
    page: Page = PLAIN_PAGE,
    look: Look = PAPER,
) -> Path:
    """Draw the maps of all views on common scales, as png, svg or pdf by the suffix of ``path``.

    views  all 2D, or all 3D
    scale  colours, box and flux per line (default: those that contain all views)

    Raises ``ResultsError`` for any other suffix, or if the maps would be too narrow.
    """
    check_format(path)
    common = scale or Scale.of([view.snapshot for view in views])
    captions = captions_of_maps(views, page.letters, page.columns if page.table else None)
    with journal_style(look):
        detail = Detail.at(dpi, page, len(views))
        sheet = sheet_of([views], common, page, captions, detail)
        sheet.draw(views)
        return save(sheet.figure, path, dpi)


def sheet_of(
    pictures: Sequence[Sequence[View]],
    scale: Scale,
    page: Page,
    captions: Captions,
    detail: Detail = FIGURE,
) -> Sheet | SolidSheet:
    """Page for pictures of the dimension of their views, see ``Sheet.of``."""
    if pictures[0][0].snapshot.dim == 2:
        return Sheet.of(pictures, scale, page, captions, detail.triangles)
    from deposition.render.sheet_3d import SolidSheet

    return SolidSheet.of(pictures, scale, page, captions, detail.pixels)
