"""Page of 2D flux maps whose legend and colour bar are drawn once for all pictures of a movie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deposition.render.colour_bar import draw_colour_bar, ticks_of
from deposition.render.films import film_colours, films_shown
from deposition.render.layout import HEAD, Grid, Line, View, title
from deposition.render.legend import Legend, film_entries, metal_entries
from deposition.render.panel import draw_panel, panel_aspect, put_title
from deposition.render.scale import LINES, Scale
from deposition.render.style import add_axes_cm, figure_cm

BAR, BAR_ROOM, BAR_LONGEST = 0.25, 1.85, 6.5  # cm
CHARACTER, SHORT = 0.15, 4
"""Width (cm) of a character of a tick label, and the characters that ``BAR_ROOM`` has room for."""
LINES_PER_CM = 6.7
FEWEST = 3
"""Number of flux lines across a map that is very narrow."""
"""Maximum density of flux lines in a small map, 1/cm."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """Figure with empty axes for the maps; ``draw`` fills them and may be called repeatedly."""

    figure: Figure
    axes: Sequence[Axes]
    scale: Scale
    colours: dict[str, str]
    line: Line
    triangles: int

    @classmethod
    def of(
        cls,
        views: Sequence[View],
        count: int,
        scale: Scale,
        width: float,
        line: Line,
        triangles: int,
    ) -> Sheet:
        """Page for ``count`` maps, ``width`` cm wide, with a legend for all ``views``."""
        snapshots = [view.snapshot for view in views]
        films = [] if scale.surface else [n for s in snapshots for n in films_shown(s.surface)]
        colours = film_colours(films)
        initial = [view.initial for view in views]
        entries = film_entries(snapshots, initial, colours) if films else []
        flows = scale.flux_per_line > 0.0
        legend = Legend.of(entries, metal_entries(snapshots, initial), width, flows)
        beside = 0.1
        if scale.paints:
            longest = max(len(label) for paint in scale.paints for label in ticks_of(paint))
            beside = BAR_ROOM + CHARACTER * max(0, longest - SHORT)
        grid = Grid.of(count, panel_aspect(scale), legend.height, beside, width)
        figure = figure_cm(*grid.page)
        axes = [add_axes_cm(figure, *grid.place(index)) for index in range(count)]
        _draw_bar(figure, grid, scale, beside)
        legend.draw(figure)
        lines = max(FEWEST, min(LINES, round(LINES_PER_CM * grid.width)))
        return cls(figure, axes, scale.with_lines(lines), colours, line, triangles)

    def draw(self, views: Sequence[View]) -> None:
        """Draw these views, one per map, and remove the previous ones."""
        for index, (axes, view) in enumerate(zip(self.axes, views, strict=True)):
            clear(axes)
            draw_panel(axes, view.snapshot, view.initial, self.scale, self.colours, self.triangles)
            put_title(axes, title(view, index, len(views)), self.line(view))


def clear(axes: Axes) -> None:
    """Remove all artists; ``Axes.clear`` also rebuilds the axes and is much slower."""
    for artist in (*axes.collections, *axes.patches, *axes.lines, *axes.texts, *axes.images):
        artist.remove()


def _draw_bar(figure: Figure, grid: Grid, scale: Scale, beside: float) -> None:
    """Draw the colour bar at the right of the page, along the maps, ``beside`` cm from its edge."""
    maps = grid.rows * (grid.height + HEAD) - HEAD
    high = min(maps, BAR_LONGEST)
    left, bottom = grid.page[0] - beside + 0.15, grid.below + (maps - high) / 2
    for paint in scale.paints:
        draw_colour_bar(figure, add_axes_cm(figure, left, bottom, BAR, high), paint)
