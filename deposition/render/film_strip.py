"""The film on the electrode as a coloured strip along the surface."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from deposition.cell import COLLECTOR, LITHIUM
from deposition.render.metal import join
from deposition.snapshot import SurfaceSnapshot

WIDTH = 1.9  # pt
CASING = 2.9  # pt


def draw_film_strip(axes: Axes, surface: SurfaceSnapshot, colours: dict[str, str]) -> None:
    """Draw each film that covers most of a facet in its colour, in a white casing."""
    shown = surface.on(LITHIUM, COLLECTOR)
    everywhere = surface.points[surface.facets[shown]]
    axes.add_collection(
        LineCollection(join(everywhere), colors="white", linewidths=CASING, zorder=6)
    )
    film = surface.film
    for index in np.unique(film[shown]):
        edges = surface.points[surface.facets[shown & (film == index)]]
        strip = LineCollection(
            join(edges), colors=colours[surface.films[index]], linewidths=WIDTH,
            capstyle="butt", joinstyle="round", zorder=6.1, label=surface.films[index],
        )  # fmt: skip
        axes.add_collection(strip)
