"""Flux lines that tell the truth: neighbours enclose equal flux, so that dense means intense.

In two dimensions a flux without sources has a stream function ψ, N = (∂ψ/∂y, −∂ψ/∂x); its contour
lines at equal steps are lines of flux, each pair of neighbours carrying the same.  They cannot
enter a metal that takes no current, nor start or stop in the electrolyte.
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
"""Where the arrow heads stand, as a fraction of the height of the electrolyte."""

MOST = 20 * LINES
"""Lines from which a map has none: black, and the work of hours, where salt only evens out."""

FINE, COARSE = 150_000, 0
"""Triangles that a mesh is refined to: for a figure; and for a picture of a film, as it is."""


def shape_gradients(points: Floats, triangles: Ints) -> Floats:
    """(m, 3, 2) gradients of the three hat functions in each triangle, per µm."""
    opposite = np.roll(points[triangles], -1, axis=1) - np.roll(points[triangles], 1, axis=1)
    turned = np.stack([opposite[..., 1], -opposite[..., 0]], axis=-1)
    return turned / (2 * simplex_volumes(points, triangles))[:, None, None]


def stream_function(electrolyte: ElectrolyteSnapshot) -> Floats:
    """(n,) ψ at the vertices, mol/(m² s) · µm: the least-squares fit of ∇ψ = (−N_y, N_x).

    What the flux has of sources (the salt that is still rearranging, a percent) drops out of the
    fit.  ψ is zero at the lowest vertex number of each pool of electrolyte.
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
    _, pool = connected_components(matrix, directed=False)
    free = np.ones(size, dtype=bool)
    free[np.unique(pool, return_index=True)[1]] = False
    psi = np.zeros(size)
    psi[free] = spsolve(matrix[free][:, free].tocsc(), right[free])
    return psi


def smooth(
    points: Floats, triangles: Ints, values: Floats, most: int
) -> tuple[Triangulation, Floats]:
    """The field on a finer mesh (cubic in each triangle), so that coarse cells draw round lines.

    It has at most about ``most`` triangles, or those that there are.
    """
    mesh = Triangulation(points[:, 0], points[:, 1], triangles)
    if most < 4 * len(triangles):
        return mesh, values
    halvings = min(int(np.log(most / len(triangles)) / np.log(4)), 2)
    cubic = CubicTriInterpolator(mesh, values, kind="geom")
    fine, refined = UniformTriRefiner(mesh).refine_field(values, cubic, subdiv=halvings)
    return fine, np.clip(refined, values.min(), values.max())


def flux_levels(psi: Floats, flux_per_line: float) -> Floats:
    """Values of ψ, ``flux_per_line`` apart and equally far from the lowest and the highest ψ.

    None where they would be more than ``MOST``.
    """
    low, high = float(psi.min()), float(psi.max())
    most = MOST * flux_per_line
    count = int((high - low) / flux_per_line + 0.25) if 0.0 < high - low < most else 0
    return (low + high) / 2 + (np.arange(count) - (count - 1) / 2) * flux_per_line


def draw_flux_lines(
    axes: Axes,
    electrolyte: ElectrolyteSnapshot,
    flux_per_line: float,
    width: float,
    most: int = FINE,
) -> list[Floats]:
    """Draw the flux lines with arrow heads in the direction of the Li⁺ flux.

    ``width`` is the width of the box in µm, ``most`` see ``smooth``.  Returns the lines, polylines
    (k, 2) in µm.
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
    heads = arrow_heads(lines, electrolyte, ARROW * width)
    axes.add_collection(PolyCollection(heads, facecolors=FLUX, edgecolors="none", zorder=3))
    return lines


def arrow_heads(lines: list[Floats], electrolyte: ElectrolyteSnapshot, size: float) -> list[Floats]:
    """Triangles (3, 2) on every other line, all at one height and pointing along the flux."""
    low, high = electrolyte.points[:, 1].min(), electrolyte.points[:, 1].max()
    crossings = np.concatenate(
        [_crossings(line, low + ARROW_HEIGHT * (high - low)) for line in lines]
    )
    crossings = crossings[np.argsort(crossings[:, 0, 0])][::2]
    downward = 1.0 if electrolyte.flux[:, 1].sum() <= 0 else -1.0
    return list(_heads(crossings[:, 0], downward * crossings[:, 1], size))


def _crossings(line: Floats, height: float) -> Floats:
    """(k, 2, 2) where a line crosses ``height``: the place, and the downward unit tangent there."""
    above = line[:, 1] > height
    at = np.flatnonzero(above[1:] != above[:-1])
    first, step = line[at], np.diff(line, axis=0)[at]
    place = first + ((height - first[:, 1]) / step[:, 1])[:, None] * step
    tangent = -step * (np.sign(step[:, 1]) / np.linalg.norm(step, axis=1))[:, None]
    return np.stack([place, tangent], axis=1)


def _heads(place: Floats, tangent: Floats, size: float) -> Floats:
    """(k, 3, 2) slim triangles of length ``size`` around each place, pointing along the tangent."""
    across = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)
    tip, back = place + 0.5 * size * tangent, place - 0.5 * size * tangent
    return np.stack([tip, back + 0.3 * size * across, back - 0.3 * size * across], axis=1)
