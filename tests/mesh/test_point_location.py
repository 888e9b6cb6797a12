"""Location of points in a mesh: the simplex that contains them, else the best candidate."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import Delaunay

from deposition.mesh.cell import simplex_volumes
from deposition.mesh.point_location import Locator, barycentric, interpolate, locate

pytestmark = pytest.mark.unit


def triangulation(dim: int) -> tuple[np.ndarray, np.ndarray]:
    """A random mesh of the unit square or cube that contains all of it."""
    corners = np.stack(np.meshgrid(*[[0.0, 1.0]] * dim), axis=-1).reshape(-1, dim)
    nodes = np.vstack([corners, np.random.default_rng(3).random((400, dim))])
    return nodes, Delaunay(nodes).simplices.astype(np.int64)


@pytest.mark.parametrize("dim", [2, 3])
def test_linear_field_is_interpolated_exactly(dim: int) -> None:
    nodes, simplices = triangulation(dim)
    points = np.random.default_rng(4).random((300, dim))
    slope = np.arange(1.0, dim + 1.0)
    found = locate(points, nodes, simplices)
    inside = found.inside
    # The simplex of a point need not touch one of the four nearest nodes.
    assert inside.mean() > 0.9
    values = interpolate(found, simplices, nodes @ slope)
    np.testing.assert_allclose(values[inside], (points @ slope)[inside], atol=1e-12)


@pytest.mark.parametrize("dim", [2, 3])
def test_point_outside_takes_weights_between_0_and_1(dim: int) -> None:
    nodes, simplices = triangulation(dim)
    points = np.random.default_rng(5).random((50, dim)) + np.eye(dim)[0]
    found = locate(points, nodes, simplices)
    assert not found.inside.any()
    assert found.weight.min() >= 0.0
    np.testing.assert_allclose(found.weight.sum(axis=1), 1.0)


@pytest.mark.parametrize("dim", [2, 3])
def test_a_point_is_found_whatever_simplex_is_tried_first(dim: int) -> None:
    """In the right one, in another one, or outside of all."""
    nodes, simplices = triangulation(dim)
    rng = np.random.default_rng(6)
    points = rng.random((200, dim)) * 1.1
    locator = Locator(nodes, simplices)
    sought = locator.locate(points)
    for share_right in (1.0, 0.5, 0.0):
        right = rng.random(len(points)) < share_right
        first = np.where(right, sought.simplex, rng.integers(len(simplices), size=len(points)))
        found = locator.locate(points, first)
        inside = sought.inside
        assert found.inside[inside].all()
        assert np.array_equal(found.simplex[inside], sought.simplex[inside])
        np.testing.assert_allclose(found.weight[inside], sought.weight[inside], atol=1e-14)


def test_a_flat_simplex_tried_first_is_left() -> None:
    nodes = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.5, 0.0]])
    locator = Locator(nodes, np.array([[0, 1, 2], [0, 3, 1]]))
    assert locator.locate(np.array([[0.3, 0.2]]), np.array([1])).simplex.tolist() == [0]


def test_flat_simplex_is_no_candidate() -> None:
    """A point in a triangle beside a flat one is found in the triangle."""
    nodes = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.5, 0.0]])
    simplices = np.array([[0, 1, 2], [0, 3, 1]])
    assert simplex_volumes(nodes, simplices)[1] == 0.0
    assert locate(np.array([[0.3, 0.2]]), nodes, simplices).simplex.tolist() == [0]


def test_barycentric_on_a_line() -> None:
    weight = barycentric(np.array([[0.25]]), np.array([[[0.0], [1.0]]]))
    np.testing.assert_allclose(weight, [[0.75, 0.25]])
