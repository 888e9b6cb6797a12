"""Several 3D maps side by side on common scales."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from deposition.render.flux_map_3d import BARS, LEGEND, draw_bars, draw_scene, entries_3d
from deposition.render.layout import Grid, View, titles
from deposition.render.legend import Group, Legend
from deposition.render.panel import put_title
from deposition.render.scale import Scale
from deposition.render.scene import render_scene
from deposition.render.style import add_axes_cm, figure_cm, journal_style, save


def comparison_3d(views: Sequence[View], path: Path, scale: Scale, dpi: int) -> Path:
    """Draw the 3D maps of all views; see ``comparison``."""
    scenes = [render_scene(view.snapshot, scale) for view in views]
    aspect = max(scene.image.shape[0] / scene.image.shape[1] for scene in scenes)
    grid = Grid.of(len(views), aspect, BARS + LEGEND, 0.1)
    with journal_style():
        figure = figure_cm(*grid.page)
        for index, scene in enumerate(scenes):
            axes = add_axes_cm(figure, *grid.place(index))
            draw_scene(axes, scene)
            put_title(axes, *titles(views, index))
        draw_bars(figure, scale, grid.below - 0.45)
        entries = entries_3d([view.snapshot for view in views])
        Legend((Group(entries, 3),)).draw(figure)
        return save(figure, path, dpi)
