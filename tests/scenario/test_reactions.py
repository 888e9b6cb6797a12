"""``[[reactions]]`` of iodine and nitrate: what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.tiny import tiny

from deposition.common.errors import ScenarioError
from deposition.simulation.initial import begin

IONS = [
    f'electrolyte.dissolved."{name}"={{concentration = "{c} mol/m^3", charge = -1, '
    f'diffusivity = "1e-10 m^2/s"{more}}}'
    for name, c, more in (
        ("I3-", 9, ", trace = true"), ("I-", 0, ", trace = true"),
        ("IO3-", 0, ", trace = true"), ("NO3-", 1, ""),
    )
]  # fmt: skip
ON_LITHIUM = 'law = "iodine-on-lithium", rate_constant = "1e-6 m/s"'
ON_FILM = 'law = "iodine-on-film"'
NITRATE = 'law = "nitrate-on-lithium", rate_constant = "1e-8 m/s", diffusivity = "1e-18 m^2/s"'


@pytest.mark.parametrize(
    ("reaction", "others", "said"),
    [
        (f"{ON_LITHIUM}, galvanic = true", [], ["insulating dead lithium", "E893"]),
        (f'{NITRATE}, on = ["dead_lithium"]', [], ["E893"]),
        (ON_FILM, ["sei.motion=stationary"], ["must travel", "E894"]),
        (NITRATE, ['electrolyte.dissolved."NO3-".trace=true'], ["trace = false", "E265"]),
        (ON_LITHIUM, ['electrolyte.dissolved."I-".charge=0'], ["does not conserve charge", "E310"]),
        (f'{ON_FILM}, component = "LiF"', [], ["Li2O", "LiOH"]),
        (f'{ON_FILM}, thickness = "20 nm"', [], ["diffusivity", "E527"]),
        (ON_LITHIUM, ['electrolyte.dissolved."I-".concentration=-1 mol/L'], ["zero or more"]),
        (f'{ON_LITHIUM}, on = ["cathode"]', [], ["dead_lithium"]),
    ],
)
def test_what_cannot_react_is_refused(
    tmp_path: Path, reaction: str, others: list[str], said: list[str]
) -> None:
    with pytest.raises(ScenarioError) as error:
        tiny(tmp_path, *IONS, f"reactions=[{{{reaction}}}]", *others)
    for words in said:
        assert words in str(error.value)


def test_a_species_that_is_not_dissolved_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r'"IO3-" is not dissolved.*\[E257\]'):
        tiny(tmp_path, *IONS[:2], f"reactions=[{{{ON_FILM}}}]")


def test_a_species_without_diffusivity_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="diffusivity is missing"):
        tiny(tmp_path, 'electrolyte.dissolved."I3-"={concentration = "9 mol/m^3"}')


def test_films_that_form_are_in_the_table(tmp_path: Path) -> None:
    scenario = tiny(tmp_path, *IONS, f"reactions=[{{{NITRATE}}}]")
    assert {"Li3N", "Li2O"} <= set(scenario.film_table().names)


def test_a_reaction_without_a_surface_is_refused(tmp_path: Path) -> None:
    """Dead lithium cannot arise where nothing is stripped; it can where something is."""
    dead = f'reactions=[{{{ON_LITHIUM}, on = ["dead_lithium"]}}]'
    with pytest.raises(ScenarioError, match=r"on dead lithium, and .* no such surface.*\[E895\]"):
        begin(tiny(tmp_path, *IONS, dead))
    stripping = "protocol.current_density=-1 A/m^2"
    assert begin(tiny(tmp_path, *IONS, dead, stripping)).surface.working.any()
