"""Bad input, end to end: one clear message, an exit code that is not 0, and nothing overwritten.

What each message says in detail is tested beside the code that says it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from helpers.tiny import TINY, call, contents, write
from typer.testing import CliRunner

from deposition.cli import app
from deposition.common import package_data as shipped

FLAT = shipped.geometries()["flat.geo"].read_text(encoding="utf-8")
OWN_GEOMETRY = '\n[geometry]\nfile = "case.geo"\n'


@dataclass(frozen=True)
class Case:
    """A change of the tiny scenario, or of its geometry, and words that the message must have."""

    words: tuple[str, ...]
    old: str = ""
    new: str = ""
    geometry: tuple[str, str] | None = None

    def write(self, folder: Path) -> None:
        """The scenario ``case.toml``, with a geometry of its own if that is what is wrong."""
        text = TINY.replace(self.old, self.new, 1) if self.old else TINY + self.new
        assert text != TINY or self.geometry
        if self.geometry is not None:
            script = FLAT.replace(*self.geometry, 1)
            assert script != FLAT
            (folder / "case.geo").write_text(script, encoding="utf-8")
            text = text.replace(
                "[geometry.parameters]", '[geometry]\nfile = "case.geo"\n[geometry.parameters]'
            )
        write(folder, text, "case")


SIZE = 'surface_size = "0.5 um"'
COUNTER = 'Physical Curve("counter") = {3};'

CASES = {
    "malformed TOML": Case(
        ("case.toml, line 5", "not valid TOML"), "[geometry.parameters]", "[geo"
    ),
    "unknown base": Case(
        ('Did you mean "c-i-be-ln"?',), 'base = "c-i-be-ln"', 'base = "c-i-be-lm"'
    ),
    "unknown key": Case(("mesh.surface_siz", "surface_size"), "surface_size", "surface_siz"),
    "unknown table": Case(("kinetic", "kinetics"), new='[kinetic]\nlaw = "tafel"\n'),
    "missing unit": Case(("mesh.surface_size = 0.5", "um"), SIZE, "surface_size = 0.5"),
    "wrong unit": Case(("mesh.surface_size", "0.5 S"), SIZE, 'surface_size = "0.5 S"'),
    "unknown unit": Case(("mesh.surface_size", "0.5 umm"), SIZE, 'surface_size = "0.5 umm"'),
    "negative": Case(("mesh.surface_size", "-0.5 um"), SIZE, 'surface_size = "-0.5 um"'),
    "not one of": Case(
        ("sei.motion", "advected", "stationary"), "[sei]", '[sei]\nmotion = "statoinary"'
    ),
    "missing value": Case(
        ("protocol: current_density is missing",),
        TINY,
        'title = "t"\n[geometry]\nfile = "flat.geo"\n[electrolyte]\nname = "BE"\n[sei]\n'
        'default_film = "LiF"\n[kinetics]\nexchange_current_density = "1 A/m^2"\n'
        '[protocol]\ncapacity = "1 mAh/cm^2"\n',
    ),
    "unknown electrolyte": Case(
        ("electrolyte", '"BF"', 'Did you mean "BE"?'), new='[electrolyte]\nname = "BF"\n'
    ),
    "film without data": Case(("LEDC", "no conductivity"), "[sei]", '[sei]\ndefault_film = "LEDC"'),
    "unknown film": Case(("LiFF", 'Did you mean "LiF"?'), "[sei]", '[sei]\ndefault_film = "LiFF"'),
    "no such geometry": Case(
        ("flatt.geo", 'Did you mean "flat.geo"?'),
        "[geometry.parameters]",
        '[geometry]\nfile = "flatt.geo"\n[geometry.parameters]',
    ),
    "no electrolyte": Case(
        ("case.geo", "electrolyte"),
        geometry=('Physical Surface("electrolyte") = {1};', ""),
    ),
    "no metal": Case(("case.geo", "lithium"), geometry=('Physical Surface("lithium") = {2};', "")),
    "no counter": Case(("case.geo", 'no boundary is named "counter"'), geometry=(COUNTER, "")),
    "unknown region": Case(
        ("case.geo", '"lithum"', 'Did you mean "lithium"?'),
        geometry=('Physical Surface("lithium")', 'Physical Surface("lithum")'),
    ),
    "unknown film of a boundary": Case(
        ("case.geo", '"LiFF"', 'Did you mean "LiF"?'),
        geometry=(COUNTER, COUNTER + '\nPhysical Curve("sei:LiFF") = {1};'),
    ),
    "doubly tagged": Case(
        ("case.geo", "two names"),
        geometry=(COUNTER, COUNTER + '\nPhysical Surface("collector") = {2};'),
    ),
    "self-intersecting": Case(
        ("case.geo",),
        geometry=(
            "Point(3) = {width, height, 0};\nPoint(4) = {0, height, 0};",
            "Point(3) = {0, height, 0};\nPoint(4) = {width, height, 0};",
        ),
    ),
    "shell command": Case(
        ("case.geo", "SystemCall", "--trust"),
        geometry=(COUNTER, COUNTER + '\nSystemCall "touch x";'),
    ),
    "no room for the patches": Case(
        ("patch_size", "[E293]"), 'patch_size = "2 um"', 'patch_size = "90 um"'
    ),
}


@pytest.fixture
def earlier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Results of an earlier run of a scenario called "case", below the current folder."""
    folder = tmp_path / "results" / "case"
    (folder / "vtk").mkdir(parents=True)
    for name in (".deposition", "history.csv", "vtk/surface_000000.vtu"):
        (folder / name).write_text("of an earlier run")
    (folder / "summary.json").write_text('{"completed": true}')
    monkeypatch.chdir(tmp_path)
    return folder


def refused(earlier: Path, *words: str) -> str:
    """The message of a ``deposition run`` that must fail and leave the earlier results alone."""
    before = contents(earlier)
    result: Any = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["run", *words])
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 1
    assert [line[:7] for line in result.stderr.splitlines()].count("Error: ") == 1
    assert result.stderr.count("Error") == 1
    assert "Traceback" not in result.stderr and "pydantic" not in result.stderr
    assert contents(earlier) == before
    message: str = result.stderr
    return message


@pytest.mark.process
@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_refused_and_overwrites_nothing(name: str, earlier: Path) -> None:
    case = CASES[name]
    case.write(Path.cwd())
    message = refused(earlier, "case.toml", "--overwrite")
    for word in case.words:
        assert word in message
    assert not (Path.cwd() / "x").exists(), "no command of a script was run"


def test_a_used_folder_needs_overwrite(earlier: Path) -> None:
    write(Path.cwd(), TINY, "case")
    message = refused(earlier, "case.toml")
    assert "results/case" in message and "--overwrite" in message


@pytest.mark.process
@pytest.mark.parametrize("place", ["/proc/nowhere", "case.toml"])
def test_a_place_that_cannot_be_written(place: str, earlier: Path) -> None:
    write(Path.cwd(), TINY, "case")
    message = refused(earlier, "case.toml", "--output", place)
    assert place in message and "--output" in message


def test_files_of_others_are_never_removed(earlier: Path) -> None:
    write(Path.cwd(), TINY, "case")
    for file in earlier.glob("*.*"):
        file.unlink()
    for name in (".deposition", "history.csv"):
        (earlier / name).unlink(missing_ok=True)
    (earlier / "thesis.tex").write_text("mine")
    message = refused(earlier, "case.toml", "--overwrite")
    assert "[E457]" in message


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["be-ded-li"], 'Did you mean "be-dead-li"?'),
        (["missing.toml"], "missing.toml"),
        (["case.toml", "--set", "mesh.surface_sise=1 um"], "surface_size"),
        (["case.toml", "--set", "mesh.surface_size=1"], "--set"),
        (["case.toml", "--set", "mesh"], "key=value"),
    ],
)
def test_a_bad_command_is_refused(words: list[str], said: str, earlier: Path) -> None:
    write(Path.cwd(), TINY, "case")
    assert said in refused(earlier, *words, "--overwrite")


@pytest.mark.process
def test_more_current_than_the_electrolyte_can_carry(tmp_path: Path) -> None:
    """In a process of its own, as a user sees it."""
    write(tmp_path)
    settings = ("protocol.current_density=0.15 A/cm^2", "time.first_step=0.1 s")
    flags = [word for setting in settings for word in ("--set", setting)]
    done = call(tmp_path, "run", "tiny.toml", "--set", "geometry.parameters.height=40", *flags)
    assert done.returncode == 1
    assert done.stderr.count("Error:") == 1 and "Traceback" not in done.stderr
    message = done.stderr.split("Error:")[1]
    for word in ("E304", "µm at ", " s: ", "Lower the current"):
        assert word in message
    assert (tmp_path / "results" / "tiny" / "summary.json").is_file()
