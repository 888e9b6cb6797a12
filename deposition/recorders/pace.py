"""How a run gets on, in one line."""

from __future__ import annotations

import time
from collections import deque

import numpy as np

from deposition.cell import Cell
from deposition.constants import MAH_PER_CM2
from deposition.state import State

WINDOW = 20
"""Steps over which the pace is measured."""


class Pace:
    """Turns states into a line of text; the time left comes from the charge of the last steps."""

    def __init__(self, target: float) -> None:
        """``target``: the charge at which the run ends, C/m², passed per projected area."""
        self._target = target
        self._marks: deque[tuple[float, float]] = deque(maxlen=WINDOW)

    def line(self, state: State) -> str:
        """Capacity passed (plated or stripped), time step, voltage, worst cell and time left."""
        self._marks.append((time.monotonic(), abs(state.capacity)))
        passed, whole = abs(state.capacity) / MAH_PER_CM2, self._target / MAH_PER_CM2
        return (
            f"{passed:.4f} of {whole:.4g} mAh/cm²  step {state.step}  dt {state.time_step:.3g} s  "
            f"{1e3 * state.voltage:.2f} mV  worst cell {worst_quality(state.cell):.2f}  "
            f"left {as_clock(self.seconds_left())}"
        )

    def seconds_left(self) -> float:
        """At the pace of the last steps; NaN as long as nothing can be said."""
        if len(self._marks) < 2:
            return float("nan")
        (start, first), (end, last) = self._marks[0], self._marks[-1]
        if last <= first:
            return float("nan")
        return max(0.0, (self._target - last) * (end - start) / (last - first))


def worst_quality(cell: Cell) -> float:
    """Smallest mean ratio of all simplices: 1 for a regular one, 0 for a flat one.

    4√3 A / Σl² in 2D, 12 (3V)^(2/3) / Σl² in 3D; l are the edge lengths (Liu and Joe, BIT 1994).
    """
    corners = cell.points[cell.simplices]
    first, second = np.triu_indices(corners.shape[1], k=1)
    squares = ((corners[:, first] - corners[:, second]) ** 2).sum(axis=(1, 2))
    volumes = np.abs(cell.volumes)
    scaled = 4.0 * 3.0**0.5 * volumes if cell.dim == 2 else 12.0 * (3.0 * volumes) ** (2.0 / 3.0)
    return float((scaled / squares).min())


def as_clock(seconds: float) -> str:
    """``1:02:03``, ``2:03``, or ``?`` when unknown."""
    if not np.isfinite(seconds):
        return "?"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
