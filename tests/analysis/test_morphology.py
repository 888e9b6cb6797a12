"""Morphology of shapes with known heights, areas and percentiles."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.cells_for_results import FILMS, bump, film_on, flat, flux, nothing, state_of

from deposition.analysis.current import p99_over_mean, percentile_by_area
from deposition.analysis.morphology import Morphology, Reference, envelope, measure, upper_envelope
from deposition.analysis.profile import height_profile
from deposition.mesh.cell import DEAD_LITHIUM, PINCHED_OFF, Cell
from deposition.mesh.footprint import Footprint, projected_area
from deposition.mesh.surface import extract_surface
from deposition.recorders.snapshots import snapshot_of


def reference_of(cell: Cell) -> Reference:
    surface = extract_surface(cell)
    return Reference.of(cell, surface, film_on(surface))


def measured(before: Cell, after: Cell) -> Morphology:
    return measure(reference_of(before), after, extract_surface(after))


def test_rectangular_bump_2d() -> None:
    shape = measured(flat(2), flat(2, bump(2)))
    assert shape.height_mean == pytest.approx(5 * 3 / 20, rel=1e-12)
    assert shape.height_max == pytest.approx(3.0, rel=1e-12)
    assert shape.height_min == pytest.approx(0.0, abs=1e-12)
    assert shape.roughness_rms == pytest.approx(3.0 * np.sqrt(0.25 * 0.75), rel=1e-12)
    assert shape.roughness_factor == pytest.approx((20 + 2 * 3) / 20, rel=1e-12)
    assert shape.height_mean_by_film == pytest.approx({"LiF": 1.5, "LiI": 0.0})


def test_rectangular_bump_3d() -> None:
    shape = measured(flat(3), flat(3, bump(3)))
    assert shape.height_mean == pytest.approx(2 * 1 * 2 / 16, rel=1e-12)
    assert shape.height_max == pytest.approx(2.0, rel=1e-12)
    assert shape.height_min == pytest.approx(0.0, abs=1e-12)
    assert shape.roughness_rms == pytest.approx(2.0 * np.sqrt(1 / 8 * 7 / 8), rel=1e-12)
    assert shape.roughness_factor == pytest.approx((16 + 2 * 6) / 16, rel=1e-12)
    # The bump is one half above each film, and each film covers one half of the floor.
    assert shape.height_mean_by_film == pytest.approx({"LiF": 0.25, "LiI": 0.25})


@pytest.mark.parametrize("dim", [2, 3])
def test_no_deposit_is_flat_zero(dim: int) -> None:
    shape = measured(flat(dim), flat(dim))
    assert shape.height_mean == 0.0
    assert shape.height_max == shape.height_min == 0.0
    assert shape.roughness_rms == 0.0
    assert shape.roughness_factor == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize("dim", [2, 3])
def test_stripping_is_a_negative_height(dim: int) -> None:
    shape = measured(flat(dim, bump(dim)), flat(dim))
    assert shape.height_mean < 0
    assert shape.height_min == pytest.approx(-3.0 if dim == 2 else -2.0, rel=1e-12)
    assert shape.height_max == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("dim", [2, 3])
def test_peak_to_valley_is_that_of_the_surface_not_of_the_deposit(dim: int) -> None:
    """An initial bump has a peak-to-valley height without deposit; stripped, the reverse."""
    high = 3.0 if dim == 2 else 2.0
    kept = measured(flat(dim, bump(dim)), flat(dim, bump(dim)))
    assert (kept.peak_to_valley, kept.roughness_rms) == pytest.approx((high, 0.0), abs=1e-12)
    stripped = measured(flat(dim, bump(dim)), flat(dim))
    assert stripped.peak_to_valley == pytest.approx(0.0, abs=1e-12)
    assert stripped.roughness_rms > 0.0


@pytest.mark.parametrize("dim", [2, 3])
def test_envelope_of_a_tilted_surface_is_exact(dim: int) -> None:
    """A linear function of x added to z of all vertices is added to the envelope."""
    slope = np.array([0.05, -0.02])[: dim - 1]
    cell = flat(dim, bump(dim))
    points = cell.points.copy()
    points[:, -1] += points[:, :-1] @ slope
    footprint = Footprint.of(cell)
    before, after = envelope(cell, footprint), envelope(cell.with_points(points), footprint)
    assert np.allclose(after - before, footprint.samples @ slope, rtol=0, atol=1e-12)


def test_overhang_is_measured_from_above() -> None:
    def mushroom(x: np.ndarray) -> np.ndarray:
        stem = (np.abs(x[:, 0] - 10.5) < 0.5) & (x[:, 1] < 2)
        cap = (np.abs(x[:, 0] - 10.5) < 2.5) & (x[:, 1] > 2) & (x[:, 1] < 3)
        return stem | cap

    shape = measured(flat(2), flat(2, mushroom))
    assert shape.height_mean == pytest.approx((2 + 5) / 20, rel=1e-12)
    assert shape.roughness_rms == pytest.approx(3.0 * np.sqrt(0.25 * 0.75), rel=1e-12)


def island(x: np.ndarray) -> np.ndarray:
    return (x[:, 0] > 3) & (x[:, 0] < 5) & (x[:, 1] > 5) & (x[:, 1] < 6)


def test_collector_belongs_to_the_envelope() -> None:
    cell = flat(2, collector=True)
    bare = replace(cell, region=np.where(cell.region == 1, 0, cell.region))
    assert np.allclose(envelope(cell, Footprint.of(cell)), 0.0, atol=1e-12)
    assert np.allclose(envelope(bare, Footprint.of(bare)), -1.0, atol=1e-12)


def test_samples_under_a_dead_block_are_left_out() -> None:
    def block(x: np.ndarray) -> np.ndarray:
        return (x[:, 0] > 12) & (x[:, 0] < 16) & (x[:, 1] > 1) & (x[:, 1] < 3)

    def grown(x: np.ndarray) -> np.ndarray:
        below_block = (x[:, 0] > 12) & (x[:, 0] < 16) & (x[:, 1] < 1)
        return bump(2)(x) | below_block

    reference = reference_of(flat(2, dead=block))
    assert reference.shaded.mean() == pytest.approx(4 / 20)
    after = flat(2, grown, dead=block)
    shape = measure(reference, after, extract_surface(after))
    assert shape.height_mean == pytest.approx((15 + 4) / 20, rel=1e-12)
    assert shape.roughness_rms == pytest.approx(3.0 * np.sqrt(5 / 16 * 11 / 16), rel=1e-12)
    assert shape.height_mean_by_film == pytest.approx({"LiF": 1.5, "LiI": 0.0})


def test_lithium_that_is_cut_off_later_shades_nothing_and_keeps_its_volume() -> None:
    loose = flat(2, dead=island)
    names = tuple(PINCHED_OFF if name == DEAD_LITHIUM else name for name in loose.regions)
    shape = measured(flat(2), replace(loose, regions=names))
    assert shape.height_mean == pytest.approx(2 / 20, rel=1e-12)
    assert shape.height_max == 0.0


@pytest.mark.parametrize(("dim", "area"), [(2, 20.0), (3, 16.0)])
def test_projected_area_is_the_footprint(dim: int, area: float) -> None:
    assert projected_area(flat(dim)) == pytest.approx(area)


def test_upper_envelope_has_the_owner_and_the_gaps() -> None:
    points = np.array([[0.0, 1.0], [4.0, 1.0], [2.0, 0.0], [6.0, 4.0], [8.0, 0.0], [8.0, 9.0]])
    facets = np.array([[0, 1], [2, 3], [4, 5]])
    footprint = Footprint(np.array([0.0]), np.array([10.0]), (10,))
    top, owner = upper_envelope(points, facets, footprint)
    assert owner.tolist() == [0, 0, 0, 1, 1, 1, -1, -1, -1, -1]
    assert np.allclose(top[:6], [1, 1, 1, 1.5, 2.5, 3.5])
    assert np.isnan(top[6:]).all()


def test_upper_envelope_of_nothing_is_nothing() -> None:
    footprint = Footprint(np.zeros(2), np.ones(2), (3, 4))
    top, owner = upper_envelope(np.zeros((0, 3)), np.zeros((0, 3), dtype=np.int64), footprint)
    assert np.isnan(top).all()
    assert top.shape == (12,)
    assert (owner == -1).all()


def test_samples_of_a_3d_footprint_are_in_order() -> None:
    footprint = Footprint(np.array([0.0, 10.0]), np.array([2.0, 13.0]), (2, 3))
    assert footprint.samples.tolist() == [
        [0.5, 10.5], [0.5, 11.5], [0.5, 12.5], [1.5, 10.5], [1.5, 11.5], [1.5, 12.5],
    ]  # fmt: skip


def test_percentile_is_weighted_by_area() -> None:
    values, area = np.array([10.0, 1.0, 2.0]), np.array([0.005, 0.5, 0.495])
    assert percentile_by_area(values, area, 0.99) == 2.0
    assert percentile_by_area(values, area, 0.996) == 10.0
    assert percentile_by_area(values, area, 0.5) == 1.0


def test_p99_over_mean_is_one_for_a_uniform_current_and_ignores_its_sign() -> None:
    area = np.array([1.0, 2.0, 3.0])
    assert p99_over_mean(np.full(3, -5.0), area) == pytest.approx(1.0)
    assert p99_over_mean(np.array([6.0, 0.0, 2.0]), area) == pytest.approx(6.0 / 2.0)
    assert np.isnan(p99_over_mean(np.zeros(3), area))


@pytest.mark.parametrize("dim", [2, 3])
def test_profile_from_snapshots_is_that_from_cells(dim: int) -> None:
    before, after = flat(dim), flat(dim, bump(dim))
    samples, heights = height_profile(
        snapshot_of(state_of(before), flux), snapshot_of(state_of(after), flux)
    )
    reference = reference_of(before)
    assert np.allclose(samples, reference.footprint.samples)
    assert np.allclose(heights, reference.heights(after))


def test_film_of_a_sample_is_the_one_that_covers_most() -> None:
    reference = reference_of(flat(2, nothing))
    left = reference.footprint.samples[:, 0] < 10
    assert (reference.film[left] == FILMS.index("LiF")).all()
    assert (reference.film[~left] == FILMS.index("LiI")).all()
