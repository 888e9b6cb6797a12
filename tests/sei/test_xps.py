"""Area fractions from percentages, against numbers computed by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.tiny import tiny

from deposition.check.check import check_scenario
from deposition.common.errors import ScenarioError
from deposition.library import library
from deposition.scenario import Scenario
from deposition.sei.xps import quantification

PATCHES = ("sei.composition={LiF = 0.5, LiI = 0.5}",)


@pytest.mark.parametrize("kind", ["at", "mol", "mass", "wt", "vol"])
@pytest.mark.parametrize("name", ["LiF", "Li3N", "LiOH", "LEDC"])
def test_a_pure_component_covers_everything(kind: str, name: str) -> None:
    assert quantification({name: f"37 {kind}%"}).fractions == {name: 1.0}


def test_two_components_by_hand() -> None:
    """LiF 25.94 g/mol, 2.64 g/cm³, 2 atoms; Li2O 29.88 g/mol, 2.013 g/cm³, 3 atoms.

    30 at% LiF and 60 at% Li2O: n 15 : 20, V 15 x 9.8258 = 147.386 and 20 x 14.8435 = 296.870 cm³.
    """
    found = quantification({"LiF": "30 at%", "Li2O": "60 at%"})
    assert found.fractions["LiF"] == pytest.approx(147.386 / 444.256, rel=1e-5)
    assert "add up to 90, not 100, and are normalised" in found.line
    molar = quantification({"LiF": "50 mol%", "Li2O": "50 mol%"}).fractions
    assert molar["LiF"] == pytest.approx(9.8258 / (9.8258 + 14.8435), rel=1e-5)
    mass = quantification({"LiF": "40 mass%", "Li2O": "60 wt%"}).fractions
    assert mass["LiF"] == pytest.approx((40 / 2.64) / (40 / 2.64 + 60 / 2.013), rel=1e-12)
    volume = quantification({"LiF": "25 vol%", "Li2O": "75 vol%"})
    assert volume.fractions == {"LiF": 0.25, "Li2O": 0.75}
    assert "normalised" not in volume.line


def test_xps_does_not_see_hydrogen() -> None:
    """LiOH counts two atoms, LEDC (CH2OCO2Li)2 twelve."""
    components = library().components
    assert components["LiOH"].atoms_without_hydrogen == 2
    assert components["LEDC"].atoms_without_hydrogen == 12


def test_formula_lithium_and_molar_mass_of_the_library_agree() -> None:
    """Standard atomic weights; the organic SEI has the rounded 162 g/mol of cell models."""
    weights = {"H": 1.008, "Li": 6.94, "C": 12.011, "N": 14.007, "O": 15.999, "F": 18.998}
    weights["I"] = 126.904
    for name, component in library().components.items():
        if not component.formula:
            continue
        atoms = component.atoms
        assert component.lithium in (atoms["Li"], None), name
        assert component.molar_mass is not None
        mass = sum(count * weights[element] for element, count in atoms.items())
        assert component.molar_mass.value == pytest.approx(mass, abs=0.1), name


def test_the_fractions_lie_on_the_electrode(tmp_path: Path) -> None:
    scenario = tiny(tmp_path, 'sei.xps={LiF = "30 at%", Li2O = "60 at%"}')
    assert scenario.sei.composition is None
    facts = check_scenario(scenario).facts
    assert any("area fractions from sei.xps (at%): 0.332 LiF, 0.668 Li2O" in f for f in facts)
    again = tmp_path / "again.toml"
    again.write_text(scenario.resolved_toml())
    assert Scenario.load(again) == scenario


def test_a_later_composition_replaces_xps_and_the_reverse(tmp_path: Path) -> None:
    xps = tiny(tmp_path, *PATCHES, 'sei.xps={LiF = "10 at%"}')
    assert xps.sei.area_fractions in ({"LiF": 1.0}, {"LiF": 0.5, "LiI": 0.5})
    scenario = tiny(tmp_path, 'sei.xps={LiF = "10 at%"}')
    assert scenario.with_({"sei.composition": {"LiI": 1.0}}).sei.area_fractions == {"LiI": 1.0}


@pytest.mark.parametrize(
    ("xps", "code"),
    [
        ("{}", "E025"),
        ('{LiF = "12"}', "E954"),
        ('{LiF = "twelve at%"}', "E954"),
        ('{LiF = "0 at%", Li2O = "10 at%"}', "E955"),
        ('{LiF = "-3 at%"}', "E955"),
        ('{LiF = "101 at%"}', "E955"),
        ('{LiF = "10 at%", Li2O = "10 mol%"}', "E956"),
        ('{Li3N-rich = "10 at%"}', "E957"),
        ('{LixPFy = "10 at%"}', "E957"),
        ('{LiFF = "10 at%"}', "E062"),
    ],
)
def test_what_is_no_quantification_is_one_message(tmp_path: Path, xps: str, code: str) -> None:
    with pytest.raises(ScenarioError, match=code):
        tiny(tmp_path, f"sei.xps={xps}")


def test_xps_and_composition_in_one_file_are_one_message(tmp_path: Path) -> None:
    file = tmp_path / "both.toml"
    sei = 'composition = {LiF = 1.0}\nxps = {LiF = "1 at%"}\npatch_size = "4 um"\nseed = 1\n'
    file.write_text(f'base = "sei-mosaic"\ntitle = "both"\n[sei]\n{sei}')
    with pytest.raises(ScenarioError, match="E961"):
        Scenario.load(file)
