"""Spectra as steps of a protocol: files, pictures, report, kill and resumption, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.tiny import tiny
from rich.console import Console
from typer.testing import CliRunner

from deposition import Result, Scenario, eis, plate, resume, run
from deposition.cli import app
from deposition.common.errors import ResultsError, ScenarioError
from deposition.comparison.compare import compare
from deposition.impedance import table
from deposition.impedance.recorded import impedance_of_result
from deposition.impedance.spectrum import impedance
from deposition.render.trace import CURVES
from deposition.results import result as stored
from deposition.results.loads import history_of_loads
from deposition.runs import run as runs
from deposition.simulation.loop import time_loop
from deposition.simulation.model import Model
from deposition.simulation.state import State

QUIET = Console(quiet=True)
STEPS = """protocol={steps = [
    {eis = {highest = "1 MHz", lowest = "0.1 Hz", per_decade = 1}},
    {current_density = "0.5 mA/cm^2", capacity = "0.05 mAh/cm^2"},
    {eis = {highest = "100 kHz", lowest = "1 Hz", per_decade = 1, bias = "0.5 mA/cm^2"}},
]}""".replace("\n", "")


def measured(folder: Path) -> Scenario:
    """A tiny run with two spectra."""
    return tiny(folder, STEPS, "output.checkpoint=1e-9 s")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its results."""
    folder = tmp_path_factory.mktemp("eis")
    run(measured(folder), folder / "tiny", console=QUIET)
    return folder / "tiny"


@pytest.mark.solve
def test_a_spectrum_is_that_of_the_state_that_was_reached(whole: Path) -> None:
    result = Result.open(whole)
    assert list(result.spectra) == [1, 3]
    first, last = result.spectra[1], result.spectra[3]
    initial = impedance(Scenario.load(whole / "scenario.toml"), first.frequency)
    np.testing.assert_allclose(first.impedance, initial.impedance, rtol=1e-7)
    recorded = impedance_of_result(stored.Result(whole), -1, last.frequency, bias=5.0)
    np.testing.assert_allclose(last.impedance, recorded.impedance, rtol=1e-6)
    assert last.current_density == 5.0
    assert last.voltage == pytest.approx(recorded.voltage, rel=1e-6)


@pytest.mark.solve
def test_a_spectrum_takes_no_time_and_no_charge(whole: Path, tmp_path: Path) -> None:
    rows = (whole / "protocol_steps.csv").read_text().splitlines()
    assert [row.split(",")[3] for row in rows[1:]] == ["spectrum", "capacity", "spectrum"]
    without = tiny(tmp_path).with_({"protocol.capacity": "0.05 mAh/cm^2"})
    alone = run(without, tmp_path / "alone", quiet=True, pictures=False)
    found = Result.open(whole)
    assert found["time_s"] == alone["time_s"] and found["events"] == []
    assert found["height_max_um"] == pytest.approx(alone["height_max_um"], rel=1e-12)


@pytest.mark.solve
def test_curves_leave_the_spectra_out(whole: Path) -> None:
    result = stored.Result(whole)
    assert set(history_of_loads(result)["protocol_step"]) == {2.0}
    assert CURVES["charge"].points(result)[:, 1].min() > 0.0


@pytest.mark.picture
def test_pictures_and_report(whole: Path, tmp_path: Path) -> None:
    files = {path.name for path in (whole / "impedance").iterdir()}
    csv = {"protocol_step_1.csv", "protocol_step_3.csv"}
    assert files == csv | {"nyquist.png", "bode.png"}
    for kind in ("nyquist", "bode"):
        target = tmp_path / f"{kind}.svg"
        words = ["trace", str(whole), "--curve", kind, "--output", str(target)]
        assert CliRunner().invoke(app, words).exit_code == 0
        assert target.stat().st_size > 1000
    compare([whole], tmp_path / "both", report=tmp_path / "page.html")
    assert "Nyquist plot of the impedance of" in (tmp_path / "page.html").read_text()


@pytest.mark.solve
@pytest.mark.parametrize("last", ["in it", "after it"])
def test_a_run_killed_in_or_after_a_spectrum(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last: str
) -> None:
    folder, ends = tmp_path / "tiny", Result.open(whole)["steps"]
    kill_at = {"in it": 0, "after it": 2}[last]

    class Killed(Exception):
        pass

    def dying(model: Model, interface_state: Any) -> Iterator[State]:
        for state in time_loop(model, interface_state):
            yield state
            if state.step == kill_at:
                raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(runs, "time_loop", dying)
        patched.setattr("deposition.recorders.checkpoints.Checkpoints.close", lambda self: None)
        patched.setattr("deposition.recorders.vtk.VtkSeries.close", lambda self: None)
        with pytest.raises(Killed):
            run(measured(tmp_path), folder, console=QUIET, pictures=False)
    if last == "in it":  # of a later protocol step, after the last checkpoint
        (folder / "impedance" / "protocol_step_3.csv").write_text("later\n")
    resume(folder, quiet=True, pictures=False)
    assert Result.open(folder)["steps"] == ends
    for file in ("impedance/protocol_step_1.csv", "impedance/protocol_step_3.csv"):
        assert (folder / file).read_bytes() == (whole / file).read_bytes()


def test_steps_from_python() -> None:
    steps = [eis(), plate("0.5 mA/cm^2", capacity="1 mAh/cm^2"), eis(bias="0.5 mA/cm^2")]
    scenario = Scenario.load("be").with_protocol(steps)
    text = scenario.resolved_toml()
    assert scenario.protocol.steps is not None and scenario.protocol.steps[2].eis is not None
    assert scenario.protocol.steps[2].eis.bias == 5.0 and "eis = {" in text


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ('{eis = {lowest = "0 Hz"}}', "E007"),
        ('{eis = {highest = "-1 Hz"}}', "E007"),
        ('{eis = {lowest = "1 MHz", highest = "1 Hz"}}', "E935"),
        ('{eis = {}, capacity = "1 mAh/cm^2"}', "E936"),
        ('{eis = {}, rest = "1 h"}', "E229"),
        ("{eis = {per_decade = 0}}", "E025"),
        ('{eis = {from = "1 Hz"}}', "E020"),
    ],
)
def test_what_is_no_spectrum(step: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        Scenario.load("be", [f"protocol={{steps = [{step}]}}"])


@pytest.mark.solve
def test_a_bare_collector_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="E882"):
        run(
            Scenario.load("cu-cycling-be", ["protocol={steps = [{eis = {}}]}"]),
            tmp_path / "bare",
            quiet=True,
        )


def test_a_damaged_file(tmp_path: Path) -> None:
    file = tmp_path / "protocol_step_1.csv"
    file.write_text("frequency_Hz,Z\n1,two\n")
    with pytest.raises(ResultsError, match="E937"):
        table.read(file)


@pytest.mark.solve
def test_no_spectrum_to_draw(tmp_path: Path) -> None:
    run(tiny(tmp_path), tmp_path / "none", quiet=True, pictures=False)
    done = CliRunner().invoke(app, ["trace", str(tmp_path / "none"), "--curve", "bode"])
    assert done.exit_code != 0 and "E938" in done.output
