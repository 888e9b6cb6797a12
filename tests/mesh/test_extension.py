"""A movement of some vertices is extended to all others smoothly and within the walls."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.boxes import box

from deposition.mesh.extension import extend
from deposition.mesh.quality import mean_ratio


def test_a_plane_that_moves_stretches_the_layers_beside_it_evenly() -> None:
    """The exact solution is linear on each side; nothing moves along the plane."""
    cell = box([0.0, 0.0, 0.0], [4.0, 4.0, 8.0], [4, 4, 8])
    height = cell.points[:, 2]
    given, moves = np.isin(height, (0.0, 4.0, 8.0)), np.zeros_like(cell.points)
    moves[height == 4.0, 2] = 1.0
    found = extend(cell, moves, given)
    exact = np.zeros_like(found)
    exact[:, 2] = 1.0 - np.abs(height - 4.0) / 4.0
    assert found == pytest.approx(exact, abs=0.02)
    np.testing.assert_array_equal(found[given], moves[given])


def test_vertices_on_walls_stay_on_them_and_no_cell_turns_over() -> None:
    """A dome that rises at an edge of the box by more than the height of a cell."""
    cell = box([0.0, 0.0, 0.0], [4.0, 4.0, 8.0], [4, 4, 8])
    x, y, z = cell.points.T
    given, moves = np.isin(z, (0.0, 4.0, 8.0)), np.zeros_like(cell.points)
    moves[z == 4.0, 2] = 1.3 * np.exp(-(x**2 + y**2) / 4.0)[z == 4.0]
    points = cell.points + extend(cell, moves, given)
    for axis, end in ((0, 0.0), (0, 4.0), (1, 0.0), (1, 4.0)):
        on = cell.points[:, axis] == end
        assert points[on, axis] == pytest.approx(end, abs=1e-12)
    assert mean_ratio(cell.points + moves, cell.simplices).min() < 0.0, "so it does without"
    assert mean_ratio(points, cell.simplices).min() > 0.3
