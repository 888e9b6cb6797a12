"""Sums and means at vertices."""

from __future__ import annotations

import numpy as np

from deposition.mesh.p1 import vertex_mean, vertex_mean_matrix, vertex_sum

FACETS = np.array([[0, 1, 2], [0, 2, 3]])


def test_sum_at_a_vertex_is_over_the_elements_around_it() -> None:
    assert vertex_sum(FACETS, np.array([1.0, 6.0]), 5).tolist() == [7.0, 1.0, 7.0, 6.0, 0.0]


def test_mean_at_a_vertex_is_weighted_and_zero_without_an_element() -> None:
    found = vertex_mean(FACETS, np.array([1.0, 6.0]), np.array([4.0, 1.0]), 5)
    assert found.tolist() == [2.0, 1.0, 2.0, 6.0, 0.0]


def test_matrix_of_means_agrees_with_the_mean() -> None:
    values, area = np.array([1.0, 6.0]), np.array([4.0, 1.0])
    found = vertex_mean_matrix(FACETS, area, 4) @ values
    np.testing.assert_allclose(found, vertex_mean(FACETS, values, area, 4), rtol=1e-14)
