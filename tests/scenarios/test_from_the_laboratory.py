"""From README to a figure: two electrolytes with measured compositions and resistances."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from helpers.pages import BLOCK, ROOT, page
from helpers.tiny import call

from deposition.check.check import check_scenario
from deposition.mesh.cell import DEAD_LITHIUM
from deposition.scenario import Scenario
from deposition.simulation.initial import begin

NAMES = ("with-nitrate", "base-electrolyte")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the scenarios of README."""
    for text, name in BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", NAMES)
def test_ten_lines_per_electrolyte_are_enough(folder: Path, name: str) -> None:
    """Labels, patches, a block and measured resistances, without Gmsh and without a warning."""
    file = folder / f"{name}.toml"
    lines = [line for line in file.read_text().splitlines() if line and not line.startswith("#")]
    assert len(lines) <= 10
    scenario = Scenario.load(file)
    assert scenario.geometry.file is None and scenario.label.startswith("BE")
    start = begin(scenario)
    assert start.surface.on(DEAD_LITHIUM).any() and scenario.sei.patch and scenario.sei.xps
    assert scenario.sei.resistance and scenario.kinetics.charge_transfer_resistance
    assert check_scenario(scenario).warnings == ()


def test_the_worked_example_is_what_its_page_says(tmp_path: Path) -> None:
    (text, name), *_ = BLOCK.findall(page("xps-and-eis.md"))
    (tmp_path / name).write_text(text, encoding="utf-8")
    report = check_scenario(Scenario.load(tmp_path / name))
    assert report.warnings == ()
    said = [line.strip() for line in page("xps-and-eis.md").splitlines() if line[:4] == "    "]
    facts = [fact.partition("multiplied by")[0] for fact in report.facts]
    for fact in facts:
        if fact.startswith(("area fractions", "film resistance", "charge-transfer resistance")):
            assert any(line.startswith(fact) for line in said), fact


@pytest.mark.slow
@pytest.mark.process
def test_the_commands_of_readme_draw_a_figure_of_85_mm(folder: Path) -> None:
    """Each command succeeds at the first attempt; the labels are in the picture."""
    files = [f"{name}.toml" for name in NAMES]
    short = ("--set", "protocol.capacity=0.1 mAh/cm^2", "--set", "mesh.surface_size=0.5 um")
    for words in (
        ("check", *files),
        ("run", *files, *short, "--no-pictures"),
        ("compare", *NAMES, "--width", "85 mm", "--format", "svg"),
    ):
        done = call(folder, *words)
        assert done.returncode == 0, done.stderr
        assert "Warning" not in done.stderr and "Error" not in done.stderr, done.stderr
    pictures = [file.read_text() for file in (folder / "results" / "compare").glob("*.svg")]
    of_85_mm = [text for text in pictures if _width_mm(text) == pytest.approx(85.0, abs=0.5)]
    assert of_85_mm


def _width_mm(svg: str) -> float:
    found = re.search(r'<svg[^>]* width="([\d.]+)pt"', svg)
    assert found is not None
    return float(found[1]) / 72.0 * 25.4
