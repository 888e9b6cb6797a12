"""Verification of protocols: quick cases, and cases made to fail."""

from __future__ import annotations

from collections.abc import Callable
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
    """What is out of bounds."""
    return [check.quantity for check in checks if not check.passed]


@cache
def pulses() -> tuple[Scenario, list[State]]:
    """One pulse and one reverse pulse, in longer steps."""
    settings = scenario("p1_pulses", "protocol.repeat=1", "time.max_step=8 ms")
    return settings, list(states(settings))


@pytest.mark.solve
def test_c_and_voltage_of_two_pulses() -> None:
    settings, run = pulses()
    checks = p1.compared(p1.law_of(settings), plan_of(settings.protocol), run).checks
    assert len(checks) == 3
    assert not missed(checks)


@pytest.mark.solve
def test_pulses_of_another_electrolyte_are_seen() -> None:
    settings, run = pulses()
    law = replace(p1.law_of(settings), t_plus=0.40)
    assert len(missed(p1.compared(law, plan_of(settings.protocol), run).checks)) == 3


@pytest.mark.solve
def test_a_pulse_that_is_forgotten_is_seen() -> None:
    settings, run = pulses()
    first, second = plan_of(settings.protocol).protocol_steps
    forgetful = ProtocolPlan((replace(first, duration=1e-12), second))
    checks = p1.compared(p1.law_of(settings), forgetful, run[-1:]).checks
    assert missed(checks) == [f"c, cathode, {run[-1].time:g} s"]


COARSE = ("geometry.parameters.height=2", "mesh.surface_size=0.5 um", "time.max_advance=0.25")
QUICK: dict[str, Callable[[], Checks]] = {
    "P2": lambda: p2.compare().checks,
    "P3, depletion": p3.by_sand,
    "P3, lithium used up and short circuit": lambda: p3.by_faraday(*COARSE)[0],
}


@pytest.mark.solve
@pytest.mark.parametrize("name", QUICK)
def test_a_case_keeps_its_bounds(name: str) -> None:
    checks = QUICK[name]()
    assert checks
    assert not missed(checks)


@pytest.mark.slow
def test_another_time_of_sand_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deposition.simulation.protocol_steps.sand_time", lambda *given: 0.8354)
    assert missed(p3.by_sand()) == ["Sand's time as named"]


@pytest.mark.slow
def test_the_voltage_limit_is_reached_in_time() -> None:
    assert not missed(p3.by_voltage())


@pytest.mark.solve
def test_other_lithium_is_seen() -> None:
    run = list(states(scenario("p2_plate_and_strip", "lithium.molar_volume=14 cm^3/mol")))
    found = p2.compared(scenario("p2_plate_and_strip"), run).checks
    assert missed(found) == ["height between"]


@pytest.mark.solve
def test_charge_that_is_not_stripped_again_is_seen() -> None:
    settings = scenario("p2_plate_and_strip", "protocol.steps.3.capacity=0.19 mAh/cm^2")
    found = missed(p2.compared(settings, list(states(settings))).checks)
    assert {"height at the end, over that between", "top of the box", "Coulombic efficiency"} <= {
        *found
    }
