"""Current density of a facet from c, φ and φ_m there, for peers that eliminate i_n."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from benchmarks.step_problem import StepProblem
from deposition.mesh.cell import Floats


class FacetCurrent(NamedTuple):
    """i_n (A/m²), and its derivatives by c/c0, φF/RT and φ_m F/RT; each (f,)."""

    value: Floats
    by_concentration: Floats
    by_potential: Floats
    by_metal: Floats


def facet_current(problem: StepProblem, c: Floats, phi: Floats, metal: float) -> FacetCurrent:
    """Solve the kinetics of all facets at once, by Newton's method.

    c, phi  (f,) c/c0 and φF/RT at the midpoints
    metal   φ_m F/RT of the lithium
    """
    thermal, exchange = problem.thermal_voltage, problem.exchange_current_density * np.sqrt(c)
    drive = thermal * (metal * problem.plating - phi - np.log(c))
    current = -drive / (problem.resistance + thermal / exchange)
    for _ in range(20):
        root = np.hypot(current, 2.0 * exchange)
        slope = problem.resistance + 2.0 * thermal / root
        excess = drive + problem.resistance * current
        change = (excess + 2.0 * thermal * np.arcsinh(0.5 * current / exchange)) / slope
        current = current - change
        if np.abs(change).max() <= 1e-14 * np.abs(current).max():
            break
    root = np.hypot(current, 2.0 * exchange)
    slope = problem.resistance + 2.0 * thermal / root
    by_potential = thermal / slope
    return FacetCurrent(
        current, by_potential * (1.0 + current / root) / c, by_potential, -by_potential
    )
