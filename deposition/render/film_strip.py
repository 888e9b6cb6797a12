"""Electrode surface in 2D, drawn as a strip in the colours of its film or of a surface field."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb

from deposition.mesh.cell import COLLECTOR, DEAD_LITHIUM, LITHIUM, Floats, Ints
from deposition.render.films import covered_counter
from deposition.render.metal import DEAD_ORDER, join
from deposition.render.scale import Paint
from deposition.results.snapshot import Snapshot

WIDTH = 0.0105
CASING = 1.5
"""Width of the strip over that of the map; width of its white casing over that of the strip."""
WORKING_ORDER = 6.0
"""Drawing order of the strip along the working electrode."""
STEPS = 6
"""Number of area-fraction intervals that are resolved in colour."""


def draw_surface(
    axes: Axes, snapshot: Snapshot, colours: dict[str, str], paint: Paint | None
) -> None:
    """Draw the surface as a strip with a white casing, coloured by a field or by its film.

    The colour of a mixed film is mixed from those of its components.  The film of the counter
    electrode and that of floating dead lithium that reacts are drawn as well; a field is drawn on
    the electrodes that show it.
    """
    surface = snapshot.surface
    working, dead = surface.on(LITHIUM, COLLECTOR), surface.on(DEAD_LITHIUM)
    if paint is not None:
        shown, values = surface.on(*paint.field.on), paint.field.values(snapshot)
        for drawn, order in ((shown & ~dead, WORKING_ORDER), (shown & dead, DEAD_ORDER + 0.2)):
            facets = surface.points[surface.facets[drawn]]
            _draw(axes, facets, [_by_value(facets, values[drawn], paint)], zorder=order)
        return
    reacting = dead & (surface.current_density != 0.0)
    for drawn, order in ((working, WORKING_ORDER), (reacting, DEAD_ORDER + 0.2)):
        facets = surface.points[surface.facets[drawn]]
        strips = _by_film(facets, surface.fractions[drawn], surface.films, colours)
        _draw(axes, facets, strips, zorder=order)
    covered = covered_counter(surface)
    facets = surface.points[surface.facets[covered]]
    strips = _by_film(facets, surface.fractions[covered], surface.films, colours)
    # The counter electrode is the edge of the map: half of the strip lies outside, over the frame.
    if len(facets) and facets[..., 1].max() <= axes.get_ylim()[1]:
        _draw(axes, facets, strips, zorder=9.1, clip=False)


def _draw(
    axes: Axes,
    facets: Floats,
    strips: Sequence[LineCollection],
    zorder: float = WORKING_ORDER,
    clip: bool = True,
) -> None:
    """Add strips along facets (f, 2, 2), with their casing, to the map."""
    width = max(WIDTH * axes.get_window_extent().width / axes.figure.dpi * 72, 1.2)
    casing = LineCollection(join(facets), colors="white")
    casing.set(linewidths=CASING * width, zorder=zorder, clip_on=clip)
    for strip in strips:
        strip.set(linewidths=width, zorder=zorder + 0.1, clip_on=clip)
    for lines in (casing, *strips):
        axes.add_collection(lines)


def _by_film(
    facets: Floats, fractions: Floats, films: Sequence[str], colours: dict[str, str]
) -> list[LineCollection]:
    """One strip for each mixture of components that occurs."""
    mixtures, group = mixed(fractions)
    return [
        LineCollection(join(facets[group == index]), colors=[colour], capstyle="butt",
                       joinstyle="round")
        for index, colour in enumerate(mixed_colours(mixtures, films, colours))
    ]  # fmt: skip


def _by_value(facets: Floats, values: Floats, paint: Paint) -> LineCollection:
    """Strip with one colour per facet; round caps close the gaps at corners."""
    return LineCollection(
        list(facets), array=values, cmap=paint.colours, norm=paint.norm, capstyle="round"
    )


def mixed(fractions: Floats) -> tuple[Floats, Ints]:
    """Distinct mixtures (u, k), in steps of 1/``STEPS``, and mixture index per facet (f,)."""
    steps = np.rint(fractions * STEPS)
    rows = np.arange(len(steps))
    largest = np.argmax(fractions, axis=1)
    steps[rows, largest] = np.maximum(steps[rows, largest], 1.0)
    mixtures, group = np.unique(steps, axis=0, return_inverse=True)
    return mixtures / mixtures.sum(axis=1, keepdims=True), group.ravel()


def mixed_colours(mixtures: Floats, films: Sequence[str], colours: dict[str, str]) -> Floats:
    """(u, 3) sRGB colours of mixtures (u, k), averaged in approximately linear light (gamma 2)."""
    pure = np.array([to_rgb(colours.get(name, "white")) for name in films])
    return np.sqrt(mixtures @ pure**2)
