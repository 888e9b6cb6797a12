"""Runs whose lithium cannot be followed have no inventory, rather than one that does not close."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.tiny import tiny
from rich.console import Console

from deposition.runs.run import run

pytestmark = pytest.mark.solve

OXIDANT = (
    'electrolyte.dissolved.ox={concentration = "100 mol/m^3", diffusivity = "1e-9 m^2/s"}',
    'reactions=[{species = "ox", rate_constant = "1e-5 m/s"}]',
)


@pytest.mark.parametrize("changes", [("interface=fixed",), OXIDANT, ()])
def test_what_cannot_be_followed_has_no_inventory(tmp_path: Path, changes: tuple[str, ...]) -> None:
    short = "protocol.capacity=0.005 mAh/cm^2"
    result = run(tiny(tmp_path, short, *changes), tmp_path / "r", console=Console(quiet=True))
    followed = not changes
    assert (tmp_path / "r" / "inventory.csv").exists() == followed
    assert ("lithium_error" in result.summary) == followed
    if followed:
        assert result.summary["lithium_error"] < 1e-9
