"""Quick physical snapshots for tests of pictures: steady Li⁺ flux around a given deposit.

A level set cuts a structured box into electrolyte and metal; Laplace's equation with a film
resistance on the surface gives concentration and flux.  No mesher, no dolfinx.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.linalg import spsolve

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.mesh.cell import Cell, Floats, Ints, simplex_volumes
from deposition.mesh.surface import Surface, SurfaceState, extract_surface
from deposition.recorders import snapshots
from deposition.results.snapshot import Snapshot
from deposition.simulation.state import State
from deposition.transport.fields import Fields
from helpers.boxes import even, lattice, with_counter
from helpers.states import made_state

Shape = Callable[[Floats], Floats]
FilmAt = Callable[[Floats], Ints]
C0, D_PLUS, MEAN_CURRENT = 1000.0, 3.5e-11, 5.0  # mol/m³, m²/s, A/m²
KAPPA = 0.35 * 0.38  # effective conductivity of the steady state, S/m


def snapped(points: Floats, shape: Shape, spacing: float) -> Floats:
    """The points near the zero of a signed distance moved onto it, along its gradient."""
    distance = shape(points)
    steps = np.eye(points.shape[1]) * 1e-4 * spacing
    slope = np.stack([(shape(points + s) - distance) / (1e-4 * spacing) for s in steps], axis=1)
    slope /= np.maximum(np.linalg.norm(slope, axis=1, keepdims=True), 1e-12)
    near = np.abs(distance) < 0.45 * spacing
    moved = points - np.where(near, distance, 0.0)[:, None] * slope
    wall = (points == points.min(axis=0)) | (points == points.max(axis=0))
    return np.where(wall, points, moved)


def cut_cell(
    size: tuple[float, ...], cells: tuple[int, ...], metal: Shape, dead: Shape | None = None
) -> Cell:
    """A box of electrolyte over lithium where ``metal`` < 0; ``dead`` < 0 is dead lithium."""
    points, simplices = lattice(even([0.0] * len(size), size, cells))
    spacing = size[0] / cells[0]
    points = snapped(points, metal, spacing)
    points = points if dead is None else snapped(points, dead, spacing)
    simplices = simplices[simplex_volumes(points, simplices) > 1e-6 * spacing ** len(size)]
    centre = points[simplices].mean(axis=1)
    region = (metal(centre) < 0).astype(np.int64)
    if dead is not None:
        region[dead(centre) < 0] = 2
    return with_counter(points, simplices, region, ("electrolyte", "lithium", "dead_lithium"))


def hat_gradients(points: Floats, simplices: Ints) -> Floats:
    """(m, d + 1, d) gradients of the hat functions, from the inverse of the vertex matrix."""
    ones = np.ones((*simplices.shape, 1))
    inverse = np.linalg.inv(np.concatenate([ones, points[simplices]], axis=2))
    return np.swapaxes(inverse[:, 1:], 1, 2)


def assemble(local: Floats, elements: Ints, size: int) -> csr_array:
    """Sum local matrices (e, k, k) of elements (e, k) into a sparse matrix."""
    corners = elements.shape[1]
    rows = np.repeat(elements, corners, axis=1).ravel()
    columns = np.tile(elements, corners).ravel()
    return coo_array((local.ravel(), (rows, columns)), shape=(size, size)).tocsr()


def solve_potential(cell: Cell, surface: Surface, resistance: Floats) -> tuple[Floats, Floats]:
    """Potential (n,) V at the vertices and i_n (f,) A/m², scaled to the mean current.

    κ Δφ = 0, κ ∂φ/∂n + φ/R = 0 on lithium, φ = 1 on the counter, insulated elsewhere.
    """
    wet = cell.simplices[cell.region == 0]
    hats = hat_gradients(cell.points, wet)
    volume = simplex_volumes(cell.points, wet)[:, None, None] / MICROMETRE
    size, d = len(cell.points), cell.dim
    matrix = assemble(KAPPA * volume * np.einsum("mad,mbd->mab", hats, hats), wet, size)
    lithium = surface.on("lithium")
    share = np.full((d, d), 1.0 / d**2)
    robin = (surface.area[lithium] / resistance[lithium])[:, None, None] * share
    matrix = matrix + assemble(robin, surface.facets[lithium], size)
    phi = np.zeros(size)
    top = np.unique(cell.facets)
    phi[top] = 1.0
    free = np.setdiff1d(np.unique(wet), top)
    phi[free] = spsolve(matrix[free][:, free].tocsc(), -(matrix @ phi)[free])
    current = np.where(lithium, phi[surface.facets].mean(axis=1) / resistance, 0.0)
    width = np.prod(np.ptp(cell.points, axis=0)[:-1])
    factor = MEAN_CURRENT * width / (surface.area @ current)
    return phi * factor, current * factor


def state_of(
    cell: Cell, film_at: FilmAt, resistances: dict[str, float], capacity: float, step: int = 1
) -> State:
    """The steady state of a cell; ``film_at`` returns the index of the film at each midpoint."""
    surface = extract_surface(cell)
    film = film_at(surface.midpoint)
    resistance = np.array(list(resistances.values()))[film] * 1e-4
    potential, current = solve_potential(cell, surface, resistance)
    concentration = C0 * (1 + potential * FARADAY / (2 * 8.314 * 298.15))
    wet = np.zeros(len(cell.points), dtype=bool)
    wet[cell.simplices[cell.region == 0]] = True
    concentration += C0 - concentration[wet].mean()
    kept = SurfaceState.of_thickness(
        fractions=np.eye(len(resistances))[film],
        thickness=np.full(surface.size, 2e-8),
        charge=np.full(surface.size, capacity),
        body=np.zeros(surface.size, dtype=np.int64),
        films=tuple(resistances),
    )
    fields = Fields(
        np.where(wet, concentration, np.nan),
        np.where(wet, potential, np.nan),
        current,
        np.zeros(surface.size),
    )
    return made_state(
        cell, surface, kept, fields, step=step, time=3600.0 * step, time_step=1.0,
        resistance=resistance, applied_current_density=1.0, net_areal_charge=capacity, voltage=0.01,
    )  # fmt: skip


def flux_law(cell: Cell, concentration: Floats, slope: Floats, field: Floats) -> Floats:
    """Li⁺ flux (m, d) of the steady state: all current is carried by lithium."""
    return -KAPPA / FARADAY * field


def snapshot_of(state: State) -> Snapshot:
    """Snapshot of a state, for pictures."""
    return snapshots.snapshot_of(state, flux_law)


FILMS = {"hot_spot": 0.3, "LiF": 6.0}
SPOTS = np.array([[2, 3], [9, 10], [14, 15], [20.5, 21.5], [29, 30], [35, 36]])
WIDTH, TOP, BASE = 40.0, 40.0, 6.0


def hot_spots(midpoint: Floats) -> Ints:
    """Index into ``FILMS``: a hot spot within the intervals of ``SPOTS``, LiF elsewhere."""
    x = midpoint[:, :1]
    return np.where(((x >= SPOTS[:, 0]) & (x <= SPOTS[:, 1])).any(axis=1), 0, 1)


def flat(points: Floats) -> Floats:
    """Distance from the surface before the run."""
    return points[:, -1] - BASE


def columns(points: Floats) -> Floats:
    """Distance from mushrooms on the hot spots, with overhangs, on a thin layer."""
    centre = SPOTS.mean(axis=1)
    x, y = points[:, :1], points[:, 1:]
    height = BASE + np.array([7.0, 9.0, 5.0, 8.0, 12.0, 7.0])
    stem = np.maximum(np.abs(x - centre) - 0.8, y - height)
    head = np.hypot(x - centre, y - height) - 2.0
    return np.minimum(np.minimum(stem, head).min(axis=1), points[:, 1] - BASE - 1.0)


def block(points: Floats) -> Floats:
    """Distance from a dead block over the fourth hot spot."""
    reach = np.abs(points - [21.0, BASE + 10.5]) - [5.0, 1.5]
    return reach.max(axis=1)


def domes(points: Floats) -> Floats:
    """Distance from a smooth hill (3D)."""
    centre = np.array([10.0, 10.0, BASE])
    return np.minimum(np.linalg.norm(points - centre, axis=1) - 6.0, points[:, 2] - BASE - 0.6)


def square_spot(midpoint: Floats) -> Ints:
    """Index into ``FILMS`` in 3D: a square hot spot in the middle."""
    return np.where((np.abs(midpoint[:, :2] - 10.0) < 4.0).all(axis=1), 0, 1)


def flat_2d(cells: int = 80) -> Snapshot:
    """Before the run, 2D."""
    return snapshot_of(
        state_of(cut_cell((WIDTH, TOP), (cells, cells), flat), hot_spots, FILMS, 0.0)
    )


def grown_2d(cells: int = 80, dead: bool = False) -> Snapshot:
    """After 1 mAh/cm², 2D, with a dead block or without."""
    cell = cut_cell((WIDTH, TOP), (cells, cells), columns, block if dead else None)
    return snapshot_of(state_of(cell, hot_spots, FILMS, 36000.0))


def state_3d(cells: int = 16, charge: float = 0.0, step: int = 1) -> State:
    """Before the run, 3D, or as flat later."""
    cell = cut_cell((20.0,) * 3, (cells,) * 3, flat)
    return state_of(cell, square_spot, FILMS, charge, step)


def flat_3d() -> Snapshot:
    """Before the run, 3D."""
    return snapshot_of(state_3d())


def grown_3d() -> Snapshot:
    """After some growth, 3D, with a dead ball."""
    ball = lambda p: np.linalg.norm(p - [15.0, 5.0, 12.0], axis=1) - 2.5  # noqa: E731
    cell = cut_cell((20.0,) * 3, (16,) * 3, domes, ball)
    return snapshot_of(state_of(cell, square_spot, FILMS, 18000.0))
