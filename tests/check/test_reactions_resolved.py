"""Reactions are listed; those that the mesh does not resolve give a warning."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.tiny import tiny

from deposition.check.check import check_scenario

OXIDANT = 'electrolyte.dissolved.ox={concentration = "1 mol/m^3", diffusivity = "1e-10 m^2/s"}'


@pytest.mark.process
@pytest.mark.parametrize(("rate", "warned"), [("1e-4 m/s", False), ("1e-3 m/s", True)])
def test_a_reaction_faster_than_diffusion_over_a_cell(
    tmp_path: Path, rate: str, warned: bool
) -> None:
    reaction = f'reactions=[{{species = "ox", rate_constant = "{rate}"}}]'
    report = check_scenario(tiny(tmp_path, OXIDANT, reaction))
    assert any("the reaction of ox has D/k" in warning for warning in report.warnings) == warned
    assert "chemical reaction of ox on lithium, dead lithium: first-order" in report.facts
