"""A cell without a working electrode: dead lithium in contact with a reservoir."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from deposition import Scenario, run
from deposition.check.check import check_scenario
from deposition.common.errors import ScenarioError
from deposition.simulation.initial import begin
from deposition.verification.cases import __path__ as cases

DISC = Path(next(iter(cases))) / "r3_dissolving_disc.toml"
SHORT = ("protocol.rest=60 s", "mesh.surface_size=0.4 um")


@pytest.mark.process
def test_a_run_has_no_numbers_per_projected_area(tmp_path: Path) -> None:
    run(Scenario.load(DISC, SHORT), tmp_path)
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["completed"] is True
    for name in ("cell_voltage_V", "wagner", "height_mean_um", "roughness_rms_um"):
        assert summary[name] is None
    table = np.genfromtxt(tmp_path / "history.csv", delimiter=",", names=True)
    lithium = table["lithium_area_um2"]
    assert lithium[-1] < 0.97 * lithium[0]
    for name in ("voltage_V", "height_max_um", "current_max_A_m2"):
        assert np.isnan(table[name]).all()
    assert (tmp_path / "flux_map.png").stat().st_size > 0


@pytest.mark.process
def test_check_says_that_there_is_no_working_electrode() -> None:
    report = check_scenario(Scenario.load(DISC, SHORT))
    assert any("no working electrode: no current, no voltage" in fact for fact in report.facts)
    assert report.warnings == ()


@pytest.mark.process
@pytest.mark.parametrize(
    ("override", "code"),
    [
        ("counter.kind=lithium", "E425"),
        ("protocol={current_density = '1 A/m^2', duration = '1 s'}", "E426"),
    ],
)
def test_a_current_needs_a_working_electrode(override: str, code: str) -> None:
    with pytest.raises(ScenarioError, match=code):
        begin(Scenario.load(DISC, [*SHORT[1:], override]))
