"""Groups of vertices at distances far below a cell become one vertex, and volumes stay."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.boxes import box
from scipy.spatial import Delaunay

from deposition.mesh.cell import DEAD_LITHIUM, Floats, Ints, simplex_volumes
from deposition.mesh.degenerate import overlapping_facets
from deposition.mesh.gathered_vertices import merge_gathered_vertices
from deposition.mesh.quality import mean_ratio
from deposition.mesh.tetrahedron_collapse import Limits, collapse_short_edges

LIMITS = Limits(0.2, 0.2, (1,))


def with_group(group: Floats, at: float = 2.0) -> tuple[Floats, Ints, Ints]:
    """A box of edges of 1 µm whose vertex in the middle of the face of a block, or on a wall of the
    box at x = ``at``, is a group, and the regions: 1 in the block, below."""
    cell = box([0.0] * 3, [4.0] * 3, [4] * 3, {DEAD_LITHIUM: lambda x: x[:, 2] < 2.0})
    middle = (cell.points == [at, 2.0, 2.0]).all(axis=1)
    points = np.vstack([cell.points[~middle], group])
    simplices = Delaunay(points).simplices
    volumes = simplex_volumes(points, simplices)
    simplices = simplices[np.abs(volumes) > 1e-12]
    flip = simplex_volumes(points, simplices) < 0.0
    simplices[flip] = simplices[flip][:, [1, 0, 2, 3]]
    region = (points[simplices].mean(axis=1)[:, 2] < 2.0).astype(np.int64)
    return points, simplices.astype(np.int64), region


def ring(height: float) -> Floats:
    """Eight vertices on a circle of 0.01 µm on the face, the last one higher."""
    angle = np.arange(8.0) * np.pi / 4.0
    group = np.column_stack([2.0 + 0.01 * np.cos(angle), 2.0 + 0.01 * np.sin(angle), angle * 0 + 2])
    group[-1, 2] += height
    return group


@pytest.mark.parametrize("height", [0.0, 0.002, -0.002])
@pytest.mark.parametrize("axes", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_a_group_becomes_one_vertex_and_the_block_keeps_its_volume(
    height: float, axes: tuple[int, ...]
) -> None:
    points, simplices, region = with_group(ring(height))
    points = points[:, axes]  # an even permutation keeps the orientation
    before = simplex_volumes(points, simplices)
    assert before.min() > 0.0 and mean_ratio(points, simplices).min() < 0.1
    after, left, rows = merge_gathered_vertices(points, simplices, region, LIMITS)
    volumes = simplex_volumes(after, left)
    assert volumes.min() > 0.0 and not len(overlapping_facets(left))
    assert len(np.unique(left)) == len(points) - 7
    assert mean_ratio(after, left).min() > 0.3
    for number in (0, 1):
        expected = before[region == number].sum()
        assert volumes[region[rows] == number].sum() == pytest.approx(expected, rel=1e-13)


def test_a_flat_face_stays_flat() -> None:
    points, simplices, region = with_group(ring(0.0))
    after, left, _ = merge_gathered_vertices(points, simplices, region, LIMITS)
    np.testing.assert_array_equal(after, points)
    assert len(left) < len(simplices)


def test_a_bump_that_no_single_vertex_replaces_is_shared_out() -> None:
    """The vertex lies where the block has the volume that it has with the bump."""
    points, simplices, region = with_group(ring(0.002))
    after, left, _ = merge_gathered_vertices(points, simplices, region, LIMITS)
    moved = np.flatnonzero((after != points).any(axis=1))
    assert len(moved) == 1 and moved[0] in left
    assert 0.0 < after[moved[0], 2] - 2.0 < 0.002


def test_groups_in_a_mesh_that_stays_are_left() -> None:
    points, simplices, region = with_group(ring(0.0))
    fixed = Limits(0.2, 0.2, (), (1,))
    after, left, rows = merge_gathered_vertices(points, simplices, region, fixed)
    assert after is points and left is simplices and len(rows) == len(simplices)


def test_edges_alone_do_not_do_it() -> None:
    """What this is for: collapsing one edge after the other leaves bad cells."""
    points, simplices, region = with_group(ring(0.002))
    left, _ = collapse_short_edges(points, simplices, region, LIMITS)
    assert mean_ratio(points, left).min() < 0.2


@pytest.mark.parametrize("height", [0.0, 0.002])
def test_a_group_on_a_wall_of_the_box_leaves_the_wall_flat(height: float) -> None:
    """A bump there cannot be shared out: the vertex would leave the wall."""
    group = ring(height) - [2.0, 0.0, 0.0]
    group[:, 0] = np.where(group[:, 0] < 1e-3, 0.0, group[:, 0])  # half of them on the wall
    points, simplices, region = with_group(group, at=0.0)
    after, left, _ = merge_gathered_vertices(points, simplices, region, LIMITS)
    np.testing.assert_array_equal(after, points)
    volumes = simplex_volumes(after, left)
    assert volumes.min() > 0.0 and volumes.sum() == pytest.approx(64.0, rel=1e-12)
    assert (len(left) < len(simplices)) == (height == 0.0)
