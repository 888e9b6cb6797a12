"""Cells that are drawn sideways or upside down, from the script to the summary."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from deposition.check.check import check_scenario
from deposition.common.errors import ScenarioError
from deposition.results.result import Result
from deposition.runs.run import resume, run
from deposition.scenario import Scenario

BOX = """
SetFactory("OpenCASCADE");
Rectangle(1) = {%s};
Rectangle(2) = {%s};
v() = BooleanFragments{ Surface{1}; Delete; }{ Surface{2}; Delete; };
Physical Surface("lithium") = {1};
Physical Surface("electrolyte") = {2};
Physical Curve("counter") = {Curve In BoundingBox{%s}};
"""
UP = BOX % ("0, -2, 0, 20, 2", "0, 0, 0, 20, 10", "-0.1, 9.9, -0.1, 20.1, 10.1, 0.1")
DOWN = BOX % ("0, 10, 0, 20, 2", "0, 0, 0, 20, 10", "-0.1, -0.1, -0.1, 20.1, 0.1, 0.1")
SIDE = BOX % ("-2, 0, 0, 2, 20", "0, 0, 0, 10, 20", "9.9, -0.1, -0.1, 10.1, 20.1, 0.1")

PORE = """
// a pore of 2 x 4 um with the lithium at its end, on the right
Point(1) = {0, %s, 0}; Point(2) = {8, %s, 0}; Point(3) = {8, %s, 0}; Point(4) = {6, %s, 0};
Point(5) = {6, %s, 0}; Point(6) = {0, %s, 0}; Point(7) = {8, %s, 0}; Point(8) = {0, %s, 0};
Line(1) = {1, 2}; Line(2) = {2, 3}; Line(3) = {3, 4}; Line(4) = {4, 5}; Line(5) = {5, 6};
Line(6) = {6, 1}; Line(7) = {3, 7}; Line(8) = {7, 8}; Line(9) = {8, 6};
Curve Loop(1) = {1, 2, 3, 4, 5, 6}; Plane Surface(1) = {1};
Curve Loop(2) = {7, 8, 9, -5, -4, -3}; Plane Surface(2) = {2};
Physical Surface("electrolyte") = {1};
Physical Surface("lithium") = {2};
Physical Curve("counter") = {1};
"""
PORE_DOWN = PORE % (0, 0, 16, 16, 20, 20, 22, 22)
PORE_UP = PORE % (20, 20, 4, 4, 0, 0, -2, -2)

SCENARIO = """
title = "A cell as others draw it"

[geometry]
file = "own.geo"

[mesh]
surface_size = "0.5 um"
coarse_size = "2 um"

[electrolyte]
name = "BE"

[sei]
default_film = "film"

[sei.films.film]
resistance = "10 ohm cm^2"
status = "assumed"
reason = "test"

[kinetics]
exchange_current_density = "1e3 A/m^2"

[counter]
motion = "fixed"

[protocol]
current_density = "1 mA/cm^2"
capacity = "0.02 mAh/cm^2"

[output]
every = "0.01 mAh/cm^2"
"""

STRIP = ("protocol.current_density=-1 mA/cm^2", "protocol.capacity=0.56 mAh/cm^2")
INTO_PORE = (
    "mesh.surface_size=0.3 um",
    "sei.films.film.resistance=0.1 ohm cm^2",
    "protocol.capacity=0.1 mAh/cm^2",
)


def scenario(folder: Path, script: str, *overrides: str) -> Scenario:
    (folder / "own.geo").write_text(script)
    (folder / "own.toml").write_text(SCENARIO)
    return Scenario.load(folder / "own.toml", overrides)


def summary(folder: Path, script: str, *overrides: str) -> dict[str, Any]:
    chosen = scenario(folder, script, *overrides)
    return run(chosen, folder / "out", console=Console(quiet=True), overwrite=True).summary


@pytest.mark.solve
@pytest.mark.parametrize("interface", ["moving", "fixed"])
@pytest.mark.parametrize("script", [UP, SIDE, DOWN], ids=["up", "side", "down"])
def test_the_current_is_per_area_across_the_growth_axis(
    tmp_path: Path, script: str, interface: str
) -> None:
    found = summary(tmp_path, script, f"interface={interface}")
    result = Result.open(tmp_path / "out")
    assert result.history["current_max_A_m2"][0] == pytest.approx(10.0, rel=1e-6)
    assert found["cell_voltage_first_V"] == pytest.approx(0.010800, rel=1e-3)
    assert found["wagner"] == pytest.approx(17.95, rel=1e-3)
    height = 0.0 if interface == "fixed" else 0.0970
    assert found["height_max_um"] == pytest.approx(height, abs=1e-4)
    # Snapshots are turned: the deposit grows along their last coordinate.
    surface = result.snapshot(-1).surface
    lithium = surface.points[surface.facets[surface.electrode == 0]]
    assert result.snapshot(-1).electrolyte.points[:, -1].max() > lithium[..., -1].max()


@pytest.mark.solve
@pytest.mark.parametrize("script", [UP, DOWN, SIDE], ids=["up", "down", "side"])
def test_lithium_is_stripped_to_its_end_in_any_direction(tmp_path: Path, script: str) -> None:
    found = summary(tmp_path, script, *STRIP)
    assert found["completed"] and found["ended_by"] == "lithium_exhausted"
    # 2 µm of lithium, down to the size of a cell: 1.5 µm, V_m Q/F.
    assert found["charge_passed_mAh_cm2"] == pytest.approx(0.3093, rel=5e-3)
    assert found["height_mean_um"] == pytest.approx(-1.5, abs=8e-3)


@pytest.mark.solve
@pytest.mark.parametrize("script", [PORE_UP, PORE_DOWN], ids=["up", "down"])
def test_a_pore_is_filled_from_below_as_from_above(tmp_path: Path, script: str) -> None:
    found = summary(tmp_path, script, *INTO_PORE)
    assert found["height_mean_um"] == pytest.approx(0.48497, rel=1e-4)
    assert found["height_max_um"] == pytest.approx(4.355, rel=0.01)
    assert found["height_min_um"] == pytest.approx(0.224, rel=0.05)
    assert found["roughness_rms_um"] == pytest.approx(0.829, rel=0.02)
    assert found["peak_to_valley_um"] == pytest.approx(4.313, rel=0.01)
    assert found["cell_voltage_V"] == pytest.approx(1.802e-3, rel=0.01)


@pytest.mark.process
def test_check_states_another_growth_axis_than_upwards(tmp_path: Path) -> None:
    for script, axis in ((SIDE, "+x"), (DOWN, "-y")):
        facts = check_scenario(scenario(tmp_path, script)).facts
        assert f"the deposit grows along {axis}; projected area 20 µm" in facts
    assert not any("grows along" in f for f in check_scenario(scenario(tmp_path, UP)).facts)
    # Advice names no parameter that this geometry does not have.
    warnings = " ".join(check_scenario(scenario(tmp_path, DOWN, *STRIP)).warnings)
    assert "thicker lithium" in warnings and "geometry.parameters" not in warnings


DISC = """
Point(1) = {0, 0, 0};
Point(2) = {5, 0, 0}; Point(3) = {-5, 0, 0}; Point(4) = {15, 0, 0}; Point(5) = {-15, 0, 0};
Circle(1) = {2, 1, 3}; Circle(2) = {3, 1, 2}; Circle(3) = {4, 1, 5}; Circle(4) = {5, 1, 4};
Curve Loop(1) = {1, 2}; Plane Surface(1) = {1};
Curve Loop(2) = {3, 4}; Plane Surface(2) = {2, 1};
Physical Surface("lithium") = {1};
Physical Surface("electrolyte") = {2};
Physical Curve("counter") = {3, 4};
"""


@pytest.mark.solve
def test_a_total_current_is_that_of_the_density_over_the_projected_area(tmp_path: Path) -> None:
    by_density = summary(tmp_path, SIDE)
    by_current = summary(tmp_path, SIDE, "protocol.current=2e-4 A/m")
    assert by_current["completed"]
    for key in ("cell_voltage_first_V", "cell_voltage_V", "height_max_um", "time_s"):
        assert by_current[key] == pytest.approx(by_density[key], rel=1e-9), key
    assert 'current = "0.2 mA/m"' in (tmp_path / "out" / "scenario.toml").read_text()
    changes = ["protocol.current=4e-4 A/m", "protocol.capacity=0.03 mAh/cm^2"]
    resume(tmp_path / "out", changes, console=Console(quiet=True))
    history = Result.open(tmp_path / "out").history
    assert history["current_density_A_m2"][[0, -1]] == pytest.approx([10.0, 20.0])
    assert history["capacity_mAh_cm2"][-1] == pytest.approx(0.03)


@pytest.mark.solve
def test_a_disc_has_no_growth_axis_and_takes_a_total_current(tmp_path: Path) -> None:
    disc = scenario(tmp_path, DISC, "protocol.current=3.141592654e-4 A/m")
    (fact,) = [fact for fact in check_scenario(disc).facts if "no growth axis" in fact]
    assert "There are no heights" in fact and "31.4" in fact
    found = summary(tmp_path, DISC, "protocol.current=3.141592654e-4 A/m")
    result = Result.open(tmp_path / "out")
    assert found["completed"] and result.summary["height_max_um"] is None
    history = result.history
    for key in ("current_max_A_m2", "current_min_A_m2"):
        assert history[key][0] == pytest.approx(10.0, rel=0.02)


@pytest.mark.process
@pytest.mark.parametrize(
    ("current", "words"),
    [
        ("1 nA", 'a 2D cell has a current per depth.*"2e-4 A/m".*E266'),
        ("0 A", "E013"),
        ("1 mA/cm^2", "E013"),
        ("5", "E013"),
    ],
)
def test_a_current_of_the_wrong_dimension_is_refused(
    tmp_path: Path, current: str, words: str
) -> None:
    with pytest.raises(ScenarioError, match=words):
        check_scenario(scenario(tmp_path, UP, f"protocol.current={current}"))


def test_steps_take_currents_and_write_them_back(tmp_path: Path) -> None:
    one, other = (f'{{current = "{text}", duration = "1 s"}}' for text in ("1 nA", "-2e-4 A/m"))
    protocol = scenario(tmp_path, UP, f"protocol.steps=[{one}, {other}]").protocol
    assert protocol.steps is not None
    written = [step.model_dump(exclude_none=True)["current"] for step in protocol.steps]
    assert written == ["1 nA", "-0.2 mA/m"]
    assert protocol.steps[1].across(2e-5, 2).current_density == pytest.approx(-10.0)
