"""Short steps without a cut: the mesh stays, volumes are exact, and fields are kept."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.boxes import box
from helpers.moving_cells import begin, carve, corner, plain_interface, step

from deposition.mesh.cell import COLLECTOR, LITHIUM, metal_volume
from deposition.mesh.sizes import MeshSizes

pytestmark = pytest.mark.process

SIZES = MeshSizes(0.25, 1.5, 1.3)


def disc(radius: float = 3.0):
    return carve(lambda x: np.linalg.norm(x, axis=1) - radius, SIZES)


def test_a_short_step_keeps_the_mesh_and_the_volume() -> None:
    interface = plain_interface()
    state = begin(disc(), interface)
    before, gained = (
        metal_volume(state.cell),
        0.01 * state.surface.area[state.surface.working].sum(),
    )
    after = step(interface, state, lambda x: np.full(len(x), 0.01))
    np.testing.assert_array_equal(after.cell.simplices, state.cell.simplices)
    assert metal_volume(after.cell) - before == pytest.approx(gained, rel=1e-6)
    assert after.since_cut == pytest.approx(0.01)
    radius = np.linalg.norm(after.surface.midpoint[after.surface.working], axis=1)
    assert radius.std() < 0.005
    assert abs(radius.mean() - 3.01) < 0.01


def test_many_short_steps_cut_as_often_as_few_long_ones() -> None:
    """steps: the mesh is cut once in a quarter of a cell, and c is interpolated no further."""
    interface = plain_interface()
    state, cuts = begin(disc(), interface), 0
    for _ in range(20):
        later = step(interface, state, lambda x: np.full(len(x), 0.01))
        cuts += int(later.since_cut < state.since_cut)
        state = later
    assert cuts == 3, "0.2 µm in ways of 0.0625 µm"
    assert state.balances.faraday_error < 1e-6


def test_a_layer_that_becomes_thin_is_cut() -> None:
    """thin: a step that takes more than a part of a thin cell."""
    interface = plain_interface()
    level = lambda x: np.minimum(x[:, 1] + 0.05, 0.05 - x[:, 1])  # noqa: E731
    state = begin(carve(lambda x: -level(x) - 0.0, SIZES), interface)
    assert state.surface.size
    after = step(interface, state, lambda x: np.full(len(x), -0.03))
    assert after.since_cut == 0.0


def test_a_bare_collector_is_cut() -> None:
    """Its vertices do not move, and lithium must appear on it."""
    cell = box((0.0, -1.0), (4.0, 4.0), (16, 20), {COLLECTOR: lambda x: x[:, 1] < 0.0})
    interface = plain_interface()
    after = step(interface, begin(cell, interface), lambda x: np.full(len(x), 0.05))
    assert after.since_cut == 0.0
    assert after.cell.volume(LITHIUM) == pytest.approx(0.2, rel=1e-6)


def test_a_kink_is_cut() -> None:
    """Its corner moves along the bisector, further than its sides."""
    interface = plain_interface()
    after = step(interface, begin(corner(), interface), lambda x: np.full(len(x), -0.01))
    assert after.since_cut == 0.0


def test_at_rest_the_mesh_stays_as_it_is() -> None:
    interface = plain_interface()
    state = begin(disc(), interface)
    after = step(interface, state, lambda x: np.zeros(len(x)))
    np.testing.assert_array_equal(after.cell.points, state.cell.points)
    np.testing.assert_allclose(after.fields.concentration, state.fields.concentration, rtol=1e-14)
