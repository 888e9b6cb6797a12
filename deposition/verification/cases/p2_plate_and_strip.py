"""Planar plating and stripping by the same charge, with a rest after each.

    after plating   h = V_m Q/F
    at the end      h = 0; the salt ∫c, the height of the cell and hence the mean concentration c0
                    are the initial ones, and after the rest c = c0 everywhere

The counter electrode recedes as it is stripped and returns as it is plated.
Source: Faraday's law; conservation of salt.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.interface.salt_transfer import salt_content
from deposition.mesh.cell import ELECTROLYTE
from deposition.scenario import Scenario
from deposition.simulation.state import State
from deposition.verification.bench import scenario, states
from deposition.verification.case import (
    Case,
    Check,
    Family,
    Findings,
    Panel,
    Series,
    below,
    relative,
)


def height(state: State) -> float:
    """Mean height of the lithium surface, µm."""
    facets, surface = state.surface.working, state.surface
    return float(np.average(surface.midpoint[facets, 1], weights=surface.area[facets]))


def salt(state: State) -> float:
    """∫c, mol/m³ µm²."""
    return float(salt_content(state.cell, state.concentration).sum())


def final_state(first: State, last: State, highest: float) -> list[Check]:
    """Checks of the last state against the first; ``highest`` is the height after plating, µm."""
    mean = [salt(state) / state.cell.volume(ELECTROLYTE) for state in (first, last)]
    efficiency = 1.0 - last.net_areal_charge / (0.5 * last.progress.charge_throughput)
    spread = float(np.ptp(last.concentration[np.isfinite(last.concentration)]))
    return [
        below("height at the end, over that after plating", abs(height(last)) / highest, 1e-6),
        relative("height of the cell", np.ptp(first.cell.points[:, 1]),
                 np.ptp(last.cell.points[:, 1]), 1e-6, "µm"),
        relative("salt", salt(first), salt(last), 1e-6, "mol/m³ µm²"),
        relative("mean concentration", mean[0], mean[1], 1e-6, "mol/m³"),
        below("spread of c after the rest, over c0", spread / mean[0], 1e-3),
        relative("Coulombic efficiency", 1.0, efficiency, 1e-9),
    ]  # fmt: skip


def compare() -> Findings:
    """BE, 0.2 mAh/cm² plated and stripped."""
    settings = scenario("p2_plate_and_strip")
    return compared(settings, list(states(settings)))


def compared(settings: Scenario, run: Sequence[State]) -> Findings:
    """Checks of the states of a run of a scenario."""
    plated = next(state for state in run if state.progress.ended)
    per_charge = settings.lithium.molar_volume / FARADAY / MICROMETRE
    checks = [
        relative(
            "height after plating", per_charge * plated.net_areal_charge, height(plated), 1e-6, "µm"
        ),
        *final_state(run[0], run[-1], height(plated)),
        below("film ledger", run[-1].balance.film_error, 1e-6),
    ]
    time = np.array([state.time for state in run])
    exact = per_charge * np.array([state.net_areal_charge for state in run])
    found = np.array([height(state) for state in run])
    series = Series("", time, exact, time[::3], found[::3])
    return Findings(tuple(checks), Panel("time / s", "height / µm", (series,)))


CASE = Case("P2", "plate and strip", Family.MOVING, __doc__, compare)
