"""Short steps without a cut: the mesh stays, volumes are exact, and fields are kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.boxes import box
from helpers.moving_cells import (
    SIZE,
    begin,
    carve,
    corner,
    cutting,
    plain_interface,
    step,
    with_advance,
)

from deposition.interface.huygens import AdvancedSurface
from deposition.interface.moving import MovingInterface
from deposition.interface.numerics import NUMERICS, ByDimension
from deposition.interface.slide import extended, followed, slide
from deposition.interface.state import InterfaceState
from deposition.mesh.cell import (
    COLLECTOR,
    DEAD_LITHIUM,
    LITHIUM,
    SEPARATOR,
    metal_volume,
    simplex_volumes,
)
from deposition.mesh.quality import mean_ratio
from deposition.mesh.sizes import MeshSizes
from deposition.mesh.surface import extract_surface
from deposition.transport.physics import Solution, StepSolution

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
    """steps: the mesh is cut once on the way of an edge, and c is interpolated no further."""
    interface = plain_interface()
    state, cuts = begin(disc(), interface), 0
    for _ in range(20):
        later = step(interface, state, lambda x: np.full(len(x), 0.04))
        cuts += int(later.since_cut < state.since_cut)
        state = later
    assert cuts == 2, "0.8 µm in ways of 0.25 µm, a cut included"
    assert state.balances.faraday_error < 1e-6
    radius = np.linalg.norm(state.surface.midpoint[state.surface.working], axis=1)
    assert radius.std() < 0.005


@pytest.mark.parametrize("turn", [0.0, 0.5])
def test_the_mesh_follows_the_surface_and_stays_in_the_box(turn: float) -> None:
    """layers: cells next to the surface keep their height; the walls, an outline of dead lithium
    and the counter electrode stay."""
    dead = {DEAD_LITHIUM: lambda x: (x > [0.0, 3.0]).all(axis=1) & (x < [1.0, 4.0]).all(axis=1)}
    cell = box((-2.0, -2.0), (2.0, 6.0), (16, 32), {LITHIUM: lambda x: x[:, 1] < 0.0, **dead})
    cos, sin = np.cos(turn), np.sin(turn)
    rotation = np.array([[cos, -sin], [sin, cos]])
    turned = cell.with_points(cell.points @ rotation.T)
    surface = extract_surface(turned)
    up = np.zeros_like(cell.points)
    up[surface.facets[surface.working]] = rotation @ [0.0, 0.1]
    moves = extended(turned, surface, up, passes=12) @ rotation
    x, y = cell.points.T
    first = np.isclose(y, 0.25)
    assert np.all(moves[first, 1] > 0.04) and np.all(moves[first, 1] < 0.1)
    np.testing.assert_allclose(moves[np.isclose(np.abs(x), 2.0), 0], 0.0, atol=1e-12)
    still = (y > 5.9) | (y < -1.9) | turned.vertices_of(DEAD_LITHIUM)
    np.testing.assert_allclose(moves[still, 1], 0.0, atol=1e-12)
    heights = simplex_volumes(turned.points + moves @ rotation.T, turned.simplices) / turned.volumes
    assert heights.min() > 0.75, "without its neighbours the layer would lose 0.4 of its height"


def test_a_curved_wall_stays() -> None:
    """The box keeps its volume: a vertex that moved along a bend would leave it."""
    cell = box((-2.0, -2.0), (2.0, 6.0), (16, 32), {LITHIUM: lambda x: x[:, 1] < 0.0})
    bent = cell.points + 0.05 * cell.points[:, 1:] ** 2 * [1.0, 0.0]
    curved = cell.with_points(bent)
    surface = extract_surface(curved)
    up = np.zeros_like(bent)
    up[surface.facets[surface.working]] = [0.0, 0.1]
    moves = extended(curved, surface, up, passes=12)
    walls = np.isclose(np.abs(cell.points[:, 0]), 2.0) & ~np.isclose(cell.points[:, 1], 0.0)
    np.testing.assert_array_equal(moves[walls], 0.0)
    assert np.abs(moves[~walls]).max() > 0.05


def test_a_layer_that_becomes_thin_is_cut() -> None:
    """thin: a step that takes more than a part of a thin cell."""
    interface = plain_interface()
    level = lambda x: np.minimum(x[:, 1] + 0.05, 0.05 - x[:, 1])  # noqa: E731
    state = begin(carve(lambda x: -level(x) - 0.0, SIZES), interface)
    assert state.surface.size
    after = step(interface, state, lambda x: np.full(len(x), -0.04))
    assert after.since_cut == 0.0


def test_a_bare_collector_is_cut() -> None:
    """Its vertices do not move, and lithium must appear on it."""
    cell = box((0.0, -1.0), (4.0, 4.0), (16, 20), {COLLECTOR: lambda x: x[:, 1] < 0.0})
    interface = plain_interface()
    after = step(interface, begin(cell, interface), lambda x: np.full(len(x), 0.05))
    assert after.since_cut == 0.0
    assert after.cell.volume(LITHIUM) == pytest.approx(0.2, rel=1e-6)


def test_a_kink_is_cut() -> None:
    """kink: its corner moves along the bisector, further than its sides."""
    interface = plain_interface()
    after = step(interface, begin(corner(), interface), lambda x: np.full(len(x), -0.01))
    assert after.since_cut == 0.0


def test_the_advance_of_a_slow_kink_is_deferred_to_the_next_cut() -> None:
    """kink: the volume is exact at once, and the cut finds the sides where they belong."""
    interface = plain_interface()
    slow = lambda x: np.where(np.linalg.norm(x, axis=1) < 0.6, -0.002, -0.05)  # noqa: E731
    waiting = step(interface, begin(corner(), interface), slow)
    assert waiting.since_cut == pytest.approx(0.05)
    kink = np.linalg.norm(waiting.surface.midpoint, axis=1) < 0.2
    np.testing.assert_allclose(waiting.deferred, np.where(kink, -0.002, 0.0))
    made = step(cutting(interface), waiting, slow)
    assert made.since_cut == 0.0 and not made.deferred.any()
    assert max(waiting.balances.faraday_error, made.balances.faraday_error) < 1e-6
    near = made.surface.midpoint[np.linalg.norm(made.surface.midpoint, axis=1) < 0.3]
    assert near.max(axis=1).mean() == pytest.approx(-0.004, abs=1e-3)


def test_the_corrector_does_not_make_a_deferred_advance() -> None:
    """Where the current is the same before and after the move, there is nothing to correct."""
    interface = plain_interface()
    state = begin(corner(), interface)
    slow = lambda x: np.where(np.linalg.norm(x, axis=1) < 0.6, -0.002, -0.05)  # noqa: E731
    fields = with_advance(state, slow)
    same = StepSolution(Solution(fields, 0.0, 0.0, 1), fields, 0.0)
    solve = lambda moved, *_: Solution(moved.fields, 0.0, 0.0, 1)  # noqa: E731
    corrected = interface.advance_corrected(state, same, 1.0, solve).state
    assert corrected.deferred.any()
    predicted = interface.advance(state, fields, 1.0)
    np.testing.assert_allclose(corrected.cell.points, predicted.cell.points, atol=1e-6)


@pytest.mark.parametrize(("least", "slides"), [(None, False), (0.0, True)])
def test_a_step_that_leaves_bad_cells_is_cut(least: float | None, slides: bool) -> None:
    """quality: a single layer of cells below a separator, in which no vertex can give way."""
    layers = {LITHIUM: lambda x: x[:, 1] < 0.0, SEPARATOR: lambda x: x[:, 1] > 0.25}
    interface = plain_interface()
    state = begin(box((0.0, -1.0), (4.0, 2.0), (16, 12), layers), interface)
    numerics = interface.numerics
    if least is not None:
        numerics = replace(numerics, slide_quality=ByDimension(least, least))
    old, net = start_of(interface, state, 0.24)
    assert (slide(old, net, SIZE, numerics) is not None) is slides


@pytest.mark.parametrize(("least", "better"), [(None, True), (0.05, False)])
def test_a_step_without_a_cut_improves_bad_cells(least: float | None, better: bool) -> None:
    """bad: a vertex in the electrolyte that is close to the next row."""
    cell = box((0.0, -2.0), (4.0, 4.0), (16, 24), {LITHIUM: lambda x: x[:, 1] < 0.0})
    points = cell.points.copy()
    points[np.argmin(np.linalg.norm(points - (2.0, 2.0), axis=1)), 1] -= 0.2
    interface = plain_interface()
    state = begin(cell.with_points(points), interface)
    numerics = interface.numerics
    if least is not None:
        numerics = replace(numerics, poor_quality=ByDimension(least, least))
    old, net = start_of(interface, state, 0.01)
    slid = slide(old, net, SIZE, numerics)
    assert slid is not None
    made = slid.made.connectivity.cell
    worst = float(mean_ratio(made.points, made.simplices).min())
    assert (worst > NUMERICS.poor_quality[2]) is better


def start_of(interface: MovingInterface, state: InterfaceState, advance: float):
    """The old surface of a step with this advance of all working facets, µm, and its volumes."""
    old = interface.recede_counter(state, np.where(state.surface.working, advance, 0.0))
    return old, interface.targets(old, np.zeros(old.bodies.count)).net


def test_a_kink_that_would_fall_behind_is_cut() -> None:
    """kink: at most a tenth of an edge is deferred."""
    interface = plain_interface()
    faster = lambda x: np.where(np.linalg.norm(x, axis=1) < 0.2, -0.03, -0.05)  # noqa: E731
    several = replace(interface.numerics, deferred_share=1.0)
    interface = replace(interface, numerics=several)
    assert step(interface, begin(corner(), interface), faster).since_cut == 0.0


def test_at_rest_the_mesh_stays_as_it_is() -> None:
    interface = plain_interface()
    # The first step improves the cells that the cut of the disc has left.
    state = step(interface, begin(disc(), interface), lambda x: np.zeros(len(x)))
    after = step(interface, state, lambda x: np.zeros(len(x)))
    np.testing.assert_array_equal(after.cell.points, state.cell.points)
    np.testing.assert_allclose(after.fields.concentration, state.fields.concentration, rtol=1e-14)


def test_the_mesh_follows_vertices_that_slide_before_a_cut() -> None:
    """In 3D: the first layer keeps its height, and vertices of crossed cells stay where the level
    set is that of their places."""
    cell = box((0.0, 0.0, -2.0), (4.0, 4.0, 4.0), (8, 8, 12), {LITHIUM: lambda x: x[:, 2] < 0.0})
    surface = extract_surface(cell)
    on = np.zeros(len(cell.points), dtype=bool)
    on[surface.facets[surface.working]] = True
    left = on & (cell.points[:, 0] < 1.9)
    points = cell.points.copy()
    points[left, 2] += 0.2
    psi = np.where(on, 0.0, cell.points[:, 2])
    psi[on & ~left] = -0.3
    none = np.zeros(1)
    new = followed(cell, surface, AdvancedSurface(psi, points, none, none))
    np.testing.assert_array_equal(new.points[on], points[on])
    moves = new.points - cell.points
    corner = psi[cell.simplices]
    crossed = np.unique(cell.simplices[(corner.min(axis=1) < 0) & (corner.max(axis=1) > 0)])
    np.testing.assert_array_equal(moves[np.setdiff1d(crossed, np.flatnonzero(left))], 0.0)
    first = (cell.points == [0.0, 2.0, 0.5]).all(axis=1)
    assert moves[first, 2] > 0.08
    assert simplex_volumes(new.points, new.simplices).min() > 0.0


def test_vertices_that_would_make_cells_thin_do_not_follow() -> None:
    """thin: where a corner is held, a neighbour that followed would turn cells over."""
    cell = box((0.0, 0.0, -2.0), (4.0, 4.0, 4.0), (8, 8, 12), {LITHIUM: lambda x: x[:, 2] < 0.0})
    surface = extract_surface(cell)
    on = np.zeros(len(cell.points), dtype=bool)
    on[surface.facets[surface.working]] = True
    points = cell.points.copy()
    points[on, 2] += 0.3
    thin = int(np.flatnonzero((cell.points == [2.0, 2.0, 1.0]).all(axis=1))[0])
    squeezed = cell.points.copy()
    squeezed[thin, 2] = 0.55  # close above a vertex of the first layer, which would pass it
    low = cell.with_points(squeezed)
    points[thin] = squeezed[thin]
    psi = np.where(on, 0.0, low.points[:, 2])
    none = np.zeros(1)
    new = followed(low, surface, AdvancedSurface(psi, points, none, none))
    left = simplex_volumes(new.points, new.simplices) / low.volumes
    assert left.min() > 0.0
