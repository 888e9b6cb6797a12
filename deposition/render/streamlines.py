"""Flux lines as contours of the stream function: adjacent lines enclose equal flux.

In two dimensions a divergence-free flux has a stream function ψ, N = (∂ψ/∂y, −∂ψ/∂x).  Contour
lines of ψ at equal intervals are flux lines that enclose equal flux, so that their density is
proportional to |N|.  They neither enter a metal that exchanges no current nor end in the
electrolyte.
"""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.tri import CubicTriInterpolator, Triangulation, UniformTriRefiner
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import spsolve

from deposition.mesh.cell import Floats, Ints, simplex_volumes
from deposition.render.scale import LINES
from deposition.render.style import FLUX
from deposition.results.snapshot import ElectrolyteSnapshot

ARROW = 0.022
"""Length of an arrow head, as a fraction of the width of the box."""
ARROW_HEIGHT = 0.72
"""Height of the arrow heads, as a fraction of the height of the electrolyte."""

MOST = 20 * LINES
"""Number of lines from which none are drawn, as where the salt relaxes without a net current."""

FINE, COARSE = 150_000, 0
"""Maximum number of triangles of the refined mesh: in a figure; in a movie (no refinement)."""


def shape_gradients(points: Floats, triangles: Ints) -> Floats:
    """(m, 3, 2) gradients of the three P1 shape functions in each triangle, 1/µm."""
    opposite = np.roll(points[triangles], -1, axis=1) - np.roll(points[triangles], 1, axis=1)
    turned = np.stack([opposite[..., 1], -opposite[..., 0]], axis=-1)
    return turned / (2 * simplex_volumes(points, triangles))[:, None, None]


def stream_function(electrolyte: ElectrolyteSnapshot) -> Floats:
    """(n,) P1 stream function ψ at the vertices, mol/(m² s) · µm.

    Least-squares fit: ∫ ∇ψ·∇v dA = ∫ (−N_y, N_x)·∇v dA for all P1 functions v.  The fit removes the
    divergence of N (about a percent, from salt that is still redistributed).  In each connected
    part of the electrolyte, ψ is zero at the vertex of the lowest number.
    """
    points, triangles, flux = electrolyte.points, electrolyte.simplices, electrolyte.flux
    area = simplex_volumes(points, triangles)
    slope = shape_gradients(points, triangles)
    turned = np.stack([-flux[:, 1], flux[:, 0]], axis=1)
    local = area[:, None, None] * np.einsum("mad,mbd->mab", slope, slope)
    load = area[:, None] * np.einsum("mad,md->ma", slope, turned)
    size = len(points)
    rows, columns = np.repeat(triangles, 3, axis=1).ravel(), np.tile(triangles, 3).ravel()
    matrix = coo_array((local.ravel(), (rows, columns)), shape=(size, size)).tocsr()
    right = np.bincount(triangles.ravel(), load.ravel(), minlength=size)
    _, component = connected_components(matrix, directed=False)
    free = np.ones(size, dtype=bool)
    free[np.unique(component, return_index=True)[1]] = False
    psi = np.zeros(size)
    psi[free] = spsolve(matrix[free][:, free].tocsc(), right[free])
    return psi


def smooth(
    points: Floats, triangles: Ints, values: Floats, most: int
) -> tuple[Triangulation, Floats]:
    """Field interpolated to a finer mesh (cubic in each triangle), for smooth contour lines.

    The refined mesh has at most about ``most`` triangles; a finer mesh is returned unchanged.
    """
    mesh = Triangulation(points[:, 0], points[:, 1], triangles)
    if most < 4 * len(triangles):
        return mesh, values
    halvings = min(int(np.log(most / len(triangles)) / np.log(4)), 2)
    cubic = CubicTriInterpolator(mesh, values, kind="geom")
    fine, refined = UniformTriRefiner(mesh).refine_field(values, cubic, subdiv=halvings)
    return fine, np.clip(refined, values.min(), values.max())


def flux_levels(psi: Floats, flux_per_line: float) -> Floats:
    """Contour levels of ψ, ``flux_per_line`` apart and centred between the extremes of ψ.

    There are no levels if their number would exceed ``MOST``.
    """
    low, high = float(psi.min()), float(psi.max())
    most = MOST * flux_per_line
    count = int((high - low) / flux_per_line + 0.25) if 0.0 < high - low < most else 0
    return (low + high) / 2 + (np.arange(count, dtype=np.float64) - (count - 1) / 2) * flux_per_line


def draw_flux_lines(
    axes: Axes,
    electrolyte: ElectrolyteSnapshot,
    flux_per_line: float,
    shown: Floats,
    width: float,
    most: int = FINE,
) -> list[Floats]:
    """Draw the flux lines with arrow heads in the direction of the Li⁺ flux.

    ``shown`` (2, 2) are the corners of the drawn part of the cell and ``width`` is the width of the
    box, µm; for ``most`` see ``smooth``.  Returns the lines,
    polylines (k, 2) in µm.
    """
    psi = stream_function(electrolyte)
    levels = flux_levels(psi, flux_per_line)
    if len(levels) == 0:
        return []
    fine, values = smooth(electrolyte.points, electrolyte.simplices, psi, most)
    contours = axes.tricontour(
        fine, values, levels, colors=FLUX, linewidths=0.45, linestyles="solid", zorder=3
    )
    lines = [line for level in contours.allsegs for line in level if len(line) > 1]
    heads = arrow_heads(lines, electrolyte, shown, ARROW * width)
    axes.add_collection(PolyCollection(heads, facecolors=FLUX, edgecolors="none", zorder=3))
    return lines


def arrow_heads(
    lines: list[Floats], electrolyte: ElectrolyteSnapshot, shown: Floats, size: float
) -> list[Floats]:
    """Triangles (3, 2) on every second line, at one height in the drawn part of the electrolyte and
    in the direction of the flux."""
    points = electrolyte.points[:, 1]
    low, high = max(points.min(), shown[0, 1]), min(points.max(), shown[1, 1])
    crossings = np.concatenate(
        [_crossings(line, low + ARROW_HEIGHT * (high - low)) for line in lines]
    )
    crossings = crossings[np.argsort(crossings[:, 0, 0])][::2]
    downward = 1.0 if electrolyte.flux[:, 1].sum() <= 0 else -1.0
    return list(_heads(crossings[:, 0], downward * crossings[:, 1], size))


def _crossings(line: Floats, height: float) -> Floats:
    """(k, 2, 2) crossings of a line with ``height``: position and downward unit tangent."""
    above = line[:, 1] > height
    at = np.flatnonzero(above[1:] != above[:-1])
    first, step = line[at], np.diff(line, axis=0)[at]
    place = first + ((height - first[:, 1]) / step[:, 1])[:, None] * step
    tangent = -step * (np.sign(step[:, 1]) / np.linalg.norm(step, axis=1))[:, None]
    return np.stack([place, tangent], axis=1)


def _heads(place: Floats, tangent: Floats, size: float) -> Floats:
    """(k, 3, 2) triangles of length ``size`` at each position, in the direction of the tangent."""
    across = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)
    tip, back = place + 0.5 * size * tangent, place - 0.5 * size * tangent
    return np.stack([tip, back + 0.3 * size * across, back - 0.3 * size * across], axis=1)
