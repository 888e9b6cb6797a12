"""``unset``: keys of the base that a scenario file removes; films of a base that are not used."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.tiny import write

from deposition.check.check import check_scenario
from deposition.common.errors import ScenarioError
from deposition.scenario import Scenario


def load(folder: Path, text: str, name: str = "mine") -> Scenario:
    return Scenario.load(write(folder, text, name))


def test_a_key_of_the_base_comes_from_defaults(tmp_path: Path) -> None:
    base = Scenario.load("be-calibrated")
    mine = load(tmp_path, 'base = "be-calibrated"\nunset = ["measured", "sei.thickness"]')
    assert base.measured is not None and mine.measured is None
    assert mine.origin(("sei", "thickness")) == "default"
    assert mine.sei.films == base.sei.films
    # The resolved scenario needs no base, and is the same.
    again = load(tmp_path, mine.resolved_toml(), "again")
    assert again.resolved_toml() == mine.resolved_toml()


def test_a_key_of_a_base_of_a_base(tmp_path: Path) -> None:
    write(tmp_path, 'base = "be"\ntitle = "middle"\n[time]\nmax_step = "3 s"', "middle")
    text = 'base = "middle"\nunset = ["time", "sei.films.hot_spot"]\n[sei.films.hot_spot]\n'
    mine = load(tmp_path, text + 'resistance = "7 ohm cm^2"\nstatus = "measured"\nreason = "EIS"')
    assert mine.time.max_step is None and mine.time.tolerance == Scenario.load("be").time.tolerance
    assert mine.sei.films["hot_spot"].resistance == pytest.approx(7e-4)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('base = "be"\nunset = "sei"', "E942"),
        ('base = "be"\nunset = [3]', "E942"),
        ('base = "be"\nunset = ["sei.film"]', "E943"),
        ('base = "be"\nunset = ["sei.films.hotspot"]', r'Did you mean "sei.films.hot_spot".*E943'),
        ('unset = ["sei"]', "E943"),
    ],
)
def test_what_cannot_be_unset(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        load(tmp_path, text)
    with pytest.raises(ScenarioError, match="E224"):
        Scenario.load("be", ["unset=['sei']"])


def test_what_is_needed_is_missed(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="E021"):
        load(tmp_path, 'base = "be"\nunset = ["geometry"]')


OWN = """
base = "be"
[geometry]
file = "flat.geo"
[sei]
default_film = "mine"
[sei.films.mine]
resistance = "40 ohm cm^2"
status = "measured"
reason = "EIS"
"""


def test_films_of_a_base_are_not_missed_by_an_sei_of_its_own(tmp_path: Path) -> None:
    said = check_scenario(load(tmp_path, OWN)).warnings
    assert not any("lies on no surface" in line for line in said)
    # Those of the scenario itself are, and those of a base where only the geometry is another.
    spare = OWN.replace("sei.films.mine]", "sei.films.spare]").replace('"mine"', '"matrix"')
    assert any('"spare"' in line for line in check_scenario(load(tmp_path, spare)).warnings)
    other = load(tmp_path, 'base = "be"\n[geometry]\nfile = "flat.geo"')
    assert any('"hot_spot"' in line for line in check_scenario(other).warnings)
