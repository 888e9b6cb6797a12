"""The distribution of the current density over the surface."""

from __future__ import annotations

import numpy as np

from deposition.common.constants import AT_REST
from deposition.mesh.cell import Floats
from deposition.simulation.state import State


def percentile_by_area(values: Floats, area: Floats, fraction: float) -> float:
    """The smallest value that is not exceeded on at least this fraction of the area."""
    order = np.argsort(values)
    covered = np.cumsum(area[order])
    place = np.searchsorted(covered, fraction * covered[-1] * (1.0 - 1e-12))
    return float(values[order][place])


def max_over_mean(current_density: Floats, area: Floats) -> float:
    """99th percentile by area of |i_n| over the mean of |i_n|; NaN at rest.

    The percentile, because the maximum itself is a mesh-dependent number at the edge of a film.
    """
    size = np.abs(current_density)
    mean = float(size @ area / area.sum())
    return percentile_by_area(size, area, 0.99) / mean if mean > AT_REST else float("nan")


def current_max_over_mean(state: State) -> float:
    """``max_over_mean`` of the current density on the working surface of a state."""
    working = state.surface.working
    return max_over_mean(state.current_density[working], state.surface.area[working])
