"""The steady current on the initial cells of the shipped scenarios."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from deposition import Scenario
from deposition.analysis.current import p99_over_mean
from deposition.mesh.cell import Floats
from deposition.mesh.footprint import projected_area_m2
from deposition.mesh.surface import Surface
from deposition.simulation.build import initial_interface_state, model_of
from deposition.simulation.initial import begin
from deposition.simulation.model import STEADY, without_wall_motion
from deposition.simulation.step import INSTANT

UNSTEADY = ("be-sand", "li2o-cleaning", "li2o-to-li3n", "rejuvenation")
"""Above the limiting current, or with reactions that leave nothing of what they consume."""


@dataclass(frozen=True, eq=False)
class Steady:
    """The initial surface of a scenario, and the steady current (f,) on it."""

    surface: Surface
    current: Floats
    mean: float

    @property
    def p99_over_mean(self) -> float:
        """99th percentile over the mean, on the working electrode."""
        working = self.surface.working
        return p99_over_mean(self.current[working], self.surface.area[working])

    def between(self, left: float, right: float) -> float:
        """Mean current density (A/m²) of the lithium from ``left`` to ``right`` (µm)."""
        x = self.surface.midpoint[:, 0]
        here = self.surface.working & (left < x) & (x < right)
        return float(np.average(self.current[here], weights=self.surface.area[here]))


@cache
def steady(name: str) -> Steady:
    """The steady current on the initial cell of a shipped scenario; at once if there is none."""
    scenario = Scenario.load(name)
    start = begin(scenario)
    model = without_wall_motion(model_of(scenario, start))
    interface_state = initial_interface_state(model, start)
    solution = model.solve(interface_state, INSTANT if name in UNSTEADY else STEADY)
    mean = solution.total_current / projected_area_m2(start.cell)
    return Steady(start.surface, solution.current_density, mean)
