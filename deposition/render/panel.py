"""Flux map in one set of axes, the building block of figures with one or several maps."""

from __future__ import annotations

from dataclasses import dataclass

import matplotlib.patheffects as effects
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import PathPatch, Rectangle

from deposition.mesh.cell import Floats
from deposition.render.film_strip import draw_surface
from deposition.render.metal import DOTS, draw_metal, draw_original_surface, outline, solid
from deposition.render.scale import Paint, Scale, bar_length
from deposition.render.streamlines import FINE, draw_flux_lines, smooth
from deposition.render.style import INK, NORMAL, PLAIN, SEPARATOR, outside_ink
from deposition.render.typesetting import LEADING, Block, type_width
from deposition.results.snapshot import Snapshot

HEAD_OFFSET, HEAD_PAD = 3.0, 5.0
"""Distance of the text over a map from the map, and all space around that text, pt."""


@dataclass(frozen=True)
class Caption:
    """Caption over a map: name of the electrolyte, Wagner number (None: unknown)."""

    name: str
    wagner: float | None = None


def draw_panel(
    axes: Axes,
    snapshot: Snapshot,
    initial: Snapshot,
    scale: Scale,
    colours: dict[str, str],
    triangles: int = FINE,
) -> list[Floats]:
    """Draw the flux map of a 2D snapshot and return the flux lines, polylines (k, 2) in µm.

    initial    the snapshot before the run: its metal is drawn darker, its surface dashed
    colours    colour of each film on the surface
    triangles  maximum number of triangles of the refined mesh
    """
    low, high = scale.bounds
    axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), aspect="equal", xticks=[], yticks=[])
    axes.set_facecolor("none")
    shown = np.stack([np.maximum(snapshot.bounds[0], low), np.minimum(snapshot.bounds[1], high)])
    _frame(axes, shown)
    draw_metal(axes, snapshot, initial)
    draw_electrolyte(axes, snapshot, scale.electrolyte, triangles)
    draw_separator(axes, snapshot)
    width = float(high[0] - low[0])
    lines = draw_flux_lines(
        axes, snapshot.electrolyte, scale.flux_per_line, shown, width, triangles
    )
    draw_original_surface(axes, initial.surface)
    draw_surface(axes, snapshot, colours, scale.surface)
    draw_scale_bar(axes, width, shown, scale.narrowest)
    return lines


def _frame(axes: Axes, bounds: Floats) -> None:
    """Draw a frame around the drawn part of the cell, which may be lower than the box if the
    counter recedes."""
    axes.spines[:].set_visible(False)
    axes.add_patch(
        Rectangle(tuple(bounds[0]), *np.ptp(bounds, axis=0), fill=False, linewidth=0.5,
                  edgecolor=outside_ink(), zorder=9, clip_on=False)
    )  # fmt: skip


def draw_electrolyte(axes: Axes, snapshot: Snapshot, paint: Paint | None, triangles: int) -> None:
    """Draw the electrolyte in the colours of a field with linear interpolation, or plain."""
    part = snapshot.electrolyte
    if paint is None:
        plain = PathPatch(solid(part.points, part.simplices), facecolor=PLAIN, linewidth=0,
                          zorder=2)  # fmt: skip
        axes.add_artist(plain)
        return
    values = paint.field.values(snapshot)
    mesh, values = smooth(part.points, part.simplices, values, triangles)
    axes.tripcolor(
        mesh, values, shading="gouraud", cmap=paint.colours, norm=paint.norm, zorder=2,
        rasterized=True,
    )  # fmt: skip


def draw_separator(axes: Axes, snapshot: Snapshot) -> None:
    """Draw the separator over the field as light dots, with a thin outline."""
    points, porous = snapshot.electrolyte.points, snapshot.electrolyte.separator
    if len(porous) == 0:
        return
    dots = PathPatch(solid(points, porous), facecolor="none", edgecolor=SEPARATOR, linewidth=0,
                     hatch=DOTS, zorder=2.1)  # fmt: skip
    axes.add_artist(dots)
    edges = list(outline(points, porous))
    axes.add_collection(LineCollection(edges, colors=SEPARATOR, linewidths=0.4, zorder=2.2))


def draw_scale_bar(axes: Axes, width: float, bounds: Floats, narrowest: float) -> None:
    """Draw a scale bar in the lower left corner of a cell, with its length in µm if that fits.

    width      of the map, µm
    bounds     (2, 2) corners of the cell, µm
    narrowest  width of the narrowest cell on the common scale, µm
    """
    length = bar_length(narrowest)
    left, bottom = bounds[0] + 0.035 * min(width, 2.0 * narrowest)
    axes.add_patch(
        Rectangle((left, bottom), length, 0.014 * width, facecolor="white", edgecolor=INK,
                  linewidth=0.5, zorder=8)
    )  # fmt: skip
    name, begins = f"{length:g} µm", left + length + 0.02 * width
    points = axes.get_window_extent().width / axes.figure.dpi * 72
    if begins + type_width(name, NORMAL) / points * width > bounds[1, 0]:
        return
    text = axes.text(
        begins, bottom + 0.007 * width, name, fontsize=NORMAL, color=INK, va="center", zorder=8
    )
    text.set_path_effects([effects.withStroke(linewidth=1.5, foreground="white", alpha=0.8)])


def panel_aspect(scale: Scale) -> float:
    """Height of the box over its width."""
    width, height = np.ptp(scale.bounds, axis=0)[[0, -1]]
    return float(height / width)


@dataclass(frozen=True)
class HeadBlocks:
    """Text over a map, in lines: its name, and a line of numbers below it."""

    name: Block
    line: Block

    @classmethod
    def of(cls, name: str, line: str, width: float) -> HeadBlocks:
        """Text over a map ``width`` cm wide."""
        room = width / 2.54 * 72
        return cls(Block.fitted(name, room, NORMAL + 0.5, "bold"), Block.fitted(line, room, NORMAL))

    @property
    def height(self) -> float:
        """Height over the map, cm."""
        return (self.name.height + self.line.height + HEAD_PAD) / 72 * 2.54

    def draw(self, axes: Axes) -> None:
        """Write the text over the upper left corner of the map."""
        up = HEAD_OFFSET
        for block, weight in ((self.line, "normal"), (self.name, "bold")):
            for text in reversed(block.lines):
                axes.annotate(
                    text, (0, 1), (0, up), xycoords="axes fraction", textcoords="offset points",
                    fontsize=block.size, fontweight=weight, annotation_clip=False,
                )  # fmt: skip
                up += LEADING * block.size
