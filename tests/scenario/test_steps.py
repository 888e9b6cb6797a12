"""Protocols stated in Python, and their text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers.tiny import tiny
from rich.console import Console

from deposition import Scenario, hold, plate, rest, run, strip
from deposition.common.errors import ScenarioError
from deposition.scenario.protocol_words import protocol_line
from deposition.simulation.build import model_of
from deposition.simulation.initial import begin


def line(*changes: str) -> str:
    """Text of the protocol of a scenario."""
    return protocol_line(Scenario.load("tafel", changes))


def test_steps_follow_one_another() -> None:
    cycle = [plate("1 mA/cm^2", duration="36 s"), rest("10 s"), strip("2 mA/cm^2", duration="9 s")]
    assert protocol_line(Scenario.load("tafel").with_protocol(2 * cycle)) == (
        "2 x [1 mA/cm² for 36 s, rest for 10 s, -2 mA/cm² for 9 s]: plates 0.02 mAh/cm², "
        "strips 0.01 mAh/cm²: net 0.01 mAh/cm² plated, 0.0485 µm of dense lithium, in 110 s"
    )


def test_equal_plated_and_stripped_charges_have_no_net_charge() -> None:
    thirds = 3 * [plate("1 mA/cm^2", capacity="0.1 mAh/cm^2")]
    back = [strip("0.7 mA/cm^2", capacity="0.3 mAh/cm^2")]
    words = protocol_line(Scenario.load("tafel").with_protocol([*thirds, *back]))
    assert ": plates 0.3 mAh/cm², strips 0.3 mAh/cm²: net charge 0, in " in words
    assert "0 mAh/cm² stripped" not in protocol_line(Scenario.load("be-cycles"))


@pytest.mark.parametrize("step", [plate, strip])
@pytest.mark.parametrize("current", ["-0.5 mA/cm^2", " -C/2", 0.5])
def test_a_current_is_text_without_a_sign(step: Callable[..., Any], current: Any) -> None:
    with pytest.raises(ScenarioError, match=rf"{step.__name__}.*\[E254\]"):
        step(current, duration="1 s")


@pytest.mark.parametrize("steps", [rest("1 s"), "rest"])
def test_steps_must_be_a_list(steps: Any) -> None:
    with pytest.raises(ScenarioError, match=r"\[E255\]"):
        Scenario.load("tafel").with_protocol(steps)


@pytest.mark.parametrize("number", ["7", "0", "-1"])
def test_a_step_that_does_not_exist_is_named(number: str) -> None:
    with pytest.raises(ScenarioError, match=rf"protocol\.steps: .* {number}\. .* 3 .*\[E022\]"):
        Scenario.load("be-cycles", [f"protocol.steps.{number}.duration=9s"])
    with pytest.raises(ScenarioError, match=r"protocol\.steps: .* 8\. .* 3 .*\[E022\]"):
        changes = ("protocol.steps.8.duration=9s", "protocol.steps.1.capacity=1 mAh/cm^2")
        Scenario.load("be-cycles", changes)


def test_zero_voltage_needs_a_duration() -> None:
    assert hold("0 V", duration="1 h").voltage == 0.0
    with pytest.raises(ScenarioError, match=r"\[E231\]"):
        hold("0 V", capacity="1 mAh/cm^2")


def test_a_rate_is_compared_with_the_measurement_at_its_current() -> None:
    rate = ("protocol.c_rate=C/2", "protocol.nominal_capacity=1 mAh/cm^2")
    assert Scenario.load("c-i-be-calibrated", rate).measurement is not None
    assert Scenario.load("c-i-be-calibrated", ["protocol.c_rate=1C", *rate[1:]]).measurement is None


@pytest.mark.solve
def test_rounding_during_a_rest_is_no_charge_error(tmp_path: Path) -> None:
    scenario = tiny(tmp_path, "protocol.rest=100 s", "time.first_step=20 s")
    summary = run(scenario, tmp_path / "rest", console=Console(quiet=True))
    assert summary["time_s"] == 100.0
    assert summary["faraday_error"] < 1e-4
    assert "Warning" not in (tmp_path / "rest" / "run.log").read_text(encoding="utf-8")


def test_the_charge_at_constant_voltage_is_an_upper_bound() -> None:
    ends = "0.03 mAh/cm²: at most: plates 0.03 mAh/cm², 0.145 µm of dense lithium"
    assert line("protocol.voltage=20 mV") == f"20 mV until {ends}"
    timed = line("protocol.voltage=20 mV", "protocol.duration=1 h")
    assert timed == f"20 mV for 1 h or until {ends}, in 1 h"


def test_a_voltage_limit_has_the_sign_of_its_current() -> None:
    limit = "protocol.voltage_limit=0.1 V"
    assert "or 100 mV: plates" in line(limit)
    assert "or -100 mV: strips" in line(limit, "protocol.current_density=-1 mA/cm^2")


def test_a_fixed_interface_does_not_limit_the_time_step(tmp_path: Path) -> None:
    def longest(interface: str) -> float:
        scenario = tiny(tmp_path, f"interface={interface}", "time.max_step=1000 s")
        return model_of(scenario, begin(scenario)).control.within(speed=1.0)

    assert longest("fixed") == 1000.0 and longest("moving") == pytest.approx(0.25)
