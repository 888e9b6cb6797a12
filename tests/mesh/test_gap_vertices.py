"""A gap between two bodies that a mesh crosses with single edges gets vertices in its middle."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.boxes import Indicator, box

from deposition.mesh.cell import DEAD_LITHIUM, ELECTROLYTE, LITHIUM, Cell
from deposition.mesh.gap_vertices import with_gap_vertices
from deposition.mesh.surface import extract_surface

pytestmark = pytest.mark.unit


def with_block(dim: int) -> Cell:
    """Lithium below 0 and a block from 1 to 2 above its middle; edges of 1 µm."""

    def block(x: np.ndarray) -> np.ndarray:
        beside = np.abs(x[:, :-1] - 2.0).max(axis=1) < 1.0
        return beside & (x[:, -1] > 1.0) & (x[:, -1] < 2.0)

    low, high = [0.0] * dim, [4.0] * dim
    low[-1] = -1.0
    inside: dict[str, Indicator] = {LITHIUM: lambda x: x[:, -1] < 0.0, DEAD_LITHIUM: block}
    return box(low, high, [4] * (dim - 1) + [5], inside)


@pytest.mark.parametrize("dim", [2, 3])
def test_no_edge_joins_the_two_bodies(dim: int) -> None:
    cell = with_block(dim)
    found = with_gap_vertices(cell)
    added = found.points[len(cell.points) :]
    assert len(added) and np.allclose(added[:, -1], 0.5), "in the middle of the gap"
    for kind in (ELECTROLYTE, LITHIUM, DEAD_LITHIUM):
        assert found.volume(kind) == pytest.approx(cell.volume(kind), rel=1e-12)
    assert found.volumes.min() > 0.0
    metal = [found.vertices_of(kind) for kind in (LITHIUM, DEAD_LITHIUM)]
    wet = found.simplices[found.in_region(ELECTROLYTE)]
    assert not np.any(metal[0][wet].any(axis=1) & metal[1][wet].any(axis=1))
    assert np.array_equal(extract_surface(found).facets, extract_surface(cell).facets)


def test_a_resolved_gap_stays() -> None:
    cell = with_block(2)
    once = with_gap_vertices(cell)
    assert with_gap_vertices(once) is once
