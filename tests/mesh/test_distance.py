"""Point-facet pairs, and the minimum and the facet of the minimum at each point."""

from __future__ import annotations

import numpy as np
import pytest

from deposition.mesh.distance import (
    Pairs,
    argmin_by_point,
    earliest_facet,
    leading_pairs,
    minimum_by_point,
    near_pairs,
    point_facet_distance,
)


@pytest.mark.parametrize("dim", [2, 3])
def test_pairs_are_all_within_the_cutoff_in_order(dim: int) -> None:
    random = np.random.default_rng(dim)
    points, corners = random.random((40, dim)), random.random((25, dim, dim))
    pairs = near_pairs(points, corners, 0.2)
    all_points, all_facets = (each.ravel() for each in np.indices((40, 25)))
    distance = point_facet_distance(points[all_points], corners[all_facets])
    near = distance <= 0.2
    np.testing.assert_array_equal(pairs.point, all_points[near])
    np.testing.assert_array_equal(pairs.facet, all_facets[near])
    np.testing.assert_allclose(pairs.distance, distance[near])


@pytest.mark.parametrize("dim", [2, 3])
def test_the_earliest_facet_is_the_one_of_all_pairs(dim: int) -> None:
    random = np.random.default_rng(dim)
    points = 3.0 * random.random((300, dim))
    corners = 3.0 * random.random((200, 1, dim)) + 0.3 * random.random((200, dim, dim))
    advance = 0.2 * random.random(200)
    for cutoff in (0.02, 0.2, 1.0):
        pairs = near_pairs(points, corners, cutoff)
        expected = argmin_by_point(pairs, pairs.distance - advance[pairs.facet], len(points))
        assert np.count_nonzero(expected >= 0) > 0
        found = earliest_facet(points, corners, advance, cutoff)
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("dim", [2, 3])
def test_leading_pairs_decide_the_least_shifted_distance(dim: int) -> None:
    random = np.random.default_rng(dim)
    points = 3.0 * random.random((300, dim))
    corners = 3.0 * random.random((200, 1, dim)) + 0.3 * random.random((200, dim, dim))
    least = 0.4 * random.random(200) - 0.2
    most = least + 0.1
    pairs = near_pairs(points, corners, 1.0)
    leading = leading_pairs(points, corners, 1.0, [(least, most), (-most, -least)])
    assert len(leading.point) < 0.7 * len(pairs.point)
    for share in (0.0, 0.6, 1.0):
        for sign in (1.0, -1.0):
            shift = sign * (least + share * (most - least))
            all_, few = (
                argmin_by_point(some, some.distance + shift[some.facet], len(points))
                for some in (pairs, leading)
            )
            np.testing.assert_array_equal(few, all_)


def test_minima_by_point() -> None:
    random = np.random.default_rng(0)
    point = np.sort(random.integers(0, 30, 100))
    values = random.integers(0, 4, 100) / 2.0  # with many equal ones
    pairs = Pairs(point, random.permutation(100), values)
    least, facet = minimum_by_point(pairs, values, 40, 1.0), argmin_by_point(pairs, values, 40)
    for k in range(40):
        own = np.flatnonzero(point == k)
        assert least[k] == values[own].min(initial=1.0)
        assert facet[k] == (pairs.facet[own[values[own].argmin()]] if len(own) else -1)


def test_no_pairs() -> None:
    none = np.empty(0, dtype=np.int64)
    pairs = Pairs(none, none, np.empty(0))
    np.testing.assert_array_equal(minimum_by_point(pairs, pairs.distance, 2, 7.0), [7.0, 7.0])
    np.testing.assert_array_equal(argmin_by_point(pairs, pairs.distance, 2), [-1, -1])


def test_the_distance_from_a_triangle_is_the_least_over_its_points() -> None:
    random = np.random.default_rng(3)
    points, corners = 2.0 * random.normal(size=(400, 3)), random.normal(size=(400, 3, 3))
    corners[:20, 2] = corners[:20, 1]  # flat ones: two corners are one
    corners[20:40, 1] = corners[20:40, 0]
    corners[40:60] = corners[40:60, :1]  # a point
    corners[60:80, 2] = 0.3 * corners[60:80, 0] + 0.7 * corners[60:80, 1]
    steps = np.linspace(0.0, 1.0, 101)
    v, w = (each.ravel() for each in np.meshgrid(steps, steps))
    v, w = v[v + w <= 1.0 + 1e-9], w[v + w <= 1.0 + 1e-9]
    a, b, c = (corners[:, k, None, :] for k in range(3))
    places = a + v[:, None] * (b - a) + w[:, None] * (c - a)
    least = np.linalg.norm(points[:, None] - places, axis=2).min(axis=1)
    distance = point_facet_distance(points, corners)
    assert np.all(distance <= least + 1e-9)
    np.testing.assert_allclose(distance, least, rtol=0.02, atol=0.05)
