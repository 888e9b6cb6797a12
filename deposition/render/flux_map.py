"""The flux map of one result at one time, as a figure for one column of a journal."""

from __future__ import annotations

from pathlib import Path

from deposition.render.colour_bar import LABEL, draw_colour_bar
from deposition.render.films import film_colours, films_on_lithium
from deposition.render.legend import Group, Legend, film_entries, flux_entry, metal_entries
from deposition.render.panel import (
    Caption,
    draw_panel,
    panel_aspect,
    put_title,
    subtitle,
)
from deposition.render.scale import Scale
from deposition.render.style import (
    COLUMN_CM,
    DPI,
    add_axes_cm,
    check_format,
    concentration_map,
    figure_cm,
    journal_style,
    save,
)
from deposition.snapshot import Snapshot

MARGIN, BAR, BAR_ROOM, HEAD = 0.1, 0.25, 1.85, 0.95  # cm


def flux_map(
    snapshot: Snapshot,
    path: Path,
    caption: Caption,
    initial: Snapshot | None = None,
    scale: Scale | None = None,
    dpi: int = DPI,
) -> Path:
    """Draw the Li⁺ flux map of a snapshot, 8.5 cm wide, as png, svg or pdf by the suffix of path.

    snapshot  2D, or 3D (drawn in perspective-free projection)
    caption   name of the electrolyte and its Wagner number
    initial   the snapshot before the run (default: the same, nothing has been deposited)
    scale     colour limits, box and flux per line (default: those of this snapshot alone)

    Raises ``ResultsError`` for another suffix.
    """
    check_format(path)
    before = initial or snapshot
    chosen = scale or Scale.of([snapshot])
    if snapshot.dim == 3:
        from deposition.render.flux_map_3d import flux_map_3d

        return flux_map_3d(snapshot, path, caption, chosen, dpi)
    return _flux_map_2d(snapshot, path, caption, before, chosen, dpi)


def _flux_map_2d(
    snapshot: Snapshot, path: Path, caption: Caption, initial: Snapshot, scale: Scale, dpi: int
) -> Path:
    colours = film_colours(films_on_lithium(snapshot.surface))
    with journal_style():
        films, metal = film_entries([snapshot], [initial], colours), metal_entries([snapshot])
        (metal if len(metal) < 4 else films).append(flux_entry())
        legend = Legend((Group(films, 3), Group(metal, 4)))
        below = legend.height
        width = COLUMN_CM - MARGIN - BAR_ROOM
        height = width * panel_aspect(scale)
        figure = figure_cm(COLUMN_CM, below + height + HEAD)
        axes = add_axes_cm(figure, MARGIN, below, width, height)
        draw_panel(axes, snapshot, initial, scale, colours)
        put_title(axes, caption.name, subtitle(snapshot, caption))
        bar = add_axes_cm(figure, MARGIN + width + 0.15, below + 0.1 * height, BAR, 0.8 * height)
        draw_colour_bar(figure, bar, scale.concentration, concentration_map(), LABEL)
        legend.draw(figure)
        return save(figure, path, dpi)
