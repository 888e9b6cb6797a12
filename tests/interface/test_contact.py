"""Lithium that grows against dead lithium: the outline stays, and the mesh stays good."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.boxes import Indicator, box
from helpers.small_models import begin, model

from deposition.common.errors import InterfaceError
from deposition.interface import remesh
from deposition.mesh.cell import DEAD_LITHIUM, LITHIUM, Cell, skin
from deposition.mesh.edge_flips import triangle_quality, without_flat_triangles
from deposition.mesh.mmg import Mesh, Task
from deposition.mesh.surface import extract_surface
from deposition.recorders.pace import worst_quality
from deposition.simulation.loop import time_loop

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

    def inverted(task: Task) -> Mesh:
        """Mmg that turns a cell over unless no vertex is nearer to the cut than 1 nm."""
        tried.append(float(np.abs(task.level_set).min()))
        simplices = task.simplices.copy()
        if tried[-1] < 1e-3:
            simplices[0] = simplices[0, [1, 0, 2]]
        return Mesh(task.points, simplices, task.reference)

    monkeypatch.setattr(remesh, "remesh", inverted)
    level_set, sizes = cell.points[:, 1].copy(), np.full(len(cell.points), 0.5)
    remesh.cut(cell, level_set, sizes, 0.5)
    assert len(tried) == 3 and tried[0] == 0.0, "the third clearance is the first that helps"

    monkeypatch.setattr(remesh, "clear_of_zero", lambda psi, clearance: psi)
    with pytest.raises(InterfaceError, match="inverted cell"):
        remesh.cut(cell, level_set, sizes, 0.5)


def test_the_surface_passes_a_corner_that_it_comes_near_to() -> None:
    cell = with_block()
    surface = extract_surface(cell)
    corners = np.array([[1.5, GAP], [4.5, GAP], [1.5, GAP + 1.0], [4.5, GAP + 1.0]])
    kept = remesh.kept_vertices(cell)
    assert {tuple(x) for x in cell.points[kept]} == {tuple(x) for x in corners}
    level_set = cell.points[:, 1] - GAP + 0.01  # 10 nm below the lower corners
    for advance, side in ((0.3, -1.0), (-0.3, 1.0)):
        each = np.full(surface.size, advance)
        cleared = remesh.clear_of_corners(cell, level_set, surface, each, 0.05)
        changed = np.flatnonzero(cleared != level_set)
        assert np.isin(changed, kept).all() and np.all(cell.points[changed, 1] == GAP)
        np.testing.assert_allclose(cleared[changed], side * 0.05)
        assert len(changed) == 2


def test_flat_triangles_lose_their_longest_edge() -> None:
    """A vertex that nearly lies on an edge: the edge goes, the area stays."""
    cell = box((0.0, 0.0), (2.0, 2.0), (2, 2), {})
    points = cell.points.copy()
    centre = int(np.flatnonzero((points == 1.0).all(axis=1))[0])
    points[centre] = (1.49, 0.51)
    flat = cell.with_points(
        np.where(np.arange(len(points))[:, None] == centre, points, cell.points)
    )
    free = np.ones(len(flat.simplices), dtype=bool)
    found = without_flat_triangles(flat, free, 0.1)
    before, after = (triangle_quality(c.points[c.simplices]).min() for c in (flat, found))
    assert before < 0.1 < after
    assert found.volumes.min() > 0.0 and found.volumes.sum() == pytest.approx(4.0)
    assert without_flat_triangles(flat, ~free, 0.1).simplices.tolist() == flat.simplices.tolist()
