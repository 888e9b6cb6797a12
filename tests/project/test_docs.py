"""The documentation is complete, and its examples work."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from helpers.cells_for_results import FILMS, bump, flat, flux, state_of
from helpers.pages import BLOCK, ROOT, page

from deposition.analysis.morphology import Reference
from deposition.check.check import check_scenario
from deposition.common.validation import choices
from deposition.laws.thermodynamics import Wagner
from deposition.recorders.history import row
from deposition.recorders.snapshots import snapshot_of
from deposition.results.arrays import FRACTION, VOLUME, VOLUME_UNIT, to_grids
from deposition.results.result import OURS
from deposition.runs.summary import Ending, Milestones, summarise
from deposition.scenario import Scenario
from deposition.scenario.section import Section
from deposition.verification.catalogue import all_cases

PAGES = sorted([*(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md")])

ACCOUNT = re.compile(r"^### ([^:\n]+): ([^\n]+)\n\n```text\n(.*?)\n```$", re.M | re.S)
"""A case in verification.md: name, title and docstring of its module."""

FILE = re.compile(r"[\w/-][\w./-]*(?:\.(?:py|md|toml|yml|txt|geo)|/)")
"""Text in the form of a file or folder name."""

WRITTEN = {"vtk/", "export/", "logs/", "open_in_paraview.py"}
"""Files and folders that a run, an export or a sweep writes, besides ``OURS``."""


def named(text: str) -> set[str]:
    """All text in backticks."""
    return set(re.findall(r"`([^`\n]+)`", text))


def test_every_setting_key_is_in_the_glossary() -> None:
    keys = set()
    for name, field in Scenario.model_fields.items():
        inner = [get_args(kind)[0] for kind in get_args(field.annotation) if get_args(kind)]
        each = [choices(kind) for kind in (field.annotation, *inner)]
        options = [table for tables in each for table in tables.values()]
        types = (field.annotation, *get_args(field.annotation), *options)
        sections = [kind for kind in types if isinstance(kind, type) and issubclass(kind, Section)]
        keys |= {f"{name}.{key}" for kind in sections for key in kind.model_fields} or {name}
    assert {"sei.motion", "time.max_advance", "mesh.gradation", "output.every"} <= keys
    assert {"protocol.on_event", "measured.source", "temperature", "interface"} <= keys
    assert keys <= named(page("glossary.md"))


@pytest.mark.parametrize("dim", [2, 3])
def test_every_number_of_a_result_is_explained(dim: int) -> None:
    first, last = state_of(flat(dim)), state_of(flat(dim, bump(dim)), 1, 60.0, 3.6e4)
    reference = Reference.of(first.cell, first.surface, first.film)
    ending = Ending(completed=True, reason="", wall_s=1.0)
    summary = summarise(
        "be", reference, Milestones(first, first, last), ending, Wagner(1.0, 4e-5, 0.1)
    )
    assert {*row(last, reference), *summary} <= named(page("results.md"))


def test_every_array_of_a_result_is_explained() -> None:
    grids = to_grids(snapshot_of(state_of(flat(2)), flux))
    arrays = {name for grid in grids.values() for name in (*grid.point_data, *grid.cell_data)}
    arrays -= {FRACTION + film for film in FILMS}
    arrays -= {VOLUME + film + VOLUME_UNIT for film in FILMS}
    single = {name for grid in grids.values() for name in grid.field_data if ": " not in name}
    by_film = {f"{FRACTION}NAME", f"{VOLUME}NAME{VOLUME_UNIT}"}
    assert {*arrays, *single, *by_film} <= named(page("results.md"))


def test_every_file_of_a_result_is_explained() -> None:
    files = {
        name
        for name in OURS
        if not name.startswith(("vtk/", "export/", "impedance/", "flux_map", "."))
    }
    assert {*files, "flux_map.png", "vtk/", "export/", "impedance/", ".deposition"} <= named(
        page("results.md")
    )


def test_the_accounts_of_all_cases_are_those_of_their_files() -> None:
    """``deposition verify --full --output docs`` updates the page."""
    cases = {(case.name, case.title, case.account.strip()) for case in all_cases()}
    stale = cases ^ set(ACCOUNT.findall(page("verification.md")))
    assert {name for name, *_ in stale} == set()


@pytest.mark.parametrize("file", PAGES, ids=lambda path: path.name)
def test_files_that_a_page_names_exist(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    shown = {name for _, name in BLOCK.findall(text)}
    for name in named(text) - shown - {*OURS, *WRITTEN}:
        if FILE.fullmatch(name) and "NAME" not in name and not name.startswith("results/"):
            places = (ROOT, ROOT / "deposition", ROOT / "deposition/laws", ROOT / "docs")
            assert any((place / name).exists() for place in places), f"{file.name}: {name}"
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert (file.parent / link).exists(), f"{file.name}: {link}"


@pytest.mark.process
def test_the_scenarios_and_geometries_of_the_page_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(ROOT / "tests" / "data" / "plugins")
    blocks = BLOCK.findall(page("own-scenario.md"))
    for text, name in blocks:
        (tmp_path / name).write_text(text, encoding="utf-8")
    scenarios = [name for _, name in blocks if name.endswith(".toml")]
    assert len(scenarios) >= 8
    for name in scenarios:
        report = check_scenario(Scenario.load(tmp_path / name))
        assert not any("lies on no surface" in warning for warning in report.warnings), name
