"""The inventory of every kind of run closes: fixed and moving interface, chemical reactions."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.tiny import tiny
from rich.console import Console

from deposition.results.element_table import read_elements
from deposition.runs.run import run

pytestmark = pytest.mark.solve

OXIDANT = (
    'electrolyte.dissolved.ox={concentration = "100 mol/m^3", diffusivity = "1e-9 m^2/s"}',
    'reactions=[{species = "ox", rate_constant = "1e-5 m/s"}]',
)
IODINE = (
    'electrolyte.dissolved.I2={concentration = "10 mol/m^3", diffusivity = "1e-9 m^2/s", '
    "trace = true}",
    'reactions=[{species = "I2", rate_constant = "1e-6 m/s", lithium = 2.0}]',
)


@pytest.mark.parametrize("changes", [("interface=fixed",), OXIDANT, IODINE, ()])
def test_the_inventory_closes(tmp_path: Path, changes: tuple[str, ...]) -> None:
    short = "protocol.capacity=0.005 mAh/cm^2"
    result = run(tiny(tmp_path, short, *changes), tmp_path / "r", console=Console(quiet=True))
    assert result.summary["lithium_error"] < 1e-9
    gained = result.summary["lithium_gained_mAh_cm2"]
    assert gained["metal"] + gained["products"] == pytest.approx(0.005, rel=1e-6)
    assert (gained["products"] > 0.0) == (len(changes) == 2)
    rows = read_elements(tmp_path / "r" / "elements.csv")
    assert bool(rows) == (changes == IODINE)
    if rows:
        last = rows[-1].contents["I"]
        assert result.summary["element_error"] < 1e-10
        assert last.products == pytest.approx(-(last.dissolved - rows[0].contents["I"].dissolved))
        assert last.products > 0.0
