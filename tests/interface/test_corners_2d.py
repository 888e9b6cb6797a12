"""Cusps of deposits that grow together, and corners that recede, are cut where they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.boxes import box
from helpers.moving_cells import SIZE, begin, carve, corner, cutting, plain_interface, step, tip

from deposition.interface.body_tracking import MetalBodies
from deposition.interface.corners_2d import LevelSetMesh, find_crossings, with_crossings
from deposition.interface.curve_2d import SmoothOffset
from deposition.interface.huygens import HuygensConstruction
from deposition.interface.state import InterfaceState
from deposition.mesh.cell import DEAD_LITHIUM, LITHIUM, Cell, Floats
from deposition.mesh.surface import extract_surface

RADIUS, MIDDLE = 2.0, 1.6


def two_discs() -> Cell:
    """Discs of lithium that overlap."""

    def level(x: Floats) -> Floats:
        sides = [np.linalg.norm(x - [m, 0.0], axis=1) for m in (-MIDDLE, MIDDLE)]
        return np.minimum(*sides) - RADIUS

    return carve(level, plain_interface().sizes, (-6.0, -6.0), (6.0, 6.0))


def kinks(state: InterfaceState) -> Floats:
    """(k, 2) the vertices at which the surface turns by more than 20 degrees, µm."""
    surface = state.surface
    vertex = surface.facets[surface.working].ravel()
    normal = np.zeros_like(state.cell.points)
    np.add.at(normal, vertex, np.repeat(surface.normal[surface.working], 2, axis=0))
    half_turn = 0.5 * np.linalg.norm(normal[np.unique(vertex)], axis=1)
    return state.cell.points[np.unique(vertex)[half_turn < np.cos(np.radians(10.0))]]


def before_the_cut(cell: Cell, advance: float) -> tuple[SmoothOffset, LevelSetMesh]:
    """What a step by ``advance`` (µm) of the whole surface is made from."""
    surface, bodies = extract_surface(cell), MetalBodies.of(cell, extract_surface(cell))
    own = np.full(int(surface.working.sum()), advance)
    level_set = HuygensConstruction.of(bodies, surface, own).level_set(own)
    smooth = SmoothOffset.of(cell, surface, np.where(surface.working, advance, 0.0))
    return smooth, LevelSetMesh(cell, level_set, np.full(len(cell.points), SIZE))


@pytest.mark.process
def test_a_cusp_stays_one_vertex_on_the_crossing() -> None:
    interface = plain_interface()
    state = begin(two_discs(), interface)
    for count in range(1, 7):
        state = step(interface, state, lambda x: np.full(len(x), 0.4 * SIZE))
        found = kinks(state)
        height = np.sqrt((RADIUS + 0.4 * SIZE * count) ** 2 - MIDDLE**2)
        assert len(found) == 2, "one cusp above and one below"
        np.testing.assert_allclose(found[:, 0], 0.0, atol=0.05 * SIZE)
        np.testing.assert_allclose(np.abs(found[:, 1]), height, atol=0.2 * SIZE)


@pytest.mark.parametrize(("advance", "count"), [(0.4 * SIZE, 0), (-0.4 * SIZE, 1)])
def test_a_corner_has_a_crossing_only_when_it_recedes(advance: float, count: int) -> None:
    found = find_crossings(*before_the_cut(corner(), advance))
    assert found.metal.tolist() == [True] * count
    np.testing.assert_allclose(found.place, np.full((count, 2), advance), atol=1e-9)
    assert (found.inwards < 0.0).all(), "into the metal"


@pytest.mark.process
def test_a_tip_that_grows_has_no_crossing() -> None:
    """Its vertex would be moved there: the facets that round it are shorter than its advance."""
    interface = cutting(plain_interface())
    state = begin(tip(0.03), interface)
    for _ in range(8):
        assert find_crossings(*before_the_cut(state.cell, 5e-4 * SIZE)).place.shape == (0, 2)
        state = step(interface, state, lambda x: np.full(len(x), 5e-4 * SIZE))


def test_no_crossing_on_a_flat_surface() -> None:
    flat = box((0.0, 0.0), (4.0, 4.0), (16, 16), {LITHIUM: lambda x: x[:, 1] < 1.0})
    smooth, level_set_mesh = before_the_cut(flat, 0.4 * SIZE)
    found = find_crossings(smooth, level_set_mesh)
    assert found.place.shape == found.inwards.shape == (0, 2)
    assert with_crossings(level_set_mesh, found, smooth) is level_set_mesh


@pytest.mark.process
def test_the_mesh_is_divided_and_the_wedge_left_open() -> None:
    smooth, level_set_mesh = before_the_cut(two_discs(), 0.4 * SIZE)
    found = find_crossings(smooth, level_set_mesh)
    assert len(found.place) == 2
    divided = with_crossings(level_set_mesh, found, smooth)
    before, new = (
        level_set_mesh.cell,
        np.arange(len(level_set_mesh.cell.points), len(divided.cell.points)),
    )
    assert divided.cell.volumes.min() > 0.0
    for kind in np.unique(before.regions):
        assert divided.cell.volume(kind) == pytest.approx(before.volume(kind), rel=1e-12)
    outer = [cell.all_facets.outer().sum() for cell in (before, divided.cell)]
    assert outer[0] == outer[1]
    at_zero = divided.cell.points[new[divided.level_set[new] == 0.0]]
    np.testing.assert_allclose(np.sort(at_zero, axis=0), np.sort(found.place, axis=0), atol=0.01)
    assert (divided.level_set[new] >= 0.0).all(), "the others lie in electrolyte"


@pytest.mark.process
def test_an_unsplit_region_is_not_divided() -> None:
    smooth, level_set_mesh = before_the_cut(two_discs(), 0.4 * SIZE)
    found = find_crossings(smooth, level_set_mesh)
    dead = replace(
        level_set_mesh.cell,
        regions=tuple(f"{DEAD_LITHIUM}:{n}" for n in level_set_mesh.cell.regions),
    )
    unsplit = replace(level_set_mesh, cell=dead)
    assert with_crossings(unsplit, found, smooth) is unsplit
