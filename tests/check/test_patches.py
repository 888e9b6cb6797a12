"""Check of random patches against the mesh."""

from __future__ import annotations

import pytest

from deposition import Scenario
from deposition.check.check import check_scenario


@pytest.mark.parametrize(("size", "warned"), [("0.2 um", False), ("0.3 um", True)])
def test_patches_need_two_surface_elements(size: str, warned: bool) -> None:
    report = check_scenario(Scenario.load("cu-cycling-c-i-be-ln", [f"mesh.surface_size={size}"]))
    said = [w for w in report.warnings if "the layout of the patches" in w]
    assert len(said) == warned
    assert not warned or "less than two surface elements (0.6 µm)" in said[0]
