"""``deposition show NAME --cite``: the references of a scenario."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from deposition.check.citations import bibtex
from deposition.cli import app
from deposition.scenario import Scenario


def keys(text: str) -> set[str]:
    return set(re.findall(r"^@\w+\{(\w+),", text, flags=re.M))


@pytest.mark.parametrize(
    ("name", "changes", "expected"),
    [
        ("be", (), {"deposition", "wang2025", "barsoukov2005", "newman"}),
        ("lipf6-landesfeind", (), {"landesfeind2019", "pybamm"}),
        ("tafel-marcus", (), {"chidsey1991", "sripad2020"}),
        ("sei-mosaic", ("temperature=40 degC",), {"chen2011", "liang1973", "schlaikjer1971"}),
    ],
)
def test_values_and_laws_are_cited(name: str, changes: tuple[str, ...], expected: set[str]) -> None:
    assert expected <= keys(bibtex(Scenario.load(name, changes)))


def test_only_what_is_used_is_cited() -> None:
    assert not {"landesfeind2019", "chidsey1991", "wikipedia"} & keys(
        bibtex(Scenario.load("tafel"))
    )
    xps = Scenario.load("sei-mosaic").with_({"sei.xps": {"LiF": "10 at%"}})
    assert "wikipedia" in keys(bibtex(xps))


def test_the_command_prints_a_bib_file() -> None:
    done = CliRunner().invoke(app, ["show", "c-i-be", "--cite"])
    assert done.exit_code == 0 and keys(done.output) >= {"deposition", "wang2025"}
    assert "doi = {10.1016/j.scib.2025.04.016}," in done.output
