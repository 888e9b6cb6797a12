"""MUMPS and multigrid where there is PETSc, SuperLU where there is none: the same answer."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from helpers import tiny
from scipy.sparse import block_array, csr_array, diags_array, random_array

from deposition.common.errors import SolveError
from deposition.scenario import Scenario
from deposition.simulation.build import initial_interface_state, model_of
from deposition.simulation.initial import begin
from deposition.simulation.loop import time_loop
from deposition.simulation.state import State
from deposition.transport import linear_solver, multigrid, mumps, workspace
from deposition.transport.linear import Layout, Pattern
from deposition.transport.multigrid import Multigrid
from deposition.transport.mumps import Mumps
from deposition.transport.superlu import SuperLU

HIDDEN = "import sys; sys.modules['petsc4py'] = None\n"
"""Python finds no PETSc, as with DOLFINx that was built without it."""

RUN = (
    "from deposition import Scenario, run\n"
    "run(Scenario.load('tiny.toml'), {folder!r}, pictures=False)\n"
)


def first_step(scenario: Scenario) -> State:
    start = begin(scenario)
    model = model_of(scenario.with_growth_axis(start.cell.growth), start)
    states = time_loop(model, initial_interface_state(model, start))
    next(states)
    return next(states)


@pytest.mark.solve
def test_the_first_step_of_a_scenario_is_the_same_with_superlu(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scenario = Scenario.load("c-i-be-ln")
    used: list[type] = []

    def counted(pattern: object, _: object) -> object:
        used.append(SuperLU)
        return SuperLU(pattern)  # type: ignore[arg-type]

    assert linear_solver.NAME == "MUMPS"
    with_mumps = first_step(scenario)
    monkeypatch.setattr(workspace, "linear_solver", counted)
    with_superlu = first_step(scenario)
    assert used
    assert with_superlu.step == 1
    assert with_superlu.voltage == pytest.approx(with_mumps.voltage, rel=1e-10)
    for name in ("concentration", "potential", "current_density"):
        np.testing.assert_allclose(
            getattr(with_superlu, name), getattr(with_mumps, name), rtol=1e-10,
            atol=1e-10 * np.nanmax(np.abs(getattr(with_mumps, name))),
        )  # fmt: skip


@pytest.mark.process
def test_a_run_without_petsc(tmp_path: Path) -> None:
    tiny.write(tmp_path)
    found = {}
    for name, before in (("with", ""), ("without", HIDDEN)):
        subprocess.run(
            [sys.executable, "-c", before + RUN.format(folder=name)],
            cwd=tmp_path, env=tiny.ENVIRONMENT, check=True, capture_output=True,
        )  # fmt: skip
        folder = tmp_path / name
        said = json.loads((folder / "provenance.json").read_text())["linear_solver"]
        with open(folder / "history.csv", newline="") as file:
            found[said] = list(csv.DictReader(file))
    assert set(found) == {"MUMPS", "SuperLU"}
    first, second = found["MUMPS"], found["SuperLU"]
    assert len(first) == len(second) > 5
    for key in ("voltage_V", "height_max_um", "c_min_mol_m3", "time_s"):
        of_mumps, of_superlu = ([float(row[key]) for row in rows] for rows in (first, second))
        assert of_superlu[:2] == pytest.approx(of_mumps[:2], rel=1e-9), "before it is remeshed"
        assert of_superlu == pytest.approx(of_mumps, rel=1e-3), "Mmg amplifies rounding"


def test_the_solver_of_this_environment() -> None:
    corners = np.array([0, 1])
    with linear_solver.linear_solver(Pattern(corners, corners, 2)) as solver:
        assert isinstance(solver, Mumps)
        solver.factor(np.array([2.0, 4.0]))
        assert solver.solve(np.array([2.0, 2.0])).tolist() == [1.0, 0.5]


def saddle_point() -> tuple[Pattern, csr_array]:
    """An indefinite matrix whose pivots MUMPS delays, so that its workspace is too small."""
    random = np.random.default_rng(0)
    block = random_array((1000, 1000), density=0.004, rng=1) + diags_array(
        1e-8 * random.random(1000)
    )
    constraint = random_array((500, 1000), density=0.006, rng=2)
    corner = diags_array(np.full(500, 1e-12))
    matrix = block_array([[block, constraint.T], [constraint, corner]]).tocoo()
    rows, columns = (np.asarray(k, dtype=np.int64) for k in matrix.coords)
    return Pattern(rows, columns, matrix.shape[0]), matrix


@pytest.mark.unit
def test_more_workspace_is_given_to_mumps_where_it_asks_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pattern, matrix = saddle_point()
    right = np.ones(pattern.size)
    monkeypatch.setattr(mumps, "WORKSPACE", 1)
    with Mumps(pattern) as solver:
        solver.factor(matrix.data)
        assert solver._workspace > 1
        residual = np.abs(matrix @ solver.solve(right) - right).max()
        assert residual < 0.1  # the matrix is nearly singular
        solver.factor(2.0 * matrix.data)
        np.testing.assert_allclose(matrix @ solver.solve(right), 0.5 * right, atol=0.1)


@pytest.mark.unit
def test_workspace_beyond_all_bounds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    pattern, matrix = saddle_point()
    for name in ("WORKSPACE", "MOST_WORKSPACE"):
        monkeypatch.setattr(mumps, name, 1)
    with Mumps(pattern) as solver, pytest.raises(SolveError, match="E314"):
        solver.factor(matrix.data)


def multigrid_state(
    monkeypatch: pytest.MonkeyPatch, scenario: Scenario
) -> tuple[State, list[Multigrid]]:
    """The first step with multigrid for every system, and the solvers."""
    used: list[Multigrid] = []

    def make(pattern: Pattern, layout: Layout) -> Multigrid:
        used.append(Multigrid(pattern, layout))
        return used[-1]

    with monkeypatch.context() as patched:
        patched.setattr(workspace, "linear_solver", make)
        return first_step(scenario), used


@pytest.mark.solve
@pytest.mark.parametrize("kind", ["hypre", "gamg"])
@pytest.mark.parametrize(
    "name",
    [
        "be-3d",  # 3D, capillarity, film
        "dead-li-floating",  # metal without a connection
        "lipf6-nyman",  # concentrated solution
        "dead-li-dissolving",  # reservoir and a further species
        "lfp-c-i-be-ln",  # positive electrode
    ],
)
def test_multigrid_has_the_answer_of_mumps_in_few_iterations(
    name: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "hypre" and multigrid._multigrid() != kind:
        pytest.skip("PETSc has no hypre")
    monkeypatch.setattr(multigrid, "_multigrid", lambda: kind)
    scenario = Scenario.load(name)
    with_mumps = first_step(scenario)
    found, used = multigrid_state(monkeypatch, scenario)
    iterations = [n for solver in used for n in solver.iterations]
    assert 0 < max(iterations) < (30 if kind == "hypre" else 60)
    assert found.voltage == pytest.approx(with_mumps.voltage, rel=1e-8)
    for field in ("concentration", "current_density"):
        one, other = getattr(found, field), getattr(with_mumps, field)
        np.testing.assert_allclose(one, other, atol=1e-7 * np.nanmax(np.abs(other)))


@pytest.mark.solve
def test_without_convergence_the_system_is_factorised_and_the_log_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(multigrid, "MOST_ITERATIONS", 1)
    scenario = Scenario.load("c-i-be-ln")
    with caplog.at_level("INFO", logger="deposition"):
        found, _ = multigrid_state(monkeypatch, scenario)
    assert "is factorised" in caplog.text
    assert found.voltage == pytest.approx(first_step(scenario).voltage, rel=1e-12)


@pytest.mark.unit
def test_large_systems_get_multigrid_and_small_ones_mumps() -> None:
    corners = np.array([0, 1])
    for size, kind in ((2, Mumps), (linear_solver.LARGE[3], Multigrid)):
        layout = Layout(1, 2, 0, 3)
        with linear_solver.linear_solver(Pattern(corners, corners, size), layout) as solver:
            assert type(solver) is kind


@pytest.mark.unit
def test_a_matrix_that_multigrid_cannot_use_is_singular() -> None:
    rows = np.array([0, 1, 2, 3])
    with Multigrid(Pattern(rows, rows, 4), Layout(1, 2, 1, 2)) as solver:
        with pytest.raises(SolveError, match="E303"):
            solver.factor(np.array([1.0, 1.0, 0.0, 1.0]))
        with pytest.raises(SolveError, match="E303"):
            solver.factor(np.array([0.0, 1.0, 1.0, 1.0]))
