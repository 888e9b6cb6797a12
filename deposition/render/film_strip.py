"""The film on the electrode as a coloured strip along the surface."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb

from deposition.cell import COLLECTOR, LITHIUM, Floats, Ints
from deposition.render.metal import join
from deposition.snapshot import SurfaceSnapshot

WIDTH = 0.0105
CASING = 1.5
"""Width of the strip over the width of the map, and of its casing over its own."""
STEPS = 6
"""Steps of area fraction that are told apart by colour."""


def draw_film_strip(axes: Axes, surface: SurfaceSnapshot, colours: dict[str, str]) -> None:
    """Draw the film in its colour, in a white casing; a mixed film has the mixture of colours."""
    shown = surface.on(LITHIUM, COLLECTOR)
    facets = surface.points[surface.facets[shown]]
    width = max(WIDTH * axes.get_window_extent().width / axes.figure.dpi * 72, 1.2)
    axes.add_collection(
        LineCollection(join(facets), colors="white", linewidths=CASING * width, zorder=6)
    )
    mixtures, group = mixed(surface.fractions[shown])
    for index, colour in enumerate(mixed_colours(mixtures, surface.films, colours)):
        strip = LineCollection(
            join(facets[group == index]), colors=[colour], linewidths=width, capstyle="butt",
            joinstyle="round", zorder=6.1,
        )  # fmt: skip
        axes.add_collection(strip)


def mixed(fractions: Floats) -> tuple[Floats, Ints]:
    """The different films (u, k) in steps of 1/``STEPS``, and which of them each facet has (f,)."""
    steps = np.rint(fractions * STEPS)
    rows = np.arange(len(steps))
    largest = np.argmax(fractions, axis=1)
    steps[rows, largest] = np.maximum(steps[rows, largest], 1.0)
    mixtures, group = np.unique(steps, axis=0, return_inverse=True)
    return mixtures / mixtures.sum(axis=1, keepdims=True), group.ravel()


def mixed_colours(mixtures: Floats, films: Sequence[str], colours: dict[str, str]) -> Floats:
    """(u, 3) sRGB colours of mixtures (u, k), mixed as light is: in proportion, about linearly."""
    pure = np.array([to_rgb(colours.get(name, "white")) for name in films])
    return np.sqrt(mixtures @ pure**2)
