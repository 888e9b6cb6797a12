"""When stages end by events: lithium used up, short circuit, depletion, voltage limit.

    used up         t = Q/i, what was plated on a bare collector, stripped by i       (Faraday)
    short circuit   t = L F/(V_m i), a flat front across the gap L                    (Faraday)
    depletion       t = π D [F c0 / (2 (1 - t₊) i)]², as in case E3                   (Sand)
    voltage limit   V(t) = V_limit, V(t) of case E2 between two planes

Times are those from the beginning of the stage, and the height where it happened is compared too.
Every event must end its stage, and the run goes on or ends as the scenario says.
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
"""Of the voltage limit, A/m² and V: halfway from the voltage at once to the steady one."""


def ends(run: Iterable[State]) -> list[State]:
    """The last state of each stage."""
    return [state for state in run if state.progress.ended]


def by_faraday(*overrides: str) -> tuple[list[Check], Panel]:
    """Plated on a bare collector, stripped to the last, plated across the gap."""
    settings = scenario("p3_event_times", *overrides)
    run = list(states(settings))
    plated, stripped, shorted = ends(run)
    first, down, up = map(density, plan_of(settings.protocol).protocol_steps)
    assert shorted.event is not None
    gap = float(settings.geometry.parameters["height"])
    charge = gap * MICROMETRE * FARADAY / settings.lithium.molar_volume
    checks = [
        is_named(StopReason.LITHIUM_EXHAUSTED, stripped),
        relative(
            "lithium used up", plated.net_areal_charge / -down, stripped.progress.time, 1e-6, "s"
        ),
        below(
            "charge left then, over that plated",
            abs(stripped.net_areal_charge / plated.net_areal_charge),
            1e-6,
        ),
        is_named(StopReason.SHORT_CIRCUIT, shorted),
        relative("short circuit", charge / up, shorted.progress.time, 0.01, "s"),
        relative("height of the short circuit", gap, shorted.event.place[1], 1e-2, "µm"),
    ]
    time_to_exhaustion = np.array(
        [0.0, plated.net_areal_charge / first, plated.net_areal_charge / -down, charge / up]
    )
    heights = np.array([0.0, gap * plated.net_areal_charge / charge, 0.0, gap])
    time, found = np.array([(state.time, height(state)) for state in run[::15]]).T
    series = Series("", time_to_exhaustion.cumsum(), heights, time, found)
    return checks, Panel("time / s", "height / µm", (series,))


def density(protocol_step: ProtocolStep) -> float:
    """Of a stage with a current, A/m²."""
    assert isinstance(protocol_step.applied, ConstantCurrent)
    return protocol_step.applied.density


def is_named(end: StopReason, state: State) -> Check:
    """Whether a stage ended by what it should have."""
    return below(f"ended by {end}: 0 if so", float(state.progress.ended != end), 0.0)


def by_sand() -> list[Check]:
    """1000 A/m²; depletion is the end that was asked for."""
    settings, exact = settings_for("BE", 1000.0, "protocol.on_event.depletion=end")
    (last,) = ends(states(settings))
    assert last.event is not None
    return [
        is_named(StopReason.DEPLETION, last),
        relative("depletion", exact, last.time, 0.01, "s"),
        relative("Sand's time as named", exact, last.event.sand_time, 1e-9, "s"),
        below("height of the depletion", abs(last.event.place[1]), 0.0, "µm"),
    ]


def by_voltage() -> list[Check]:
    """50 A/m² between two planes, up to 15 mV."""
    steps = ("time.first_step=0.05 s", "time.max_step=0.05 s")
    settings = scenario("e2_galvanostatic_step", f"protocol.voltage_limit={LIMIT} V", *steps)
    (last,) = ends(states(settings))
    exact = brentq(lambda t: exact_voltage(law_of(settings), DENSITY, t) - LIMIT, 0.1, 50.0)
    return [
        is_named(StopReason.VOLTAGE_LIMIT, last),
        relative("voltage limit", exact, last.time, 0.01, "s"),
        relative("voltage then", LIMIT, last.voltage, 1e-4, "V"),
    ]


def compare() -> Findings:
    """Four events."""
    checks, panel = by_faraday()
    return Findings((*checks, *by_sand(), *by_voltage()), panel)


CASE = Case("P3", "times of events", Family.MOVING, __doc__, compare)
