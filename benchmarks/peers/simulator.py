"""The step of the simulator: ``TransportProblem``, as the time loop calls it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.cases import Case
from benchmarks.step_problem import Answer
from deposition.mesh.cell import COUNTER, ELECTROLYTE
from deposition.transport.controls import TotalCurrent
from deposition.transport.linear_solver import LARGE, NAME
from deposition.transport.problem import TransportProblem


def prepare(case: Case) -> Callable[[], Answer]:
    """Bind the forms to the mesh; return the function that solves the step."""
    state, given = case.state, case.problem
    transport = TransportProblem(state.cell, state.surface, case.model.transport)
    resistance = case.model.film_resistance(state)
    wet = state.cell.vertices_of(ELECTROLYTE)
    electrodes = state.surface.working | state.surface.on(COUNTER)
    unknowns = 2 * len(given.points) + len(given.facets)
    linear_solver = NAME if unknowns < LARGE[given.dim] else "GMRES, multigrid"

    def solve() -> Answer:
        found = transport.solve(
            state.fields.concentration, resistance, TotalCurrent(given.current), given.time_step
        )
        return Answer(
            found.concentration[wet],
            found.potential[wet],
            np.asarray(found.current_density[electrodes]),
            found.newton_iterations,
            linear_solver,
        )

    return solve
