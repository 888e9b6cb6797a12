"""Cells of growing size: ``be`` and ``be-3d`` with all mesh sizes times a factor."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from unittest.mock import patch

from benchmarks.step_problem import StepProblem, step_problem
from deposition.convergence.refinement import Refinement
from deposition.geometry.mesh_estimate import MOST_CELLS
from deposition.interface.state import InterfaceState
from deposition.scenario import Scenario
from deposition.simulation.build import initial_interface_state, model_of
from deposition.simulation.initial import begin
from deposition.simulation.loop import time_loop
from deposition.simulation.model import Model
from deposition.simulation.state import State

SCENARIOS = {2: "be", 3: "be-3d"}
"""Scenarios by dimension."""

CHANGES = (
    "lithium.surface_energy=0 J/m^2",  # the peers have no capillarity
    "time.first_step=1 h",  # no small steps at the start: as long as the surface allows, as
    "time.tolerance=1",  # those of a run after its start
)
"""Settings in which the cells differ from the shipped scenarios, besides the mesh sizes."""


@dataclass(frozen=True, eq=False)
class Case:
    """A cell and its laws; ``problem`` is the step on it that all solve."""

    model: Model
    state: InterfaceState

    @cached_property
    def problem(self) -> StepProblem:
        """The same step for peers."""
        return step_problem(self.model, self.state)

    @property
    def vertices(self) -> int:
        """Vertices of the whole mesh, with those of the metal."""
        return len(self.state.cell.points)

    def steps(self, number: int) -> Iterator[State]:
        """The first ``number`` states of a run from here; the first has not moved yet."""
        return islice(time_loop(self.model, self.state), number)


def case_of(dim: int, factor: float) -> Case:
    """The initial cell of the scenario of a dimension, with mesh sizes times ``factor``."""
    shipped = Scenario.load(SCENARIOS[dim], CHANGES)
    sizes = Refinement(mesh=factor).settings(shipped)
    meshed = [f"{key}={text}" for key, text in sizes.items() if key.startswith("mesh.")]
    settings = Scenario.load(SCENARIOS[dim], [*CHANGES, *meshed])
    with patch.dict(MOST_CELLS, {dim: math.inf}):  # larger than practical is meant here
        start = begin(settings)
    model = model_of(settings, start)
    return Case(model, initial_interface_state(model, start))
