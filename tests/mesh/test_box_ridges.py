"""Edges and corners of a 3D box that Mmg is told to keep, in any orientation."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.boxes import box
from scipy.spatial.transform import Rotation

from deposition.interface.mmg_input import box_ridges
from deposition.mesh.cell import Cell

pytestmark = pytest.mark.unit


def turned(cell: Cell, angles: tuple[float, float, float]) -> Cell:
    """The cell after a rotation by Euler angles, degrees."""
    rotation = Rotation.from_euler("xyz", angles, degrees=True).as_matrix()
    return cell.with_points(cell.points @ rotation.T)


@pytest.mark.parametrize("angles", [(0.0, 0.0, 0.0), (90.0, 0.0, 0.0), (17.0, -38.0, 71.0)])
def test_a_box_has_twelve_edges_and_eight_corners(angles: tuple[float, float, float]) -> None:
    cell = box([0.0, 0.0, 0.0], [2.0, 3.0, 4.0], [2, 3, 4])
    ridges, corners = box_ridges(turned(cell, angles))
    extent = np.array([2.0, 3.0, 4.0])
    ends = cell.points[ridges]
    on_wall = np.isclose(ends, 0.0) | np.isclose(ends, extent)
    assert np.all(on_wall.sum(axis=2) >= 2), "both ends lie on an edge of the box"
    length = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1).sum()
    assert length == pytest.approx(4.0 * extent.sum())
    at = cell.points[corners]
    assert len(at) == 8 and np.all(np.isclose(at, 0.0) | np.isclose(at, extent))


def test_a_box_with_a_roof_has_no_ridge_at_a_small_angle() -> None:
    """The roof rises by 20 degrees on each side: its ridge is no edge for Mmg."""
    cell = box([0.0, 0.0, 0.0], [2.0, 2.0, 2.0], [2, 2, 2])
    points = cell.points.copy()
    top = (points[:, 2] == 2.0) & (points[:, 0] == 1.0)
    points[top, 2] += np.tan(np.radians(20.0))
    ridges, _ = box_ridges(cell.with_points(points))
    assert not np.any(top[ridges].all(axis=1))
