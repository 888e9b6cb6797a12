"""Invariants of a run: balances, second law, valid mesh, each with its tolerance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from deposition.analysis.dead_lithium import net_current
from deposition.analysis.dissipation import Heat
from deposition.mesh.cell import Cell, Floats
from deposition.simulation.state import State

CURRENT_TOLERANCE = 1e-4
"""Current density (A/m²) of a cell at rest: the absolute tolerance of Newton's method."""

CURRENT_SCALE = 1.0
"""Least scale (A/m²) of ``current_sum``: Newton's tolerance is a millionth of it, at rest too."""

NET_CURRENT_LIMIT = 1e-10
"""Limit of |Σ i_n A| / Σ |i_n| A of a floating body."""


RESOLUTION = "refine the mesh (mesh.surface_size) or shorten the step (time.max_step), and compare"
FAULT = "report it with provenance.json, since it is a fault of the program, not of mesh or step"
"""Remedies: where the error is one of discretization, and where it is not."""


@dataclass(frozen=True)
class Invariant:
    """Measured deviation from an invariant, its limit (the error of rounding and remeshing), and
    the remedy where it is exceeded."""

    name: str
    value: float
    limit: float
    remedy: str = FAULT

    @property
    def violated(self) -> bool:
        """True above the limit and for NaN."""
        return not self.value <= self.limit


def invariants(state: State, box: Floats, heat: Heat) -> Iterator[Invariant]:
    """Evaluate the invariants of a state; ``box`` (2, d) from ``open_box``, µm.

    faraday_error, salt_error, film_error, dead_lithium_error, dead_lithium_net_current
                          see ``state.Balance``
    salt_correction       see ``state.Balance``; ``salt_error``, measured after the restore, does
                          not contain the loss by interpolation.  Shipped scenarios stay below a
                          tenth of the limit
    current_sum           |Σ i A| / max(Σ |i| A, ``CURRENT_SCALE`` Σ A) over all electrodes, i
                          with side reactions; snapshots only
    floating_current      |Σ i_n A| / Σ |i_n| A of one floating body; snapshots only
    negative_dissipation  -min/max of the dissipation over the simplices of electrolyte; snapshots
                          only
    degenerate_simplices  number of simplices without positive volume
    outside_bounding_box  largest distance of the mesh outside ``box``, µm
    """
    balance = state.balance
    yield Invariant("faraday_error", balance.faraday_error, 1e-4, RESOLUTION)
    yield Invariant("salt_error", balance.salt_error, 1e-10)
    yield Invariant("salt_correction", balance.salt_correction, 1e-2, RESOLUTION)
    yield Invariant("film_error", balance.film_error, 1e-6)
    yield Invariant("dead_lithium_error", balance.dead_lithium_error, 1e-4, RESOLUTION)
    yield Invariant("dead_lithium_net_current", balance.dead_lithium_net_current, NET_CURRENT_LIMIT)
    degenerate = np.count_nonzero(state.cell.volumes <= 0.0)
    yield Invariant("degenerate_simplices", float(degenerate), 0.0)
    flow = state.fields.total_current_density * state.surface.area
    flows = np.abs(state.current_density).max(initial=0.0) > CURRENT_TOLERANCE
    if state.is_snapshot and flows and not degenerate:
        scale = max(np.abs(flow).sum(), CURRENT_SCALE * state.surface.area.sum())
        yield Invariant("current_sum", float(abs(flow.sum()) / scale), 1e-6)
        yield Invariant("floating_current", net_current(state), NET_CURRENT_LIMIT)
        dissipated = heat(state)
        # Nothing is dissipated where SEI takes on each facet what lithium gives there.
        negative = float(-dissipated.min() / (dissipated.max() or 1.0))
        yield Invariant("negative_dissipation", negative, 1e-9, RESOLUTION)
    low, high = bounds(state.cell)
    outside = max(float((box[0] - low).max()), float((high - box[1]).max()))
    yield Invariant("outside_bounding_box", outside, 1e-6)


def bounds(cell: Cell) -> Floats:
    """(2, d) lowest and highest coordinates across and, last, along the growth axis, µm."""
    points = cell.growth.turned(cell.points)
    return np.stack([points.min(axis=0), points.max(axis=0)])


def open_box(state: State) -> Floats:
    """(2, d) bounds of a run that begins with this state, µm; no upper bound on the growth axis.

    A receding counter electrode makes the cell taller when the run plates and lower when it strips;
    without growth axis it may do so in any direction.
    """
    box = bounds(state.cell)
    box[1, -1] = np.inf
    if not state.cell.growth.is_defined:
        box[0], box[1] = -np.inf, np.inf
    return box
