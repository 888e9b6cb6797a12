"""Times of events: lithium exhausted, short circuit, depletion, voltage limit.

    exhausted       t = Q/i, Q plated on a bare collector, stripped at i              (Faraday)
    short circuit   t = L F/(V_m i), a planar interface across the gap L              (Faraday)
    depletion       t = π D [F c0 / (2 (1 - t₊) i)]², as in case E3                   (Sand)
    voltage limit   V(t) = V_limit, V(t) of case E2 between two planes

Times count from the start of the protocol step; the height of the event is compared too.  Every
event must end its protocol step, after which the run continues or ends as the scenario states.
Source: Faraday's law; E2; E3.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.optimize import brentq

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.protocol import ConstantCurrent, ProtocolStep, StopReason
from deposition.scenario.plan import plan_of
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
from deposition.verification.cases.e2_galvanostatic_step import exact_voltage, law_of
from deposition.verification.cases.e3_sand import settings_for
from deposition.verification.cases.p2_plate_and_strip import height

DENSITY, LIMIT = 50.0, 0.015
"""Current (A/m²) and limit (V): half-way between the initial and the steady-state voltage."""


def ends(run: Iterable[State]) -> list[State]:
    """Last state of each protocol step."""
    return [state for state in run if state.progress.ended]


def by_faraday(*overrides: str) -> tuple[list[Check], Panel]:
    """Plating on a bare collector, stripping to exhaustion, plating across the gap."""
    settings = scenario("p3_event_times", *overrides)
    run = list(states(settings))
    plated, stripped, shorted = ends(run)
    first, down, up = map(density, plan_of(settings.protocol).protocol_steps)
    assert shorted.event is not None
    gap = float(settings.geometry.parameters["height"])
    charge = gap * MICROMETRE * FARADAY / settings.lithium.molar_volume
    checks = [
        has_reason(StopReason.LITHIUM_EXHAUSTED, stripped),
        relative(
            "time of exhaustion", plated.net_areal_charge / -down, stripped.progress.time, 1e-6, "s"
        ),
        below(
            "remaining charge over the plated charge",
            abs(stripped.net_areal_charge / plated.net_areal_charge),
            1e-6,
        ),
        has_reason(StopReason.SHORT_CIRCUIT, shorted),
        relative("time of the short circuit", charge / up, shorted.progress.time, 0.01, "s"),
        relative("height of the short circuit", gap, shorted.event.place[1], 1e-2, "µm"),
    ]
    durations = np.array(
        [0.0, plated.net_areal_charge / first, plated.net_areal_charge / -down, charge / up]
    )
    heights = np.array([0.0, gap * plated.net_areal_charge / charge, 0.0, gap])
    time, found = np.array([(state.time, height(state)) for state in run[::15]]).T
    series = Series("", durations.cumsum(), heights, time, found)
    return checks, Panel("time / s", "height / µm", (series,))


def density(protocol_step: ProtocolStep) -> float:
    """Current density of a protocol step, A/m²."""
    assert isinstance(protocol_step.applied, ConstantCurrent)
    return protocol_step.applied.density


def has_reason(end: StopReason, state: State) -> Check:
    """Check of the reason for which a protocol step ended."""
    return below(f"stop reason differs from {end} (0: no)", float(state.progress.ended != end), 0.0)


def by_sand() -> list[Check]:
    """Depletion at 1000 A/m², the end that the scenario states."""
    settings, exact = settings_for("BE", 1000.0, "protocol.on_event.depletion=end")
    (last,) = ends(states(settings))
    assert last.event is not None
    return [
        has_reason(StopReason.DEPLETION, last),
        relative("time of depletion", exact, last.time, 0.01, "s"),
        relative("Sand's time in the event", exact, last.event.sand_time, 1e-9, "s"),
        below("height of the depletion", abs(last.event.place[1]), 0.0, "µm"),
    ]


def by_voltage() -> list[Check]:
    """Voltage limit of 15 mV at 50 A/m² between two planes."""
    settings = scenario("e2_galvanostatic_step", f"protocol.voltage_limit={LIMIT} V")
    (last,) = ends(states(settings))
    exact = brentq(lambda t: exact_voltage(law_of(settings), DENSITY, t) - LIMIT, 0.1, 50.0)
    return [
        has_reason(StopReason.VOLTAGE_LIMIT, last),
        relative("time of the voltage limit", exact, last.time, 0.005, "s"),
        relative("voltage at the limit", LIMIT, last.voltage, 1e-4, "V"),
    ]


def compare() -> Findings:
    """Four events."""
    checks, panel = by_faraday()
    return Findings((*checks, *by_sand(), *by_voltage()), panel)


CASE = Case("P3", "times of events", Family.MOVING, __doc__, compare, seconds=30.0)
