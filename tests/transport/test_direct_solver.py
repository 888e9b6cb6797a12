"""MUMPS where there is PETSc, SuperLU where there is none: the same answer."""

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
from deposition.transport import direct_solver, mumps, newton
from deposition.transport.linear import Pattern
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

    def counted(pattern: object) -> object:
        used.append(SuperLU)
        return SuperLU(pattern)  # type: ignore[arg-type]

    assert direct_solver.NAME == "MUMPS"
    with_mumps = first_step(scenario)
    monkeypatch.setattr(newton, "direct_solver", counted)
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
    with direct_solver.direct_solver(Pattern(corners, corners, 2)) as solver:
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
