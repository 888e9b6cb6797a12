"""Transport: exact solutions, balances, the tangent, cases without a solution."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from helpers.boxes import (
    box_on,
    bumpy,
    current_through,
    flat_cell,
    lithium_below,
    salt,
    total_salt,
)
from helpers.transport_cases import (
    BE,
    C0,
    C_I_BE,
    C_I_BE_LN,
    FOREVER,
    V_M,
    T,
    height,
    physics,
    solve,
    with_collector,
)
from petsc4py import PETSc

from deposition.common.constants import FARADAY, GAS_CONSTANT
from deposition.common.errors import SolveError
from deposition.laws.electrolyte import Ohmic
from deposition.mesh.cell import Cell, Floats
from deposition.mesh.surface import extract_surface
from deposition.transport import dolfinx_compat as compat
from deposition.transport.bulk_form import compile_bulk
from deposition.transport.controls import CellVoltage, TotalCurrent
from deposition.transport.linear import LinearSolver, Pattern
from deposition.transport.mumps import Mumps
from deposition.transport.physics import Depleted, TransportPhysics
from deposition.transport.problem import TransportProblem
from deposition.transport.superlu import SuperLU
from deposition.transport.system import System
from deposition.verification.cases.e3_sand import sand_time
from deposition.verification.cases.k2_tangent import random_state, tangent_error

# --- exact solutions on walls that do not move ------------------------------------------------


@pytest.mark.solve
@pytest.mark.parametrize(
    ("electrolyte", "millivolts"), [(BE, 1.880), (C_I_BE, 1.654), (C_I_BE_LN, 0.927)]
)
@pytest.mark.parametrize("dim", [2, 3])
def test_steady_cell_at_five_amperes(electrolyte: Any, millivolts: float, dim: int) -> None:
    laws = physics(electrolyte, exchange=1e9, moves=False)
    solution, _ = solve(flat_cell(10.0, 50.0, layers=20, dim=dim), 5.0, laws)
    assert solution.voltage * 1e3 == pytest.approx(millivolts, rel=1e-3)


@pytest.mark.solve
@pytest.mark.parametrize("electrolyte", [BE, C_I_BE, C_I_BE_LN])
def test_steady_profiles_and_voltage(electrolyte: Any) -> None:
    """c = c0 [1 + J(1 - 2x/L)], φ = (RT/F) ln c + const, V = 2 (RT/F) ln[(1 + J)/(1 - J)]."""
    gap, current = 50.0, 50.0
    cell = flat_cell(10.0, gap)
    laws = physics(electrolyte, exchange=1e9, moves=False)
    solution, _ = solve(cell, current, laws)
    limit = 4.0 * FARADAY * electrolyte.cation_diffusivity * C0 / (gap * 1e-6)
    wet = np.isfinite(solution.concentration)
    from_anode = 1.0 - height(cell)[wet] / gap
    exact = C0 * (1.0 + current / limit * (1.0 - 2.0 * from_anode))
    np.testing.assert_allclose(solution.concentration[wet], exact, rtol=1e-3)
    drop = GAS_CONSTANT * T / FARADAY * np.log(exact)
    difference = solution.potential[wet] - drop
    assert np.ptp(difference) < 1e-3 * np.ptp(drop)
    ratio = current / limit
    voltage = 2.0 * GAS_CONSTANT * T / FARADAY * np.log((1.0 + ratio) / (1.0 - ratio))
    assert solution.voltage == pytest.approx(voltage, rel=1e-3)


@pytest.mark.solve
def test_galvanostatic_transient() -> None:
    """c at the cathode of 50 µm of BE under 50 A/m² at five times."""
    times = [0.1, 1.0, 5.0, 20.0, 60.0]
    exact = [982.701, 945.295, 879.417, 821.738, 817.120]
    layers = 50.0 * np.linspace(0.0, 1.0, 61) ** 1.6
    cell = box_on([np.array([0.0, 1.0]), np.concatenate([[-1.0], layers])], lithium_below(0.0))
    surface = extract_surface(cell)
    problem = TransportProblem(cell, surface, physics(moves=False))
    film, total, c = np.zeros(surface.size), current_through(cell, 50.0), salt(cell)
    steps = np.diff(np.concatenate([[0.0], np.geomspace(2e-3, times[0], 25)]))
    computed = []
    for start, end in zip([0.0, *times], times, strict=False):
        for step in steps if start == 0.0 else np.full(30, (end - start) / 30):
            c = problem.solve(c, film, TotalCurrent(total), float(step)).concentration
        computed.append(float(np.nanmin(c)))
    np.testing.assert_allclose(computed, exact, rtol=1e-3)


@pytest.mark.solve
def test_sand_time() -> None:
    """The salt of BE is depleted at π D [F c0 / 2(1 - t₊) i]² = 0.8354 s under 1000 A/m²."""
    layers = 40.0 * np.linspace(0.0, 1.0, 81) ** 2
    cell = box_on([np.array([0.0, 1.0]), np.concatenate([[-1.0], layers])], lithium_below(0.0))
    surface = extract_surface(cell)
    problem = TransportProblem(cell, surface, physics(moves=False))
    film, total, c = np.zeros(surface.size), current_through(cell, 1000.0), salt(cell)
    step, time = 2e-3, 0.0
    with pytest.raises(Depleted):
        while time < 2.0:
            c = problem.solve(c, film, TotalCurrent(total), step).concentration
            time += step
    assert time == pytest.approx(sand_time(BE, 1000.0), rel=0.01)


@pytest.mark.solve
def test_ohmic_cell_with_film_and_charge_transfer() -> None:
    """V = i [L/κ + 2 (R + R_ct)] for i far below i_0."""
    laws = physics(Ohmic(0.35), exchange=1e4, moves=False)
    solution, _ = solve(flat_cell(10.0, 20.0, layers=4), 1.0, laws, film=3e-4)
    charge_transfer = GAS_CONSTANT * T / FARADAY / 1e4
    exact = 20e-6 / 0.35 + 2.0 * (3e-4 + charge_transfer)
    assert solution.voltage == pytest.approx(exact, rel=1e-6)


@pytest.mark.solve
def test_current_distribution_under_dominant_film_resistance() -> None:
    """i_j = i_avg (1/R_j) / Σ f_k/R_k when κ R is far above the width."""
    cell = flat_cell(4.0, 10.0, columns=16, layers=8)
    surface = extract_surface(cell)
    film = np.where(surface.midpoint[:, 0] < 1.0, 1.0, 10.0) * 1e-1
    solution, _ = solve(cell, 5.0, physics(Ohmic(0.35), exchange=1e6), 1.0, film)
    working = surface.working
    share = (1.0 / film) / np.average(1.0 / film[working], weights=surface.area[working])
    np.testing.assert_allclose(solution.current_density[working], 5.0 * share[working], rtol=1e-3)


# --- balances ---------------------------------------------------------------------------------


@pytest.mark.solve
def test_moving_walls_displace_the_salt_and_conserve_it() -> None:
    """Σ over walls of v c Δt is the salt of the swept volume, to solver tolerance."""
    cell, step = bumpy(), 30.0
    surface = extract_surface(cell)
    film = np.where(surface.midpoint[:, 0] < 2.0, 1e-4, 5e-4)
    solution, _ = solve(cell, 20.0, physics(), step, film)
    counter = ~surface.working
    speed = solution.current_density * V_M / FARADAY
    speed[counter] = np.average(speed[counter], weights=surface.area[counter])
    mean = solution.concentration[surface.facets].mean(axis=1)
    pushed = float((speed * mean * surface.area).sum()) * 1e-6 * step
    gained = total_salt(cell, solution.concentration) - total_salt(cell, salt(cell))
    assert abs(gained - pushed) < 1e-12 * total_salt(cell, salt(cell))
    moving = np.abs(speed * mean * surface.area).sum() * 1e-6 * step
    assert moving > 1e-4 * total_salt(cell, salt(cell))  # the balance is not trivial


@pytest.mark.solve
def test_fixed_walls_conserve_the_salt() -> None:
    cell = bumpy()
    solution, _ = solve(cell, 20.0, physics(moves=False), 30.0)
    before = total_salt(cell, salt(cell))
    assert total_salt(cell, solution.concentration) == pytest.approx(before, rel=1e-12)


@pytest.mark.solve
@pytest.mark.parametrize("dim", [2, 3])
def test_currents_of_the_electrodes_sum_to_zero(dim: int) -> None:
    cell = bumpy(dim)
    solution, surface = solve(cell, 5.0, physics(), 10.0, 1e-4)
    passed = solution.current_density * surface.area * 1e-6 ** (dim - 1)
    total = current_through(cell, 5.0)
    assert passed[surface.working].sum() == pytest.approx(total, rel=1e-11)
    assert abs(passed.sum()) < 1e-11 * total


@pytest.mark.solve
def test_a_symmetric_cell_has_a_symmetric_solution() -> None:
    # The alternate diagonals of the grid make the mesh its own mirror image.
    cell = mirror_symmetric()
    surface = extract_surface(cell)
    film = np.where(np.abs(surface.midpoint[:, 0]) < 1.0, 1e-4, 5e-4)
    solution, _ = solve(cell, 5.0, physics(), 10.0, film)
    working = np.flatnonzero(surface.working)
    working = working[np.argsort(surface.midpoint[working, 0])]
    current = solution.current_density[working]
    np.testing.assert_allclose(current, current[::-1], rtol=1e-8)
    assert current.max() > 1.5 * current.min()


# --- the tangent, and the path to the root ----------------------------------------------------


def mirror_symmetric() -> Cell:
    """A flat cell on [-4, 4] µm whose left half is the mirror image of its right half."""
    right = box_on(
        [np.linspace(0.0, 4.0, 9), np.concatenate([[-1.0], np.linspace(0.0, 6.0, 9)])],
        lithium_below(0.0),
    )
    size = len(right.points)
    twin = np.where(right.points[:, 0] == 0.0, np.arange(size), np.arange(size) + size)
    points = np.concatenate([right.points, right.points * [-1.0, 1.0]])
    left = twin[right.simplices][:, [1, 0, 2]]
    cell = replace(
        right,
        points=points,
        simplices=np.concatenate([right.simplices, left]),
        region=np.tile(right.region, 2),
        facets=np.concatenate([right.facets, twin[right.facets]]),
        boundary=np.tile(right.boundary, 2),
    )
    return compact(cell)


def compact(cell: Cell) -> Cell:
    """The same cell without points that belong to nothing."""
    used, simplices = np.unique(cell.simplices, return_inverse=True)
    number = np.full(len(cell.points), -1)
    number[used] = np.arange(len(used))
    return replace(
        cell,
        points=cell.points[used],
        simplices=simplices.reshape(cell.simplices.shape),
        facets=number[cell.facets],
    )


def system_of(cell: Cell, laws: TransportPhysics, current_density: float) -> System:
    """The nonlinear system of one step of ten seconds."""
    surface = extract_surface(cell)
    film = np.where(surface.midpoint[:, 0] < 2.0, 1e-4, 5e-4)
    problem = TransportProblem(cell, surface, laws)
    return problem.system(
        salt(cell), film, TotalCurrent(current_through(cell, current_density)), 10.0
    )


@pytest.mark.solve
@pytest.mark.parametrize("dim", [2, 3])
@pytest.mark.parametrize("at_rest", [True, False])
@pytest.mark.parametrize("electrolyte", [BE, Ohmic(0.35)])
@pytest.mark.parametrize("counter", ["lithium", "reservoir"])
def test_tangent_agrees_with_finite_differences(
    dim: int, at_rest: bool, electrolyte: Any, counter: str
) -> None:
    cell = with_collector(bumpy(dim))
    system = system_of(cell, physics(electrolyte, exchange=50.0, counter=counter), 5.0)
    random = np.random.default_rng(5)
    assert tangent_error(system, random_state(system, random, at_rest), random) <= 1e-7


@pytest.mark.solve
def test_collector_facets_in_the_tangent_are_of_both_kinds() -> None:
    system = system_of(with_collector(bumpy()), physics(exchange=50.0), 5.0)
    collector = system.walls.no_stripping
    assert 0 < collector.sum() < len(collector)


@pytest.mark.solve
def test_the_solution_does_not_depend_on_the_initial_guess() -> None:
    cell = bumpy()
    surface = extract_surface(cell)
    problem = TransportProblem(cell, surface, physics())
    arguments = (
        salt(cell),
        np.full(surface.size, 1e-4),
        TotalCurrent(current_through(cell, 50.0)),
        10.0,
    )
    cold = problem.solve(*arguments)
    warm = problem.solve(*arguments, guess=cold.fields)
    assert warm.voltage == pytest.approx(cold.voltage, rel=1e-9)
    np.testing.assert_allclose(warm.current_density, cold.current_density, rtol=1e-8)
    assert warm.newton_iterations <= cold.newton_iterations


# --- no solution ------------------------------------------------------------------------------


@pytest.mark.solve
@pytest.mark.parametrize("time_step", [1.0, 100.0, FOREVER])
def test_a_current_above_the_limit_reports_the_position_of_depletion(time_step: float) -> None:
    current = 2000.0 if time_step == 1.0 else 400.0  # the limit of BE over 50 µm is 273 A/m²
    with pytest.raises(Depleted, match="E304") as raised:
        solve(flat_cell(10.0, 50.0), current, physics(moves=False), time_step)
    assert raised.value.where[1] < 1.0
    assert raised.value.c_min < 10.0
    assert "at 12 s" in str(raised.value.at(12.0))


@pytest.mark.solve
@pytest.mark.parametrize("part", [0.5, 0.9, 0.99])
def test_a_current_just_below_the_limit_has_a_solution(part: float) -> None:
    laws = physics(moves=False)
    solution, _ = solve(flat_cell(10.0, 50.0), part * 273.4, laws)
    assert np.nanmin(solution.concentration) == pytest.approx(C0 * (1.0 - part), abs=5e-3 * C0)


@pytest.mark.solve
def test_a_step_may_begin_below_zero() -> None:
    """As the second stage of a step near depletion may; no law is asked there for its value."""
    cell = flat_cell(10.0, 50.0)
    surface = extract_surface(cell)
    c = salt(cell)
    c[height(cell) == 0.0] = -5.0
    problem = TransportProblem(cell, surface, physics(moves=False))
    total = TotalCurrent(current_through(cell, 1.0))
    with np.errstate(invalid="raise"):
        solution = problem.solve(c, np.zeros(surface.size), total, 1.0)
    assert 0.0 < np.nanmin(solution.concentration) < C0


# --- compiled code ------------------------------------------------------------------------------


@pytest.mark.process
def test_recovery_from_a_killed_compilation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(compat, "COMPILE_TIMEOUT", 1)
    compile_bulk.__wrapped__(Ohmic, 2)
    folder = tmp_path / "deposition" / "forms"
    made = [f for f in folder.iterdir() if f.suffix != ".c"]
    assert made and len(made) < len(list(folder.iterdir()))
    for file in made:
        file.unlink()
    assert compile_bulk.__wrapped__(Ohmic, 2).tangent is not None


@pytest.mark.solve
def test_the_initial_cell_voltage_is_ohmic() -> None:
    """Before any salt has moved the cell is ohmic: V = i (L/κ + 2 R_ct)."""
    laws = physics(exchange=1e4, moves=False)
    solution, _ = solve(flat_cell(10.0, 50.0), 1.0, laws, 1e-9)
    exact = 50e-6 / 0.35 + 2.0 * GAS_CONSTANT * T / FARADAY / 1e4
    assert solution.voltage == pytest.approx(exact, rel=1e-4)


# --- endurance --------------------------------------------------------------------------------


def resident() -> float:
    """Memory of this process, MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@pytest.mark.slow
def test_memory_stays_flat_over_hundreds_of_problems() -> None:
    cell = flat_cell(20.0, 40.0, columns=30, layers=40)
    for _ in range(100):
        solve(cell, 5.0, physics(), 10.0, 1e-4)
    before = resident()
    for _ in range(300):
        solve(cell, 5.0, physics(), 10.0, 1e-4)
    assert resident() - before < 5.0


@pytest.mark.solve
def test_the_voltage_that_a_current_needs_gives_that_current() -> None:
    """Potentiostatic is the inverse of galvanostatic, with walls that move, too."""
    cell = flat_cell(8.0, 10.0, columns=8, layers=10)
    surface = extract_surface(cell)
    problem = TransportProblem(cell, surface, physics())
    film: Floats = np.linspace(1e-4, 3e-4, surface.size).astype(np.float64)
    total = current_through(cell, 50.0)
    given = problem.solve(salt(cell), film, TotalCurrent(total), 3.0)
    found = problem.solve(salt(cell), film, CellVoltage(given.voltage), 3.0)
    assert given.total_current == pytest.approx(total, rel=1e-12)
    assert found.total_current == pytest.approx(total, rel=1e-9)
    assert found.voltage == pytest.approx(given.voltage, rel=1e-12)
    np.testing.assert_allclose(found.current_density, given.current_density, rtol=1e-8)
    np.testing.assert_allclose(found.concentration, given.concentration, rtol=1e-9)


@pytest.mark.solve
def test_failed_convergence_reports_a_position(monkeypatch: pytest.MonkeyPatch) -> None:
    cell = flat_cell(8.0, 10.0, columns=8, layers=10)
    surface = extract_surface(cell)
    problem = TransportProblem(cell, surface, physics())
    monkeypatch.setattr("deposition.transport.newton.MAX_ITERATIONS", 0)
    with pytest.raises(SolveError, match=r"near \([\d.]+, [\d.]+\) µm \[E305\]"):
        problem.solve(salt(cell), np.full(surface.size, 1e-4), TotalCurrent(1e-4), 1.0)


@pytest.mark.parametrize("kind", [Mumps, SuperLU])
def test_errors_of_the_direct_solver(kind: type[LinearSolver]) -> None:
    corners = np.array([0, 0, 1, 1])
    pattern = Pattern(corners, np.array([0, 1, 0, 1]), 2)
    with kind(pattern) as solver:
        with pytest.raises(SolveError, match="E301"):
            solver.factor(np.array([1.0, np.nan, 0.0, 1.0]))
        solver.factor(np.array([1.0, 2.0, 0.0, 4.0]))
        assert solver.solve(np.array([5.0, 8.0])) == pytest.approx([1.0, 2.0], rel=1e-14)
        with pytest.raises(SolveError, match="E303"):
            solver.factor(np.ones(4))
            solver.solve(np.array([1.0, 2.0]))


def test_new_entries_are_factorised_at_once() -> None:
    """Else what MUMPS says of them, as want of workspace, would come too late."""
    corners = np.array([0, 0, 1, 1])
    with Mumps(Pattern(corners, np.array([0, 1, 0, 1]), 2)) as solver:
        for entries, singular in (([1.0, 2.0, 0.0, 4.0], False), ([1.0, 1.0, 1.0, 1.0], True)):
            solver.factor(np.array(entries))
            said = solver._solver.getPC().getFactorMatrix().getMumpsInfog(1)
            assert (said == -10) == singular


def test_an_error_of_petsc_is_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    corners = np.array([0, 0, 1, 1])
    with Mumps(Pattern(corners, np.array([0, 1, 0, 1]), 2)) as solver:
        solver.factor(np.array([1.0, 0.0, 0.0, 1.0]))
        # The error of PETSc for exhausted memory, which a test cannot provoke.
        full = SimpleNamespace(getPC=lambda: SimpleNamespace(setUp=raise_full))
        with monkeypatch.context() as patched:
            patched.setattr(solver, "_solver", full)
            with pytest.raises(SolveError, match=r"55.*E302"):
                solver.factor(np.array([1.0, 0.0, 0.0, 1.0]))


def raise_full() -> None:
    """Raise the error of PETSc for exhausted memory."""
    raise PETSc.Error(55)


@pytest.mark.solve
def test_a_counter_electrode_without_electrolyte_is_an_error() -> None:
    upside_down = box_on([np.linspace(0.0, 2.0, 3), np.linspace(-2.0, 2.0, 5)], lithium_above)
    with pytest.raises(SolveError, match="E306"):
        TransportProblem(upside_down, extract_surface(upside_down), physics())


def lithium_above(centres: Floats) -> np.ndarray:
    """Electrolyte below, lithium between it and the counter electrode."""
    return np.where(centres[:, -1] > 0.0, "lithium", "electrolyte")
