"""Meshes whose simplices overlap."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.boxes import even, lattice

from deposition.mesh.cell import simplex_volumes
from deposition.mesh.degenerate import overlapping_facets

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("dim", [2, 3])
def test_a_lattice_does_not_overlap_in_any_numbering(dim: int) -> None:
    points, simplices = lattice(even([0.0] * dim, [1.0] * dim, [3] * dim))
    assert len(overlapping_facets(simplices)) == 0
    number = np.random.default_rng(0).permutation(len(points))
    assert len(overlapping_facets(number[simplices])) == 0


@pytest.mark.parametrize("dim", [2, 3])
def test_simplices_on_the_same_side_of_a_facet_are_seen(dim: int) -> None:
    """All volumes are positive, but the two simplices cover the same part of space."""
    points = np.vstack([np.zeros(dim), np.eye(dim), 0.3 * np.ones(dim)])
    one, other = np.arange(dim + 1), np.r_[np.arange(dim), dim + 1]
    if simplex_volumes(points, other[None])[0] < 0:
        other[:2] = other[1::-1]
    both = np.array([one, other])
    assert simplex_volumes(points, both).min() > 0.0
    found = overlapping_facets(both)
    assert found.tolist() == [list(range(dim))]


def test_a_facet_of_three_simplices_is_seen() -> None:
    fan = np.array([[0, 1, 2], [1, 0, 3], [0, 1, 4]])
    assert overlapping_facets(fan).tolist() == [[0, 1]]
