"""Growth films: as many pictures as states, fixed colours, sizes that any player takes."""

from __future__ import annotations

from pathlib import Path

import imageio.v3 as iio
import numpy as np
import pytest
from helpers import results_2d
from PIL import Image

from deposition.common.errors import ResultsError
from deposition.render import encode
from deposition.render.growth import MOST, growth_movie, passed, thinned
from deposition.render.layout import View, charge_and_voltage, charge_time_voltage
from deposition.render.of_result import caption_of, draw_growth
from deposition.render.panel import Caption
from deposition.render.style import DEPOSIT
from deposition.results.result import Result

COUNT = len(results_2d.CAPACITIES)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return results_2d.write(tmp_path_factory.mktemp("films") / "be", results_2d.states())


@pytest.fixture(scope="module")
def films(result: Result) -> list[Path]:
    return list(draw_growth(result))


def frames(path: Path) -> np.ndarray:
    """(n, h, w, 3) the pictures of a GIF."""
    with Image.open(path) as film:
        found = []
        for index in range(getattr(film, "n_frames", 1)):
            film.seek(index)
            found.append(np.asarray(film.convert("RGB"), dtype=np.int64))
    return np.stack(found)


def deposit(picture: np.ndarray) -> float:
    """Share of a picture that has the colour of deposited lithium."""
    colour = [int(DEPOSIT[i : i + 2], 16) for i in (1, 3, 5)]
    return float((np.abs(picture - colour) < 2).all(axis=2).mean())


@pytest.mark.process
def test_a_film_lies_beside_the_flux_map_in_two_formats(result: Result, films: list[Path]) -> None:
    assert films == [result.folder / "growth.gif", result.folder / "growth.mp4"]
    assert all(film.stat().st_size < 1_000_000 for film in films)
    assert not list(result.folder.glob(".*part*"))


@pytest.mark.process
def test_gif_shows_every_state_and_the_deposit_grows(films: list[Path]) -> None:
    pictures = frames(films[0])
    assert len(pictures) == COUNT
    shares = [deposit(picture) for picture in pictures]
    assert shares == sorted(shares)
    assert shares[-1] > shares[0] + 0.01
    with Image.open(films[0]) as film:
        assert film.info["duration"] == 200  # milliseconds of the first picture
        assert film.info["loop"] == 0


@pytest.mark.process
def test_paper_and_metal_keep_their_exact_colours(films: list[Path]) -> None:
    last = frames(films[0])[-1]
    assert (last[0] == 255).all()
    assert deposit(last) > 0.03


@pytest.mark.process
def test_colours_and_legend_stand_still(films: list[Path]) -> None:
    """The right margin holds the colour bar, the bottom the legend: the same in every picture."""
    pictures = frames(films[0])
    height, width = pictures.shape[1:3]
    assert (pictures[:, :, int(0.8 * width) :] == pictures[:1, :, int(0.8 * width) :]).all()
    assert (pictures[:, int(0.96 * height) :] == pictures[:1, int(0.96 * height) :]).all()


@pytest.mark.process
def test_mp4_plays_everywhere(films: list[Path]) -> None:
    properties = iio.immeta(films[1], plugin="FFMPEG")
    assert properties["codec"] == "h264"
    assert properties["pix_fmt"].startswith("yuv420p")
    assert all(side % 2 == 0 for side in properties["size"])
    shown = encode.SECONDS * (COUNT - 1) + encode.LAST
    assert properties["duration"] == pytest.approx(shown, abs=0.11)
    last = np.stack(list(iio.imiter(films[1], plugin="FFMPEG")))[-1]
    assert np.abs(last.astype(int) - frames(films[0])[-1]).mean() < 3


@pytest.mark.process
def test_films_are_deterministic(result: Result, films: list[Path], tmp_path: Path) -> None:
    again = growth_movie([result], [caption_of(result)], [tmp_path / "growth.gif"])
    assert again[0].read_bytes() == films[0].read_bytes()


def test_one_state_makes_no_film(tmp_path: Path) -> None:
    lone = results_2d.write(tmp_path / "lone", results_2d.states([0.0]))
    assert draw_growth(lone) == []
    assert not list(lone.folder.glob("growth*"))


@pytest.mark.picture
def test_comparison_is_in_step_at_equal_charge(
    result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shorter run sets the pace; the other shows its nearest states."""
    short = results_2d.write(tmp_path / "short", results_2d.states([0.0, 8900.0, 17900.0]))
    shown: list[tuple[float, float]] = []
    from deposition.render import growth

    drawn = growth.Sheet.draw

    def spy(sheet: growth.Sheet, views: list[View]) -> None:
        shown.append((views[0].snapshot.capacity, views[1].snapshot.capacity))
        drawn(sheet, views)

    monkeypatch.setattr(growth.Sheet, "draw", spy)
    captions = [caption_of(result), caption_of(short)]
    path = growth_movie([result, short], captions, [tmp_path / "growth.gif"])[0]
    assert shown == [(0.0, 0.0), (9000.0, 8900.0), (18000.0, 17900.0)]
    assert frames(path).shape[2] == 1400


def test_long_records_are_thinned_evenly_in_charge() -> None:
    assert thinned(np.arange(5.0)) == [0, 1, 2, 3, 4]
    chosen = thinned(np.r_[np.linspace(0, 1, 500), np.linspace(1, 2, 20)])
    assert len(chosen) <= MOST
    assert (chosen[0], chosen[-1]) == (0, 519)
    cycled = np.r_[np.linspace(0, 1, 100), np.linspace(1, 0, 100)]
    assert passed(cycled)[-1] == pytest.approx(2.0)
    assert abs(np.median(thinned(passed(cycled))) - 100) < 5


def test_captions_of_films(result: Result) -> None:
    view = View(Caption("BE"), result.snapshot(0), result.snapshot(2))
    assert charge_time_voltage(view) == "0.500 mAh cm$^{-2}$,  2.00 h,  10.0 mV"
    assert charge_and_voltage(view) == "0.500 mAh cm$^{-2}$, 10.0 mV"


def test_other_suffixes_are_refused(result: Result, tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match=r"\.gif, \.mp4, not as \"\.avi\""):
        growth_movie([result], [caption_of(result)], [tmp_path / "growth.avi"])


def test_odd_sides_lose_a_row() -> None:
    assert encode.even(np.zeros((5, 7, 3), np.uint8)).shape == (4, 6, 3)


@pytest.mark.process
def test_a_film_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    pictures = [np.zeros((32, 32, 3), np.uint8)] * 2
    (tmp_path / "film.mp4").mkdir()
    with pytest.raises(ResultsError, match=r"cannot write .*film\.mp4"):
        encode.write_mp4(pictures, tmp_path / "film.mp4")
    with pytest.raises(ResultsError, match="cannot write"):
        encode.write_mp4(pictures, tmp_path / "nowhere" / "film.mp4")
    assert [p.name for p in tmp_path.iterdir()] == ["film.mp4"]
