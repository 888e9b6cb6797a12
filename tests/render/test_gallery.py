"""docs/gallery.md: its commands work, and make the pictures that it shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from helpers import results_2d, synthetic
from typer.testing import CliRunner

from deposition.cli import app
from deposition.common import package_data as shipped
from deposition.scenario import Scenario

DOCS = shipped.PACKAGE.parent / "docs"
PAGE = (DOCS / "gallery.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    deposition (render .*)$", PAGE, re.M)
PYTHON = re.findall(r"^```python\n(.*?)^```$", PAGE, re.M | re.S)
FIGURES = ("be", "be-dead-li", "c-i-be", "c-i-be-ln")
PULSES = ("constant", "pulse-5", "pulse-plating", "pulse-15")
FLAT = (*FIGURES, *(f"{name}-calibrated" for name in FIGURES), *PULSES)
ELSEWHERE = {"comparison.png", "pulse-plating.png"}
"""Pictures that README and another page show as well."""
LARGEST = 3_000_000


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with small results of the names on the page."""
    work = tmp_path_factory.mktemp("gallery")
    run = results_2d.states([0.0, 10800.0, 18000.0, 36000.0])
    for name in FLAT:
        results_2d.write(work / "results" / name, run)
    solid = [synthetic.state_3d(8, charge, step) for step, charge in enumerate((0.0, 3600.0))]
    results_2d.write(work / "results" / "be-dead-li-3d", solid, dimension=3)
    return work


@pytest.fixture
def here(work: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(work)
    return work


@pytest.mark.picture
@pytest.mark.parametrize("command", COMMANDS)
def test_commands_of_the_gallery_work(here: Path, command: str) -> None:
    words = shlex.split(command)
    target = Path(words[words.index("--output") + 1])
    done = CliRunner().invoke(app, [*words, "--dpi", "50"])
    assert done.exit_code == 0
    # The small results here have few states.
    assert all("the nearest recorded state" in line for line in done.stderr.splitlines())
    assert target.stat().st_size > 1000


@pytest.mark.process
def test_python_of_the_gallery_works(here: Path) -> None:
    (code,) = PYTHON
    exec(code, {})
    assert all(Path(name).stat().st_size > 1000 for name in ("be.svg", "two.pdf", "be.mp4"))


def test_every_picture_has_its_command_and_all_are_small() -> None:
    shown = re.findall(r"\]\(([^)]+\.(?:png|gif))\)", PAGE)
    made = [words[words.index("--output") + 1] for words in map(shlex.split, COMMANDS)]
    assert [f"docs/{name}" for name in shown] == made
    there = sorted((DOCS / "gallery").iterdir())
    assert {f"gallery/{file.name}" for file in there} == {*shown} - ELSEWHERE
    assert sum(file.stat().st_size for file in there) < LARGEST


def test_the_page_begins_with_scenarios_that_are_shipped() -> None:
    run = re.search(r"^    deposition run (.*)$", PAGE, re.M)
    assert run is not None
    for name in run[1].split():
        assert Scenario.load(name).name == name
