"""The 3D flux map as a figure: the rendered scene with title, scale bar and two colour bars."""

from __future__ import annotations

from pathlib import Path

import matplotlib.patheffects as effects
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from deposition.cell import DEAD_LITHIUM
from deposition.render.colour_bar import CURRENT_LABEL, LABEL, draw_colour_bar
from deposition.render.legend import Group, Legend
from deposition.render.metal import simplices_of
from deposition.render.panel import Caption, put_title, subtitle
from deposition.render.scale import Scale
from deposition.render.scene import Scene, current_map, render_scene
from deposition.render.style import (
    COLUMN_CM,
    DEAD,
    FLUX,
    INK,
    NORMAL,
    add_axes_cm,
    concentration_map,
    figure_cm,
    journal_style,
    save,
)
from deposition.snapshot import Snapshot

HEAD, BARS, LEGEND = 1.0, 1.35, 0.5  # cm


def flux_map_3d(snapshot: Snapshot, path: Path, caption: Caption, scale: Scale, dpi: int) -> Path:
    """Draw a 3D snapshot, 8.5 cm wide; see ``flux_map``."""
    scene = render_scene(snapshot, scale)
    width = COLUMN_CM - 0.4
    height = width * scene.image.shape[0] / scene.image.shape[1]
    with journal_style():
        figure = figure_cm(COLUMN_CM, LEGEND + BARS + height + HEAD)
        axes = add_axes_cm(figure, 0.2, LEGEND + BARS, width, height)
        draw_scene(axes, scene)
        put_title(axes, caption.name, subtitle(snapshot, caption))
        draw_bars(figure, scale, LEGEND + BARS - 0.45)
        Legend((Group(entries_3d([snapshot]), 3),)).draw(figure)
        return save(figure, path, dpi)


def draw_scene(axes: Axes, scene: Scene) -> None:
    """Show the rendered image with its scale bar along the lower front edge."""
    axes.imshow(scene.image, interpolation="lanczos")
    axes.set_axis_off()
    direction = np.diff(scene.bar, axis=0)[0]
    across = np.array([-direction[1], direction[0]]) / np.linalg.norm(direction)
    ends = scene.bar + 0.018 * scene.image.shape[1] * across
    axes.plot(*ends.T, color=INK, linewidth=1.8, solid_capstyle="butt")
    axes.annotate(f"{scene.length:g} µm", ends.mean(axis=0), (-2, -4), textcoords="offset points",
                  ha="left", va="top", fontsize=NORMAL)  # fmt: skip


def draw_bars(figure: Figure, scale: Scale, top: float) -> None:
    """Colour bars of concentration and current density side by side; ``top`` in cm."""
    across = float(figure.get_size_inches()[0]) * 2.54
    width = min(3.5, across / 2 - 0.7)
    for left, label, limits, colours in (
        (across / 4 - width / 2, LABEL, scale.concentration, concentration_map()),
        (3 * across / 4 - width / 2, CURRENT_LABEL, scale.current, current_map()),
    ):
        axes = add_axes_cm(figure, left, top, width, 0.2)
        draw_colour_bar(figure, axes, limits, colours, label, "horizontal")


def entries_3d(snapshots: list[Snapshot]) -> list[Line2D | Patch]:
    """The legend of a 3D map."""
    entries: list[Line2D | Patch] = [Line2D([], [], color=FLUX, linewidth=0.8, label="Li$^+$ flux")]
    if any(len(np.unique(s.surface.film[s.surface.on("lithium", "collector")])) > 1
           for s in snapshots):  # fmt: skip
        border = Line2D([], [], color="white", linewidth=1.2, label="film border")
        border.set_path_effects([effects.withStroke(linewidth=2.2, foreground=INK)])
        entries.append(border)
    if any(len(simplices_of(s.bodies, DEAD_LITHIUM)) for s in snapshots):
        entries.append(Patch(facecolor=DEAD, edgecolor=INK, linewidth=0.4, label="dead Li"))
    return entries
