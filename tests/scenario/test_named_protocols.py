"""Protocols by name or from a file: the steps that they stand for, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.tiny import tiny

from deposition import Scenario, adams, cycle
from deposition.common.errors import ScenarioError
from deposition.scenario.plan import plan_of

ADAMS = (
    'protocol.adams={current_density = "0.5 mA/cm^2", reservoir = "0.3 mAh/cm^2", '
    'cycled = "0.1 mAh/cm^2", cycles = 2}'
)


def test_the_protocol_of_adams(tmp_path: Path) -> None:
    plan = plan_of(tiny(tmp_path, ADAMS).protocol)
    signs = [step.sign for step in plan.protocol_steps]
    assert signs == [1.0, -1.0, 1.0, -1.0, 1.0, -1.0]
    charges = [step.capacity / 3600.0 for step in plan.protocol_steps]
    assert charges[:-1] == pytest.approx([3.0, 1.0, 1.0, 1.0, 1.0])
    assert plan.cycles == (1, 1, 2, 2, 3, 3)


def test_the_resolved_scenario_holds_the_steps(tmp_path: Path) -> None:
    text = tiny(tmp_path, ADAMS).resolved_toml()
    assert "adams" not in text and "repeat = 2" in text


def profile(folder: Path, text: str) -> Scenario:
    (folder / "drive.csv").write_text(text)
    return tiny(folder, f"protocol.profile={folder / 'drive.csv'}")


def test_a_profile_of_current(tmp_path: Path) -> None:
    table = "time [min], current_density [mA/cm^2]\n0,0.5\n10,0\n\n20,-0.25\n25,0\n"
    one, two, three = plan_of(profile(tmp_path, table).protocol).protocol_steps
    assert (one.applied.density, one.duration) == pytest.approx((5.0, 600.0))  # type: ignore[union-attr]
    assert (two.sign, two.duration) == (0.0, 600.0)
    assert (three.applied.density, three.duration) == pytest.approx((-2.5, 300.0))  # type: ignore[union-attr]


def test_a_profile_of_voltage(tmp_path: Path) -> None:
    (one,) = plan_of(
        profile(tmp_path, "time [h],voltage [mV]\n0,20\n1,0\n").protocol
    ).protocol_steps
    assert (one.applied.volts, one.duration) == pytest.approx((0.02, 3600.0))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("t,i\n0,1\n1,1\n", "E495"),
        ("time [s],current_density [mA/cm^2]\n0,1\n,1\n2,1\n", "E496"),
        ("time [s],current_density [mA/cm^2]\n0,1\n5,\n9,1\n", "row 3.*E496"),
        ("time [s],current_density [mA/cm^2]\n0,1\n5,nan\n9,1\n", "E006"),
        ("time [s],current_density [mA/cm^2]\n0,1\n5,1\n3,1\n", "row 4.*E494"),
        ("time [s],current_density [mA/cm^2]\n0,1\n5,1\n5,2\n9,1\n", "row 4.*E494"),
        ("", "is empty.*E492"),
        ("time [s],current_density [mA/cm^2]\n1,1\n5,1\n", "E493"),
        ("time [s],current_density [V]\n0,1\n5,1\n", "current density"),
    ],
)
def test_a_profile_that_cannot_be_used(tmp_path: Path, table: str, code: str) -> None:
    with pytest.raises(ScenarioError, match=code):
        profile(tmp_path, table)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("protocol.profile=nowhere.csv", "E492"),
        (ADAMS.replace("0.1 mAh", "1 mAh"), "E489"),
        (ADAMS.replace("0.5 mA/", "-0.5 mA/"), "E490"),
        (ADAMS.replace("cycles = 2", "cycle = 2"), "adams.cycle.*cycles.*E497"),
    ],
)
def test_a_named_protocol_that_cannot_be_used(tmp_path: Path, change: str, code: str) -> None:
    with pytest.raises(ScenarioError, match=code):
        tiny(tmp_path, change)


def test_a_named_protocol_stands_for_all_steps(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="E491"):
        tiny(tmp_path, ADAMS, "protocol.capacity=1 mAh/cm^2")


def test_the_protocol_of_adams_in_python(tmp_path: Path) -> None:
    charges = {"reservoir": "0.3 mAh/cm^2", "cycled": "0.1 mAh/cm^2"}
    steps = adams("0.5 mA/cm^2", **charges, cycles=2)
    stated = tiny(tmp_path, ADAMS)
    assert tiny(tmp_path).with_protocol(steps).protocol == stated.protocol
    with pytest.raises(ScenarioError, match=r'adams\("0\.5 mA/cm\^2"\).*E489'):
        adams("0.5 mA/cm^2", reservoir="0.3 mAh/cm^2", cycled="1 mAh/cm^2", cycles=2)


def test_a_cycle_strips_what_it_has_plated(tmp_path: Path) -> None:
    plan = plan_of(tiny(tmp_path).with_protocol(3 * cycle("0.5 mA/cm^2", "0.2 mAh/cm^2")).protocol)
    assert plan.cycles == (1, 1, 2, 2, 3, 3)
    assert [(one.sign, one.capacity) for one in plan.protocol_steps[:2]] == [
        (1.0, pytest.approx(7200.0)),
        (-1.0, pytest.approx(7200.0)),
    ]
