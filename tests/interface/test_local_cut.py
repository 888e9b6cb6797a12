"""The part of a mesh that needs it is cut and remeshed; the rest stays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.boxes import Indicator, box

from deposition.interface import remesh
from deposition.interface.local_cut import Patch, to_be_remeshed
from deposition.interface.numerics import NUMERICS
from deposition.mesh.cell import DEAD_LITHIUM, ELECTROLYTE, LITHIUM, Cell, Floats, Mask
from deposition.mesh.mmg import Mesh, Task
from deposition.mesh.quality import mean_ratio

EDGE = 0.5


def flat() -> Cell:
    """Lithium below z = 0 in a box of 8 x 8 x 6 µm."""
    return box((0.0, 0.0, -2.0), (8.0, 8.0, 4.0), (16, 16, 12), {LITHIUM: lambda x: x[:, 2] < 0.0})


def dome(cell: Cell, centre: tuple[float, float] = (4.0, 4.0)) -> Floats:
    """ψ of the flat surface with a spherical cap of radius 2.5 µm, 0.9 µm high."""
    cap = np.linalg.norm(cell.points - (*centre, -1.6), axis=1) - 2.5
    psi = np.minimum(cell.points[:, 2], cap)
    return np.where(np.abs(cell.points[:, 2]) < 1e-9, np.minimum(psi, 0.0), psi)


def sizes(cell: Cell) -> Floats:
    return np.full(len(cell.points), 1.2 * EDGE)


def patch_of(cell: Cell, psi: Floats) -> Mask:
    return to_be_remeshed(cell, psi, sizes(cell))


@pytest.mark.process
@pytest.mark.parametrize("dim", [2, 3])
def test_a_surface_close_to_vertices_passes_through_them(
    dim: int, caplog: pytest.LogCaptureFixture
) -> None:
    """close: Mmg takes none of the cells for flat, and cuts nothing itself."""
    caplog.set_level("INFO", "deposition")
    low, high = (0.0,) * (dim - 1) + (-2.0,), (4.0,) * (dim - 1) + (2.0,)
    lithium = {LITHIUM: lambda x: x[:, -1] < 0.0}
    cell = box(low, high, (8,) * dim, lithium)
    tilted = cell.points[:, -1] + 1e-9 * EDGE * (cell.points[:, 0] - 2.0)
    new = remesh.cut(cell, tilted, sizes(cell), EDGE)
    assert not caplog.messages
    assert new.volume(LITHIUM) == pytest.approx(cell.volume(LITHIUM), rel=1e-12)
    assert mean_ratio(new.points, new.simplices).min() > 0.3


@pytest.mark.process
@pytest.mark.parametrize("centre", [(4.0, 4.0), (0.0, 0.0)])
def test_the_rest_stays_and_the_new_surface_is_cut(centre: tuple[float, float]) -> None:
    cell = flat()
    psi = dome(cell, centre)
    chosen = patch_of(cell, psi)
    assert 0.0 < chosen.mean() < 0.4
    new = remesh.cut(cell, psi, sizes(cell), EDGE)
    # Simplices of the rest, by the coordinates of their corners.
    before = {each.tobytes() for each in cell.points[cell.simplices[~chosen]]}
    after = {each.tobytes() for each in new.points[new.simplices]}
    assert before <= after
    assert new.volumes.min() > 0.0 and mean_ratio(new.points, new.simplices).min() > 0.05
    assert new.volumes.sum() == pytest.approx(8.0 * 8.0 * 6.0, rel=1e-12)
    # A cap of height h on a sphere of radius R has the volume π h² (3 R - h) / 3.
    share = 1.0 if centre == (4.0, 4.0) else 0.25
    cap = share * np.pi * 0.9**2 * (3.0 * 2.5 - 0.9) / 3.0
    assert new.volume(LITHIUM) - cell.volume(LITHIUM) == pytest.approx(cap, rel=0.15)
    assert len(new.facets) == len(cell.facets)


@pytest.mark.process
def test_a_block_that_the_patch_contains_keeps_its_shape() -> None:
    def block(x: Floats) -> Mask:
        return np.all(np.abs(x - (4.0, 4.0, 0.5)) < (1.0, 1.0, 0.5), axis=1)

    inside: dict[str, Indicator] = {LITHIUM: lambda x: x[:, 2] < 0.0, DEAD_LITHIUM: block}
    cell = box((0.0, 0.0, -2.0), (8.0, 8.0, 4.0), (16, 16, 12), inside)
    psi = dome(cell)
    assert not patch_of(cell, psi).all()
    new = remesh.cut(cell, psi, sizes(cell), EDGE)
    assert new.volume(DEAD_LITHIUM) == pytest.approx(4.0, rel=1e-9)
    assert new.volumes.sum() == pytest.approx(8.0 * 8.0 * 6.0, rel=1e-12)


@pytest.mark.process
def test_a_mesh_of_which_nothing_is_crossed_stays() -> None:
    cell = flat()
    new = remesh.cut(cell, cell.points[:, 2], sizes(cell), EDGE)
    np.testing.assert_array_equal(new.points, cell.points)
    np.testing.assert_array_equal(new.simplices, cell.simplices)
    assert new.volume(LITHIUM) == pytest.approx(cell.volume(LITHIUM), rel=1e-15)


@pytest.mark.process
@pytest.mark.parametrize("fault", ["moved", "refused"])
def test_where_mmg_fails_on_the_patch_all_cells_are_cut(
    monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    cell, answer, tried = flat(), remesh.remesh, []

    def fails(task: Task) -> Mesh | None:
        tried.append(len(task.points))
        mesh = answer(task)
        if task.level_set is not None:
            return mesh
        if fault == "refused" or mesh is None:
            return None
        # A vertex of the edge of the patch has moved a little.
        moved = mesh.vertices.copy()
        place = task.points[task.kept_vertices[0]]
        moved[np.linalg.norm(moved - place, axis=1).argmin()] += 1e-4
        return replace(mesh, vertices=moved)

    monkeypatch.setattr(remesh, "remesh", fails)
    new = remesh.cut(cell, dome(cell), sizes(cell), EDGE)
    assert len(tried) == 2 and tried[0] < tried[1]
    assert new.volumes.sum() == pytest.approx(8.0 * 8.0 * 6.0, rel=1e-9)


def test_the_patch_contains_what_must_be_remeshed() -> None:
    cell = flat()
    none = patch_of(cell, cell.points[:, 2])
    assert not none.any()
    middle = cell.points[cell.simplices].mean(axis=1)
    # The surface crosses cells: two layers around them.
    near = np.linalg.norm(middle[patch_of(cell, dome(cell))] - (4.0, 4.0, 0.0), axis=1)
    assert near.max() < 2.5 + 4 * EDGE
    # A bad cell.
    vertex = int(np.linalg.norm(cell.points - (6.0, 6.0, 2.0), axis=1).argmin())
    squeezed = cell.points.copy()
    squeezed[vertex] += np.array([0.9, 0.0, 0.0]) * EDGE
    bad = cell.with_points(squeezed)
    assert mean_ratio(bad.points, bad.simplices).min() < NUMERICS.patch_quality
    chosen = patch_of(bad, bad.points[:, 2])
    assert chosen[(cell.simplices == vertex).any(axis=1)].any() and chosen.mean() < 0.1
    # Edges that are too long, or too short, for the sizes wanted there.
    for factor in (0.4, 20.0):
        wanted = sizes(cell)
        wanted[vertex] *= factor
        chosen = to_be_remeshed(cell, cell.points[:, 2], wanted)
        assert chosen[(cell.simplices == vertex).any(axis=1)].all() and chosen.mean() < 0.1


def test_fine_cells_that_the_surface_has_left_are_remeshed_in_2d() -> None:
    inside: dict[str, Indicator] = {LITHIUM: lambda x: x[:, 1] < 0.0}
    cell = box((0.0, -4.0), (8.0, 4.0), (32, 32), inside)
    wanted = np.where(cell.points[:, 1] < -2.0, 3.0, 1.0) * EDGE
    chosen = to_be_remeshed(cell, cell.points[:, 1], wanted)
    middle = cell.points[cell.simplices].mean(axis=1)
    assert chosen[middle[:, 1] < -2.25].all() and not chosen[middle[:, 1] > -1.0].any()


@pytest.mark.process
@pytest.mark.parametrize("gap", [0.04, 0.01])
def test_the_cells_of_a_gap_to_the_counter_electrode_that_closes_stay(gap: float) -> None:
    """Mmg, and the improvement after it, would move the surface by more than is left of it."""
    inside: dict[str, Indicator] = {LITHIUM: lambda x: x[:, 1] < 0.0}
    cell = box((0.0, -2.0), (8.0, 0.25), (32, 9), inside)
    x, y = cell.points.T
    cell = cell.with_points(np.column_stack([x, np.where(y > 0.0, gap * EDGE, y)]))
    new = remesh.cut(cell, cell.points[:, 1], 2.0 * sizes(cell), EDGE)
    before, after = (
        np.sort(c.points[c.simplices[c.in_region(ELECTROLYTE)]].sum(axis=1), axis=0)
        for c in (cell, new)
    )
    np.testing.assert_allclose(after, before, atol=1e-12)
    assert len(new.points) < len(cell.points), "the rest is remeshed"


def test_all_cells_are_remeshed_where_the_patch_is_large_or_the_mesh_is_worn() -> None:
    """all: for a surface that is crossed everywhere, and where poor cells gather anywhere."""
    cell = flat()
    thin = box((0.0, 0.0, -1.0), (8.0, 8.0, 1.0), (16, 16, 4), {LITHIUM: lambda x: x[:, 2] < 0.0})
    waves = thin.points[:, 2] - 0.2 * np.sin(thin.points[:, 0])
    assert to_be_remeshed(thin, waves, sizes(thin)).all()
    psi = dome(cell)
    assert not patch_of(cell, psi).all()
    poor = cell.points.copy()
    inner = ((poor > (0.1, 0.1, 1.1)) & (poor < (7.9, 7.9, 3.9))).all(axis=1)
    poor[inner] += np.random.default_rng(0).uniform(-0.12, 0.12, (inner.sum(), 3))
    worn = cell.with_points(poor)
    quality = mean_ratio(worn.points, worn.simplices)
    assert NUMERICS.patch_quality < quality.min() < NUMERICS.worn_quality
    assert not patch_of(worn, psi).all()
    assert to_be_remeshed(worn, psi, sizes(worn), replace(NUMERICS, worn_quality=0.5)).all()


def test_the_frozen_facets_are_those_between_patch_and_rest() -> None:
    cell = flat()
    middle = cell.points[cell.simplices].mean(axis=1)
    patch = Patch.of(cell, (middle < 4.0).all(axis=1))
    places = patch.cell.points[patch.frozen]
    # Faces x = 4, y = 4 of the patch; z = 4 is a wall of the box.
    assert len(patch.frozen) == 2 * 2 * 8 * 12
    assert np.all((places == 4.0).all(axis=1)[:, :2].any(axis=1))
    np.testing.assert_array_equal(patch.cell.points, cell.points[patch.vertices])
