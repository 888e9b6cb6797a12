"""Metal in a 2D flux map: deposit, original lithium, collector, dead lithium."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from deposition.mesh.cell import (
    COLLECTOR,
    DEAD_LITHIUM,
    LITHIUM,
    FacetTable,
    Floats,
    Ints,
    region_kind,
)
from deposition.render.style import COLLECTOR as COPPER
from deposition.render.style import DEAD, DEPOSIT, INK, ORIGINAL
from deposition.results.snapshot import BodiesSnapshot, Snapshot, SurfaceSnapshot

FACE = {LITHIUM: DEPOSIT, COLLECTOR: COPPER, DEAD_LITHIUM: DEAD}
HATCH = "//////"
DOTS = "...."
"""Hatches of dead lithium and of a separator."""
DEAD_ORDER = 6.4
"""Drawing order of dead lithium: over the strip along the deposit, which would cross it where the
two are close, and under its own."""


def simplices_of(bodies: BodiesSnapshot, kind: str) -> Ints:
    """(b, d + 1) simplices of all bodies of one kind."""
    kinds = np.array([region_kind(name) == kind for name in bodies.regions], dtype=bool)
    return bodies.simplices[kinds[bodies.region]] if len(kinds) else bodies.simplices[:0]


def solid(points: Floats, triangles: Ints) -> Path:
    """Union of triangles as one path, which is filled and hatched without seams."""
    corners = points[triangles]
    closed = np.concatenate([corners, corners[:, :1]], axis=1).reshape(-1, 2)
    codes = np.tile([Path.MOVETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY], len(triangles))
    return Path(closed, codes)


def outline(points: Floats, triangles: Ints) -> Floats:
    """(k, 2, 2) boundary edges of a set of triangles."""
    table = FacetTable.of(triangles)
    return points[table.vertices[table.outer()]]


def draw_metal(axes: Axes, snapshot: Snapshot, initial: Snapshot) -> None:
    """Fill the metal; original lithium is darker than deposited lithium.

    The electrolyte is drawn over the metal afterwards and hides stripped lithium.
    """
    bodies = snapshot.bodies
    for order, kind in enumerate((LITHIUM, COLLECTOR)):
        _fill(axes, bodies.points, simplices_of(bodies, kind), FACE[kind], zorder=1 + 0.1 * order)
    original = simplices_of(initial.bodies, LITHIUM)
    _fill(axes, initial.bodies.points, original, ORIGINAL, zorder=1.05)
    dead = simplices_of(bodies, DEAD_LITHIUM)
    _fill(axes, bodies.points, dead, DEAD, zorder=DEAD_ORDER, hatch=HATCH)
    axes.add_collection(
        LineCollection(
            list(outline(bodies.points, dead)), colors=INK, linewidths=0.5, zorder=DEAD_ORDER + 0.1
        )
    )


def _fill(
    axes: Axes,
    points: Floats,
    triangles: Ints,
    colour: str,
    zorder: float,
    hatch: str | None = None,
) -> None:
    if len(triangles) == 0:
        return
    patch = PathPatch(
        solid(points, triangles), facecolor=colour, edgecolor=INK, linewidth=0, hatch=hatch,
        zorder=zorder,
    )  # fmt: skip
    # add_artist instead of add_patch, which updates the axis limits from all corners (1 s per map).
    axes.add_artist(patch)


def draw_original_surface(axes: Axes, initial: SurfaceSnapshot) -> None:
    """Draw the surface before the run as a dashed line, including that of dead lithium."""
    edges = initial.points[initial.facets[initial.on(LITHIUM, COLLECTOR, DEAD_LITHIUM)]]
    for line in join(edges):
        axes.plot(*line.T, color=INK, linewidth=0.6, dashes=(4, 2.5), zorder=5)


def join(edges: Floats) -> list[Floats]:
    """Polylines (k, 2) joined from edges (e, 2, 2) with common end points."""
    ends, index = np.unique(edges.reshape(-1, 2).round(9), axis=0, return_inverse=True)
    pairs = index.reshape(-1, 2)
    neighbours: dict[int, list[int]] = {}
    for a, b in pairs.tolist():
        neighbours.setdefault(a, []).append(b)
        neighbours.setdefault(b, []).append(a)
    tips = [v for v, others in neighbours.items() if len(others) != 2]
    lines = [_walk(start, neighbours) for start in [*tips, *neighbours]]
    return [ends[line] for line in lines if len(line) > 1]


def _walk(start: int, neighbours: dict[int, list[int]]) -> list[int]:
    """Vertices along unused edges from ``start``; the edges are removed from ``neighbours``."""
    line = [start]
    while neighbours[line[-1]]:
        follower = neighbours[line[-1]].pop()
        neighbours[follower].remove(line[-1])
        line.append(follower)
    return line
