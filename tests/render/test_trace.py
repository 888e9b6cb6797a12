"""Curves of the history of a run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from helpers.tiny import tiny
from rich.console import Console
from typer.testing import CliRunner

from deposition import run
from deposition.cli import app
from deposition.common.errors import ResultsError
from deposition.render.trace import CURVES, draw
from deposition.results.result import Result


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """A sweep of a cell that stays as it is."""
    folder = tmp_path_factory.mktemp("trace")
    protocol = 'protocol={sweep = "0.1 V/s", vertices = ["0 V", "2 mV", "-2 mV"]}'
    settings = tiny(folder, protocol, "interface=fixed", "time.tolerance=1", "time.first_step=1 s")
    run(settings, folder / "swept", console=Console(quiet=True), pictures=False)
    return Result.open(folder / "swept")


@pytest.mark.solve
def test_a_voltammogram_has_the_signs_of_electrochemists(swept: Result) -> None:
    potential, current = CURVES["voltammogram"].points(swept).T
    assert potential.min() == pytest.approx(-2e-3) and potential.max() == pytest.approx(2e-3)
    assert current[potential.argmin()] < 0.0 < current[potential.argmax()]
    # As many steps for each leg, of one sign, as a picture needs.
    assert np.sum(swept.history["protocol_step"] == 2) >= 50


@pytest.mark.picture
def test_the_command_draws_each_curve(swept: Result, tmp_path: Path) -> None:
    for kind in CURVES:
        target = tmp_path / f"{kind}.png"
        words = ["trace", str(swept.folder), str(swept.folder), "--curve", kind]
        done = CliRunner().invoke(app, [*words, "--output", str(target), "--width", "18 cm"])
        assert done.exit_code == 0, done.output
        assert target.stat().st_size > 1000


@pytest.mark.solve
def test_an_unknown_curve(swept: Result, tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match=r"Did you mean.*voltammogram.*E618"):
        draw([swept], "voltamogram", tmp_path / "x.png")
