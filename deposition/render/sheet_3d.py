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
from deposition.render.captions import Captions
from deposition.render.colour_bar import Level
from deposition.render.films import film_colours, films_shown, paler
from deposition.render.layout import Page, View
from deposition.render.legend import Legend, film_entries
from deposition.render.metal import simplices_of
from deposition.render.panel import HeadBlocks
from deposition.render.scale import Scale
from deposition.render.scene import Scene, render_scene, scene_aspect
from deposition.render.sheet import Frame, clear
from deposition.render.style import DEAD, INK, NORMAL, outside_ink
from deposition.results.snapshot import Snapshot


@dataclass(frozen=True, eq=False)
class SolidSheet:
    """Figure with empty axes for the maps; ``draw`` fills them and may be called repeatedly."""

    figure: Figure
    axes: Sequence[Axes]
    scale: Scale
    colours: dict[str, str]
    captions: Captions
    map_width: float
    pixels: int

    @classmethod
    def of(
        cls,
        pictures: Sequence[Sequence[View]],
        scale: Scale,
        page: Page,
        captions: Captions,
        pixels: int,
    ) -> SolidSheet:
        """Page for pictures, with maps rendered ``pixels`` wide; see ``Sheet.of``."""
        views = [view for picture in pictures for view in picture]
        snapshots, initial = [v.snapshot for v in views], [v.initial for v in views]
        films = [] if scale.surface else [n for s in snapshots for n in films_shown(s.surface)]
        colours = {name: paler(colour) for name, colour in film_colours(films, page.films).items()}
        entries = film_entries(snapshots, initial, colours) if films else []
        flows, count = scale.flux_per_line > 0.0, len(pictures[0])
        legend = Legend.of(
            entries, _entries(snapshots, borders=not films), page.across(count), flows, scale.notes
        )
        frame = Frame.of(pictures, scene_aspect(scale), page, captions, legend, Level(scale.paints))
        figure, axes = frame.draw()
        for unused in axes[count:]:
            unused.remove()
        return cls(figure, axes[:count], scale, colours, captions, frame.grid.columns.width, pixels)

    def draw(self, views: Sequence[View]) -> None:
        """Draw these views, one per map, and remove the previous ones."""
        heads = self.captions.heads(views)
        for axes, view, head in zip(self.axes, views, heads, strict=True):
            clear(axes)
            _show(axes, render_scene(view.snapshot, self.scale, self.colours, self.pixels))
            HeadBlocks.of(head.name, head.line, self.map_width).draw(axes)


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
