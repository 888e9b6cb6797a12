"""The line that reports a state: on the console and in ``run.log``."""

from __future__ import annotations

import time
from collections import deque

import numpy as np

from deposition.common.clock import as_clock
from deposition.common.constants import MAH_PER_CM2, MILLIVOLT
from deposition.mesh.cell import Cell, metal_volume
from deposition.mesh.quality import mean_ratio
from deposition.protocol import ProtocolPlan
from deposition.simulation.state import State

WINDOW = 20
"""Steps over which the pace is measured."""


class Pace:
    """A line of text per state; the time left is estimated from the pace of the last steps."""

    def __init__(self, plan: ProtocolPlan) -> None:
        """plan: of the protocol."""
        self._plan = plan
        self._marks: deque[tuple[float, float]] = deque(maxlen=WINDOW)

    def line(self, state: State) -> str:
        """The numbers of a state, its step and the time left, in one line."""
        return f"{self.facts(state)}  {self.steps(state)}"

    def steps(self, state: State) -> str:
        """The step, its length, and the time left."""
        left = as_clock(self.seconds_left())
        return f"step {state.step} ({state.time_step:.3g} s)  left {left}"

    def facts(self, state: State) -> str:
        """Progress and health of the run.

        The charge passed (plated or stripped), the voltage, the lowest salt concentration anywhere
        in the electrolyte (near 0 the run will stop), and the quality of the worst mesh cell (see
        ``worst_quality``).
        """
        self._marks.append((time.monotonic(), self.done(state)))
        electric = f"{self._passed(state)}  {state.voltage / MILLIVOLT:.4g} mV"
        if not state.surface.working.any():
            unit = "µm²" if state.cell.dim == 2 else "µm³"
            electric = f"{self._time(state)}  lithium {metal_volume(state.cell):.4g} {unit}"
        return (
            f"{electric}  "
            f"salt ≥ {np.nanmin(state.concentration):.4g} mol/m³  "
            f"mesh ≥ {worst_quality(state.cell):.2f}"
        )

    def done(self, state: State) -> float:
        """Completed share of the protocol, 0 to 1."""
        return self._plan.done(state.progress)

    def _passed(self, state: State) -> str:
        """Charge passed of the total where that is known, else charge and time."""
        passed, whole = (
            state.progress.charge_throughput / MAH_PER_CM2,
            self._plan.charge / MAH_PER_CM2,
        )
        known = f"{self._protocol_step(state)}{passed:.4f}"
        if 0.0 < whole < np.inf:
            return f"{known} of {whole:.4g} mAh/cm²"
        return f"{known} mAh/cm², {self._time(state)}"

    def _time(self, state: State) -> str:
        """Time in the protocol step, of its duration if it has one."""
        duration = self._plan.protocol_step(state.progress).duration
        whole = f" of {duration:.4g}" if duration < np.inf else ""
        return f"{state.progress.time:.4g}{whole} s"

    def _protocol_step(self, state: State) -> str:
        """Number of the protocol step, where there are several."""
        count = len(self._plan.protocol_steps)
        return f"protocol step {state.progress.protocol_step + 1} of {count}  " if count > 1 else ""

    def seconds_left(self) -> float:
        """Time left at the pace of the last steps, s; NaN before the second step."""
        if len(self._marks) < 2:
            return float("nan")
        (start, first), (end, last) = self._marks[0], self._marks[-1]
        if last <= first:
            return float("nan")
        return max(0.0, (1.0 - last) * (end - start) / (last - first))


def worst_quality(cell: Cell) -> float:
    """Smallest quality of all simplices: 1 for a regular one, 0 for a flat one."""
    return float(np.abs(mean_ratio(cell.points, cell.simplices)).min())
