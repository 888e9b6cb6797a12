"""Verification of protocols: wrong physics fails."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

import deposition.verification.cases.p1_pulses as p1
import deposition.verification.cases.p2_plate_and_strip as p2
import deposition.verification.cases.p3_event_times as p3
from deposition.protocol import ProtocolPlan
from deposition.scenario import Scenario
from deposition.scenario.plan import plan_of
from deposition.simulation.state import State
from deposition.verification import Check
from deposition.verification.bench import scenario, states

Checks = list[Check] | tuple[Check, ...]


def missed(checks: Checks) -> list[str]:
    """Quantities whose errors exceed their bounds."""
    return [check.quantity for check in checks if not check.passed]


@cache
def pulses() -> tuple[Scenario, list[State]]:
    """One pulse and one reverse pulse, in longer steps."""
    settings = scenario("p1_pulses", "protocol.repeat=1", "time.max_step=8 ms")
    return settings, list(states(settings))


@pytest.mark.solve
def test_another_electrolyte_fails_the_pulses() -> None:
    settings, run = pulses()
    law = replace(p1.law_of(settings), t_plus=0.40)
    assert len(missed(p1.compared(law, plan_of(settings.protocol), run).checks)) == 3


@pytest.mark.solve
def test_a_missing_pulse_fails() -> None:
    settings, run = pulses()
    first, second = plan_of(settings.protocol).protocol_steps
    incomplete = ProtocolPlan((replace(first, duration=1e-12), second))
    checks = p1.compared(p1.law_of(settings), incomplete, run[-1:]).checks
    assert missed(checks) == [f"c, cathode, {run[-1].time:g} s"]


@pytest.mark.slow
def test_another_sand_s_time_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deposition.simulation.step.sand_time", lambda *given: 0.8354)
    assert missed(p3.by_sand()) == ["Sand's time in the event"]


@pytest.mark.solve
def test_another_molar_volume_fails() -> None:
    run = list(states(scenario("p2_plate_and_strip", "lithium.molar_volume=14 cm^3/mol")))
    found = p2.compared(scenario("p2_plate_and_strip"), run).checks
    assert missed(found) == ["height after plating"]


@pytest.mark.solve
def test_less_stripped_charge_fails() -> None:
    settings = scenario("p2_plate_and_strip", "protocol.steps.3.capacity=0.19 mAh/cm^2")
    found = missed(p2.compared(settings, list(states(settings))).checks)
    assert {
        "height at the end, over that after plating",
        "height of the cell",
        "Coulombic efficiency",
    } <= {*found}
