"""Vertices that have gathered on the skin of a block are taken away, and its shape stays."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.boxes import box

from deposition.mesh.cell import DEAD_LITHIUM, Cell, simplex_volumes
from deposition.mesh.degenerate import overlapping_facets
from deposition.mesh.quality import mean_ratio
from deposition.mesh.tetrahedron_collapse import Limits, collapse_short_edges


def block() -> Cell:
    """A cube of dead lithium in the middle of a box."""
    inside = lambda x: (np.abs(x - 2.0) < 1.0).all(axis=1)  # noqa: E731
    return box([0.0] * 3, [4.0] * 3, [4] * 3, {DEAD_LITHIUM: inside})


def with_vertex(cell: Cell, start: list[float], end: list[float], share: float):
    """Points, simplices and regions with a vertex on an edge, at a share of it from its start."""
    number = [int(np.flatnonzero((cell.points == place).all(axis=1))[0]) for place in (start, end)]
    way = cell.points[number[1]] - cell.points[number[0]]
    points = np.vstack([cell.points, cell.points[number[0]] + share * way])
    split = np.isin(cell.simplices, number).sum(axis=1) == 2
    halves = [
        np.where(cell.simplices[split] == k, len(cell.points), cell.simplices[split])
        for k in number
    ]
    simplices = np.concatenate([cell.simplices[~split], *halves])
    region = np.concatenate([cell.region[~split], *2 * [cell.region[split]]])
    return points, simplices, region


def limits(cell: Cell) -> Limits:
    return Limits(0.2, 0.2, (cell.regions.index(DEAD_LITHIUM),))


@pytest.mark.parametrize(
    "edge",
    [
        ([2.0, 1.0, 1.0], [3.0, 1.0, 1.0]),  # on a straight edge of the block
        ([3.0, 1.0, 1.0], [2.0, 1.0, 1.0]),  # beside a corner of it
        ([2.0, 2.0, 1.0], [3.0, 2.0, 1.0]),  # on a face
        ([2.0, 2.0, 0.0], [3.0, 2.0, 0.0]),  # on a wall of the box
        ([2.0, 2.0, 2.0], [2.0, 2.0, 1.0]),  # inside
    ],
)
def test_a_vertex_beside_another_goes_into_it(edge: tuple[list[float], list[float]]) -> None:
    cell = block()
    points, simplices, region = with_vertex(cell, *edge, 0.02)
    assert mean_ratio(points, simplices).min() < 0.2
    left, rows = collapse_short_edges(points, simplices, region, limits(cell))
    volumes = simplex_volumes(points, left)
    assert volumes.min() > 0.0 and not len(overlapping_facets(left))
    assert mean_ratio(points, left).min() > 0.5
    for number, name in enumerate(cell.regions):
        before = cell.volumes[cell.region == number].sum()
        assert volumes[region[rows] == number].sum() == pytest.approx(before, rel=1e-12), name


def test_a_corner_of_the_block_stays() -> None:
    """A vertex off the block beside its corner goes into the corner and not the other way."""
    cell = block()
    points, simplices, region = with_vertex(cell, [3.0, 3.0, 3.0], [4.0, 4.0, 4.0], 0.02)
    left, _ = collapse_short_edges(points, simplices, region, limits(cell))
    corner = int(np.flatnonzero((points == 3.0).all(axis=1))[0])
    assert corner in left and len(points) - 1 not in left


def test_a_mesh_without_bad_cells_stays() -> None:
    cell = block()
    left, rows = collapse_short_edges(cell.points, cell.simplices, cell.region, limits(cell))
    assert left is cell.simplices and len(rows) == len(left)


def test_a_line_of_contact_beside_a_corner_goes_through_it() -> None:
    """A vertex of three regions, which the edge from it to the corner does not all touch."""
    cell = block()
    points, simplices, region = with_vertex(cell, [3.0, 1.0, 1.0], [2.0, 1.0, 1.0], 0.02)
    new = len(points) - 1
    corner = int(np.flatnonzero((points == [3.0, 1.0, 1.0]).all(axis=1))[0])
    # Lithium around the new vertex, outside of the block and away from the corner.
    touches, beside = (np.any(simplices == vertex, axis=1) for vertex in (new, corner))
    lithium = len(cell.regions)
    region = np.where(touches & ~beside & (region == 0), lithium, region)
    assert (region == lithium).any()
    left, rows = collapse_short_edges(points, simplices, region, limits(cell))
    assert new not in left and corner in left
    volumes = simplex_volumes(points, left)
    assert volumes.min() > 0.0
    assert volumes[region[rows] == 1].sum() == pytest.approx(8.0, rel=1e-12)
