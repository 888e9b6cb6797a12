"""Protocols made in Python, and what is said of protocols in words."""

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


def said(*changes: str) -> str:
    """The protocol of a scenario in words."""
    return protocol_line(Scenario.load("tafel", changes))


def test_steps_follow_one_another() -> None:
    cycle = [plate("1 mA/cm^2", duration="36 s"), rest("10 s"), strip("2 mA/cm^2", duration="9 s")]
    assert protocol_line(Scenario.load("tafel").asking(2 * cycle)) == (
        "2 x [1 mA/cm² for 36 s, rest for 10 s, -2 mA/cm² for 9 s]: plates 0.02 mAh/cm², "
        "strips 0.01 mAh/cm²: 0.01 mAh/cm² gained, 0.0485 µm of dense lithium, in 110 s"
    )


def test_what_is_plated_and_stripped_again_is_neither_gained_nor_lost() -> None:
    thirds = 3 * [plate("1 mA/cm^2", capacity="0.1 mAh/cm^2")]
    back = [strip("0.7 mA/cm^2", capacity="0.3 mAh/cm^2")]
    words = protocol_line(Scenario.load("tafel").asking([*thirds, *back]))
    assert ": plates 0.3 mAh/cm², strips 0.3 mAh/cm²: none gained or lost, in " in words
    assert "0 mAh/cm² lost" not in protocol_line(Scenario.load("be-cycles"))


@pytest.mark.parametrize("step", [plate, strip])
@pytest.mark.parametrize("current", ["-0.5 mA/cm^2", " -C/2", 0.5])
def test_a_current_is_text_without_a_sign(step: Callable[..., Any], current: Any) -> None:
    with pytest.raises(ScenarioError, match=f"{step.__name__}.*without a sign.*strip dissolves"):
        step(current, duration="1 s")


@pytest.mark.parametrize("steps", [rest("1 s"), "rest"])
def test_what_is_no_list_of_steps_is_refused(steps: Any) -> None:
    with pytest.raises(ScenarioError, match="asking: steps must be a list"):
        Scenario.load("tafel").asking(steps)


@pytest.mark.parametrize("number", ["7", "0", "-1"])
def test_a_step_that_is_not_there_is_named(number: str) -> None:
    said = f"--set: protocol.steps: there is no step {number}; protocol.steps has 3 [E022]"
    with pytest.raises(ScenarioError) as caught:
        Scenario.load("be-cycles", [f"protocol.steps.{number}.duration=9s"])
    assert str(caught.value) == said
    with pytest.raises(ScenarioError, match=r"there is no step 8; protocol\.steps has 3"):
        changes = ("protocol.steps.8.duration=9s", "protocol.steps.1.capacity=1 mAh/cm^2")
        Scenario.load("be-cycles", changes)


def test_no_voltage_passes_no_charge() -> None:
    assert hold("0 V", duration="1 h").voltage == 0.0
    with pytest.raises(ScenarioError, match=r"voltage = 0 drives no charge.*state a duration"):
        hold("0 V", capacity="1 mAh/cm^2")


def test_a_rate_is_compared_with_what_was_measured_at_its_current() -> None:
    rate = ("protocol.c_rate=C/2", "protocol.nominal_capacity=1 mAh/cm^2")
    assert Scenario.load("c-i-be-calibrated", rate).measurement is not None
    assert Scenario.load("c-i-be-calibrated", ["protocol.c_rate=1C", *rate[1:]]).measurement is None


@pytest.mark.solve
def test_rounding_is_no_charge_that_was_lost_while_nothing_flows(tmp_path: Path) -> None:
    scenario = tiny(tmp_path, "protocol.rest=100 s", "time.first_step=20 s")
    summary = run(scenario, tmp_path / "rest", console=Console(quiet=True))
    assert summary["time_s"] == 100.0
    assert summary["faraday_error"] < 1e-4
    assert "Warning" not in (tmp_path / "rest" / "run.log").read_text(encoding="utf-8")


def test_what_a_voltage_passes_is_an_upper_bound() -> None:
    ends = "0.03 mAh/cm²: at most: plates 0.03 mAh/cm², 0.145 µm of dense lithium"
    assert said("protocol.voltage=20 mV") == f"20 mV until {ends}"
    timed = said("protocol.voltage=20 mV", "protocol.duration=1 h")
    assert timed == f"20 mV for 1 h or until {ends}, in 1 h"


def test_a_voltage_limit_has_the_sign_of_its_current() -> None:
    limit = "protocol.voltage_limit=0.1 V"
    assert "or 100 mV: plates" in said(limit)
    assert "or -100 mV: strips" in said(limit, "protocol.current_density=-1 mA/cm^2")


def test_a_surface_that_stays_where_it_is_limits_no_step(tmp_path: Path) -> None:
    def longest(interface: str) -> float:
        scenario = tiny(tmp_path, f"interface={interface}", "time.max_step=1000 s")
        return model_of(scenario, begin(scenario)).control.within(speed=1.0)

    assert longest("fixed") == 1000.0 and longest("moving") == pytest.approx(0.25)
