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

from deposition.cell import Floats, Ints, simplex_volumes
from deposition.render.style import FLUX
from deposition.snapshot import ElectrolyteSnapshot

ARROW = 0.022
"""Length of an arrow head, as a fraction of the width of the box."""
ARROW_HEIGHT = 0.72
"""Where the arrow heads stand, as a fraction of the height of the electrolyte."""


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
    points: Floats, triangles: Ints, values: Floats, most: int = 150_000
) -> tuple[Triangulation, Floats]:
    """The field on a finer mesh (cubic in each triangle), so that coarse cells draw round lines."""
    mesh = Triangulation(points[:, 0], points[:, 1], triangles)
    halvings = int(np.clip(np.log(most / len(triangles)) / np.log(4), 0, 2))
    if halvings == 0:
        return mesh, values
    cubic = CubicTriInterpolator(mesh, values, kind="geom")
    fine, refined = UniformTriRefiner(mesh).refine_field(values, cubic, subdiv=halvings)
    return fine, np.clip(refined, values.min(), values.max())


def flux_levels(psi: Floats, flux_per_line: float) -> Floats:
    """Values of ψ, ``flux_per_line`` apart, half a step off the wall where ψ is lowest."""
    low, high = float(psi.min()), float(psi.max())
    count = int(np.floor((high - low) / flux_per_line + 0.5)) if flux_per_line > 0 else 0
    return low + (np.arange(count) + 0.5) * flux_per_line


def draw_flux_lines(
    axes: Axes, electrolyte: ElectrolyteSnapshot, flux_per_line: float, width: float
) -> list[Floats]:
    """Draw the flux lines with arrow heads in the direction of the Li⁺ flux.

    ``width`` is the width of the box in µm.  Returns the lines, polylines (k, 2) in µm.
    """
    psi = stream_function(electrolyte)
    levels = flux_levels(psi, flux_per_line)
    if len(levels) == 0:
        return []
    fine, values = smooth(electrolyte.points, electrolyte.simplices, psi)
    contours = axes.tricontour(
        fine, values, levels, colors=FLUX, linewidths=0.45, linestyles="solid", zorder=3
    )
    lines = [line for level in contours.allsegs for line in level if len(line) > 1]
    heads = arrow_heads(lines, electrolyte, ARROW * width)
    axes.add_collection(PolyCollection(heads, facecolors=FLUX, edgecolors="none", zorder=3))
    return lines


def arrow_heads(lines: list[Floats], electrolyte: ElectrolyteSnapshot, size: float) -> list[Floats]:
    """Triangles (3, 2), one on every other line, all at one height and pointing along the flux."""
    low, high = electrolyte.points[:, 1].min(), electrolyte.points[:, 1].max()
    height = low + ARROW_HEIGHT * (high - low)
    downward = 1.0 if electrolyte.flux[:, 1].sum() <= 0 else -1.0
    heads: list[Floats] = []
    for line in lines[::2]:
        above = line[:, 1] > height
        crossings = np.flatnonzero(above[1:] != above[:-1])
        if len(crossings):
            heads.append(_head(line, int(crossings[0]), height, size * downward))
    return heads


def _head(line: Floats, index: int, height: float, size: float) -> Floats:
    """A slim triangle (3, 2) on the line at ``height``; points down, up if ``size`` < 0."""
    first, last = line[index], line[index + 1]
    share = (height - first[1]) / (last[1] - first[1])
    tangent = (last - first) * (1.0 if last[1] < first[1] else -1.0)
    tangent = tangent / np.linalg.norm(tangent)
    across = np.array([-tangent[1], tangent[0]])
    middle = first + share * (last - first)
    back = middle - 0.5 * size * tangent
    return np.stack(
        [middle + 0.5 * size * tangent, back + 0.3 * size * across, back - 0.3 * size * across]
    )
