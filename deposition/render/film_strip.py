"""The film on the electrode as a coloured strip along the surface."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from deposition.cell import COLLECTOR, LITHIUM
from deposition.render.metal import join
from deposition.snapshot import SurfaceSnapshot

WIDTH = 0.0105
CASING = 1.5
"""Width of the strip over the width of the map, and of its casing over its own."""


def draw_film_strip(axes: Axes, surface: SurfaceSnapshot, colours: dict[str, str]) -> None:
    """Draw each film that covers most of a facet in its colour, in a white casing."""
    shown = surface.on(LITHIUM, COLLECTOR)
    box = axes.get_window_extent().width / axes.figure.dpi * 72
    width = max(WIDTH * box, 1.2)
    everywhere = surface.points[surface.facets[shown]]
    axes.add_collection(
        LineCollection(join(everywhere), colors="white", linewidths=CASING * width, zorder=6)
    )
    film = surface.film
    for index in np.unique(film[shown]):
        edges = surface.points[surface.facets[shown & (film == index)]]
        strip = LineCollection(
            join(edges), colors=colours[surface.films[index]], linewidths=width,
            capstyle="butt", joinstyle="round", zorder=6.1, label=surface.films[index],
        )  # fmt: skip
        axes.add_collection(strip)
