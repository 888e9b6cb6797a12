"""Validation of scenarios as a whole, merging of layers, and TOML output that loads again.

Most important: the message of an invalid value has file, key, value, allowed values and the nearest
match, and one message lists all errors.
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
from deposition.common.constants import OHM_CM2
from deposition.common.errors import LibraryError, ScenarioError
from deposition.laws.arrhenius import arrhenius
from deposition.laws.concentrated import LandesfeindEcDmc, Nyman
from deposition.scenario import Scenario
from deposition.scenario.electrolyte import NernstPlanckElectrolyte, OhmicElectrolyte
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
    """A scenario file of the user."""
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def complaint(name: str | Path, *overrides: str) -> str:
    """The message of an invalid scenario."""
    with pytest.raises(ScenarioError) as caught:
        Scenario.load(name, overrides)
    return str(caught.value)


# --- shipped scenarios ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", shipped.scenarios())
def test_every_shipped_scenario_loads_and_loads_again_from_what_it_writes(
    name: str, tmp_path: Path
) -> None:
    scenario = Scenario.load(name)
    assert scenario.name == name
    assert scenario.geometry.file is not None and scenario.geometry.file.is_file()
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
    resistance = scenario.sei.thickness / table.conductivity / OHM_CM2
    assert resistance == pytest.approx([0.3, 6.0, 0.0])


def test_every_stated_film_has_a_reason() -> None:
    for name in shipped.scenarios():
        for film in Scenario.load(name).sei.films.values():
            assert film.reason


# --- scenarios of the user -----------------------------------------------------------------------


def test_ten_lines_are_a_scenario(tmp_path: Path) -> None:
    scenario = Scenario.load(written(tmp_path, SMALL))
    assert scenario.name == "mine"
    assert scenario.conductivity == pytest.approx(0.35)
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
    assert isinstance(scenario.electrolyte, NernstPlanckElectrolyte)
    assert scenario.electrolyte.t_plus == 0.54
    assert scenario.geometry.parameters["width"] == 50


def test_an_electrolyte_of_the_user_needs_all_values() -> None:
    values = ("conductivity=10 mS/cm", "t_plus=0.3", "concentration=2 mol/L")
    overrides = ["electrolyte.name=mine", *(f"electrolyte.{value}" for value in values)]
    electrolyte = Scenario.load("be", overrides).electrolyte
    assert isinstance(electrolyte, NernstPlanckElectrolyte)
    assert (electrolyte.conductivity, electrolyte.concentration) == (1.0, 2000.0)
    message = complaint("be", *overrides[:-1])
    assert '"mine"' in message and "BE, C-I-BE, C-I-BE-LN" in message
    assert "also concentration," in message and "[E200]" in message


def test_the_transference_number_belongs_to_one_law() -> None:
    message = complaint("be", "electrolyte.law=ohmic", "electrolyte.t_plus=0.3")
    assert "electrolyte.t_plus is not a known key" in message and "[E020]" in message
    assert 'law = "nernst-planck" or law = "concentrated"' in message
    with pytest.raises(ValidationError, match="t_plus"):
        NernstPlanckElectrolyte.model_validate(
            {"name": "BE", "conductivity": "1 S/m", "concentration": "1 mol/L"}
        )


def test_every_law_needs_its_parameters_and_no_others() -> None:
    message = complaint("be", "electrolyte.law=concentrated", "electrolyte.diffusivity=3e-10 m^2/s")
    assert "thermodynamic_factor is missing" in message and "[E021]" in message
    message = complaint("lipf6-nyman", "electrolyte.conductivity=1 S/m", "electrolyte.t_plus=0.3")
    assert "2 problems" in message and 'law = "ohmic"' in message and "[E020]" in message
    message = complaint("be", "electrolyte.law=nyman")
    assert 'name = "LiPF6 in EC:EMC (Nyman)"' in message and "[E201]" in message
    assert "[E253]" in complaint("be", "separator.bruggeman=2")
    assert "conductivity is missing" in complaint("lipf6-nyman", "electrolyte.law=ohmic")


def test_the_library_states_the_law_of_an_electrolyte() -> None:
    name = "electrolyte.name=LiPF6 in EC:DMC (Landesfeind)"
    scenario = Scenario.load("be", [name, "electrolyte.concentration=1.2 mol/L"])
    assert scenario.electrolyte.law == "landesfeind-ec-dmc"
    assert scenario.origin(("electrolyte", "law")) == "library"
    assert isinstance(scenario.electrolyte_law, LandesfeindEcDmc)
    own = ["electrolyte.name=mine", "electrolyte.law=nyman", "electrolyte.concentration=1 mol/L"]
    assert Scenario.load("be", own).electrolyte_law == Nyman(298.15)


STIRRED = 'base = "stirred"\n[electrolyte]\n'
"""Its base states law, conductivity and concentration of its electrolyte."""

LIQUID = "LiPF6 in EC:DMC (Landesfeind)"


def test_another_electrolyte_inherits_nothing_from_that_of_the_base(tmp_path: Path) -> None:
    named = Scenario.load(written(tmp_path, f'{STIRRED}name = "{LIQUID}"\n'))
    assert named.electrolyte == Scenario.load("be", [f"electrolyte.name={LIQUID}"]).electrolyte
    assert named.origin(("electrolyte", "law")) == "library"
    text = f'{STIRRED}name = "{LIQUID}"\nconcentration = "1.2 mol/L"\n'
    again = Scenario.load(written(tmp_path, text), ["electrolyte.name=BE"])
    assert again.electrolyte == Scenario.load("be").electrolyte
    message = complaint(written(tmp_path, f'{STIRRED}name = "mine"\nlaw = "ohmic"\n'))
    assert "also concentration, conductivity," in message


def test_an_electrolyte_that_keeps_its_name_keeps_its_numbers(tmp_path: Path) -> None:
    base = Scenario.load("stirred").electrolyte
    for line in ("", 'name = "stirred"\n'):
        path = written(tmp_path, f'{STIRRED}{line}conductivity = "2 S/m"\n')
        changed = Scenario.load(path).electrolyte
        assert isinstance(changed, OhmicElectrolyte)
        assert changed.conductivity == 2.0
        assert changed.concentration == base.concentration


def test_a_conductivity_is_that_of_its_own_concentration(tmp_path: Path) -> None:
    message = complaint("be", "electrolyte.concentration=2 mol/L")
    assert message.startswith("--set: electrolyte.concentration = 2 mol/L: ")
    assert "BE, 3.5" in message and "1 mol/L" in message and "[E214]" in message
    file = written(tmp_path, f'{STIRRED}concentration = "1.5 mol/L"\n')
    assert "electrolyte.conductivity at 1.5 mol/L" in complaint(file)
    both = ["electrolyte.concentration=2 mol/L", "electrolyte.conductivity=3 mS/cm"]
    for order in (both, both[::-1]):
        assert Scenario.load("be", order).conductivity == pytest.approx(0.3)
    assert Scenario.load("be", ["electrolyte.concentration=1000 mol/m^3"]).electrolyte
    assert Scenario.load("lipf6-nyman", both[:1]).electrolyte.concentration == 2000.0


def test_settings_of_another_electrolyte_are_independent_of_their_order() -> None:
    changes = [f"electrolyte.name={LIQUID}", "electrolyte.concentration=1.2 mol/L"]
    one, other = (Scenario.load("stirred", order) for order in (changes, changes[::-1]))
    assert one.electrolyte == other.electrolyte
    assert (one.electrolyte.law, one.electrolyte.concentration) == ("landesfeind-ec-dmc", 1200)


def test_a_measured_law_is_rejected_far_from_its_temperatures() -> None:
    name = "electrolyte.name=LiPF6 in PC:EC:DMC (Valoen-Reimers)"
    message = complaint("be", name, "temperature=240 K")
    assert "from 263.15 to 333.15 K" in message and "[E245]" in message


def test_a_separator_reduces_the_conductivity() -> None:
    scenario = Scenario.load("be", ["separator.porosity=0.4", "separator.bruggeman=2"])
    assert scenario.conductivity == pytest.approx(0.16 * 0.35)
    assert scenario.steady_conductivity == pytest.approx(0.16 * 0.38 * 0.35)


def test_a_reservoir_does_not_move(tmp_path: Path) -> None:
    path = written(tmp_path, SMALL + '[counter]\nkind = "reservoir"\n')
    assert Scenario.load(path).counter.motion == "fixed"
    assert "[E242]" in complaint(path, "counter.motion=receding")


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


def test_a_component_without_data_is_rejected_at_its_key() -> None:
    message = complaint("be", "sei.default_film=LEDC")
    assert 'sei.default_film = "LEDC"' in message and "[sei.films.LEDC]" in message
    assert "[E290]" in message
    message = complaint("be", "sei.films.matrix.composition={LEDC = 1.0}")
    assert "sei.films.matrix.composition" in message and "[E290]" in message
    message = complaint("sei-mosaic", "sei.composition={LiF = 0.5, LEDC = 0.5}")
    assert "sei.composition" in message and "[E290]" in message
    stated = Scenario.load("be", ["sei.default_film=LEDC", "sei.films.LEDC.conductivity=1e-8 S/m"])
    assert stated.film_table().conductivity[stated.film_table().index("LEDC")] == 1e-8


def test_the_error_of_an_unknown_film_suggests_the_nearest() -> None:
    with pytest.raises(LibraryError, match=r'"matrxi".*Did you mean "matrix"\?.*E291'):
        Scenario.load("be").film_table().index("matrxi")


def test_a_component_without_activation_energy_is_valid_at_298_k_only() -> None:
    assert Scenario.load("be", ["sei.default_film=LixPFy"])
    message = complaint("be", "sei.default_film=LixPFy", "temperature=273.15 K")
    assert "be.toml" in message and "LixPFy" in message and "[E292]" in message


# --- invalid values ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("override", "parts"),
    [
        ("mesh.surface_sise=1 um", ["mesh.surface_sise", 'mean "surface_size"?', "coarse_size"]),
        ("protocl.capacity=1 mAh/cm^2", ["protocl", 'mean "protocol"?']),
        ("sei.films.matrix.resistence=1 ohm cm^2", ["matrix.resistence", 'mean "resistance"?']),
        ("mesh.surface_size=0.3", ["mesh.surface_size = 0.3", '"4 um"', "[E002]"]),
        ("mesh.surface_size=0.3 s", ["mesh.surface_size", '"0.3 s"', "unit of length", "[E005]"]),
        ("mesh.surface_size=-1 um", ['"-1 um"', '"4 um"', "[E007]"]),
        ("mesh.surface_size=5 um", ["mesh", "coarse_size", "[E206]"]),
        ("mesh.counter_size=0.1 um", ["mesh", "counter_size", "[E207]"]),
        ("measured.source=a", ["measured", "cell_voltage", "[E225]"]),
        ("measured={words = 'low'}", ["measured", "current_density is missing", "[E226]"]),
        ("measured={words = 'low', current_density = '5 A/m^2'}", ["measured", "[E227]"]),
        ("mesh.gradation=0.9", ["mesh.gradation = 0.9", "greater than 1", "[E025]"]),
        ("mesh.gradation=1.3 um", ["mesh.gradation", "must be a number", "[E024]"]),
        ("mesh.gradation=nan", ["mesh.gradation = nan", "finite", "[E024]"]),
        (f"label={61 * 'x'}", ["label", "60 printable characters", "[E983]"]),
        ("mesh=3", ["mesh = 3", "must be a table", "[E024]"]),
        ("protocol.current_density=0 A/m^2", ["protocol", "duration", "rest", "[E230]"]),
        ("protocol.voltage=1", ["protocol.voltage = 1", '"15 mV"', "[E002]"]),
        ("protocol.duration=-1 s", ['"-1 s"', "[E007]"]),
        ("electrolyte.law=ohm", ["electrolyte.law", '"ohm"', 'mean "ohmic"']),
        ("protocol.capacity=-1 mAh/cm^2", ['"-1 mAh/cm^2"', "[E007]"]),
        ("electrolyte.name=C-IBE", ['"C-IBE"', 'mean "C-I-BE"?', "C-I-BE-LN"]),
        ("electrolyte.t_plus=1.2", ["electrolyte.t_plus = 1.2", "less than 1"]),
        ("sei.motion=statonary", ["sei.motion", '"statonary"', 'mean "stationary"?', "'advected'"]),
        ("sei.default_film=LiFF", ["sei.default_film", '"LiFF"', 'mean "LiF"?']),
        ("sei.seed=1", ["sei", "composition, patch_size", "[E252]"]),
        ("sei.seed=1.5", ["sei.seed = 1.5", "whole number", "[E024]"]),
        ("sei.films.matrix.status=sure", ["films.matrix.status", '"sure"', "'measured'"]),
        ("sei.films.new.title=new", ["sei.films.new", "[E249]"]),
        ("sei.films.none.resistance=1 ohm cm^2", ["sei.films", '"none"', "[E251]"]),
        ("sei.films.matrix.composition={LiF = 0.5}", ["not 0.5", "[E248]"]),
        ("sei.films.matrix.composition={LiF = 1.5, LiI = -0.5}", ["LiI", "[E247]"]),
        ('time={first_step = "1 h", max_step = "1 min"}', ["time", "first_step", "[E243]"]),
        ("geometry.file=bee.geo", ["geometry.file", '"bee.geo"', 'mean "be.geo"?', "[E209]"]),
        ("geometry.file=", ["geometry.file", "[E208]"]),
        ("geometry.parameters.width=inf", ["geometry.parameters.width", "[E205]"]),
        ("geometry.parameters.width=true", ["geometry.parameters.width", "[E204]"]),
        ("interface=moved", ["interface", '"moved"', "'moving' or 'fixed'"]),
        ("name=a/b", ['name = "a/b"', "without slashes"]),
        ("temperature=-300 degC", ["temperature", '"298.15 K"', "[E007]"]),
    ],
)
def test_the_message_of_an_invalid_value_has_key_value_and_allowed_values(
    override: str, parts: list[str]
) -> None:
    message = complaint("be", override)
    assert message.startswith("--set: ")
    for part in parts:
        assert part in message, message


def test_one_message_lists_all_errors(tmp_path: Path) -> None:
    text = SMALL.replace("[kinetics]", "[kinetics]\nlow = 1").replace('"0.5 mA/cm^2"', "0.5")
    message = complaint(written(tmp_path, text), "mesh.coarse_size=1 kg", "sei.motion=fixed")
    assert message.startswith('4 problems in the scenario "mine":')
    assert "mine.toml: kinetics.low is not a known key" in message
    assert "mine.toml: protocol.current_density = 0.5: " in message
    assert "--set: mesh.coarse_size" in message
    assert "--set: sei.motion" in message


def test_a_missing_value_is_named_with_an_example(tmp_path: Path) -> None:
    message = complaint(written(tmp_path, 'title = "empty"\n[protocol]\n'))
    for key in ("geometry", "electrolyte", "sei", "kinetics"):
        assert f"mine.toml: {key} is missing" in message
    assert "mine.toml: protocol: current_density is missing" in message
    assert "capacity is missing" in message
    assert '"1 mAh/cm^2"' in message


def test_a_list_of_tables_in_place_of_a_table_is_corrected(tmp_path: Path) -> None:
    message = complaint(written(tmp_path, 'base = "be"\n[[protocol]]\nduration = "1 h"\n'))
    assert message.endswith("protocol: must be a table. Write [protocol], not [[protocol]] [E532]")


def test_a_list_belongs_to_the_layer_that_states_it_whole(tmp_path: Path) -> None:
    """The items of a base that the file replaces are no origin, neither of errors nor of values."""
    text = 'base = "cu-cycling-be"\n[[sei.growth]]\ncomponent = "LiF"\n'
    path = written(tmp_path, text)
    message = complaint(path)
    assert "mine.toml: sei.growth.1.rate_constant is missing" in message
    assert "shipped" not in message
    numbers = 'rate_constant = "1e-9 m/s"\ndiffusivity = "1e-18 m^2/s"\nconcentration = "4 mol/L"\n'
    path.write_text(text + numbers, "utf-8")
    scenario = Scenario.load(str(path))
    assert scenario.origin(("sei", "growth", 0, "diffusivity")) == str(path)
    assert scenario.origin(("sei", "growth", 0, "law")) == "default"
    base = Scenario.load("cu-cycling-be", ["sei.growth.1.diffusivity=1e-18 m^2/s"])
    assert base.origin(("sei", "growth", 0, "diffusivity")) == "--set"
    assert "cu-cycling-be" in base.origin(("sei", "growth", 0, "component"))


def test_an_error_names_the_file_that_made_it(tmp_path: Path) -> None:
    written(tmp_path, SMALL.replace('"1 mAh/cm^2"', '"1 mAh"'), "ground")
    assert "ground.toml: protocol.capacity" in complaint(written(tmp_path, 'base = "ground"\n'))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('title = "a"\nfigure = \n', "line 2, column 10"),
        ('title = "a"\ntitle = "b"\n', "line 2"),
        ("[mesh\n", "line 1, column 6"),
        ('title = "a', "at its end"),
    ],
)
def test_the_message_of_invalid_toml_has_its_place(tmp_path: Path, text: str, place: str) -> None:
    message = complaint(written(tmp_path, text))
    assert f"mine.toml, {place}" in message
    assert "[E217]" in message


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = written(tmp_path, SMALL)
    plain = Scenario.load(path)
    path.write_text("\ufeff" + path.read_text().replace("\n", "\r\n"), encoding="utf-8", newline="")
    assert Scenario.load(path) == plain


PLAIN_GEOMETRY = "DefineConstant[ depth = 3 ];\nPoint(1) = {0, 0, 0};\n"


@pytest.mark.parametrize("base", sorted(shipped.scenarios()))
def test_another_geometry_takes_over_no_parameter_of_the_base(tmp_path: Path, base: str) -> None:
    (tmp_path / "own.geo").write_text(PLAIN_GEOMETRY)
    (tmp_path / "own.msh").write_text("$MeshFormat")
    text = f'base = "{base}"\ntitle = "own"\n[geometry]\n'
    for stated, parameters in (
        ('file = "own.msh"\n', {}),
        ('file = "own.geo"\nparameters = {}\n', {}),
        ('file = "own.geo"\nparameters.depth = 2\n', {"depth": 2.0}),
    ):
        assert Scenario.load(written(tmp_path, text + stated)).geometry.parameters == parameters
    from_command_line = [f"geometry.file={tmp_path / 'own.geo'}", "geometry.parameters.depth=1"]
    assert Scenario.load(base, from_command_line).geometry.parameters == {"depth": 1.0}


def test_the_same_geometry_keeps_the_parameters_of_the_base_unless_cleared(tmp_path: Path) -> None:
    text = 'base = "be"\ntitle = "own"\n[geometry]\n'
    base = Scenario.load("be").geometry
    same = Scenario.load(written(tmp_path, text + 'file = "be.geo"\nparameters.width = 20.0\n'))
    assert same.geometry.parameters == {**base.parameters, "width": 20.0}
    cleared = Scenario.load(written(tmp_path, text + "parameters = {}\n"))
    assert (cleared.geometry.file, cleared.geometry.parameters) == (base.file, {})
    (tmp_path / "be.geo").write_text(PLAIN_GEOMETRY)
    other = Scenario.load(written(tmp_path, text + 'file = "be.geo"\n'))
    assert (other.geometry.file, other.geometry.parameters) == (tmp_path / "be.geo", {})


def test_a_file_that_is_no_text_or_does_not_exist(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b"title = \xff")
    assert "mine.toml: is not UTF-8" in complaint(tmp_path / "mine.toml")
    assert "[E215]" in complaint(tmp_path / "other.toml")
    # This file can be opened, but not read from its start.
    (tmp_path / "shut.toml").symlink_to("/proc/self/mem")
    assert "cannot be read: Input/output error" in complaint(tmp_path / "shut.toml")


def test_the_message_of_an_unknown_scenario_has_the_nearest_and_the_list() -> None:
    message = complaint("be-ded-li")
    assert '"be-ded-li"' in message and 'Did you mean "be-dead-li"?' in message
    for name in shipped.scenarios():
        assert name in message


def test_circular_bases_are_rejected(tmp_path: Path) -> None:
    written(tmp_path, 'base = "two"\n', "one")
    written(tmp_path, 'base = "one"\n', "two")
    assert "one.toml -> two.toml -> one.toml" in complaint(tmp_path / "one.toml")
    path = written(tmp_path, 'base = "self.toml"\n', "self")
    assert "self.toml -> self.toml" in complaint(path)


def test_the_message_of_an_unknown_base_has_the_nearest(tmp_path: Path) -> None:
    message = complaint(written(tmp_path, 'base = "bee"\n'))
    assert "mine.toml" in message and '"bee"' in message and 'Did you mean "be"?' in message
    assert "[E221]" in complaint(written(tmp_path, "base = 3\n"))


@pytest.mark.parametrize("override", ["mesh", "=1", "a b=1", "mesh.=1", "base=be", "a=1\nb=2"])
def test_overrides_without_key_and_value_are_rejected(override: str) -> None:
    assert "--set" in complaint("be", override)


# --- properties ----------------------------------------------------------------------------------

KEYS = st.text(min_size=1).filter(lambda key: key != "composition")


def test_a_scenario_with_its_own_title_has_no_description_of_its_base(tmp_path: Path) -> None:
    described = SMALL.replace("[geometry]", 'description = "a base case"\n[geometry]', 1)
    written(tmp_path, described, "below")
    same = written(tmp_path, 'base = "below"\ntemperature = "310 K"\n', "same")
    other = written(tmp_path, 'base = "below"\ntitle = "warmer"\n', "other")
    again = written(tmp_path, 'base = "other"\n', "again")
    assert Scenario.load(same).description == "a base case"
    assert Scenario.load(other).description == Scenario.load(again).description == ""


@pytest.mark.parametrize("name", ["tafel", "tafel-linear", "tafel-marcus", "be-cold", "be-warm"])
def test_short_runs_record_enough_snapshots_for_a_movie(name: str) -> None:
    scenario = Scenario.load(name)
    density, capacity = scenario.protocol.current_density, scenario.protocol.capacity
    longest = scenario.time.max_step
    assert density is not None and capacity is not None and longest is not None
    assert 8 <= capacity / scenario.output.every <= 12
    assert density * longest <= 1.2 * scenario.output.every


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
def test_any_override_loads_or_raises_scenario_error(key: str, value: str) -> None:
    try:
        Scenario.load("be", [f"{key}={value}"])
    except ScenarioError as error:
        assert str(error)
