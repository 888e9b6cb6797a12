"""Lithium that grows against dead lithium: the outline stays, and the mesh stays good."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.boxes import Indicator, box
from helpers.small_models import begin, model

from deposition.common.errors import InterfaceError
from deposition.interface import mmg_input, remesh
from deposition.mesh.cell import DEAD_LITHIUM, LITHIUM, Cell, skin
from deposition.mesh.edge_collapse import Interface, without_short_edges
from deposition.mesh.edge_flips import FIXED, without_flat_triangles
from deposition.mesh.mmg import Mesh, Task
from deposition.mesh.quality import mean_ratio
from deposition.mesh.surface import extract_surface
from deposition.mesh.vertex_smoothing import smoothed
from deposition.recorders.pace import worst_quality
from deposition.simulation.loop import time_loop

BETWEEN = Interface((2, 3), 0.01)
"""Lithium and electrolyte of ``needles``."""

GAP = 0.5
"""Between lithium and block, µm: one cell."""


def with_block() -> Cell:
    """Lithium of 1 µm under a block of 3 µm x 1 µm."""

    def block(x: np.ndarray) -> np.ndarray:
        return (np.abs(x[:, 0] - 3.0) < 1.5) & (x[:, 1] > GAP) & (x[:, 1] < GAP + 1.0)

    inside: dict[str, Indicator] = {LITHIUM: lambda x: x[:, 1] < 0.0, DEAD_LITHIUM: block}
    return box((0.0, -1.0), (6.0, 5.0), (12, 12), inside)


def outline(cell: Cell) -> np.ndarray:
    """Vertices of the surface of dead lithium, µm."""
    return cell.points[np.unique(skin(cell, cell.in_region(DEAD_LITHIUM)))]


@pytest.mark.process
def test_the_edges_of_dead_lithium_in_space_stay_through_cuts() -> None:
    """Without ``kept_edges`` these cuts take 0.1 % of the block, and a run with ten some 4 %."""

    def block(x: np.ndarray) -> np.ndarray:
        return np.all(np.abs(x - (2.0, 2.0, 1.0)) < (1.0, 1.0, 0.5), axis=1)

    inside: dict[str, Indicator] = {LITHIUM: lambda x: x[:, 2] < 0.0, DEAD_LITHIUM: block}
    cell = box((0.0, 0.0, -1.0), (4.0, 4.0, 4.0), (8, 8, 10), inside)
    for height in (0.2, 0.6, 0.9):
        sizes = np.full(len(cell.points), 0.5)
        cell = remesh.cut(cell, cell.points[:, 2] - height, sizes, 0.5)
        dead = cell.in_region(DEAD_LITHIUM)
        assert cell.volumes[dead].sum() == pytest.approx(4.0, rel=1e-12)


@pytest.mark.process
def test_a_cut_that_changes_dead_lithium_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = remesh.remesh

    def bites(task: Task) -> Mesh | None:
        mesh = answer(task)
        assert mesh is not None
        reference = mesh.reference.copy()
        reference[np.flatnonzero(reference >= mmg_input.UNSPLIT)[0]] = mmg_input.ELECTROLYTE_SIDE
        return replace(mesh, reference=reference)

    cell = with_block()
    monkeypatch.setattr(remesh, "remesh", bites)
    with pytest.raises(InterfaceError, match=r'volume of "dead_lithium".*does not move.*E367'):
        remesh.cut(cell, cell.points[:, 1] - 0.2, np.full(len(cell.points), 0.5), 0.5)


@pytest.mark.solve
def test_lithium_closes_the_gap_below_a_block_that_keeps_its_outline() -> None:
    a = replace(model(microns=0.9))
    meets, worst = [], []
    for state in time_loop(a, begin(a, with_block())):
        dead = state.cell.in_region(DEAD_LITHIUM)
        assert state.cell.volumes[dead].sum() == pytest.approx(3.0, rel=1e-12)
        x, y = outline(state.cell).T
        on_side = np.isclose(x, 1.5) | np.isclose(x, 4.5)
        assert np.all(on_side | np.isclose(y, GAP) | np.isclose(y, GAP + 1.0))
        table = state.cell.all_facets
        sides = table.simplices[(table.simplices >= 0).all(axis=1)]
        lithium = state.cell.in_region(LITHIUM)
        meets.append(bool(np.any(lithium[sides] & dead[sides][:, ::-1])))
        worst.append(worst_quality(state.cell))
    assert meets[-1] and not meets[0]
    # The step of the contact may leave flat cells; no other does.
    changes = np.flatnonzero(np.diff(meets)) + 1
    assert np.delete(worst, changes).min() > 0.05


def test_an_inverted_mesh_is_cut_again_with_other_clearances(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cell = with_block()
    tried: list[float] = []

    def inverted(task: Task) -> Mesh | None:
        """Mmg that turns a cell over unless no vertex is nearer to the cut than 1 nm."""
        if task.level_set is None:
            return None  # a mesh that is divided already: rejected
        tried.append(float(np.abs(task.level_set).min()))
        simplices = task.simplices.copy()
        if tried[-1] < 1e-3:
            simplices[0] = simplices[0, [1, 0, 2]]
        return Mesh(task.points, simplices, task.reference)

    monkeypatch.setattr(remesh, "remesh", inverted)
    level_set, sizes = cell.points @ (0.05, 1.0), np.full(len(cell.points), 0.5)
    remesh.cut(cell, level_set, sizes, 0.5)
    assert len(tried) == 3 and tried[0] == 0.0, "the third clearance is the first that helps"

    monkeypatch.setattr(remesh, "clear_of_zero", lambda psi, clearance: psi)
    with pytest.raises(InterfaceError, match="inverted cell"):
        remesh.cut(cell, level_set, sizes, 0.5)


def test_the_surface_passes_a_corner_that_it_comes_near_to() -> None:
    cell = with_block()
    surface = extract_surface(cell)
    corners = np.array([[1.5, GAP], [4.5, GAP], [1.5, GAP + 1.0], [4.5, GAP + 1.0]])
    kept = mmg_input.kept_vertices(cell)
    assert {tuple(x) for x in cell.points[kept]} == {tuple(x) for x in corners}
    level_set = cell.points[:, 1] - GAP + 0.01  # 10 nm below the lower corners
    for advance, side in ((0.3, -1.0), (-0.3, 1.0)):
        each = np.full(surface.size, advance)
        cleared = remesh.clear_of_corners(cell, level_set, surface, each, 0.05, 0.8)
        lower = kept[cell.points[kept, 1] == GAP]
        np.testing.assert_allclose(cleared[lower], side * 0.05)
        change = side * (cleared - level_set)
        away = np.linalg.norm(cell.points[:, None] - cell.points[lower], axis=2).min(axis=1)
        assert change.min() == 0.0, "nothing moves the other way"
        assert np.all(change[away >= 0.8] == 0.0)
        assert np.all(change[away < 0.8] > 0.0), "no island at the corner"


def needles(other: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A block of 1 µm between lithium and electrolyte: the surface meets its side 1 nm above a
    vertex that is ``other`` µm off the side."""
    points = np.array(
        [[0.0, 0.0], [0.5, 0.0], [0.5 + other, -1e-3], [1.0, 0.0], [0.5, -1.0], [0.5, 1.0]]
    )
    simplices = np.array([[0, 4, 1], [1, 4, 2], [2, 4, 3], [0, 1, 5], [1, 2, 3], [1, 3, 5]])
    return points, simplices, np.array([100, 2, 2, 100, 3, 3])


def test_a_short_edge_of_the_surface_is_collapsed_into_the_place_where_regions_meet() -> None:
    points, simplices, reference = needles(2e-4)
    assert np.all(mean_ratio(points, simplices)[[1, 4]] < 0.01)
    found, rows = without_short_edges(points, simplices, reference, BETWEEN, 0.1)
    assert 2 not in found, "the vertex of the surface goes, not that of the block"
    assert reference[rows].tolist() == [100, 2, 100, 3]
    assert mean_ratio(points, found).min() > 0.5


def test_good_triangles_stay() -> None:
    points, simplices, reference = needles(0.2)
    least = mean_ratio(points, simplices).min()
    for limit, stays in ((0.9 * least, True), (1.1 * least, False)):
        found, _ = without_short_edges(points, simplices, reference, BETWEEN, limit)
        assert np.array_equal(found, simplices) == stays


def test_an_outline_that_stays_loses_no_corner() -> None:
    """The same edge between two regions of which one is never split, at a vertex where it turns."""
    points, simplices, reference = needles(2e-4)
    fixed = np.where(reference == 2, FIXED, reference)
    for kind, interface in ((reference, Interface((3, 4), 1.0)), (fixed, BETWEEN)):
        found, _ = without_short_edges(points, simplices, kind, interface, 0.1)
        assert np.array_equal(found, simplices)


def test_the_interface_keeps_its_shape_to_a_tolerance() -> None:
    """The edge of the surface is 1 nm long; it stays where the surface may move by less."""
    points, simplices, reference = needles(2e-4)
    for tolerance, goes in ((2e-3, True), (1e-5, False)):
        found, _ = without_short_edges(
            points, simplices, reference, Interface((2, 3), tolerance), 0.1
        )
        assert (len(found) < len(simplices)) == goes


def test_flat_triangles_lose_their_longest_edge() -> None:
    """A vertex that nearly lies on an edge: the edge goes, the area stays."""
    cell = box((0.0, 0.0), (2.0, 2.0), (2, 2), {})
    points = cell.points.copy()
    centre = int(np.flatnonzero((points == 1.0).all(axis=1))[0])
    points[centre] = (1.49, 0.51)
    flat = cell.with_points(
        np.where(np.arange(len(points))[:, None] == centre, points, cell.points)
    )
    free = np.zeros(len(flat.simplices), dtype=np.int64)
    simplices = without_flat_triangles(flat.points, flat.simplices, free, 0.1)
    found = replace(flat, simplices=simplices)
    before, after = (mean_ratio(c.points, c.simplices).min() for c in (flat, found))
    assert before < 0.1 < after
    assert found.volumes.min() > 0.0 and found.volumes.sum() == pytest.approx(4.0)
    for kind in (np.full(len(free), FIXED), np.arange(len(free))):
        kept = without_flat_triangles(flat.points, flat.simplices, kind, 0.1)
        assert np.array_equal(kept, flat.simplices), "between triangles of one kind only"


def test_a_vertex_inside_a_region_goes_to_the_middle_of_its_neighbours() -> None:
    cell = box((0.0, 0.0), (2.0, 2.0), (2, 2), {})
    points = cell.points.copy()
    centre = int(np.flatnonzero((points == 1.0).all(axis=1))[0])
    points[centre] = (1.02, 0.03)
    one = np.zeros(len(cell.simplices), dtype=np.int64)
    found = smoothed(points, cell.simplices, one, 0.1)
    assert np.array_equal(np.delete(found, centre, axis=0), np.delete(points, centre, axis=0))
    before, after = (mean_ratio(p, cell.simplices).min() for p in (points, found))
    assert before < 0.1 < after
    two = (cell.points[cell.simplices].mean(axis=1)[:, 0] > 1.0).astype(np.int64)
    for kind in (two, np.full(len(one), FIXED)):
        same = smoothed(points, cell.simplices, kind, 0.1)
        assert np.array_equal(same, points), "on an interface, or in a mesh that stays"


def test_a_vertex_of_the_new_surface_moves_by_the_tolerance_at_most() -> None:
    """The tip of a spike of lithium, 1 nm below a vertex of the side of a block."""
    points = np.array(
        [[0.0, 0.0], [1.0, 0.0], [0.5, 0.999], [0.5, 1.0], [0.0, 0.9], [1.0, 0.9], [0.5, 2.0]]
    )
    simplices = np.array(
        [[0, 1, 2], [0, 2, 4], [1, 5, 2], [2, 3, 4], [2, 5, 3], [3, 6, 4], [3, 5, 6]]
    )
    kind = np.array([2, 3, 3, 3, 3, 100, 100])
    assert mean_ratio(points, simplices)[[3, 4]].max() < 0.01
    for tolerance in (0.0, 0.05, 0.1):
        found = smoothed(points, simplices, kind, 0.1, Interface((2, 3), tolerance))
        assert found[2] == pytest.approx((0.5, 0.999 - tolerance))
        assert np.array_equal(np.delete(found, 2, axis=0), np.delete(points, 2, axis=0))
    assert mean_ratio(found, simplices).min() > 0.1
    for other in (None, Interface((2, 100), 0.1)):
        assert np.array_equal(smoothed(points, simplices, kind, 0.1, other), points)
