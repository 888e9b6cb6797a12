"""Simplices divided at the zero of a level set: same volume, conforming, and nothing is crossed."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.boxes import box

from deposition.mesh.cell import FacetTable, Floats, Mask, facet_measures, simplex_volumes
from deposition.mesh.degenerate import overlapping_facets
from deposition.mesh.edge_splits import split_at_zero


def divided(dim: int, level, among: Mask | None = None):
    """A box of side 1, and its points, simplices, rows and level set after division."""
    cell = box([0.0] * dim, [1.0] * dim, [4] * dim, {})
    psi: Floats = level(cell.points)
    chosen = np.ones(len(cell.simplices), dtype=bool) if among is None else among
    points, simplices, rows, crossed = split_at_zero(cell.points, cell.simplices, psi, chosen)
    assert len(points) == len(cell.points) + len(crossed)
    return cell, points, simplices, rows, np.append(psi, np.zeros(len(crossed)))


def plane(x: Floats) -> Floats:
    return x @ np.array([0.7, 0.45, 0.3])[: x.shape[1]] - 0.52


def ball(x: Floats) -> Floats:
    return np.linalg.norm(x - 0.45, axis=1) - 0.3


@pytest.mark.parametrize("dim", [2, 3])
@pytest.mark.parametrize("level", [plane, ball])
def test_no_part_is_crossed_and_all_parts_fill_the_box_once(dim: int, level) -> None:
    cell, points, simplices, rows, psi = divided(dim, level)
    corner = psi[simplices]
    assert not np.any((corner.min(axis=1) < 0.0) & (corner.max(axis=1) > 0.0))
    volumes = simplex_volumes(points, simplices)
    assert volumes.min() > 0.0
    whole = np.bincount(rows, volumes, len(cell.simplices))
    np.testing.assert_allclose(whole, cell.volumes, rtol=1e-12)
    table = FacetTable.of(simplices)
    assert not len(overlapping_facets(simplices))
    # Conforming: no facet but those of the walls has one neighbour only.
    outer = table.vertices[table.outer()]
    assert facet_measures(points, outer).sum() == pytest.approx(2.0 * dim, rel=1e-12)


@pytest.mark.parametrize("dim", [2, 3])
def test_the_volume_below_a_plane_is_exact(dim: int) -> None:
    _, points, simplices, _, psi = divided(dim, plane)
    below = simplex_volumes(points, simplices)[psi[simplices].min(axis=1) < 0.0].sum()
    # Share of the unit box below n·x = d, by inclusion and exclusion over its corners.
    normal = np.array([0.7, 0.45, 0.3])[:dim]
    corners = np.stack(np.meshgrid(*[[0.0, 1.0]] * dim, indexing="ij"), axis=-1).reshape(-1, dim)
    left = np.clip(0.52 - corners @ normal, 0.0, None) ** dim
    signs = (-1.0) ** corners.sum(axis=1)
    exact = (signs * left).sum() / (normal.prod() * (2.0 if dim == 2 else 6.0))
    assert below == pytest.approx(exact, rel=1e-12)


@pytest.mark.parametrize("dim", [2, 3])
def test_of_other_simplices_only_shared_edges_are_divided(dim: int) -> None:
    cell = box([0.0] * dim, [1.0] * dim, [4] * dim, {})
    right = cell.points[cell.simplices].mean(axis=1)[:, 0] > 0.5
    _, points, simplices, rows, psi = divided(dim, plane, right)
    corner = psi[simplices]
    crossed = (corner.min(axis=1) < 0.0) & (corner.max(axis=1) > 0.0)
    assert crossed[~right[rows]].any() and not crossed[right[rows]].any()
    assert points[len(cell.points) :, 0].min() >= 0.5 - 1e-12
    table = FacetTable.of(simplices)
    outer = table.vertices[table.outer()]
    assert facet_measures(points, outer).sum() == pytest.approx(2.0 * dim, rel=1e-12)


def test_without_a_crossing_nothing_is_divided() -> None:
    cell, points, simplices, rows, _ = divided(3, lambda x: x[:, 2] - 0.5)
    np.testing.assert_array_equal(points, cell.points)
    np.testing.assert_array_equal(simplices, cell.simplices)
    np.testing.assert_array_equal(rows, np.arange(len(rows)))
