"""Huygens' construction: distances, cut volumes, level set at corners and for mixed signs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.boxes import box
from hypothesis import given, settings
from hypothesis import strategies as st

from deposition.interface.body_tracking import MetalBodies
from deposition.interface.huygens import (
    HuygensConstruction,
    growth_direction,
    negative_fraction,
)
from deposition.interface.volume_balance import StepTooLong, VolumeTargets, scale_advance
from deposition.mesh.cell import DEAD_LITHIUM, LITHIUM, Floats, Mask
from deposition.mesh.distance import near_pairs, point_facet_distance
from deposition.mesh.surface import extract_surface


def flat(dim: int = 2, n: int = 8):
    if dim == 2:
        cell = box((0.0, -2.0), (8.0, 6.0), (n, n))
    else:
        cell = box((0.0, 0.0, -1.0), (4.0, 4.0, 3.0), (8, 8, 8))
    return cell, extract_surface(cell)


def targets_of(moves: Floats, area: Floats, volume_deficit: float) -> VolumeTargets:
    """Of a single body."""
    return VolumeTargets.of(moves, area, np.zeros(len(moves), np.int64), np.array([volume_deficit]))


def test_distance_to_segment_inside_and_beyond_its_ends():
    corners = np.array([[[0.0, 0.0], [2.0, 0.0]]] * 3)
    points = np.array([[1.0, 1.0], [-3.0, 4.0], [2.0, -0.5]])
    np.testing.assert_allclose(point_facet_distance(points, corners), [1.0, 5.0, 0.5])


def test_distance_to_triangle_face_edge_and_corner():
    corner = np.array([[0.0, 0, 0], [2.0, 0, 0], [0, 2.0, 0]])
    points = np.array([[0.5, 0.5, 3.0], [1.0, -2.0, 0.0], [-3.0, -4.0, 0.0], [2.0, 2.0, 0.0]])
    expected = [3.0, 2.0, 5.0, np.sqrt(2.0)]
    np.testing.assert_allclose(point_facet_distance(points, np.stack([corner] * 4)), expected)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), dim=st.sampled_from([2, 3]))
def test_near_pairs_finds_every_pair_within_the_cutoff(seed, dim):
    rng = np.random.default_rng(seed)
    points, corners = (
        rng.random((40, dim)),
        rng.random((15, 1, dim)) + 0.1 * rng.random((15, dim, dim)),
    )
    pairs = near_pairs(points, corners, 0.3)
    every = np.array([point_facet_distance(points, np.stack([c] * 40)) for c in corners]).T
    found = np.zeros_like(every, dtype=bool)
    found[pairs.point, pairs.facet] = True
    np.testing.assert_array_equal(found, every <= 0.3)


def test_negative_fraction_of_simple_triangles_and_tetrahedra():
    np.testing.assert_allclose(
        negative_fraction(np.array([[-1.0, 1, 1], [1.0, -1, -1], [-1.0, -1, -2], [1.0, 0, 0]])),
        [0.25, 0.75, 1.0, 0.0],
    )
    # A plane halfway between two opposite edges halves a tetrahedron.
    np.testing.assert_allclose(
        negative_fraction(np.array([[-1.0, -1, 1, 1], [-1.0, 1, 1, 1], [1.0, -1, -1, -1]])),
        [0.5, 0.125, 0.875],
    )


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-1, 1).filter(lambda x: abs(x) > 1e-3), min_size=3, max_size=4))
def test_negative_fractions_of_both_sides_add_up_to_one(values):
    row = np.array([values])
    assert negative_fraction(row)[0] + negative_fraction(-row)[0] == pytest.approx(1.0, abs=1e-12)


def test_wedge_share_against_fine_sampling():
    values = np.array([[-0.7, -0.1, 0.3, 0.9]])
    n = 60
    i, j, k = np.meshgrid(*[np.arange(n)] * 3, indexing="ij")
    keep = i + j + k <= n - 2
    b = (np.stack([i, j, k], -1)[keep] + 0.5) / n
    weights = np.column_stack([1 - b.sum(1), b])
    assert negative_fraction(values)[0] == pytest.approx(np.mean(weights @ values[0] < 0), abs=0.01)


@pytest.mark.parametrize("dim", [2, 3])
@pytest.mark.parametrize("advance", [0.3, -0.3])
def test_uniform_advance_shifts_a_flat_surface(dim, advance):
    cell, surface = flat(dim)
    moves = np.full(surface.working.sum(), advance)
    psi = HuygensConstruction.of(MetalBodies.of(cell, surface), surface, moves).level_set(moves)
    near = np.abs(cell.points[:, -1]) < 0.9
    np.testing.assert_allclose(psi[near], cell.points[near, -1] - advance, atol=1e-12)


def test_zero_current_moves_nothing():
    cell, surface = flat()
    none = np.zeros(surface.working.sum())
    offset = HuygensConstruction.of(MetalBodies.of(cell, surface), surface, none)
    psi = offset.level_set(none)
    assert offset.advanced(none).growth == 0.0
    assert offset.advanced(none).recession == 0.0
    assert np.all(psi[cell.points[:, -1] > 0] > 0)
    assert np.all(psi[cell.points[:, -1] < 0] < 0)


def test_vertex_between_growing_and_receding_facets_takes_their_weighted_mean():
    cell, surface = flat()
    x = surface.midpoint[surface.working, 0]
    moves = np.where(x < 4.0, 0.3, -0.1)
    psi = HuygensConstruction.of(MetalBodies.of(cell, surface), surface, moves).level_set(moves)
    middle = np.flatnonzero(np.all(np.isclose(cell.points, [4.0, 0.0]), axis=1))[0]
    assert psi[middle] == pytest.approx(-0.1)
    left = np.flatnonzero(np.all(np.isclose(cell.points, [2.0, 0.0]), axis=1))[0]
    right = np.flatnonzero(np.all(np.isclose(cell.points, [6.0, 0.0]), axis=1))[0]
    assert psi[left] == pytest.approx(-0.3)
    assert psi[right] == pytest.approx(0.1)


def test_fast_patch_overgrows_its_slow_neighbour_in_a_circle():
    cell, surface = flat(n=32)
    x = surface.midpoint[surface.working, 0]
    moves = np.where(x < 4.0, 0.5, 0.0)
    psi = HuygensConstruction.of(MetalBodies.of(cell, surface), surface, moves).level_set(moves)
    for point in ([4.25, 0.25], [4.0, 0.5]):
        vertex = np.flatnonzero(np.all(np.isclose(cell.points, point), axis=1))[0]
        distance = np.hypot(point[0] - 4.0, point[1])
        assert psi[vertex] == pytest.approx(distance - 0.5, abs=1e-12)


@pytest.mark.parametrize("dim", [2, 3])
def test_the_scaled_advance_sweeps_growth_and_recession_targets(dim):
    cell, surface = flat(dim, 16)
    x = surface.midpoint[surface.working, 0]
    moves = np.where(x < x.mean(), 0.2, -0.15)
    area = surface.area[surface.working]
    offset = HuygensConstruction.of(MetalBodies.of(cell, surface), surface, moves)
    targets = targets_of(moves, area, volume_deficit=0.01)
    closed = scale_advance(offset, moves, targets, fragment=0.0)
    assert closed.surface.growth == pytest.approx(targets.growth, rel=1e-6)
    assert closed.surface.recession == pytest.approx(targets.recession, rel=1e-6)


def test_scaling_does_not_move_facets_without_current():
    cell, surface = flat(n=32)
    x = surface.midpoint[surface.working, 0]
    moves = np.where(x < 4.0, 0.2, 0.0)
    offset = HuygensConstruction.of(MetalBodies.of(cell, surface), surface, moves)
    closed = scale_advance(
        offset, moves, targets_of(moves, surface.area[surface.working], volume_deficit=0.05), 0.0
    )
    factor = closed.advance[x < 4.0] / moves[x < 4.0]
    assert factor.min() > 1.001 and np.ptp(factor) == pytest.approx(0.0, abs=1e-12)
    far = (cell.points[:, 0] > 5.0) & offset.on_surface
    np.testing.assert_array_equal(closed.surface.level_set[far], 0.0)
    np.testing.assert_array_equal(closed.surface.points[far], cell.points[far])


def test_a_volume_deficit_is_made_up_in_small_parts():
    targets = targets_of(np.array([0.1]), np.array([1.0]), volume_deficit=5.0)
    assert targets.growth == pytest.approx(0.115)


def test_a_target_out_of_reach_asks_for_a_shorter_step():
    cell, surface = flat()
    moves = np.full(surface.working.sum(), 0.2)
    offset = HuygensConstruction.of(MetalBodies.of(cell, surface), surface, moves)
    with pytest.raises(StepTooLong, match="E365"):
        scale_advance(offset, moves, VolumeTargets(np.array([100.0]), np.array([0.0])), 1.0)


@pytest.mark.parametrize(("share", "bound"), [(0.05, 0.06), (0.1, 0.1), (0.2, 0.18)])
def test_a_patch_border_is_swept_too_far_by_less_in_shorter_steps(
    share: float, bound: float
) -> None:
    """The excess at a border, in s h, falls with the step: it is 0.375 for w = 1, and 0.2 for half
    of that rule, however short the step is."""
    cell, surface = flat(2, 16)
    edge = float(surface.area[surface.working].mean())
    fast = surface.midpoint[surface.working, 0] < 4.0
    advance = np.where(fast, share * edge, 0.25 * share * edge)
    huygens = HuygensConstruction.of(MetalBodies.of(cell, surface), surface, advance)
    swept = float(huygens.advanced(advance).growth.sum())
    excess = swept - float(advance @ surface.area[surface.working])
    assert 0.0 <= excess / (share * edge**2) < bound


@pytest.mark.parametrize("dim", [2, 3])
def test_a_point_at_which_the_deposit_touches_dead_lithium_stays(dim: int) -> None:
    """Lithium covers a block but for one vertex, to which a funnel of electrolyte leads down."""

    def funnel(x: Floats) -> Mask:
        return np.asarray(np.linalg.norm(x[:, :-1] - 2.0, axis=1) < 0.9 * (x[:, -1] - 1.0))

    regions = {
        LITHIUM: lambda x: (x[:, -1] < 2.0) & ~funnel(x),
        DEAD_LITHIUM: lambda x: x[:, -1] < 1.0,
    }
    cell = box([0.0] * dim, [4.0] * dim, [4] * dim, regions)
    surface = extract_surface(cell)
    bottom = int(np.flatnonzero((cell.points == [*[2.0] * (dim - 1), 1.0]).all(axis=1))[0])
    assert surface.on(LITHIUM)[(surface.facets == bottom).any(axis=1)].all()
    assert not surface.on(DEAD_LITHIUM).any() and bottom in surface.facets
    direction = growth_direction(cell, surface)
    assert not direction[bottom].any()
    assert np.count_nonzero(direction.any(axis=1)) > 2


@pytest.mark.parametrize(("advance", "slides"), [(0.15, True), (0.35, False)])
def test_even_growth_in_space_slides_as_far_as_cells_allow(advance: float, slides: bool) -> None:
    """even: the surface advances by 0.3 of an edge (0.5 µm) without a cut, by 0.7 with one."""
    cell, surface = flat(3)
    moves = np.full(surface.working.sum(), advance)
    huygens = HuygensConstruction.of(MetalBodies.of(cell, surface), surface, moves)
    assert advance / huygens.vertex_size[huygens.on_surface].mean() > 0.2
    assert huygens.sliding[huygens.on_surface].all() == slides
    assert huygens.sliding.any() == slides


def test_beside_an_uneven_advance_the_surface_is_cut() -> None:
    cell, surface = flat(3)
    fast = surface.midpoint[surface.working, 0] > 2.0
    moves = np.where(fast, 0.15, 0.05)
    huygens = HuygensConstruction.of(MetalBodies.of(cell, surface), surface, moves)
    x, y = cell.points[huygens.on_surface, :2].T
    sliding = huygens.sliding[huygens.on_surface]
    # At the border the advance differs; at the next vertices a facet has a corner that is cut off.
    assert not sliding[(x > 1.9) & (x < 2.9) & (y > 0.1) & (y < 3.9)].any()
    assert sliding[x > 2.9].all() and sliding[x < 1.9].all()


def test_a_vertex_below_a_thin_cell_does_not_slide() -> None:
    cell, surface = flat(3)
    above = int(np.flatnonzero((cell.points == [2.0, 2.0, 0.5]).all(axis=1))[0])
    points = cell.points.copy()
    points[above, 2] = 0.19
    cell = cell.with_points(points)
    moves = np.full(surface.working.sum(), 0.15)
    huygens = HuygensConstruction.of(MetalBodies.of(cell, surface), surface, moves)
    below = int(np.flatnonzero((cell.points == [2.0, 2.0, 0.0]).all(axis=1))[0])
    assert not huygens.sliding[below]
    assert huygens.sliding[huygens.on_surface].mean() > 0.8


@pytest.mark.parametrize("share", [0.9, 1.1])
def test_in_2d_a_vertex_slides_into_no_thin_layer(share: float) -> None:
    """thin: cut off instead, also where it would pass the other side of the layer."""
    cell, surface = flat()
    points = cell.points.copy()
    points[(points == [4.0, -1.0]).all(axis=1), 1] = -0.05
    cell = cell.with_points(points)
    moves = np.full(surface.working.sum(), -0.05 * share)
    huygens = HuygensConstruction.of(MetalBodies.of(cell, surface), surface, moves)
    above = (cell.points == [4.0, 0.0]).all(axis=1)
    assert not huygens.sliding[above].any()
    assert huygens.sliding[huygens.on_surface & ~above].any()
    moved = cell.with_points(huygens.advanced(moves).points)
    assert moved.volumes.min() > 0.0


def test_an_edge_of_the_surface_in_space_is_cut() -> None:
    """kink: on a step of the surface that grows everywhere alike only the flat parts slide."""
    step = {LITHIUM: lambda x: (x[:, 2] < 0.0) | ((x[:, 2] < 1.0) & (x[:, 0] < 2.0))}
    cell = box((0.0, 0.0, -1.0), (4.0, 4.0, 3.0), (8, 8, 8), step)
    surface = extract_surface(cell)
    moves = np.full(surface.working.sum(), 0.15)
    huygens = HuygensConstruction.of(MetalBodies.of(cell, surface), surface, moves)
    x, _, z = cell.points.T
    assert not huygens.sliding[np.isclose(x, 2.0) & np.isclose(z, 1.0)].any()
    assert huygens.sliding[(x > 3.4) & np.isclose(z, 0.0)].all()


@pytest.mark.parametrize("dim", [2, 3])
def test_the_pairs_decide_the_level_set_of_every_scaling(dim: int) -> None:
    """On a step of the surface that grows here and recedes there, as with all pairs in the band."""
    lithium = {LITHIUM: lambda x: (x[:, -1] < 0.0) | ((x[:, -1] < 1.0) & (x[:, 0] < 2.0))}
    cell = box((0.0,) * (dim - 1) + (-1.0,), (4.0,) * (dim - 1) + (3.0,), (8,) * dim, lithium)
    surface = extract_surface(cell)
    random = np.random.default_rng(dim)
    moves = random.uniform(-0.2, 0.2, surface.working.sum())
    huygens = HuygensConstruction.of(MetalBodies.of(cell, surface), surface, moves)
    pairs = near_pairs(cell.points, cell.points[huygens.facets], huygens.band)
    assert len(huygens.pairs.point) < 0.8 * len(pairs.point)
    low, high = huygens.numerics.scaling_range
    for factor in (low, 1.0, high, random.uniform(low, high, len(moves))):
        scaled = factor * moves
        np.testing.assert_array_equal(
            huygens.level_set(scaled), replace(huygens, pairs=pairs).level_set(scaled)
        )
