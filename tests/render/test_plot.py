"""``deposition plot``: histories, profiles and line scans, as pictures and as tables."""

from __future__ import annotations

import csv
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from helpers import results_2d, synthetic
from helpers.type_boxes import faults
from matplotlib.figure import Figure
from typer.testing import CliRunner

from deposition.cli import app
from deposition.mesh.cell import facet_measures
from deposition.render.curves import FILM, HISTORIES, INSIDE, ON_SURFACE, line_scans, profiles_of
from deposition.render.fields import IN_LAYER, OF_REACTIONS
from deposition.results.result import Result


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``results/be``."""
    parent = tmp_path_factory.mktemp("plots")
    results_2d.write(parent / "results" / "be", results_2d.states())
    return parent


@pytest.fixture
def here(parent: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(parent)
    return parent


def call(line: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["plot", *shlex.split(line)])
    return done.exit_code, done.stdout, done.stderr


def table(path: Path) -> tuple[list[str], list[list[str]]]:
    head, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
    return head, rows


@pytest.mark.parametrize(
    "options",
    [
        *(f"--quantity {name} --over {over}" for name in HISTORIES for over in ("charge", "time")),
        *(
            f"--quantity {name} --over {over}"
            for name in ON_SURFACE
            if name not in OF_REACTIONS
            for over in ("x", "arc")
        ),
        *(f'--quantity {name} --line "0 30, 40 30"' for name in INSIDE if name not in IN_LAYER),
    ],
)
def test_every_quantity_as_a_table(here: Path, options: str) -> None:
    code, out, err = call(f"be {options} --format csv")
    assert (code, err) == (0, "")
    head, rows = table(Path(out.strip()))
    assert head[0] == "label" and len(head) == 3
    values = np.array([[float(x) for x in row[1:]] for row in rows])
    assert len(values) >= len(results_2d.CAPACITIES) and np.isfinite(values).all()


def test_the_history_is_that_of_the_file(here: Path) -> None:
    call("be --format csv --output v.csv")
    head, rows = table(Path("v.csv"))
    history = Result.open("be").history
    assert head[1:] == ["charge_mAh_cm2", "cell_voltage_mV"]
    assert [float(row[2]) for row in rows] == pytest.approx(1e3 * history["voltage_V"])


def test_the_arc_has_every_facet_once_and_the_length_of_the_surface(here: Path) -> None:
    result = Result.open("be")
    chart = profiles_of([result], ["BE"], [[-1]], "current", "arc")
    (curve,) = chart.curves
    surface = result.snapshot(-1).surface
    working = surface.on("lithium", "collector")
    length = facet_measures(surface.points, surface.facets[working])
    assert np.isfinite(curve.y).sum() == working.sum()
    assert (np.diff(curve.x[np.isfinite(curve.x)]) > 0).all()
    assert np.nanmax(curve.x) == pytest.approx(length.sum(), rel=0.02)
    flat = profiles_of([result], ["BE"], [[0]], "height", "arc").curves[0]
    assert flat.x == pytest.approx(
        profiles_of([result], ["BE"], [[0]], "height", "arc").curves[0].x
    )
    assert np.nanmax(np.abs(flat.y)) < 1e-9


def test_fractions_of_the_film_add_up(here: Path) -> None:
    chart = profiles_of([Result.open("be")], ["BE"], [[-1]], FILM, "arc")
    assert sum(curve.y for curve in chart.curves) == pytest.approx(1.0)
    assert [curve.label for curve in chart.curves] == ["BE, hot spot", "BE, LiF"]


def test_a_line_scan_of_a_linear_field_is_exact_and_empty_in_metal(here: Path) -> None:
    result = Result.open("be")
    (curve,) = line_scans(
        [result], ["BE"], [[0]], "potential", np.array([[20.0, 0.0], [20.0, 40.0]])
    ).curves
    metal = curve.x < synthetic.BASE - 1.5
    assert np.isnan(curve.y[metal]).all() and np.isfinite(curve.y[curve.x > 7.0]).all()
    far = (curve.x > 25.0) & (curve.x < 39.0)
    slope = np.gradient(curve.y[far], curve.x[far])
    # Far from the film, the current is uniform: dφ/dy = i/κ, in mV per µm.
    exact = synthetic.MEAN_CURRENT / synthetic.KAPPA * 1e-6 * 1e3
    assert slope.mean() == pytest.approx(exact, rel=1e-3)


@pytest.mark.picture
@pytest.mark.parametrize("width", ["85 mm", "120 mm", "180 mm"])
def test_no_text_of_a_chart_overlaps(
    here: Path, width: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[str] = []

    def measured(figure: Figure, path: Path, _dpi: int) -> Path:
        found.extend(faults(figure))
        return path

    monkeypatch.setattr("deposition.render.plot.save", measured)
    for options in (
        "--quantity voltage --over time",
        "--quantity film --over arc --snapshots 0,0.5,1",
        "--quantity temperature",
    ):
        assert (
            call(f'be be {options} --width "{width}" --labels "BE; C-I-BE-LN, a long name"')[0] == 0
        )
    assert found == []


@pytest.mark.picture
def test_constant_curves_are_stated_in_words(here: Path) -> None:
    assert call("be --quantity temperature --format svg --output t.svg --dpi 60")[0] == 0
    assert "Temperature: 25 °C throughout" in Path("t.svg").read_text()
    assert call("be --quantity height --format svg --output h.svg --dpi 60")[0] == 0
    assert "throughout" not in Path("h.svg").read_text()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--quantity voltag", '"voltage".*E994'),
        ("--quantity height --over time", "height.*against time.*E998"),
        ("--quantity voltage --over y", "abscissa.*E999"),
        ("--quantity flux", "--line.*E992"),
        ('--quantity flux --line "0 1 2"', "E992"),
        ('--quantity flux --line "0 1 2, 3 4 5"', "2 coordinates.*E996"),
        ('--quantity flux --line "0 1, 0 1"', "two different.*E996"),
        ('--quantity flux --line "0 90, 40 90"', "does not cross.*E997"),
        ("--snapshots 1 --at-time '1 h'", "E600"),
        ("--format bmp", "E616"),
        ('--labels "a; b"', "E982"),
    ],
)
def test_bad_input_is_one_message(here: Path, options: str, message: str) -> None:
    before = sorted(here.rglob("*"))
    code, out, err = call(f"be {options}")
    assert (code, out) == (1, "")
    assert err.startswith("Error: ") and err.count("\n") == 1
    assert re.search(message, err), err
    assert sorted(here.rglob("*")) == before


def test_profiles_of_3d_results_are_refused(tmp_path: Path) -> None:
    results_2d.write(tmp_path / "solid", [synthetic.state_3d(8)], dimension=3)
    code, _, err = call(f"{tmp_path / 'solid'} --quantity height")
    assert (code, "[E995]" in err) == (1, True)
