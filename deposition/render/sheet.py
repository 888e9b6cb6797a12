"""Page of 2D flux maps whose legend and colour bar are drawn once for all pictures of a movie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deposition.render.captions import Captions
from deposition.render.colour_bar import Level, Upright
from deposition.render.films import film_colours, films_shown
from deposition.render.layout import Columns, Grid, Page, View
from deposition.render.legend import Legend, film_entries, metal_entries
from deposition.render.panel import HeadBlocks, draw_panel, panel_aspect
from deposition.render.scale import LINES, Scale
from deposition.render.style import NORMAL, add_axes_cm, figure_cm
from deposition.render.typesetting import Block

LINES_PER_CM = 6.7
"""Maximum density of flux lines in a small map, 1/cm."""
FEWEST = 3
"""Number of flux lines across a map that is very narrow."""
EDGE = 0.15
"""Space at an edge of the page for half a line of numbers of the colour bar, cm."""
PAGE_LEFT = 0.1
"""Place of the text over all maps, cm from the left edge."""


@dataclass(frozen=True, eq=False)
class Frame:
    """Page of maps: its grid, its captions and its colour bars, without the maps.

    grid      places of the maps
    captions  text over the maps
    legend    under the maps; None: not drawn
    bars      vertical bar beside the maps, or horizontal bars under them; None: no bar
    title     lines over all maps
    """

    grid: Grid
    captions: Captions
    legend: Legend | None
    bars: Upright | Level | None
    title: Block

    @classmethod
    def of(
        cls,
        pictures: Sequence[Sequence[View]],
        aspect: float,
        page: Page,
        captions: Captions,
        legend: Legend,
        bars: Upright | Level | None,
    ) -> Frame:
        """Page for pictures, each of the same number of maps.

        Raises ``ResultsError`` if the maps would be too narrow.
        """
        count = len(pictures[0])
        across = page.across(count)
        beside = bars.width if isinstance(bars, Upright) else 0.1
        columns = Columns.of(count, aspect, beside, across, page.columns)
        heads = [0.0] * -(-count // columns.number)
        for views in pictures:
            for index, head in enumerate(captions.heads(views)):
                row = index // columns.number
                blocks = HeadBlocks.of(head.name, head.line, columns.width)
                heads[row] = max(heads[row], blocks.height)
        title = Block.fitted(captions.page, (across - 2 * PAGE_LEFT) / 2.54 * 72, NORMAL)
        over = title.height / 72 * 2.54 + (0.08 if title.lines else 0.0)
        below = legend.height if page.legend else EDGE
        below += bars.height if isinstance(bars, Level) else 0.0
        grid = Grid.of(columns, aspect, heads, over, below, across)
        return cls(grid, captions, legend if page.legend else None, bars, title)

    def draw(self) -> tuple[Figure, list[Axes]]:
        """Figure with empty axes for the maps."""
        grid, (across, up) = self.grid, self.grid.page
        figure = figure_cm(across, up)
        count = len(grid.heads) * grid.columns.number
        axes = [add_axes_cm(figure, *grid.place(index)) for index in range(count)]
        if isinstance(self.bars, Upright):
            self.bars.draw(figure, grid.below, grid.maps)
        elif self.bars is not None:
            self.bars.draw(figure, grid.below)
        if self.legend is not None:
            self.legend.draw(figure)
        if self.title.lines:
            figure.text(PAGE_LEFT / across, 1 - 0.06 / up, self.title.text, va="top",
                        fontsize=self.title.size, linespacing=1.15)  # fmt: skip
        return figure, axes


def bars_beside(scale: Scale, count: int, aspect: float, page: Page) -> Upright | Level | None:
    """Bar beside the maps if its label is no longer than the maps are high, else under them."""
    if not scale.paints:
        return None
    across = page.across(count)
    for lines in (1, 2):
        bar = Upright.of(scale.paints[0], lines)
        columns = Columns.of(count, aspect, bar.width, across, page.columns)
        rows = -(-count // columns.number)
        if bar.tall <= rows * columns.width * aspect:
            return bar
    return Level(scale.paints)


@dataclass(frozen=True, eq=False)
class Sheet:
    """Figure with empty axes for the maps; ``draw`` fills them and may be called repeatedly."""

    figure: Figure
    axes: Sequence[Axes]
    scale: Scale
    colours: dict[str, str]
    captions: Captions
    map_width: float
    triangles: int

    @classmethod
    def of(
        cls,
        pictures: Sequence[Sequence[View]],
        scale: Scale,
        page: Page,
        captions: Captions,
        triangles: int,
    ) -> Sheet:
        """Page for pictures, each of the same number of maps, with one legend for all."""
        views = [view for picture in pictures for view in picture]
        snapshots, initial = [v.snapshot for v in views], [v.initial for v in views]
        films = [] if scale.surface else [n for s in snapshots for n in films_shown(s.surface)]
        colours = film_colours(films, page.films)
        entries = film_entries(snapshots, initial, colours) if films else []
        flows, count = scale.flux_per_line > 0.0, len(pictures[0])
        legend = Legend.of(
            entries, metal_entries(snapshots, initial), page.across(count), flows, scale.notes
        )
        aspect = panel_aspect(scale)
        bars = bars_beside(scale, count, aspect, page)
        frame = Frame.of(pictures, aspect, page, captions, legend, bars)
        figure, axes = frame.draw()
        for unused in axes[count:]:
            unused.remove()
        width = frame.grid.columns.width
        lines = max(FEWEST, min(LINES, round(LINES_PER_CM * width)))
        scale = scale.with_lines(lines)
        return cls(figure, axes[:count], scale, colours, captions, width, triangles)

    def draw(self, views: Sequence[View]) -> None:
        """Draw these views, one per map, and remove the previous ones."""
        heads = self.captions.heads(views)
        for axes, view, head in zip(self.axes, views, heads, strict=True):
            clear(axes)
            draw_panel(axes, view.snapshot, view.initial, self.scale, self.colours, self.triangles)
            HeadBlocks.of(head.name, head.line, self.map_width).draw(axes)


def clear(axes: Axes) -> None:
    """Remove all artists; ``Axes.clear`` also rebuilds the axes and is much slower."""
    for artist in (*axes.collections, *axes.patches, *axes.lines, *axes.texts, *axes.images):
        artist.remove()
