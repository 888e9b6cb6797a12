"""Wall time of the simulator and of ``one_step.py`` for the same time step, and their ratio.

Both run alternately in one process.

Usage:  ./fenicsx python benchmarks/race.py [ROUNDS]
"""

from __future__ import annotations

import runpy
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from deposition.laws.film import film_resistance
from deposition.mesh.footprint import projected_area_m2
from deposition.scenario import Scenario
from deposition.simulation.build import model_of
from deposition.simulation.initial import begin
from deposition.transport.physics import Solution
from deposition.transport.problem import TransportProblem


def by_hand() -> dict[str, Any]:
    """Run ``one_step.py`` and return its global variables."""
    return runpy.run_path(str(Path(__file__).with_name("one_step.py")))


def by_simulator(settings: Scenario, time_step: float) -> tuple[TransportProblem, Solution, float]:
    """The first time step of a scenario and its wall time (s) without meshing and film layout."""
    start = begin(settings)
    model = model_of(settings, start)
    resistance = film_resistance(start.film, model.film_conductivity, model.transfer_resistance)
    control = model.plan.protocol_steps[0].applied.control(projected_area_m2(start.cell))
    began = time.perf_counter()
    problem = TransportProblem(start.cell, start.surface, model.transport)
    solution = problem.solve(start.concentration, resistance, control, time_step)
    return problem, solution, time.perf_counter() - began


def main(rounds: int) -> None:
    """Print the medians of both; the first round, which compiles the forms, is discarded."""
    hand, ours = [], []
    for _ in range(rounds + 1):
        twin = by_hand()
        hand.append(twin["seconds"])
        ours.append(by_simulator(twin["settings"], twin["STEP"])[2])
    slow, fast = statistics.median(hand[1:]), statistics.median(ours[1:])
    print(f"by hand {slow:.3f} s, simulator {fast:.3f} s (medians of {rounds}): {slow / fast:.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
