"""One flux map in one pair of axes; figures with one map and with many are made of these."""

from __future__ import annotations

from dataclasses import dataclass

import matplotlib.patheffects as effects
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import TriMesh
from matplotlib.patches import Rectangle

from deposition.cell import Floats
from deposition.render.film_strip import draw_film_strip
from deposition.render.metal import draw_metal, draw_original_surface
from deposition.render.scale import Scale, bar_length
from deposition.render.streamlines import draw_flux_lines, smooth
from deposition.render.style import INK, NORMAL, concentration_map
from deposition.snapshot import ElectrolyteSnapshot, Snapshot


@dataclass(frozen=True)
class Caption:
    """What stands over a map: name of the electrolyte, Wagner number (None: not known)."""

    name: str
    wagner: float | None = None


def subtitle(snapshot: Snapshot, caption: Caption) -> str:
    """Charge plated and Wagner number, as printed."""
    charge = f"{snapshot.capacity_mAh_cm2:.2f} mAh cm$^{{-2}}$"
    return charge if caption.wagner is None else f"{charge},  Wa = {caption.wagner:.3g}"


def draw_panel(
    axes: Axes,
    snapshot: Snapshot,
    initial: Snapshot,
    scale: Scale,
    colours: dict[str, str],
) -> list[Floats]:
    """Draw the flux map of a 2D snapshot; returns the flux lines, polylines (k, 2) in µm.

    initial  the snapshot before the run: its metal is drawn darker, its surface dashed
    colours  a colour for each film on the surface
    """
    low, high = scale.bounds
    axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), aspect="equal", xticks=[], yticks=[])
    axes.set_facecolor("white")
    draw_metal(axes, snapshot, initial)
    draw_concentration(axes, snapshot.electrolyte, scale)
    width = float(high[0] - low[0])
    lines = draw_flux_lines(axes, snapshot.electrolyte, scale.flux_per_line, width)
    draw_original_surface(axes, initial.surface)
    draw_film_strip(axes, snapshot.surface, colours)
    draw_scale_bar(axes, width, low)
    return lines


def draw_concentration(axes: Axes, electrolyte: ElectrolyteSnapshot, scale: Scale) -> TriMesh:
    """Salt concentration in colour, smooth between the vertices."""
    mesh, values = smooth(
        electrolyte.points, electrolyte.simplices, electrolyte.concentration, most=60_000
    )
    return axes.tripcolor(
        mesh, values, shading="gouraud", cmap=concentration_map(), zorder=2, rasterized=True,
        vmin=scale.concentration[0], vmax=scale.concentration[1],
    )  # fmt: skip


def draw_scale_bar(axes: Axes, width: float, corner: Floats) -> None:
    """A bar of round length in the lower left corner, with its length in µm."""
    length = bar_length(width)
    left, bottom = corner + 0.035 * width
    axes.add_patch(
        Rectangle((left, bottom), length, 0.014 * width, facecolor="white", edgecolor=INK,
                  linewidth=0.5, zorder=8)
    )  # fmt: skip
    text = axes.text(
        left + length + 0.02 * width, bottom + 0.007 * width, f"{length:g} µm", fontsize=NORMAL,
        color=INK, va="center", zorder=8,
    )  # fmt: skip
    text.set_path_effects([effects.withStroke(linewidth=1.5, foreground="white", alpha=0.8)])


def panel_aspect(scale: Scale) -> float:
    """Height of the box over its width."""
    width, height = np.ptp(scale.bounds, axis=0)[[0, -1]]
    return float(height / width)


def put_title(axes: Axes, name: str, below: str) -> None:
    """A bold name and a plain line under it, over the upper left corner of the map."""
    axes.annotate(name, (0, 1), (0, 12), xycoords="axes fraction", textcoords="offset points",
                  fontweight="bold", fontsize=NORMAL + 0.5)  # fmt: skip
    axes.annotate(below, (0, 1), (0, 3), xycoords="axes fraction", textcoords="offset points")
