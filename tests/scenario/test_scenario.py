"""Scenarios are checked whole, layered, and written so that they load again.

What matters most: a user's slip is answered with file, key, value, what is allowed and the nearest
match, and several slips are answered at once.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from deposition.common import package_data as shipped
from deposition.common.errors import LibraryError, ScenarioError
from deposition.laws.arrhenius import arrhenius
from deposition.laws.concentrated import LandesfeindEcDmc, Nyman
from deposition.scenario import Scenario
from deposition.scenario.electrolyte import Electrolyte
from deposition.scenario.write import to_toml

SMALL = """
title = "small"
[geometry]
file = "flat.geo"
[electrolyte]
name = "BE"
[kinetics]
exchange_current_density = "100 A/m^2"
[protocol]
current_density = "0.5 mA/cm^2"
capacity = "1 mAh/cm^2"
"""


def written(folder: Path, text: str, name: str = "mine") -> Path:
    """A scenario file of one's own."""
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def complaint(name: str | Path, *overrides: str) -> str:
    """The message that answers a scenario that is not valid."""
    with pytest.raises(ScenarioError) as caught:
        Scenario.load(name, overrides)
    return str(caught.value)


# --- what is shipped -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", shipped.scenarios())
def test_every_shipped_scenario_loads_and_loads_again_from_what_it_writes(
    name: str, tmp_path: Path
) -> None:
    scenario = Scenario.load(name)
    assert scenario.name == name
    assert scenario.geometry.file.is_file()
    again = Scenario.load(written(tmp_path, scenario.resolved_toml(), "scenario"))
    assert again == scenario
    assert again.resolved_toml() == scenario.resolved_toml()


def test_the_four_figures_share_box_protocol_and_kinetics() -> None:
    four = [Scenario.load(name) for name in ("be", "be-dead-li", "c-i-be", "c-i-be-ln")]
    assert {scenario.figure for scenario in four} == {"5G", "5H", "5I", "5J"}
    for other in four[1:]:
        assert other.geometry.parameters == four[0].geometry.parameters
        assert other.protocol == four[0].protocol
        assert other.kinetics_law == four[0].kinetics_law
        assert other.sei.thickness == four[0].sei.thickness
    assert four[0].protocol.current_density == 5.0
    assert four[0].protocol.capacity == 36000.0


def test_be_has_the_resistances_it_states() -> None:
    scenario = Scenario.load("be")
    table = scenario.film_table()
    assert table.names == ("hot_spot", "matrix", "none")
    resistance = scenario.sei.thickness / table.conductivity * 1e4
    assert resistance == pytest.approx([0.3, 6.0, 0.0])


def test_every_stated_film_says_why() -> None:
    for name in shipped.scenarios():
        for film in Scenario.load(name).sei.films.values():
            assert film.reason


# --- a scenario of one's own ---------------------------------------------------------------------


def test_ten_lines_are_a_scenario(tmp_path: Path) -> None:
    scenario = Scenario.load(written(tmp_path, SMALL))
    assert scenario.name == "mine"
    assert scenario.electrolyte.conductivity == pytest.approx(0.35)
    assert scenario.sei.default_film == "SEI"
    assert scenario.origin(("electrolyte", "conductivity")) == "library"
    assert scenario.origin(("mesh", "surface_size")) == "default"
    assert scenario.origin(("protocol", "capacity")).endswith("mine.toml")


def test_a_base_is_refined_key_by_key(tmp_path: Path) -> None:
    path = written(tmp_path, 'base = "be"\n[sei.films.hot_spot]\nresistance = "1 ohm cm^2"\n')
    scenario, base = Scenario.load(path), Scenario.load("be")
    assert scenario.name == "mine"
    assert scenario.sei.films["hot_spot"].resistance == pytest.approx(1e-4)
    assert scenario.sei.films["hot_spot"].title == base.sei.films["hot_spot"].title
    assert scenario.sei.films["matrix"] == base.sei.films["matrix"]
    assert scenario.origin(("sei", "films", "matrix", "resistance")).endswith("be.toml")


def test_another_way_of_stating_a_film_replaces_the_first(tmp_path: Path) -> None:
    text = 'base = "be"\n[sei.films.matrix]\ncomposition = {LiF = 0.5, LiI = 0.5}\n'
    scenario = Scenario.load(written(tmp_path, text))
    assert scenario.sei.films["matrix"].resistance is None
    table = scenario.film_table()
    assert table.conductivity[table.index("matrix")] == pytest.approx(0.5e-6 + 1e-5)
    assert table.statuses[table.index("matrix")] == "assumed"


def test_a_composition_replaces_the_one_of_the_base(tmp_path: Path) -> None:
    text = 'base = "sei-mosaic"\n[sei]\ncomposition = {LiF = 0.5, Li3N = 0.5}\n'
    scenario = Scenario.load(written(tmp_path, text))
    assert scenario.sei.composition == {"LiF": 0.5, "Li3N": 0.5}


def test_a_file_may_refine_its_shipped_namesake(tmp_path: Path) -> None:
    scenario = Scenario.load(written(tmp_path, 'base = "be"\ntitle = "my be"\n', "be"))
    assert (scenario.name, scenario.title) == ("be", "my be")


def test_a_base_beside_the_file_is_found(tmp_path: Path) -> None:
    written(tmp_path, SMALL, "ground")
    scenario = Scenario.load(written(tmp_path, 'base = "ground"\ntemperature = "25 degC"\n'))
    assert (scenario.name, scenario.title) == ("mine", "small")


def test_the_geometry_beside_the_file_comes_before_a_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "flat.geo").write_text("// mine\n")
    scenario = Scenario.load(written(tmp_path, SMALL))
    assert scenario.geometry.file == (tmp_path / "flat.geo").resolve()
    assert f'file = "{scenario.geometry.file}"' in scenario.resolved_toml()


def test_trust_comes_from_the_command_line_alone(tmp_path: Path) -> None:
    assert Scenario.load("be", trust=True).geometry.trust
    assert not Scenario.load("be").geometry.trust
    assert "trust" not in Scenario.load("be", trust=True).resolved_toml()
    assert "geometry.trust" in complaint("be", "geometry.trust=true")


def test_a_scenario_does_not_change() -> None:
    with pytest.raises(ValidationError):
        Scenario.load("be").mesh.surface_size = 1.0


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("protocol.current_density=-1 mA/cm^2", -10.0),
        ('protocol.current_density="1 mA/cm^2"', 10.0),
        ("protocol.current_density = 2 A/m^2", 2.0),
    ],
)
def test_overrides_take_quantities_with_and_without_quotes(override: str, expected: float) -> None:
    scenario = Scenario.load("be", [override])
    assert scenario.protocol.current_density == pytest.approx(expected)
    assert scenario.origin(("protocol", "current_density")) == "--set"


def test_overrides_take_any_toml_and_the_last_wins() -> None:
    overrides = (
        "sei.composition={LiF = 0.25, LiI = 0.75}",
        "sei.patch_size=2 um",
        "sei.seed=7",
        "sei.seed=8",
        'sei.films."my film".conductivity=1e-5 S/m',
        "electrolyte.name=C-I-BE",
        "geometry.parameters.width=50",
    )
    scenario = Scenario.load("be", overrides)
    assert scenario.sei.composition == {"LiF": 0.25, "LiI": 0.75}
    assert scenario.sei.seed == 8
    assert scenario.sei.films["my film"].conductivity == 1e-5
    assert scenario.electrolyte.t_plus == 0.54
    assert scenario.geometry.parameters["width"] == 50


def test_an_electrolyte_of_one_s_own_states_everything() -> None:
    values = ("conductivity=10 mS/cm", "t_plus=0.3", "concentration=2 mol/L")
    overrides = ["electrolyte.name=mine", *(f"electrolyte.{value}" for value in values)]
    electrolyte = Scenario.load("be", overrides).electrolyte
    assert (electrolyte.conductivity, electrolyte.concentration) == (1.0, 2000.0)
    said = complaint("be", *overrides[:-1])
    assert '"mine"' in said and "BE, C-I-BE, C-I-BE-LN" in said
    assert "state also concentration" in said


def test_the_transference_number_belongs_to_one_law() -> None:
    said = complaint("be", "electrolyte.law=ohmic", "electrolyte.t_plus=0.3")
    assert 'electrolyte: law = "ohmic" makes no use of t_plus' in said
    with pytest.raises(ValidationError, match="t_plus is missing"):
        Electrolyte.model_validate(
            {"name": "BE", "conductivity": "1 S/m", "concentration": "1 mol/L"}
        )


def test_every_law_asks_for_its_numbers_and_no_others() -> None:
    said = complaint("be", "electrolyte.law=concentrated", "electrolyte.diffusivity=3e-10 m^2/s")
    assert "thermodynamic_factor is missing" in said and "or 1 for a dilute solution" in said
    said = complaint("lipf6-nyman", "electrolyte.conductivity=1 S/m", "electrolyte.t_plus=0.3")
    assert 'law = "nyman" makes no use of conductivity, t_plus' in said
    said = complaint("be", "electrolyte.law=nyman")
    assert "is not that of BE" in said and 'name = "LiPF6 in EC:EMC (Nyman)"' in said
    said = complaint("be", "separator.bruggeman=2")
    assert "no effect on a free electrolyte" in said
    said = complaint("lipf6-nyman", "electrolyte.law=ohmic")
    assert "conductivity is missing" in said


def test_the_library_names_the_law_of_an_electrolyte() -> None:
    name = "electrolyte.name=LiPF6 in EC:DMC (Landesfeind)"
    scenario = Scenario.load("be", [name, "electrolyte.concentration=1.2 mol/L"])
    assert scenario.electrolyte.law == "landesfeind-ec-dmc"
    assert scenario.origin(("electrolyte", "law")) == "library"
    assert isinstance(scenario.electrolyte_law, LandesfeindEcDmc)
    own = ["electrolyte.name=mine", "electrolyte.law=nyman", "electrolyte.concentration=1 mol/L"]
    assert Scenario.load("be", own).electrolyte_law == Nyman(298.15)


STIRRED = 'base = "stirred"\n[electrolyte]\n'
"""It states law, conductivity and concentration of its electrolyte."""

LIQUID = "LiPF6 in EC:DMC (Landesfeind)"


def test_another_electrolyte_takes_over_nothing_of_the_one_of_the_base(tmp_path: Path) -> None:
    named = Scenario.load(written(tmp_path, f'{STIRRED}name = "{LIQUID}"\n'))
    assert named.electrolyte == Scenario.load("be", [f"electrolyte.name={LIQUID}"]).electrolyte
    assert named.origin(("electrolyte", "law")) == "library"
    text = f'{STIRRED}name = "{LIQUID}"\nconcentration = "1.2 mol/L"\n'
    again = Scenario.load(written(tmp_path, text), ["electrolyte.name=BE"])
    assert again.electrolyte == Scenario.load("be").electrolyte
    said = complaint(written(tmp_path, f'{STIRRED}name = "mine"\nlaw = "ohmic"\n'))
    assert "state also conductivity, concentration" in said


def test_an_electrolyte_that_keeps_its_name_keeps_its_numbers(tmp_path: Path) -> None:
    base = Scenario.load("stirred").electrolyte
    for line in ("", 'name = "stirred"\n'):
        path = written(tmp_path, f'{STIRRED}{line}conductivity = "2 S/m"\n')
        changed = Scenario.load(path).electrolyte
        assert (changed.law, changed.conductivity) == ("ohmic", 2.0)
        assert changed.concentration == base.concentration


def test_a_conductivity_is_that_of_its_own_concentration(tmp_path: Path) -> None:
    said = complaint("be", "electrolyte.concentration=2 mol/L")
    assert said.startswith(
        "--set: electrolyte.concentration = 2 mol/L: the conductivity of BE, 3.5"
    )
    assert "is that at 1 mol/L. State electrolyte.conductivity at 2 mol/L as well." in said
    file = written(tmp_path, f'{STIRRED}concentration = "1.5 mol/L"\n')
    assert "State electrolyte.conductivity at 1.5 mol/L as well." in complaint(file)
    both = ["electrolyte.concentration=2 mol/L", "electrolyte.conductivity=3 mS/cm"]
    for order in (both, both[::-1]):
        assert Scenario.load("be", order).electrolyte.conductivity == pytest.approx(0.3)
    assert Scenario.load("be", ["electrolyte.concentration=1000 mol/m^3"]).electrolyte
    assert Scenario.load("lipf6-nyman", both[:1]).electrolyte.concentration == 2000.0


def test_what_is_set_of_another_electrolyte_holds_in_any_order() -> None:
    changes = [f"electrolyte.name={LIQUID}", "electrolyte.concentration=1.2 mol/L"]
    there, back = (Scenario.load("stirred", order) for order in (changes, changes[::-1]))
    assert there.electrolyte == back.electrolyte
    assert (there.electrolyte.law, there.electrolyte.concentration) == ("landesfeind-ec-dmc", 1200)


def test_a_measured_law_is_refused_where_it_makes_no_sense() -> None:
    name = "electrolyte.name=LiPF6 in PC:EC:DMC (Valoen-Reimers)"
    said = complaint("be", name, "temperature=240 K")
    assert "makes no sense there; it was measured from 263.15 to 333.15 K" in said


def test_a_separator_holds_back_what_conducts() -> None:
    scenario = Scenario.load("be", ["separator.porosity=0.4", "separator.bruggeman=2"])
    assert scenario.conductivity == pytest.approx(0.16 * 0.35)
    assert scenario.steady_conductivity == pytest.approx(0.16 * 0.38 * 0.35)


def test_a_reservoir_stays_where_it_is(tmp_path: Path) -> None:
    path = written(tmp_path, SMALL + '[counter]\nkind = "reservoir"\n')
    assert Scenario.load(path).counter.motion == "fixed"
    assert "cannot recede" in complaint(path, "counter.motion=receding")


# --- films ---------------------------------------------------------------------------------------


def test_films_that_the_geometry_names_come_from_the_library() -> None:
    table = Scenario.load("be").film_table(["Li3N", "hot_spot"])
    assert table.names == ("hot_spot", "matrix", "Li3N", "none")
    assert table.conductivity[2] == 2e-4
    with pytest.raises(LibraryError, match=r'"hot_spt".*Did you mean "hot_spot"\?'):
        Scenario.load("be").film_table(["hot_spt"])


def test_a_film_of_the_scenario_overrides_the_library() -> None:
    table = Scenario.load("c-i-be").film_table()
    row = table.index("LiI")
    assert 20e-9 / table.conductivity[row] == pytest.approx(0.6e-4)
    assert "illustrative" in table.sources[row]


def test_library_films_follow_the_temperature() -> None:
    warm = Scenario.load("sei-mosaic", ["temperature=40 degC"]).film_table()
    cold = Scenario.load("sei-mosaic").film_table()
    ratio = warm.conductivity[:-1] / cold.conductivity[:-1]
    assert np.all(ratio > 1.0)
    assert ratio[warm.index("LiI")] == pytest.approx(arrhenius(1.0, 40e3, 313.15))


def test_no_film_is_a_film() -> None:
    scenario = Scenario.load("be", ["sei.default_film=none"])
    assert scenario.film_table().names == ("hot_spot", "matrix", "none")
    assert np.isinf(scenario.film_table().conductivity[-1])


def test_a_component_without_data_is_refused_where_it_is_named() -> None:
    said = complaint("be", "sei.default_film=LEDC")
    assert 'sei.default_film = "LEDC"' in said and "has no conductivity" in said
    assert "[sei.films.LEDC]" in said
    said = complaint("be", "sei.films.matrix.composition={LEDC = 1.0}")
    assert "sei.films.matrix.composition" in said and "has no conductivity" in said
    said = complaint("sei-mosaic", "sei.composition={LiF = 0.5, LEDC = 0.5}")
    assert "sei.composition" in said and "has no conductivity" in said
    stated = Scenario.load("be", ["sei.default_film=LEDC", "sei.films.LEDC.conductivity=1e-8 S/m"])
    assert stated.film_table().conductivity[stated.film_table().index("LEDC")] == 1e-8


def test_a_film_that_a_table_does_not_have_is_answered_with_the_nearest() -> None:
    with pytest.raises(LibraryError, match=r'no film "matrxi".*Did you mean "matrix"\?'):
        Scenario.load("be").film_table().index("matrxi")


def test_a_component_without_activation_energy_is_known_at_298_k_only() -> None:
    assert Scenario.load("be", ["sei.default_film=LixPFy"])
    said = complaint("be", "sei.default_film=LixPFy", "temperature=273.15 K")
    assert "be.toml" in said and "LixPFy" in said and "no activation energy" in said


# --- slips ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("override", "parts"),
    [
        ("mesh.surface_sise=1 um", ["mesh.surface_sise", 'mean "surface_size"?', "coarse_size"]),
        ("protocl.capacity=1 mAh/cm^2", ["protocl", 'mean "protocol"?']),
        ("sei.films.matrix.resistence=1 ohm cm^2", ["matrix.resistence", 'mean "resistance"?']),
        ("mesh.surface_size=0.3", ["mesh.surface_size = 0.3", "bare number", '"4 um"']),
        ("mesh.surface_size=0.3 s", ["mesh.surface_size", '"0.3 s"', "not a unit of length"]),
        ("mesh.surface_size=-1 um", ['"-1 um"', "greater than zero", '"4 um"']),
        ("mesh.surface_size=5 um", ["mesh", "coarse_size must not be smaller"]),
        ("mesh.counter_size=0.1 um", ["mesh", "counter_size must not be smaller"]),
        ("measured.source=a", ["measured", "state cell_voltage, or in words"]),
        ("measured={words = 'low'}", ["measured", "current_density is missing"]),
        (
            "measured={words = 'low', current_density = '5 A/m^2'}",
            ["measured", "source is missing"],
        ),
        ("mesh.gradation=0.9", ["mesh.gradation = 0.9", "greater than 1"]),
        ("mesh.gradation=1.3 um", ["mesh.gradation", "must be a number"]),
        ("mesh.gradation=nan", ["mesh.gradation = nan", "finite"]),
        ("mesh=3", ["mesh = 3", "must be a table"]),
        ("protocol.current_density=0 A/m^2", ["protocol", "passes no charge", "duration", "rest"]),
        ("protocol.voltage=1", ["protocol.voltage = 1", "bare number", '"15 mV"']),
        ("protocol.duration=-1 s", ['"-1 s"', "greater than zero"]),
        ("electrolyte.law=ohm", ["electrolyte.law", '"ohm"', "'ohmic'"]),
        ("protocol.capacity=-1 mAh/cm^2", ['"-1 mAh/cm^2"', "greater than zero"]),
        ("electrolyte.name=C-IBE", ['"C-IBE"', 'mean "C-I-BE"?', "C-I-BE-LN"]),
        ("electrolyte.t_plus=1.2", ["electrolyte.t_plus = 1.2", "less than 1"]),
        ("sei.motion=statonary", ["sei.motion", '"statonary"', 'mean "stationary"?', "'advected'"]),
        ("sei.default_film=LiFF", ["sei.default_film", '"LiFF"', 'mean "LiF"?']),
        ("sei.seed=1", ["sei", "missing: composition, patch_size"]),
        ("sei.seed=1.5", ["sei.seed = 1.5", "whole number"]),
        ("sei.films.matrix.status=sure", ["films.matrix.status", '"sure"', "'measured'"]),
        ("sei.films.new.title=new", ["sei.films.new", "exactly one of resistance"]),
        ("sei.films.none.resistance=1 ohm cm^2", ["sei.films", '"none"', "without film"]),
        ("sei.films.matrix.composition={LiF = 0.5}", ["must add up to 1, not 0.5"]),
        ("sei.films.matrix.composition={LiF = 1.5, LiI = -0.5}", ["LiI", "greater than zero"]),
        ("time.first_step=1 h", ["time", "first_step must not be longer"]),
        ("geometry.file=bee.geo", ["geometry.file", '"bee.geo"', 'mean "be.geo"?']),
        ("geometry.file=", ["geometry.file", "name of a geometry file"]),
        ("geometry.parameters.width=inf", ["geometry.parameters.width", "a finite number"]),
        ("geometry.parameters.width=true", ["geometry.parameters.width", "must be a number"]),
        ("interface=moved", ["interface", '"moved"', "'moving' or 'fixed'"]),
        ("name=a/b", ['name = "a/b"', "without slashes"]),
        ("temperature=-300 degC", ["temperature", "greater than zero", '"298.15 K"']),
    ],
)
def test_a_slip_is_answered_with_key_value_and_what_is_allowed(
    override: str, parts: list[str]
) -> None:
    said = complaint("be", override)
    assert said.startswith("--set: ")
    for part in parts:
        assert part in said, said


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    text = SMALL.replace("[kinetics]", "[kinetics]\nlow = 1").replace('"0.5 mA/cm^2"', "0.5")
    said = complaint(written(tmp_path, text), "mesh.coarse_size=1 kg", "sei.motion=fixed")
    assert said.startswith('4 problems in the scenario "mine":')
    assert "mine.toml: kinetics.low is not a known key" in said
    assert "mine.toml: protocol.current_density = 0.5: a bare number" in said
    assert "--set: mesh.coarse_size" in said
    assert "--set: sei.motion" in said


def test_what_is_missing_is_named_with_an_example(tmp_path: Path) -> None:
    said = complaint(written(tmp_path, 'title = "empty"\n[protocol]\n'))
    for key in ("geometry", "electrolyte", "sei", "kinetics"):
        assert f"mine.toml: {key} is missing" in said
    assert "mine.toml: protocol: current_density is missing" in said
    assert "capacity is missing" in said
    assert '"1 mAh/cm^2"' in said


def test_an_error_names_the_file_that_made_it(tmp_path: Path) -> None:
    written(tmp_path, SMALL.replace('"1 mAh/cm^2"', '"1 mAh"'), "ground")
    said = complaint(written(tmp_path, 'base = "ground"\n'))
    assert "ground.toml: protocol.capacity" in said


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('title = "a"\nfigure = \n', "line 2, column 10"),
        ('title = "a"\ntitle = "b"\n', "line 2"),
        ("[mesh\n", "line 1, column 6"),
        ('title = "a', "at its end"),
    ],
)
def test_malformed_toml_is_answered_with_its_place(tmp_path: Path, text: str, place: str) -> None:
    said = complaint(written(tmp_path, text))
    assert f"mine.toml, {place}" in said
    assert "not valid TOML" in said


def test_a_file_that_is_not_text_or_not_there(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b"title = \xff")
    assert "mine.toml: is not UTF-8" in complaint(tmp_path / "mine.toml")
    assert "no scenario file" in complaint(tmp_path / "other.toml")
    (tmp_path / "shut.toml").symlink_to(
        "/proc/self/mem"
    )  # opens, but cannot be read from its start
    assert "cannot be read: Input/output error" in complaint(tmp_path / "shut.toml")


def test_an_unknown_scenario_is_answered_with_the_nearest_and_the_list() -> None:
    said = complaint("be-ded-li")
    assert '"be-ded-li"' in said and 'Did you mean "be-dead-li"?' in said
    for name in shipped.scenarios():
        assert name in said


def test_bases_that_go_round_are_refused(tmp_path: Path) -> None:
    written(tmp_path, 'base = "two"\n', "one")
    written(tmp_path, 'base = "one"\n', "two")
    assert "one.toml -> two.toml -> one.toml" in complaint(tmp_path / "one.toml")
    path = written(tmp_path, 'base = "self.toml"\n', "self")
    assert "self.toml -> self.toml" in complaint(path)


def test_an_unknown_base_is_answered_with_the_nearest(tmp_path: Path) -> None:
    said = complaint(written(tmp_path, 'base = "bee"\n'))
    assert "mine.toml" in said and '"bee"' in said and 'Did you mean "be"?' in said
    assert "must be the name" in complaint(written(tmp_path, "base = 3\n"))


@pytest.mark.parametrize("override", ["mesh", "=1", "a b=1", "mesh.=1", "base=be", "a=1\nb=2"])
def test_overrides_that_are_no_key_and_value_are_refused(override: str) -> None:
    assert "--set" in complaint("be", override)


# --- properties ----------------------------------------------------------------------------------

KEYS = st.text(min_size=1).filter(lambda key: key != "composition")


def test_a_base_does_not_describe_what_has_another_title(tmp_path: Path) -> None:
    described = SMALL.replace("[geometry]", 'description = "what is seen here"\n[geometry]', 1)
    written(tmp_path, described, "below")
    same = written(tmp_path, 'base = "below"\ntemperature = "310 K"\n', "same")
    other = written(tmp_path, 'base = "below"\ntitle = "warmer"\n', "other")
    again = written(tmp_path, 'base = "other"\n', "again")
    assert Scenario.load(same).description == "what is seen here"
    assert Scenario.load(other).description == Scenario.load(again).description == ""


@pytest.mark.parametrize("name", ["tafel", "tafel-linear", "tafel-marcus", "be-cold", "be-warm"])
def test_short_runs_record_enough_states_for_a_film(name: str) -> None:
    scenario = Scenario.load(name)
    density, capacity = scenario.protocol.current_density, scenario.protocol.capacity
    assert density is not None and capacity is not None
    assert 8 <= capacity / scenario.output.every <= 12
    assert density * scenario.time.max_step <= 1.2 * scenario.output.every


LEAVES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.booleans(),
    st.integers(-(2**62), 2**62),
    st.floats(allow_nan=False),
)


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])),
        st.recursive(
            LEAVES, lambda inner: st.dictionaries(st.text("ab .\"'é"), inner), max_leaves=8
        ),
    )
)
def test_any_table_is_written_as_toml_that_reads_back(table: dict[str, object]) -> None:
    assert tomllib.loads(to_toml(table)) == table


@given(
    key=st.sampled_from(
        ["mesh.surface_size", "sei.default_film", "interface", "mesh", "name", "sei"]
    ),
    value=st.text(max_size=12),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_override_does_anything_but_load_or_raise_scenario_error(key: str, value: str) -> None:
    try:
        Scenario.load("be", [f"{key}={value}"])
    except ScenarioError as error:
        assert str(error)
