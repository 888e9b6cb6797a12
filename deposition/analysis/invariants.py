"""The invariants of a run and their limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from deposition.analysis.dead_lithium import net_current
from deposition.analysis.dissipation import Heat
from deposition.mesh.cell import Cell, Floats
from deposition.simulation.state import State

FLOWS = 1e-4
"""Current density (A/m²) below which Newton's method is done: currents of a cell at rest."""


LITTLE = 1.0
"""Current density (A/m²) to which Newton's method is done to a millionth, be it for a rest."""


NET = 1e-10
"""Most of the current through a floating body that may stay in it."""


@dataclass(frozen=True)
class Law:
    """One law: what is measured, and the most that rounding and remeshing leave of it."""

    name: str
    value: float
    limit: float

    @property
    def broken(self) -> bool:
        """Beyond the limit, or not a number."""
        return not self.value <= self.limit


def laws(state: State, box: Floats, heat: Heat) -> Iterator[Law]:
    """All that is looked at; ``box`` (2, d) holds the lowest and highest coordinates at the start.

    faraday_error, salt_error, film_error, dead_lithium_error, dead_lithium_net_current
                      see ``state.Balance``
    salt_correction   see there too; ``salt_error`` is measured once the salt is restored, and does
                      not see what interpolation lost.  Shipped scenarios stay ten times below
    current_sum       |Σ i_n A| / Σ |i_n| A over all electrodes, on frames; of ``LITTLE`` at least
    floating_current  the same over one floating body
    heat_taken_up     most that a simplex of electrolyte takes up, as a share of the most that one
                      gives off (``dissipation``), on frames
    flat_cells        simplices without a volume
    beyond_the_box    how far the mesh reaches out of it, µm
    """
    balance = state.balance
    yield Law("faraday_error", balance.faraday_error, 1e-4)
    yield Law("salt_error", balance.salt_error, 1e-10)
    yield Law("salt_correction", balance.salt_correction, 1e-2)
    yield Law("film_error", balance.film_error, 1e-6)
    yield Law("dead_lithium_error", balance.dead_lithium_error, 1e-4)
    yield Law("dead_lithium_net_current", balance.dead_lithium_net_current, NET)
    flat = np.count_nonzero(state.cell.volumes <= 0.0)
    yield Law("flat_cells", float(flat), 0.0)
    flow = state.current_density * state.surface.area
    if state.is_snapshot and np.abs(state.current_density).max(initial=0.0) > FLOWS and not flat:
        measure = max(np.abs(flow).sum(), LITTLE * state.surface.area.sum())
        yield Law("current_sum", float(abs(flow.sum()) / measure), 1e-6)
        yield Law("floating_current", net_current(state), NET)
        given_off = heat(state)
        yield Law("heat_taken_up", float(-given_off.min() / given_off.max()), 1e-9)
    low, high = bounds(state.cell)
    outside = max(float((box[0] - low).max()), float((high - box[1]).max()))
    yield Law("beyond_the_box", outside, 1e-6)


def bounds(cell: Cell) -> Floats:
    """(2, d) lowest and highest coordinates, µm."""
    return np.stack([cell.points.min(axis=0), cell.points.max(axis=0)])


def open_box(state: State) -> Floats:
    """(2, d) ``bounds`` that a run must keep to which begins with this state.

    A counter electrode that recedes makes the box taller when the run plates, and lower when it
    strips, so its height is not looked at.
    """
    box = bounds(state.cell)
    box[1, -1] = np.inf
    return box
