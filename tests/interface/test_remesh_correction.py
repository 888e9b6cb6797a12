"""Vertices moved after a cut squeeze no cell, and gaps that are as good as closed close."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.boxes import box, lattice, with_counter
from helpers.small_models import begin, model, moving_interface, slab

from deposition.interface.body_tracking import BodyTracking, MetalBodies
from deposition.interface.connectivity import (
    Connectivity,
    anchor_points,
    resolve_connectivity,
    with_dead_lithium_moving,
)
from deposition.interface.huygens import AdvancedSurface
from deposition.interface.numerics import NUMERICS
from deposition.interface.remesh_correction import (
    correct_remesh_volume,
    improve_cells,
    move_vertices,
)
from deposition.interface.volume_balance import ScaledAdvance, VolumeTargets
from deposition.mesh.cell import (
    COLLECTOR,
    DEAD_LITHIUM,
    ELECTROLYTE,
    LITHIUM,
    Cell,
    Floats,
    Ints,
)
from deposition.mesh.degenerate import closed_gaps, flat_volumes
from deposition.mesh.quality import mean_ratio
from deposition.mesh.surface import extract_surface, label_components

FLAT = NUMERICS.flat_share


def unfilled(cell: Cell) -> Connectivity:
    """A cell in which nothing was filled."""
    return Connectivity(cell, cell, np.zeros(len(cell.simplices), dtype=bool))


def moved(cell: Cell, moves: Floats) -> Cell:
    """The cell after these moves."""
    return move_vertices(unfilled(cell), moves).cell


@pytest.mark.parametrize("dim", [2, 3])
def test_a_move_that_squeezes_nothing_is_made_in_full(dim: int) -> None:
    cell = box([0.0] * dim, [3.0] * dim, [3] * dim)
    moves = np.zeros_like(cell.points)
    moves[cell.points[:, 0] == 1.0, 0] = 0.4
    assert np.array_equal(moved(cell, moves).points, cell.points + moves)


def test_one_cell_that_may_not_be_squeezed_holds_up_only_its_own_corners() -> None:
    """Before, a single cell that would have turned over undid the movement of the whole surface."""
    cell = box([0.0, 0.0], [6.0, 3.0], [6, 3])
    moves = np.zeros_like(cell.points)
    moves[cell.points[:, 1] == 1.0, 1] = 0.2
    stuck = np.flatnonzero((cell.points == [1.0, 1.0]).all(axis=1))
    moves[stuck] = [0.0, 90.0]
    after = moved(cell, moves)
    far = cell.points[:, 0] > 2.0
    assert np.array_equal(after.points[far], (cell.points + moves)[far])
    assert np.all(after.volumes >= NUMERICS.least_volume_share * cell.volumes)


@pytest.mark.parametrize("metal", [ELECTROLYTE, LITHIUM])
def test_no_cell_becomes_thin_but_a_film_on_the_collector(metal: str) -> None:
    """Lithium of a hundredth of a cell on a collector is no gap."""
    for below, film in ((metal, False), (COLLECTOR, metal == LITHIUM)):
        thin = NUMERICS.flat_at_collector if below == COLLECTOR else NUMERICS.thin_share
        points, simplices = lattice([np.arange(5.0), np.array([-1.0, 0.0, 1.2 * thin])])
        region = (points[simplices][:, :, 1].mean(axis=1) < 0.0).astype(np.int64)
        regions = (metal, below) if below != metal else (metal, f"{metal}:lower")
        cell = with_counter(points, simplices, region, regions)
        moves = np.zeros_like(points)
        moves[points[:, 1] > 0.0, 1] = -0.8 * thin
        after = moved(cell, moves)
        height = after.points[:, 1].max()
        assert height == pytest.approx(0.4 * thin) if film else height > thin


def with_gap(width: float) -> Cell:
    """Lithium below, a gap of this width (µm), and dead lithium on half of it; edges of 1 µm."""
    levels = np.array([-2.0, -1.0, 0.0, width, 1.0 + width, 2.0 + width])
    points, simplices = lattice([np.arange(5.0), levels])
    x, y = points[simplices].mean(axis=1).T
    region: Ints = np.where(y < 0.0, 1, np.where((x < 2.0) & (y > width) & (y < 1.0 + width), 2, 0))
    return with_counter(points, simplices, region, (ELECTROLYTE, LITHIUM, DEAD_LITHIUM))


@pytest.mark.parametrize(("width", "closed"), [(0.5 * FLAT, True), (2.0 * FLAT, False)])
def test_a_gap_of_flat_cells_closes(width: float, closed: bool) -> None:
    cell = with_gap(width)
    x, y = cell.points[cell.simplices].mean(axis=1).T
    between = (x < 2.0) & (y > 0.0) & (y < width)
    assert np.array_equal(closed_gaps(cell, FLAT, FLAT), between & closed)
    metal = ~resolve_connectivity(cell, anchor_points(cell), 0.1).cell.in_region(ELECTROLYTE)
    assert label_components(cell, metal).max() == (0 if closed else 1), "one piece of metal, or two"


@pytest.mark.parametrize("dim", [2, 3])
@pytest.mark.parametrize(("width", "closed"), [(0.5 * FLAT, True), (4.0 * FLAT, False)])
def test_a_gap_along_an_insulating_wall_closes(width: float, closed: bool, dim: int) -> None:
    """A column of lithium of 2 µm beside the wall x = 0: the wall mirrors the column."""
    axes = [
        np.array([0.0, width, 1.0 + width]),
        *[np.arange(3.0)] * (dim - 2),
        np.arange(-1.0, 5.0),
    ]
    points, simplices = lattice(axes)
    x, y = points[simplices].mean(axis=1)[:, [0, -1]].T
    lithium = (y < 0.0) | ((x > width) & (y < 2.0))
    cell = with_counter(points, simplices, lithium.astype(np.int64), (ELECTROLYTE, LITHIUM))
    beside = (x < width) & (y > 0.0) & (y < 2.0)
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(dim, dim)))[0]
    for turned in (np.eye(dim), turn if np.linalg.det(turn) > 0.0 else turn[:, ::-1]):
        found = closed_gaps(cell.with_points(points @ turned.T), FLAT, FLAT)
        assert np.array_equal(found, beside & closed)
    assert not closed_gaps(
        box((0.0,) * dim, (width, *[1.0] * (dim - 1)), (1,) * dim), FLAT, FLAT
    ).any()


@pytest.mark.parametrize(("size", "removed"), [(2.0, 2.0), (0.5, 0.0)])
def test_loose_metal_below_mesh_resolution_is_counted(size: float, removed: float) -> None:
    """A block of 2 µm² of lithium without connection, against 4 elements of 2 and of 0.125 µm²."""
    cell = with_dead_lithium_moving(with_gap(2.0 * FLAT))
    found = resolve_connectivity(cell, anchor_points(with_gap(2.0 * FLAT)), size)
    assert found.removed == found.with_points(cell.points).removed == pytest.approx(removed)
    assert found.cell.volume(LITHIUM) == pytest.approx(cell.volume(LITHIUM) - removed)


def test_flat_cells_beside_the_gap_stay_electrolyte() -> None:
    """Their other corners are in the electrolyte: Mmg makes better ones of them."""
    cell = with_gap(0.5 * FLAT)
    flat = cell.volumes < flat_volumes(cell, FLAT)
    assert np.any(flat & cell.in_region(ELECTROLYTE) & ~closed_gaps(cell, FLAT, FLAT))


def test_a_factor_on_next_to_nothing_is_no_correction() -> None:
    """As in a pocket that is cut off, where rounding leaves a current."""
    nothing, asked = np.zeros(0), np.array([0.1, -1e-9])
    surface = AdvancedSurface(nothing, nothing, nothing, nothing)
    closed = ScaledAdvance(surface, np.array([0.102, -1.25e-9]), VolumeTargets(nothing, nothing))
    assert closed.scaling_deviation(asked, 0.01) == pytest.approx(0.02)
    assert closed.scaling_deviation(asked, 0.2) == 0.0


def test_cells_that_a_correction_has_left_flat_are_improved_inside_their_regions() -> None:
    """Outline, volumes of the regions and numbering stay."""
    flat = box((0.0, -1.0), (4.0, 3.0), (8, 8))
    inner = np.argmin(np.linalg.norm(flat.points - (2.0, 1.0), axis=1))
    points = flat.points.copy()
    points[inner] += (0.0, 0.49)  # nearly on the next row
    before = flat.with_points(points)
    assert mean_ratio(before.points, before.simplices).min() < 0.1
    after = improve_cells(unfilled(before)).cell
    assert mean_ratio(after.points, after.simplices).min() > 0.1
    for region in (ELECTROLYTE, LITHIUM):
        assert after.volume(region) == pytest.approx(before.volume(region), rel=1e-14)
    one, other = extract_surface(before), extract_surface(after)
    np.testing.assert_array_equal(one.facets, other.facets)
    np.testing.assert_array_equal(before.points[one.facets], after.points[other.facets])


def test_inner_vertices_of_bad_tetrahedra_are_smoothed_and_the_surface_stays() -> None:
    """tetrahedra: a vertex above the surface that the correction has nearly reached."""
    cell = box([0.0] * 3, [4.0] * 3, [4] * 3, {LITHIUM: lambda x: x[:, 2] < 2.0})
    points = cell.points.copy()
    points[(points == [2.0, 2.0, 3.0]).all(axis=1)] = [2.0, 2.0, 2.05]
    spoilt = cell.with_points(points)
    assert mean_ratio(spoilt.points, spoilt.simplices).min() < 0.2
    after = improve_cells(unfilled(spoilt)).cell
    assert mean_ratio(after.points, after.simplices).min() > NUMERICS.poor_quality[3]
    surface = points[:, 2] <= 2.0
    np.testing.assert_array_equal(after.points[surface], points[surface])


@pytest.mark.parametrize(
    ("excess", "advance", "given_back"),
    [(0.03, 1e-3, True), (0.03, -1e-3, False), (-0.03, 1e-3, False)],
)
def test_a_body_gives_back_what_a_closed_gap_has_added(
    excess: float, advance: float, given_back: bool
) -> None:
    """By more than its advance of 1 nm would allow, if it grows; what it lacks, or has in excess
    while it is stripped, is left to later steps."""
    interface = moving_interface()
    state = begin(model(interface=interface), slab(1.0))
    old = interface.recede_counter(state, np.full(state.surface.size, advance))
    cell = unfilled(state.cell)
    parents = old.parents(cell, NUMERICS)
    bodies = MetalBodies.of(state.cell, parents.new)
    area = state.surface.area[state.surface.working].sum()
    net = np.array([advance * area])
    before = old.volume - net - excess * area
    tracking = BodyTracking.of(old.bodies, bodies, before, NUMERICS)
    corrected, _ = correct_remesh_volume(cell, parents, tracking, net)
    left = tracking.missing(net, corrected.open) / area
    wear = NUMERICS.hausdorff_share[2] * state.surface.edge[state.surface.working].mean()
    most = 0.0 if given_back else 0.03 - 2.0 * wear
    assert left == pytest.approx([-np.sign(excess) * most], abs=1e-6)
