"""``deposition new`` writes scenarios that run as they are, and whose comments are valid."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from helpers.messages import note
from typer.testing import CliRunner

from deposition import run
from deposition.check.check import check_scenario
from deposition.cli import app
from deposition.common import package_data as shipped
from deposition.common.errors import ScenarioError
from deposition.scenario import Scenario
from deposition.scenario.new import write_new


@pytest.mark.parametrize("base", shipped.scenarios())
def test_a_new_scenario_is_its_base(tmp_path: Path, base: str) -> None:
    """Every shipped scenario can be the base; all settings but name and texts are equal."""
    scenario, below = Scenario.load(write_new(str(tmp_path / "mine"), base)), Scenario.load(base)
    texts = {"name", "title", "description"}
    assert scenario.model_dump(exclude=texts) == below.model_dump(exclude=texts)


def test_every_comment_is_a_valid_setting(tmp_path: Path) -> None:
    """All lines at once: a film, patches, a block, measured resistances, an own mesh."""
    path = write_new(str(tmp_path / "mine"), "be")
    text = re.sub(r"^# (?=\[|\w+ = )", "", path.read_text(), flags=re.M)
    text = re.sub(r"^(outline|pixel|threshold|composition).*\n", "", text, flags=re.M)
    path.write_text(text)
    scenario = Scenario.load(path)
    assert scenario.sei.patch and scenario.geometry.dead_lithium and scenario.sei.xps
    assert scenario.kinetics.charge_transfer_resistance and scenario.sei.resistance
    assert check_scenario(scenario).facts


@pytest.mark.solve
def test_a_new_scenario_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(app, ["new", "mine"])
    assert told.exit_code == 0 and "Next: deposition check mine.toml" in told.output
    short = ["protocol.capacity=0.002 mAh/cm^2", "mesh.surface_size=1 um", "interface=fixed"]
    result = run(Scenario.load("mine.toml", short), quiet=True, pictures=False)
    assert result["completed"]


def test_a_file_can_be_the_base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path)
    one = write_new("one", "c-i-be")
    two = write_new("inner/two", str(one))
    assert 'base = "../one.toml"' in two.read_text()
    assert Scenario.load(two).electrolyte.name == "C-I-BE"


@pytest.mark.parametrize("name", ["there", "no/such/folder/mine", ".toml", ""])
def test_no_file_is_overwritten_or_misplaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("there.toml").write_text("kept")
    with pytest.raises(ScenarioError, match="E979"):
        write_new(name)
    done = CliRunner().invoke(app, ["new", "other", "--from", "bee"])
    note(done.output)
    assert done.exit_code == 1 and not Path("other.toml").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["there.toml"]
    assert Path("there.toml").read_text() == "kept"
