"""Several flux maps side by side: one box, one colour scale, one flux per line, one colour bar."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from deposition.render.colour_bar import LABEL, draw_colour_bar
from deposition.render.films import film_colours, films_on_lithium
from deposition.render.layout import HEAD, Grid, View, titles
from deposition.render.legend import Group, Legend, film_entries, flux_entry, metal_entries
from deposition.render.panel import draw_panel, panel_aspect, put_title
from deposition.render.scale import LINES, Scale
from deposition.render.style import (
    DPI,
    add_axes_cm,
    check_format,
    concentration_map,
    figure_cm,
    journal_style,
    save,
)

BAR, BAR_ROOM = 0.25, 1.85  # cm
LINES_PER_CM = 6.7  # flux lines across a small map


def comparison(views: Sequence[View], path: Path, dpi: int = DPI) -> Path:
    """Draw the maps of all views on common scales, as png, svg or pdf by the suffix of ``path``.

    All views are 2D, or all are 3D.  Raises ``ResultsError`` for another suffix.
    """
    check_format(path)
    scale = Scale.of([view.snapshot for view in views])
    if views[0].snapshot.dim == 3:
        from deposition.render.comparison_3d import comparison_3d

        return comparison_3d(views, path, scale, dpi)
    return _comparison_2d(views, path, scale, dpi)


def _comparison_2d(views: Sequence[View], path: Path, scale: Scale, dpi: int) -> Path:
    snapshots = [view.snapshot for view in views]
    colours = film_colours(name for s in snapshots for name in films_on_lithium(s.surface))
    with journal_style():
        films = film_entries(snapshots, [view.initial for view in views], colours)
        metal = [*metal_entries(snapshots), flux_entry()]
        narrow = len(views) == 1
        legend = Legend((Group(films, 3 if narrow else 6), Group(metal, 4 if narrow else 7)))
        grid = Grid.of(len(views), panel_aspect(scale), legend.height, BAR_ROOM)
        scale = scale.with_lines(min(LINES, round(LINES_PER_CM * grid.width)))
        figure = figure_cm(*grid.page)
        for index, view in enumerate(views):
            axes = add_axes_cm(figure, *grid.place(index))
            draw_panel(axes, view.snapshot, view.initial, scale, colours)
            put_title(axes, *titles(views, index))
        _colour_bar(figure, grid, scale)
        legend.draw(figure)
        return save(figure, path, dpi)


def _colour_bar(figure: Figure, grid: Grid, scale: Scale) -> None:
    """One bar at the right of the whole figure, over most of the height of the maps."""
    maps = grid.rows * (grid.height + HEAD) - HEAD
    left = grid.page[0] - BAR_ROOM + 0.15
    high = min(0.9 * maps, 6.0)
    axes = add_axes_cm(figure, left, grid.below + (maps - high) / 2, BAR, high)
    draw_colour_bar(figure, axes, scale.concentration, concentration_map(), LABEL)
