"""``Scenario.with_``: settings changed in Python are validated as those of a file are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from deposition.common.errors import ScenarioError
from deposition.scenario import Scenario
from deposition.scenario.steps import plate, rest


@pytest.mark.parametrize(
    ("changes", "overrides"),
    [
        ({"sei.seed": 3, "temperature": "40 degC"}, ["sei.seed=3", "temperature=40 degC"]),
        ({"sei.seed": np.int64(3)}, ["sei.seed=3"]),
        ({"sei": {"seed": 3}}, ["sei.seed=3"]),
        (
            {"sei.composition": {"LiF": 0.5, "LiI": np.float64(0.5)}},
            ["sei.composition={LiF = 0.5, LiI = 0.5}"],
        ),
        ({"sei.films.LiF.resistance": "9 ohm cm^2"}, ["sei.films.LiF.resistance=9 ohm cm^2"]),
        ({"electrolyte.name": "BE"}, ["electrolyte.name=BE"]),
        ({"kinetics.law": "linear"}, ["kinetics.law=linear"]),
        ({"geometry.file": Path("be.geo")}, ["geometry.file=be.geo"]),
        ({"protocol.voltage": "20 mV"}, ["protocol.voltage=20 mV"]),
    ],
)
def test_a_change_is_that_of_the_command_line(changes: dict, overrides: list[str]) -> None:
    base = Scenario.load("sei-mosaic")
    assert base.with_(changes) == Scenario.load("sei-mosaic", overrides) != base


def test_changes_add_up_and_leave_the_scenario_as_it_was() -> None:
    base = Scenario.load("be")
    text = base.resolved_toml()
    twice = base.with_({"mesh.surface_size": "0.5 um"}).with_({"mesh.coarse_size": "5 um"})
    assert (twice.mesh.surface_size, twice.mesh.coarse_size) == (0.5e-6, 5e-6)
    assert twice.origin(("mesh", "coarse_size")) == "with_"
    assert twice.origin(("protocol", "capacity")) == "shipped be.toml"
    assert (twice.name, base.resolved_toml()) == ("be", text)


def test_a_scenario_made_from_values_can_be_changed() -> None:
    whole = Scenario.load("sei-mosaic")
    copied = Scenario.model_validate(whole.model_dump(exclude_none=True))
    assert copied.with_({"sei.seed": 4}).sei.seed == 4


def test_the_protocol_and_later_changes() -> None:
    steps = [plate("1 mA/cm^2", capacity="0.1 mAh/cm^2"), rest("1 min")]
    scenario = Scenario.load("be").with_protocol(steps, repeat=2).with_({"protocol.repeat": 3})
    assert scenario.protocol.repeat == 3
    assert scenario.protocol.steps is not None
    assert len(scenario.protocol.steps) == 2


def test_a_protocol_is_validated_with_the_whole_scenario() -> None:
    fixed = Scenario.load("be", ["interface=fixed"])
    with pytest.raises(ScenarioError, match="E246"):
        fixed.with_protocol([plate("1 mA/cm^2", on_event={"short_circuit": "end"})])


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"sei.sed": 3}, r"with_: sei.sed is not a known key.*seed.*E020"),
        ({"temperature": 40}, r"with_: temperature = 40.*K"),
        ({"temperature": "hot", "sei.seed": "x"}, "2 problems in the scenario"),
        ({"sei.seed": None}, "type NoneType.*E296"),
        ({"sei.composition": {"LiF": {1, 2}}}, "type set.*E296"),
        ({"base": "be"}, "base.*file only.*E864"),
        ({"": 1}, "E864"),
        ({"sei seed": 1}, "E864"),
        ({3: 1}, "E864"),
        ("sei.seed=3", "no dictionary.*E863"),
        ({"sei.composition": {"LiF": float("nan")}}, "sei.composition"),
    ],
)
def test_a_wrong_change_is_one_message(changes: dict, told: str) -> None:
    with pytest.raises(ScenarioError, match=told):
        Scenario.load("sei-mosaic").with_(changes)


def test_a_copy_leaves_no_value_unchecked() -> None:
    scenario = Scenario.load("be")
    assert scenario.model_copy() == scenario
    assert scenario.model_copy(deep=True) == scenario
    with pytest.raises(ScenarioError, match=r"temperature.*with_.*E862"):
        scenario.model_copy(update={"temperature": "hot"})
    with pytest.raises(ScenarioError, match="E862"):
        scenario.mesh.model_copy(update={"surface_size": -1.0})
    assert scenario.copy(deep=True) == scenario
    with pytest.raises(ScenarioError, match="E862"):
        scenario.copy(update={"temperature": -5.0})
    with pytest.raises(ScenarioError, match="E862"):
        scenario.mesh.copy(exclude={"surface_size"})
