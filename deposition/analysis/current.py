"""Distribution of the current density over the working surface."""

from __future__ import annotations

import numpy as np

from deposition.common.constants import AT_REST
from deposition.mesh.cell import Floats
from deposition.simulation.state import State


def percentile_by_area(values: Floats, area: Floats, fraction: float) -> float:
    """Percentile weighted by area: the smallest v with A(values ≤ v) ≥ fraction · A."""
    order = np.argsort(values)
    covered = np.cumsum(area[order])
    index = np.searchsorted(covered, fraction * covered[-1] * (1.0 - 1e-12))
    return float(values[order][index])


def p99_over_mean(current_density: Floats, area: Floats) -> float:
    """99th percentile by area of |i_n| over the mean of |i_n|; NaN at rest.

    The percentile replaces the maximum, which depends on the mesh at the edge of an SEI patch.
    """
    magnitude = np.abs(current_density)
    mean = float(magnitude @ area / area.sum())
    return percentile_by_area(magnitude, area, 0.99) / mean if mean > AT_REST else float("nan")


def current_p99_over_mean(state: State) -> float:
    """``p99_over_mean`` of i_n on the working surface of a state; NaN without one."""
    working = state.surface.working
    if not working.any():
        return float("nan")
    return p99_over_mean(state.current_density[working], state.surface.area[working])
