"""Dead lithium as a floating conductor: one potential, no net current (transport on one cell)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.boxes import box_on, current_through, lithium_below, salt
from helpers.transport_cases import C0, physics, solve
from helpers.transport_walls import block, hollow, random_cell

from deposition.analysis import dead_lithium as floating
from deposition.mesh.cell import Cell, Floats
from deposition.mesh.surface import Surface, extract_surface, facet_bodies
from deposition.transport.controls import CellVoltage, TotalCurrent
from deposition.transport.fields import Fields
from deposition.transport.physics import TransportPhysics
from deposition.transport.problem import TransportProblem
from deposition.verification.cases.k2_tangent import random_state, tangent_error

DEAD = "dead_lithium"
FLOATS = physics(floats=True, surface_energy=0.0)


def axes(dim: int = 2) -> list[Floats]:
    """A box of 10 µm over 1 µm of metal."""
    up = np.concatenate([[-1.0], np.linspace(0.0, 10.0, 21)])
    return [np.linspace(0.0, 10.0, 21 if dim == 2 else 11)] * (dim - 1) + [up]


def net_share(surface: Surface, current: Floats, on: np.ndarray) -> float:
    """|Σ i_n A| / Σ |i_n| A over some facets."""
    flow = (current * surface.area)[on]
    return float(abs(flow.sum()) / np.abs(flow).sum())


def floating_share(cell: Cell, surface: Surface, current: Floats) -> float:
    """The largest ``net_share`` of a body of dead lithium; 0 if none passes a current."""
    body, dead = facet_bodies(cell, surface), surface.on(DEAD) & (np.abs(current) > 1e-15)
    shares = [net_share(surface, current, dead & (body == label)) for label in set(body[dead])]
    return max(shares, default=0.0)


@pytest.mark.solve
@pytest.mark.parametrize("dim", [2, 3])
def test_a_floating_block_plates_above_and_strips_below(dim: int) -> None:
    cell = box_on(axes(dim), block([3.0] * (dim - 1) + [2.0], [7.0] * (dim - 1) + [6.0], DEAD))
    solution, surface = solve(cell, 5.0, FLOATS, 1.0, 1e-5)
    dead = surface.on(DEAD)
    assert net_share(surface, solution.current_density, dead) < 1e-10
    up = surface.midpoint[:, -1]
    assert solution.current_density[dead & (up > 5.9)].min() > 0.0
    assert solution.current_density[dead & (up < 2.1)].max() < 0.0
    metal = solution.fields.metal_potential
    assert np.ptp(metal[dead]) == 0.0
    assert metal[surface.working].max() < metal[dead].max() < 0.0


@pytest.mark.solve
def test_a_floating_block_conducts_the_current_that_an_insulated_one_diverts() -> None:
    cell = box_on(axes(), block((3.0, 2.0), (7.0, 6.0), DEAD))
    floating, surface = solve(cell, 5.0, FLOATS, 1.0, 1e-7)
    insulated, _ = solve(cell, 5.0, physics(surface_energy=0.0), 1.0, 1e-7)
    below = surface.working & (np.abs(surface.midpoint[:, 0] - 5.0) < 1.0)
    assert floating.current_density[below].mean() > 1.5 * insulated.current_density[below].mean()
    assert floating.voltage < insulated.voltage
    assert np.all(np.isnan(insulated.fields.metal_potential[surface.on(DEAD)]))


def wall_between(name: str) -> Cell:
    """A wall right across the box, between the lithium and the counter electrode."""
    return box_on(axes(), block((-1.0, 4.0), (11.0, 6.0), name))


@pytest.mark.solve
def test_a_floating_wall_conducts_the_whole_current_between_pockets() -> None:
    solution, surface = solve(wall_between(DEAD), 5.0, FLOATS, 1.0, 1e-5)
    dead, up = surface.on(DEAD), surface.midpoint[:, -1]
    np.testing.assert_allclose(solution.current_density[dead & (up > 5.0)], 5.0, rtol=1e-3)
    np.testing.assert_allclose(solution.current_density[dead & (up < 5.0)], -5.0, rtol=1e-3)
    # Two layers of electrolyte of 4 µm, four films of 1e-5 and charge transfers; κ at t = 0+.
    transfer = 8.314462618 * 298.15 / 96485.33212 / 1e4
    ohmic = 5.0 * (8e-6 / 0.35 + 4.0 * (1e-5 + transfer))
    quick, _ = solve(wall_between(DEAD), 5.0, FLOATS, 1e-9, 1e-5)
    assert quick.voltage == pytest.approx(ohmic, rel=1e-3)


def uneven_hollow() -> tuple[Cell, Floats, np.ndarray]:
    """A ring of dead lithium around a pocket of nonuniform salt; vertices of the pocket."""
    cell = hollow(DEAD, "electrolyte")
    start = salt(cell)
    core = np.all(np.abs(cell.points - 4.0) < 1.0 + 1e-9, axis=1)
    start[core] = 1000.0 + 200.0 * (cell.points[core, 0] - 4.0)
    return cell, start, core


@pytest.mark.solve
def test_a_pocket_inside_a_floating_ring_equilibrates_through_the_metal() -> None:
    cell, start, core = uneven_hollow()
    solution, surface = solve(cell, 5.0, FLOATS, 1e-3, 1e-6, concentration=start)
    inner = np.all(np.abs(surface.midpoint - 4.0) < 1.1, axis=1)
    assert net_share(surface, solution.current_density, inner) < 1e-9
    x, current = surface.midpoint[inner, 0], solution.current_density[inner]
    # A short-circuited concentration cell: it plates at high concentration.
    assert current[x > 4.9].min() > 0.0 > current[x < 3.1].max()
    assert np.all(np.isfinite(solution.potential[core]))


def sealed(name: str) -> Cell:
    """A flat cell with two bars in its electrolyte, one of ``name``."""
    cell = box_on(axes(), lithium_below(0.0))
    centre = cell.points[cell.simplices].mean(axis=1)

    def inside(low: tuple[float, float], high: tuple[float, float]) -> np.ndarray:
        return np.all((centre > low) & (centre < high), axis=1)

    names = np.where(cell.in_region("lithium"), "lithium", "electrolyte").astype("U20")
    names[inside((4.0, 5.0), (6.0, 6.0))] = DEAD
    names[inside((4.0, 7.0), (6.0, 8.0))] = name
    regions, index = np.unique(names, return_inverse=True)
    return replace(cell, region=index, regions=tuple(str(r) for r in regions))


def cut_out(cell: Cell, low: tuple[float, float], high: tuple[float, float]) -> Cell:
    """Remove a frame of simplices one lattice step wide, which leaves an insulating wall."""
    centre = cell.points[cell.simplices].mean(axis=1)
    within = np.all((centre > low) & (centre < high), axis=1)
    core = np.all((centre > np.add(low, 0.5)) & (centre < np.subtract(high, 0.5)), axis=1)
    kept = ~within | core
    return replace(cell, simplices=cell.simplices[kept], region=cell.region[kept])


@pytest.mark.solve
@pytest.mark.parametrize("other", [DEAD, "collector"])
def test_a_pocket_without_electrodes_is_solved_with_its_floating_metal(other: str) -> None:
    cell = cut_out(sealed(other), (2.0, 3.0), (9.0, 9.0))
    start = salt(cell)
    pocket = np.all((cell.points > (2.4, 3.4)) & (cell.points < (8.6, 8.6)), axis=1)
    start[pocket] += 100.0 * (cell.points[pocket, 1] - 6.0)
    surface = extract_surface(cell)
    solution, _ = solve(cell, 5.0, FLOATS, 1e-3, 1e-5, concentration=start)
    assert np.all(np.isfinite(solution.potential[np.isfinite(start)]))
    assert floating_share(cell, surface, solution.current_density) < 1e-9
    np.testing.assert_array_equal(solution.current_density[surface.on("collector")], 0.0)
    within = np.all(np.abs(surface.midpoint - (5.5, 6.0)) < 2.6, axis=1)
    assert np.abs(solution.current_density[within]).max() > 1e-3


@pytest.mark.solve
def test_the_tangent_with_floating_and_grounded_metal() -> None:
    cell = cut_out(sealed(DEAD), (2.0, 3.0), (9.0, 9.0))
    surface = extract_surface(cell)
    problem = TransportProblem(cell, surface, physics(floats=True))
    film = np.full(surface.size, 1e-5)
    system = problem.system(salt(cell), film, TotalCurrent(1e-4), 10.0)
    assert system.electrodes.reference.tolist() == [True, False, True, False]
    random = np.random.default_rng(5)
    assert tangent_error(system, random_state(system, random, False), random) < 1e-7


@pytest.mark.solve
def test_dead_lithium_on_the_counter_electrode_is_part_of_it() -> None:
    cell = box_on(axes(), block((3.0, 6.0), (7.0, 11.0), DEAD))
    solution, surface = solve(cell, 5.0, FLOATS, 1.0, 1e-5)
    dead = surface.on(DEAD)
    np.testing.assert_array_equal(solution.fields.metal_potential[dead], 0.0)
    assert solution.current_density[dead].max() < 0.0
    flow = solution.current_density * surface.area
    assert flow[surface.working].sum() == pytest.approx(50.0, rel=1e-9)
    assert flow.sum() == pytest.approx(0.0, abs=1e-9)


def test_the_net_share_is_that_of_the_worst_body_and_ignores_rounding_at_rest() -> None:
    cell = sealed(DEAD)
    surface, body = extract_surface(cell), facet_bodies(cell, extract_surface(cell))
    dead = surface.on(DEAD)
    one, other = (np.flatnonzero(dead & (body == label)) for label in np.unique(body[dead]))
    nothing = np.zeros(surface.size)
    metal, current = np.where(dead, -1e-3, np.nan), nothing.copy()
    current[one[:2]], current[other[:2]] = [4.0, -4.0], [4.0, -2.0]
    current[~dead] = 5.0
    fields = Fields(nothing, nothing, current / surface.area, metal)
    assert floating.net_share(surface, body, fields) == pytest.approx(2.0 / 6.0, rel=1e-6)
    resting = replace(fields, current_density=np.where(dead, 1e-20, 0.0))
    assert floating.net_share(surface, body, resting) == pytest.approx(1e-11)
    assert floating.net_share(surface, body, replace(fields, metal_potential=np.nan * metal)) == 0.0


@pytest.mark.solve
def test_potentiostatic_control_with_a_floating_wall() -> None:
    cell = wall_between(DEAD)
    surface = extract_surface(cell)
    problem = TransportProblem(cell, surface, FLOATS)
    film = np.full(surface.size, 1e-5)
    solution = problem.solve(salt(cell), film, CellVoltage(1e-3), 1.0)
    again = problem.solve(salt(cell), film, CellVoltage(1e-3), 1.0, guess=solution.fields)
    assert solution.total_current > 0.0
    assert again.total_current == pytest.approx(solution.total_current, rel=1e-9)
    assert again.newton_iterations <= solution.newton_iterations


@pytest.mark.solve
@pytest.mark.parametrize("dim", [2, 3])
@pytest.mark.parametrize("seed", range(16))
def test_any_arrangement_with_floating_bodies_is_solved(seed: int, dim: int) -> None:
    random = np.random.default_rng([77, seed, dim])
    cell = random_cell(random, dim)
    surface = extract_surface(cell)
    laws: TransportPhysics = physics(
        floats=True,
        exchange=10.0 ** random.uniform(0.0, 5.0),
        counter=random.choice(["lithium", "reservoir"]),
        moves=bool(random.integers(2)),
    )
    film = 10.0 ** random.uniform(-6.0, -2.0, surface.size)
    current = float(random.choice([50.0, 5.0, 0.0, -5.0]))
    start = salt(cell, C0) * random.uniform(0.9, 1.1, len(cell.points))
    step = 10.0 ** random.uniform(-9.0, 4.0)
    solution, _ = solve(cell, current, laws, step, film, start)
    flow = solution.current_density * surface.area
    assert abs(flow.sum()) <= 1e-9 * np.abs(flow).sum()
    total = current_through(cell, current) * 1e6 ** (dim - 1)
    assert flow[surface.working].sum() == pytest.approx(total, abs=1e-7 * max(abs(total), 1.0))
    assert floating_share(cell, surface, solution.current_density) < 1e-10
    assert solution.current_density[surface.on("collector")].min(initial=0.0) >= 0.0
