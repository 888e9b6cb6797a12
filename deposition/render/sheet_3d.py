"""Page of 3D flux maps, rendered as images, with colour bars and legend below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib.patheffects as effects
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from deposition.mesh.cell import DEAD_LITHIUM
from deposition.render.colour_bar import draw_colour_bar
from deposition.render.films import film_colours, films_shown, paler
from deposition.render.layout import Grid, Line, View, title
from deposition.render.legend import Legend, film_entries
from deposition.render.metal import simplices_of
from deposition.render.panel import put_title
from deposition.render.scale import Scale
from deposition.render.scene import Scene, render_scene, scene_aspect
from deposition.render.sheet import clear
from deposition.render.style import DEAD, INK, NORMAL, add_axes_cm, figure_cm, outside_ink
from deposition.results.snapshot import Snapshot

BARS, BAR_WIDTH = 1.35, 3.5  # cm


@dataclass(frozen=True, eq=False)
class SolidSheet:
    """Figure with empty axes for the maps; ``draw`` fills them and may be called repeatedly."""

    figure: Figure
    axes: Sequence[Axes]
    scale: Scale
    colours: dict[str, str]
    line: Line
    pixels: int

    @classmethod
    def of(
        cls, views: Sequence[View], count: int, scale: Scale, width: float, line: Line, pixels: int
    ) -> SolidSheet:
        """Page for ``count`` maps, each rendered ``pixels`` wide; see ``Sheet.of``."""
        snapshots = [view.snapshot for view in views]
        films = [] if scale.surface else [n for s in snapshots for n in films_shown(s.surface)]
        colours = {name: paler(colour) for name, colour in film_colours(films).items()}
        initial = [view.initial for view in views]
        entries = film_entries(snapshots, initial, colours) if films else []
        flows = scale.flux_per_line > 0.0
        legend = Legend.of(entries, _entries(snapshots, borders=not films), width, flows)
        grid = Grid.of(count, scene_aspect(scale), BARS + legend.height, 0.1, width)
        figure = figure_cm(*grid.page)
        axes = [add_axes_cm(figure, *grid.place(index)) for index in range(count)]
        _draw_bars(figure, scale, legend.height + BARS - 0.35)
        legend.draw(figure)
        return cls(figure, axes, scale, colours, line, pixels)

    def draw(self, views: Sequence[View]) -> None:
        """Draw these views, one per map, and remove the previous ones."""
        for index, (axes, view) in enumerate(zip(self.axes, views, strict=True)):
            clear(axes)
            _show(axes, render_scene(view.snapshot, self.scale, self.colours, self.pixels))
            put_title(axes, title(view, index, len(views)), self.line(view))


def _show(axes: Axes, scene: Scene) -> None:
    """Draw the rendered image with its scale bar along the lower front edge."""
    axes.imshow(scene.image, interpolation="lanczos")
    axes.set_axis_off()
    direction = np.diff(scene.bar, axis=0)[0]
    across = np.array([-direction[1], direction[0]]) / np.linalg.norm(direction)
    ends = scene.bar + 0.018 * scene.image.shape[1] * across
    axes.plot(*ends.T, color=outside_ink(), linewidth=1.8, solid_capstyle="butt")
    axes.annotate(f"{scene.length:g} µm", ends.mean(axis=0), (-2, -4), textcoords="offset points",
                  ha="left", va="top", fontsize=NORMAL)  # fmt: skip


def _draw_bars(figure: Figure, scale: Scale, top: float) -> None:
    """Draw the colour bars side by side, at height ``top``, cm."""
    across = float(figure.get_size_inches()[0]) * 2.54
    room = across / max(len(scale.paints), 1)
    width = min(BAR_WIDTH, room - 0.7)
    for index, paint in enumerate(scale.paints):
        left = (index + 0.5) * room - width / 2
        draw_colour_bar(figure, add_axes_cm(figure, left, top, width, 0.2), paint, "horizontal")


def _entries(snapshots: Sequence[Snapshot], borders: bool) -> list[Artist]:
    """Legend entries of the film border and of dead lithium."""
    entries: list[Artist] = []
    working = [s.surface.film[s.surface.on("lithium", "collector")] for s in snapshots]
    if borders and any(len(np.unique(film)) > 1 for film in working):
        border = Line2D([], [], color="white", linewidth=1.2, label="film border")
        border.set_path_effects([effects.withStroke(linewidth=2.2, foreground=INK)])
        entries.append(border)
    if any(len(simplices_of(s.bodies, DEAD_LITHIUM)) for s in snapshots):
        entries.append(Patch(facecolor=DEAD, edgecolor=INK, linewidth=0.4, label="dead Li"))
    return entries
