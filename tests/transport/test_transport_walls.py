"""Transport with collector, dead lithium, electrolyte pockets and counter electrode."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.boxes import box_on, flat_cell, salt, total_salt
from helpers.transport_cases import BE, C0, V_M, physics, solve, with_collector
from helpers.transport_walls import block, hollow, random_cell

from deposition.common.constants import FARADAY
from deposition.common.errors import SolveError
from deposition.mesh.cell import Cell
from deposition.mesh.surface import extract_surface

pytestmark = pytest.mark.solve

# --- walls of special kinds -------------------------------------------------------------------


def test_a_bare_collector_plates_but_is_not_stripped() -> None:
    cell = with_collector(flat_cell(8.0, 10.0, columns=16, layers=10))
    plating, surface = solve(cell, 5.0, physics(), 1.0, 1e-4)
    stripping, _ = solve(cell, -5.0, physics(), 1.0, 1e-4)
    collector = surface.on("collector")
    assert plating.current_density[collector].min() > 4.0
    np.testing.assert_allclose(stripping.current_density[collector], 0.0, atol=1e-30)
    assert stripping.current_density[surface.on("lithium")].max() < -8.0


def only_collector() -> Cell:
    """A flat cell whose metal is a bare collector."""
    cell = flat_cell(4.0, 10.0, columns=4, layers=5)
    return replace(cell, regions=tuple("collector" if r == "lithium" else r for r in cell.regions))


def test_a_bare_collector_alone() -> None:
    plating, surface = solve(only_collector(), 5.0, physics(), 1.0, 1e-4)
    np.testing.assert_allclose(plating.current_density[surface.working], 5.0, rtol=1e-3)
    resting, _ = solve(only_collector(), 0.0, physics(), 1.0, 1e-4)
    assert np.abs(resting.current_density).max() < 1e-8
    with pytest.raises(SolveError, match="E308"):
        solve(only_collector(), -5.0, physics(), 1.0, 1e-4)


def test_insulated_dead_lithium_shields_the_surface_below() -> None:
    axes = [np.linspace(0.0, 20.0, 41), np.concatenate([[-1.0], np.linspace(0.0, 10.0, 21)])]
    cell = box_on(axes, block((6.0, 0.5), (14.0, 3.0), "dead_lithium"))
    solution, surface = solve(cell, 5.0, physics(), 1.0, 1e-6)
    np.testing.assert_array_equal(solution.current_density[surface.on("dead_lithium")], 0.0)
    assert surface.on("dead_lithium").sum() > 20
    x = surface.midpoint[:, 0]
    below = surface.working & (np.abs(x - 10.0) < 1.0)
    away = surface.working & (x < 1.0)
    assert solution.current_density[below].mean() < 0.5 * solution.current_density[away].mean()
    inside = np.all((cell.points > [6.2, 0.7]) & (cell.points < [13.8, 2.8]), axis=1)
    assert np.all(np.isnan(solution.concentration[inside]))


@pytest.mark.parametrize("shell", ["dead_lithium", "collector"])
def test_a_pocket_without_reaction_is_excluded(shell: str) -> None:
    cell = hollow(shell, "electrolyte")
    start = salt(cell)
    core = np.all((cell.points > 3.0 - 1e-9) & (cell.points < 5.0 + 1e-9), axis=1)
    start[core] = 700.0
    solution, _ = solve(cell, 5.0, physics(), 10.0, 1e-4, concentration=start)
    np.testing.assert_array_equal(solution.concentration[core], 700.0)
    assert np.all(np.isnan(solution.potential[core]))
    assert np.all(np.isfinite(solution.potential[np.isfinite(start) & ~core]))


def test_a_pocket_in_lithium_has_zero_net_current() -> None:
    cell = hollow("lithium", "electrolyte")
    solution, surface = solve(cell, 5.0, physics(), 10.0, 1e-4)
    inner = np.all((surface.midpoint > 2.9) & (surface.midpoint < 5.1), axis=1)
    assert abs((solution.current_density * surface.area)[inner].sum()) < 1e-9
    core = np.all((cell.points > 3.4) & (cell.points < 4.6), axis=1)
    assert np.all(np.isfinite(solution.potential[core]))


def test_a_counter_electrode_without_ionic_path_is_an_error() -> None:
    axes = [np.linspace(0.0, 4.0, 5), np.array([-1.0, 0.0, 1.0, 2.0, 3.0])]
    cell = box_on(axes, block((-1.0, 1.0), (5.0, 2.0), "dead_lithium"))
    with pytest.raises(SolveError, match="E307"):
        solve(cell, 5.0, physics(), 1.0)


def test_a_reservoir_has_fixed_concentration_and_supplies_the_current() -> None:
    cell = flat_cell(10.0, 50.0)
    laws = physics(moves=False, counter="reservoir")
    solution, surface = solve(cell, 50.0, laws, film=1e-4)
    top = surface.on("counter")
    np.testing.assert_allclose(solution.concentration[surface.facets[top]], C0, rtol=1e-12)
    np.testing.assert_allclose(solution.current_density[top], -50.0, rtol=2e-3)
    assert solution.current_density[top] @ surface.area[top] == pytest.approx(-500.0, rel=1e-9)
    # The salt falls by i (1 - t₊) L/(F D) to the electrode.
    drop = 50.0 * 0.62 * 50e-6 / (FARADAY * BE.salt_diffusivity)
    assert np.nanmin(solution.concentration) == pytest.approx(C0 - drop, rel=1e-3)


def test_a_fixed_counter_electrode_does_not_displace_the_salt() -> None:
    cell = flat_cell(10.0, 50.0)
    start = total_salt(cell, salt(cell))
    receding, surface = solve(cell, 5.0, physics(), 600.0, 1e-4)
    fixed, _ = solve(cell, 5.0, physics(recedes=False), 600.0, 1e-4)
    swept = 5.0 * V_M / FARADAY * 600.0 * 10e-6
    for solution, far in ((receding, 1.0), (fixed, 0.0)):
        at_facets = solution.concentration[surface.facets].mean(axis=1)
        near = at_facets[surface.working].mean() - far * at_facets[surface.on("counter")].mean()
        gained = total_salt(cell, solution.concentration) - start
        assert gained == pytest.approx(swept * near, rel=1e-3)


@pytest.mark.parametrize("dim", [2, 3])
@pytest.mark.parametrize("seed", range(12))
def test_any_arrangement_of_bodies_and_films_is_solved(seed: int, dim: int) -> None:
    random = np.random.default_rng([seed, dim])
    cell = random_cell(random, dim)
    surface = extract_surface(cell)
    film = 10.0 ** random.uniform(-6.0, -2.0, surface.size)
    laws = physics(
        exchange=10.0 ** random.uniform(0.0, 5.0),
        counter=random.choice(["lithium", "reservoir"]),
        moves=bool(random.integers(2)),
    )
    current = random.choice([50.0, 5.0, 0.0, -5.0])
    solution, _ = solve(cell, current, laws, 10.0 ** random.uniform(-9.0, 4.0), film)
    passed = solution.current_density * surface.area
    assert abs(passed.sum()) <= 1e-9 * np.abs(passed).sum()
    area = np.ptp(cell.points, axis=0)[:-1].prod()
    assert passed[surface.working].sum() == pytest.approx(current * area, abs=1e-7 * area)
    assert solution.current_density[surface.on("collector")].min(initial=0.0) >= 0.0
    assert np.nanmin(solution.concentration) > 0.0
