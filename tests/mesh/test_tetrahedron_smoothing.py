"""Vertices of bad tetrahedra move to where these are better, and others stay."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.boxes import box

from deposition.mesh.quality import mean_ratio
from deposition.mesh.tetrahedron_smoothing import without_bad_tetrahedra


def spoilt(vertex: list[float], place: list[float]):
    """A box of unit cubes with one vertex moved, and the number of that vertex."""
    cell = box([0.0] * 3, [4.0] * 3, [4] * 3)
    points = cell.points.copy()
    moved = int(np.flatnonzero((points == vertex).all(axis=1))[0])
    points[moved] = place
    return cell.with_points(points), moved


def test_quality_is_1_of_a_regular_tetrahedron_and_negative_of_one_turned_over() -> None:
    points = np.array([[1.0, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]])
    both = mean_ratio(points, np.array([[0, 1, 2, 3], [1, 0, 2, 3]]))
    assert np.sort(both) == pytest.approx([-1.0, 1.0])
    flat = mean_ratio(np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0]]), np.arange(4)[None])
    assert flat == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("vertex", [[2.0, 2.0, 2.0], [2.0, 2.0, 0.0]])
def test_a_misplaced_vertex_goes_back(vertex: list[float]) -> None:
    """Inside, and on a wall along it."""
    place = [vertex[0] + 0.93, vertex[1], vertex[2]]
    cell, moved = spoilt(vertex, place)
    assert mean_ratio(cell.points, cell.simplices).min() < 0.15
    points = without_bad_tetrahedra(cell, np.zeros(len(cell.points), dtype=bool), 0.4)
    assert mean_ratio(points, cell.simplices).min() > 0.4
    if vertex[2] == 0.0:
        assert points[moved, 2] == pytest.approx(0.0, abs=1e-12)
    far = cell.points[:, 0] < 1.0
    np.testing.assert_array_equal(points[far], cell.points[far])
    assert cell.with_points(points).volumes.sum() == pytest.approx(64.0, rel=1e-12)


def test_a_fixed_vertex_stays() -> None:
    cell, _ = spoilt([2.0, 2.0, 2.0], [2.93, 2.0, 2.0])
    points = without_bad_tetrahedra(cell, np.ones(len(cell.points), dtype=bool), 0.4)
    np.testing.assert_array_equal(points, cell.points)
