"""``deposition render`` and ``deposition.render``: states, fields, and refused input."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers import results_2d, synthetic
from PIL import Image
from typer.testing import CliRunner

from deposition import render
from deposition.cli import app
from deposition.common.errors import ResultsError
from deposition.render.choices import Choices
from deposition.render.choose import nearest_state_note, state_at, states_in_row
from deposition.render.counter_connection import connected_to_counter
from deposition.render.fields import FIELDS, FILM, Shown
from deposition.render.scale import Scale
from deposition.results.result import Result


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``results/be``."""
    parent = tmp_path_factory.mktemp("work")
    results_2d.write(parent / "results" / "be", results_2d.states())
    return parent


@pytest.fixture
def here(parent: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same as the current folder."""
    monkeypatch.chdir(parent)
    return parent


def call(line: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of ``deposition render LINE``."""
    done = CliRunner().invoke(app, ["render", *shlex.split(line)])
    return done.exit_code, done.stdout, done.stderr


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"), dtype=np.int64)


# --- which state


@pytest.mark.parametrize(
    ("choice", "number"),
    [
        ({}, 3),
        ({"capacity": "0.5 mAh/cm^2"}, 2),
        ({"capacity": "0 mAh/cm^2"}, 0),
        ({"capacity": "0.3 mAh/cm^2"}, 1),
        ({"capacity": "18000 C/m^2"}, 2),
        ({"capacity": "1.001 mAh/cm^2"}, 3),
        ({"time": "2 h"}, 2),
        ({"time": "50 min"}, 1),
        ({"snapshot": -2}, 2),
        ({"snapshot": 0}, 0),
    ],
)
def test_the_nearest_state_is_chosen(here: Path, choice: dict[str, object], number: int) -> None:
    assert state_at(Result.open("be"), **choice) == number  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"capacity": "2 mAh/cm^2"}, r'2 mAh/cm.* 0 to 1 mAh/cm.*"1 mAh/cm.2".*E603'),
        ({"capacity": "-1 mAh/cm^2"}, r'"0 mAh/cm.2".*E603'),
        ({"time": "30 d"}, r'720 h.* 0 to 4 h.*"4 h".*E603'),
        ({"capacity": "0.5"}, r'"0.5".*"1 mAh/cm.*E601'),
        ({"capacity": "half"}, r'"half".*E601'),
        ({"time": "2 mAh"}, r'"2 mAh".*E601'),
        ({"snapshot": 4}, r"snapshot 4 .*4 snapshots, numbered 0 to 3 .*E602"),
        ({"snapshot": 0, "time": "1 h"}, "E600"),
    ],
)
def test_a_state_that_is_not_there(here: Path, choice: dict[str, object], message: str) -> None:
    with pytest.raises(ResultsError, match=message):
        state_at(Result.open("be"), **choice)  # type: ignore[arg-type]


def test_stripped_charge_is_negative(tmp_path: Path) -> None:
    result = results_2d.write(tmp_path / "r", results_2d.states([0.0, -3600.0]))
    assert state_at(result, capacity="-0.1 mAh/cm^2") == 1


@pytest.mark.parametrize(
    ("choice", "drawn"),
    [
        ({}, None),
        ({"time": "5 s"}, "0 s"),
        ({"time": "50 min"}, "60 min"),
        ({"time": "2 h"}, None),
        ({"capacity": "0 mAh/cm^2"}, None),
        ({"capacity": "0.3 mAh/cm^2"}, "0.25 mAh/cm^2"),
        ({"capacity": "18050 C/m^2"}, None),
    ],
)
def test_note_on_the_nearest_state(here: Path, choice: dict[str, str], drawn: str | None) -> None:
    note = nearest_state_note(Result.open("be"), **choice)
    if drawn is None:
        assert note == ""
    else:
        assert f"at {next(iter(choice.values()))};" in note and f"at {drawn}," in note


# --- the command


@pytest.mark.picture
@pytest.mark.parametrize("field", [*FIELDS, FILM])
def test_every_field_changes_the_picture(here: Path, field: str) -> None:
    code, out, err = call(f"be --field {field} --dpi 60 --snapshot 2")
    assert (code, err, out.strip()) == (0, "", f"be-{field}.png")
    plain = Path("plain.png")
    if not plain.exists():
        assert call("be --dpi 60 --snapshot 2 --output plain.png")[0] == 0
    shown, usual = pixels(Path(f"be-{field}.png")), pixels(plain)
    # In 2D the relative flux and film are the default fields.
    same = shown.shape == usual.shape and bool((shown == usual).all())
    assert same == (field in ("relative-flux", FILM))


@pytest.mark.picture
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--field fluxx", '"fluxx".*"flux".*E605'),
        ("--style drak", '"dark".*E609'),
        ("--colours virids", '"viridis".*E614'),
        ("--output x.bmp", r'"\.bmp".*\.png, \.svg, \.pdf.*E616'),
        ("--output x", "E616"),
        ("--output x.gif --snapshot 1", "E852"),
        ("--movie --output x.png", r"\.gif, \.mp4.*E616"),
        ("--output /proc/none/x.png", "/proc/none.*E617"),
        ("--width 3cm", "6 to 60 cm.*E611"),
        ("--width wide", '"wide".*E610'),
        ("--dpi 5", "50 to 1200.*E612"),
        ("--font Ariel-9", '"Ariel-9" is not installed.*DejaVu Sans.*E984'),
        ("--fps 10", "movies.*E985"),
        ("--movie --fps 100", "fps 100 .*60.*E981"),
        ("--movie --hold -1", "hold.*E981"),
        ("--movie --aspect 16-9", '"16-9".*E988'),
        ("--crop 50 60 0 10", r"\(0, 0\) and \(40, 40\).*E987"),
        ("--crop 5 5 0 10", "E987"),
        ("--zoom 0.5", "1 to 1000.*E981"),
        ("--film-colours LiF=blau", '"blau".*LiF.*E989'),
        ("--film-colours LiF", '"LiF" has no colour.*E990'),
        ("--snapshots 0.5,2", "fraction.*E991"),
        ('--snapshots "1 h" --at-time "1 h"', "E600"),
        ("--snapshots 1 --movie", "E852"),
        ('--snapshots "9 h"', "9 h.*E603"),
        ("--columns 0", "1 to 26.*E981"),
        ('--labels "BE; LN"', "2 labels for 1 results.*E982"),
        ('--labels ";"', "0 labels for 1.*E982"),
        ("--limits 5 5", "5 5.*E615"),
        ("--field film --limits 0 5", '"film".*E613'),
        ('--at-capacity "7 mAh/cm^2"', "7 mAh.*E603"),
    ],
)
def test_bad_input_is_one_message(here: Path, options: str, message: str) -> None:
    before = sorted(here.rglob("*"))
    code, out, err = call(f"be {options}")
    assert (code, out) == (1, "")
    assert err.startswith("Error: ") and err.count("\n") == 1
    assert re.search(message, err), err
    assert sorted(here.rglob("*")) == before


def test_a_result_that_is_not_there_offers_the_nearest(here: Path) -> None:
    code, _, err = call("bee")
    assert code == 1
    assert 'Did you mean "be"?' in err


@pytest.mark.picture
def test_width_and_dpi_set_the_pixels(here: Path) -> None:
    assert call('be --width "12 cm" --dpi 127 --output wide.png')[0] == 0
    assert pixels(Path("wide.png")).shape[1] == 600


@pytest.mark.picture
def test_the_command_notes_that_the_nearest_state_is_drawn(here: Path) -> None:
    code, out, err = call('be --at-time "5 s" --dpi 60 --output other.png')
    assert (code, out) == (0, "other.png\n")
    assert "at 5 s;" in err and "at 0 s," in err and err.count("\n") == 1


@pytest.mark.picture
def test_dark_paper(here: Path) -> None:
    assert call("be --style dark --dpi 60 --output dark.png")[0] == 0
    assert pixels(Path("dark.png"))[-1].max() < 40


@pytest.mark.picture
def test_limits_and_colours_change_the_map(here: Path) -> None:
    assert call("be --dpi 60 --limits 900 1100 --output wider.svg")[0] == 0
    text = Path("wider.svg").read_text()
    assert ">900<" in text and ">1100<" in text
    assert call("be --dpi 60 --snapshot 2 --output usual.png")[0] == 0
    assert call("be --dpi 60 --snapshot 2 --colours viridis --output viridis.png")[0] == 0
    assert (pixels(Path("usual.png")) != pixels(Path("viridis.png"))).any()


@pytest.mark.process
def test_a_movie_by_suffix_or_by_option(here: Path) -> None:
    assert call("be --dpi 60 --output small.gif")[:2] == (0, "small.gif\n")
    with Image.open("small.gif") as movie:
        assert getattr(movie, "n_frames", 1) == len(results_2d.CAPACITIES)
    assert call("be --dpi 60 --movie")[:2] == (0, "be.mp4\n")
    assert Path("be.mp4").read_bytes()[4:8] == b"ftyp"


def test_a_movie_of_one_state_is_refused(tmp_path: Path) -> None:
    results_2d.write(tmp_path / "lone", results_2d.states([0.0]))
    code, _, err = call(f"{tmp_path / 'lone'} --movie")
    assert code == 1
    assert "lone" in err and "[E606]" in err


@pytest.mark.picture
@pytest.mark.parametrize(
    ("options", "old", "new"),
    [
        ("--film --output old.gif", "--film", "--movie"),
        ("--frame 2 --output old.png", "--frame", "--snapshot"),
    ],
)
def test_old_options_work_with_a_warning(here: Path, options: str, old: str, new: str) -> None:
    code, out, err = call(f"be --dpi 60 {options}")
    assert (code, out) == (0, f"{options.split()[-1]}\n")
    assert err == f"Warning: {old} is now called {new}; the old name works until version 0.3\n"


@pytest.mark.picture
def test_several_results_stand_side_by_side(here: Path) -> None:
    results_2d.write(here / "results" / "be-ln", results_2d.states())
    assert call("be be-ln results/be --dpi 60 --field current")[1] == "be-be-ln-be-current.png\n"
    assert pixels(Path("be-be-ln-be-current.png")).shape[1] == 420  # 17.8 cm
    assert call('be be-ln --width "12 cm" --dpi 60 --output two.gif')[0] == 0
    assert pixels(Path("two.gif")).shape[1] == 282


def test_2d_and_3d_do_not_mix(here: Path) -> None:
    solid = synthetic.state_3d(8)
    results_2d.write(here / "solid", [solid], dimension=3)
    code, _, err = call("be solid")
    assert code == 1
    assert "[E608]" in err
    code, _, err = call("solid --zoom 2")
    assert (code, "[E986]" in err) == (1, True)


# --- from Python


def test_an_empty_list_of_results_is_refused(here: Path) -> None:
    with pytest.raises(ResultsError, match="E607"):
        render.picture([], "nothing.png")


@pytest.mark.picture
def test_the_same_from_python(here: Path) -> None:
    path = render.picture("be", "sub/be.svg", capacity="0.5 mAh/cm^2", field="current")
    assert path == Path("sub/be.svg")
    assert "Current density" in path.read_text()
    assert render.movie(Result.open("be"), "python.gif", dpi=60) == Path("python.gif")
    with pytest.raises(AttributeError):
        render.nothing  # noqa: B018


@pytest.mark.picture
def test_old_python_names_work_with_a_warning(here: Path) -> None:
    with pytest.warns(FutureWarning, match=r"render\.film is now called render\.movie"):
        assert render.film("be", "old.gif", dpi=60) == Path("old.gif")
    with pytest.warns(FutureWarning, match=r"frame=.*is now called picture\(snapshot="):
        render.picture("be", "old.png", frame=2, dpi=60)
    render.picture("be", "new.png", snapshot=2, dpi=60)
    assert Path("old.png").read_bytes() == Path("new.png").read_bytes()


# --- colour limits


def test_limits_exclude_enclosed_electrolyte() -> None:
    """Concentrations of an electrolyte pocket are excluded; the bar is pointed at that end."""

    def pocket(points: np.ndarray) -> np.ndarray:
        metal = points[:, 1] - 12.0
        hollow = 3.0 - np.hypot(points[:, 0] - 20.0, points[:, 1] - 6.0)
        return np.asarray(np.maximum(metal, hollow))

    cell = synthetic.cut_cell((40.0, 40.0), (40, 40), pocket)
    state = synthetic.state_of(cell, synthetic.hot_spots, synthetic.FILMS, 0.0)
    snapshot = synthetic.snapshot_of(state)
    part = snapshot.electrolyte
    inside = part.points[:, 1] < 11.0
    assert (connected_to_counter(snapshot) == ~inside).all()
    salt = np.where(inside, 1400.0, 1000.0 + part.points[:, 1] / 10)
    locked = replace(snapshot, electrolyte=replace(part, concentration=salt))
    paint = Scale.of([locked], Shown.by_name("concentration", [locked])).electrolyte
    assert paint is not None
    assert paint.limits[0] >= 1000.0 and paint.limits[1] <= 1006.0
    assert paint.extend == "max"


# --- part of a cell, colours of films, font


@pytest.mark.picture
def test_a_part_of_the_cell_fills_the_picture(here: Path) -> None:
    assert call("be --dpi 60 --crop 10 30 2 12 --output part.png")[0] == 0
    assert call("be --dpi 60 --zoom 2 --output near.png")[0] == 0
    high, wide = pixels(Path("part.png")).shape[:2]
    assert high < 0.8 * wide  # 20 µm by 10 µm
    near = Choices(zoom=4.0).scale([Result.open("be").snapshot(-1)])
    assert np.ptp(near.bounds, axis=0) == pytest.approx([10.0, 10.0])
    assert near.narrowest == pytest.approx(10.0)


@pytest.mark.picture
def test_films_in_colours_of_ones_own(here: Path) -> None:
    call('be --dpi 60 --film-colours "LiF=#123456" --output own.svg')
    assert "#123456" in Path("own.svg").read_text()


@pytest.mark.picture
def test_the_font_is_named_in_the_picture(here: Path) -> None:
    assert call('be --dpi 60 --font "dejavu serif" --output serif.svg')[0] == 0
    assert "DejaVu Serif" in Path("serif.svg").read_text()


# --- several states


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("0.25,0.5,0.75,1", [1, 2, 2, 3]),
        ("0", [0]),
        ("0.5 mAh/cm^2, 1 h", [2, 1]),
    ],
)
def test_states_in_a_row(here: Path, text: str, numbers: list[int]) -> None:
    result = Result.open("be")
    assert states_in_row([result, result], text) == [numbers, numbers]


def test_fractions_are_those_of_the_charge_that_all_results_reach(tmp_path: Path) -> None:
    long = results_2d.write(tmp_path / "long", results_2d.states())
    short = results_2d.write(tmp_path / "short", results_2d.states([0.0, 9000.0, 18000.0]))
    assert states_in_row([long, short], "0.5, 1") == [[1, 2], [1, 2]]


@pytest.mark.picture
def test_a_table_of_results_and_states(here: Path) -> None:
    results_2d.write(here / "results" / "ln", results_2d.states())
    assert call('be ln --dpi 60 --snapshots 0.25,0.5,1 --output t.png --labels "BE; LN"')[0] == 0
    assert call("be --dpi 60 --snapshots 0.25,0.5,1 --output r.png")[0] == 0
    assert pixels(Path("t.png")).shape[0] > 1.5 * pixels(Path("r.png")).shape[0]
    code, _, err = call("be ln --snapshots 0.5,1 --columns 3")
    assert (code, "[E993]" in err) == (1, True)
