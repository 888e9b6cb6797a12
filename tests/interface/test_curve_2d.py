"""A smooth surface that is cut again and again, and kinks that stay sharp."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.moving_cells import SIZE, begin, carve, corner, plain_interface, step

from deposition.interface.curve_2d import SmoothOffset
from deposition.mesh.cell import Cell, metal_volume
from deposition.mesh.sizes import MeshSizes
from deposition.mesh.surface import extract_surface

pytestmark = pytest.mark.process

RADIUS = 2.0


def disc() -> Cell:
    """A disc of lithium whose vertices lie exactly on the circle."""
    sizes = MeshSizes(SIZE, 1.5, 1.3)
    cell = carve(lambda x: np.linalg.norm(x, axis=1) - RADIUS, sizes, (-4.0, -4.0), (4.0, 4.0))
    rim = np.unique(extract_surface(cell).facets)
    points = cell.points.copy()
    points[rim] *= RADIUS / np.linalg.norm(points[rim], axis=1, keepdims=True)
    return cell.with_points(points)


@pytest.mark.parametrize("advance", [0.5 * SIZE, -0.5 * SIZE])
def test_offset_of_a_circle_is_a_circle(advance):
    cell = disc()
    surface = extract_surface(cell)
    smooth = SmoothOffset.of(cell, surface, np.full(surface.size, advance))
    angle = np.linspace(0.0, 2.0 * np.pi, 400)
    points = (RADIUS + advance) * np.column_stack([np.cos(angle), np.sin(angle)])
    sag = SIZE**2 / (8.0 * RADIUS)
    beyond = smooth.beyond(points, smooth.nearest(points))
    assert np.abs(beyond).max() < 0.1 * sag
    straight = replace(smooth, slope=np.zeros_like(smooth.slope))
    assert straight.beyond(points, straight.nearest(points)).max() > 0.5 * sag


def test_the_offset_is_undefined_where_advances_differ():
    cell = disc()
    surface = extract_surface(cell)
    uneven = np.where(surface.midpoint[:, 0] > 0.0, 0.1, 0.05)
    smooth = SmoothOffset.of(cell, surface, uneven)
    points = np.array([[0.0, RADIUS], [RADIUS, 0.0], [3.9, 3.9]])
    beyond = smooth.beyond(points, smooth.nearest(points))
    np.testing.assert_array_equal(np.isnan(beyond), [True, False, True])


def test_a_corner_that_recedes_stays_sharp_and_one_that_grows_is_rounded():
    interface = plain_interface()
    state = begin(corner(), interface)
    for _ in range(6):
        state = step(interface, state, lambda x: np.full(len(x), -0.4 * SIZE))
    surface = state.surface
    mine = state.cell.points[np.unique(surface.facets[surface.working])]
    tip = np.sqrt(metal_volume(state.cell)) - 4.0
    assert np.linalg.norm(mine - tip, axis=1).min() < 0.02 * SIZE
    grown = step(interface, begin(corner(), interface), lambda x: np.full(len(x), 0.4 * SIZE))
    outline = grown.cell.points[np.unique(grown.surface.facets[grown.surface.working])]
    beyond = np.linalg.norm(np.maximum(outline, 0.0), axis=1)
    np.testing.assert_allclose(beyond, 0.4 * SIZE, atol=0.02 * SIZE)
