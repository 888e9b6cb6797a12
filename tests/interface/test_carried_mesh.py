"""Steps in 3D that carry the mesh along: volumes are exact, cells stay good, and others are cut."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.boxes import box
from helpers.moving_cells import begin, plain_interface, step

from deposition.interface.numerics import NUMERICS
from deposition.interface.state import InterfaceState
from deposition.mesh.cell import COLLECTOR, LITHIUM, metal_volume
from deposition.mesh.quality import mean_ratio

pytestmark = pytest.mark.process

SIZE = 0.6


def layer(below: str = LITHIUM):
    """A flat layer in a box, with cells that are a little smaller than ``SIZE``."""
    return box((0.0, 0.0, -1.0), (2.0, 2.0, 3.0), (4, 4, 8), {below: lambda x: x[:, 2] < 0.0})


def hill(x):
    """Advance that is largest in a corner of the box, µm."""
    return 0.05 + 0.15 * np.exp(-(x[:, 0] ** 2 + x[:, 1] ** 2))


def cut_in(before: InterfaceState, after: InterfaceState) -> bool:
    """Whether the mesh has been cut in a step."""
    return not np.array_equal(before.cell.simplices, after.cell.simplices)


def worst(state: InterfaceState) -> float:
    return float(mean_ratio(state.cell.points, state.cell.simplices).min())


def test_a_step_keeps_the_mesh_and_sweeps_its_volume() -> None:
    interface = plain_interface(SIZE)
    state = begin(layer(), interface)
    before, working = metal_volume(state.cell), state.surface.working
    gained = hill(state.surface.midpoint[working]) @ state.surface.area[working]
    after = step(interface, state, hill)
    assert not cut_in(state, after)
    assert metal_volume(after.cell) - before == pytest.approx(gained, rel=1e-6)
    assert after.cell.volumes.sum() == pytest.approx(16.0, rel=1e-12)
    assert after.balances.faraday_error < 1e-6


def test_the_mesh_is_cut_before_cells_become_flat_or_edges_long() -> None:
    """quality, edges: of ten steps that raise a hill by 2 µm in all, some are cut and most not."""
    interface, cuts = plain_interface(SIZE), 0
    state = begin(layer(), interface)
    for _ in range(10):
        later = step(interface, state, hill)
        cuts += cut_in(state, later)
        state = later
        assert worst(state) > 0.9 * NUMERICS.carried_quality
        edges = state.cell.points[state.surface.facets[state.surface.working]]
        longest = np.linalg.norm(edges - np.roll(edges, 1, axis=1), axis=2).max()
        assert longest < NUMERICS.carried_edge * SIZE * 1.05
    assert 1 <= cuts <= 5
    assert state.balances.faraday_error < 1e-6


def test_a_coarse_surface_is_cut() -> None:
    """coarse: an initial mesh whose cells are as large as the size that is asked for."""
    interface = plain_interface(0.5)
    state = begin(layer(), interface)
    assert cut_in(state, step(interface, state, lambda x: np.full(len(x), 0.2)))


def test_a_bare_collector_is_cut() -> None:
    """Its vertices do not move, and lithium must appear on it."""
    interface = plain_interface(SIZE)
    state = begin(layer(COLLECTOR), interface)
    after = step(interface, state, lambda x: np.full(len(x), 0.2))
    assert cut_in(state, after)
    assert after.cell.volume(LITHIUM) == pytest.approx(0.8, rel=1e-5)
