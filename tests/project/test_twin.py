"""The simulator gives what the same equations give when they are written out by hand."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.spatial import cKDTree

from deposition.mesh.cell import COUNTER
from deposition.transport.physics import Solution
from deposition.transport.problem import TransportProblem

pytestmark = pytest.mark.solve

RACE = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "race.py"))
ALIKE = 1e-10


@pytest.fixture(scope="module")
def twin() -> dict[str, Any]:
    """Everything that the script has computed, by name."""
    return RACE["by_hand"]()


@pytest.fixture(scope="module")
def ours(twin: dict[str, Any]) -> tuple[TransportProblem, Solution]:
    problem, solution, _ = RACE["by_simulator"](twin["settings"], twin["STEP"])
    return problem, solution


def largest_difference(one: Any, other: Any) -> float:
    """Relative to the largest value."""
    assert one.shape == other.shape
    return float(np.abs(one - other).max() / np.abs(other).max())


def test_same_fields(twin: dict[str, Any], ours: tuple[TransportProblem, Solution]) -> None:
    problem, solution = ours
    _, place = cKDTree(problem.cell.points * 1e-6).query(twin["vertices"])
    assert len(np.unique(place)) == np.isfinite(solution.concentration).sum()
    assert largest_difference(twin["concentration"], solution.concentration[place]) < ALIKE
    assert largest_difference(twin["potential"], solution.potential[place]) < ALIKE
    assert twin["concentration"].std() > 1e-3 * twin["C0"], "the salt has moved"


def test_same_current(twin: dict[str, Any], ours: tuple[TransportProblem, Solution]) -> None:
    problem, solution = ours
    surface, found = problem.surface, solution.current_density
    distance, place = cKDTree(twin["facets"]).query(surface.midpoint * 1e-6)
    assert distance.max() < 1e-12
    assert largest_difference(twin["current_density"][place], found) < ALIKE
    assert twin["voltage"] == pytest.approx(solution.voltage, rel=ALIKE)
    counter = surface.on(COUNTER)
    assert counter.any() and surface.working.any()
    assert np.ptp(found[surface.working]) > 10.0, "hot spots and the rest differ"
