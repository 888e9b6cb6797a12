"""Movies of the deposit: one picture per state, fixed colours, even sizes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import imageio.v3 as iio
import numpy as np
import pytest
from helpers import results_2d
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from deposition.common.errors import ResultsError
from deposition.render import encode
from deposition.render import movies as movies_module
from deposition.render.captions import charge_and_voltage, charge_time_voltage
from deposition.render.encode import Picture
from deposition.render.layout import View
from deposition.render.movies import MOST, Clip, charge_throughput, growth_movie, thinned
from deposition.render.of_result import caption_of, draw_growth
from deposition.render.panel import Caption
from deposition.render.pictures import movie
from deposition.render.sheet import Sheet
from deposition.render.style import DEPOSIT
from deposition.results.result import Result

COUNT = len(results_2d.CAPACITIES)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return results_2d.write(tmp_path_factory.mktemp("movies") / "be", results_2d.states())


@pytest.fixture(scope="module")
def movies(result: Result) -> list[Path]:
    return list(draw_growth(result))


def frames(path: Path) -> np.ndarray:
    """(n, h, w, 3) the pictures of a GIF."""
    with Image.open(path) as opened:
        found = []
        for index in range(getattr(opened, "n_frames", 1)):
            opened.seek(index)
            found.append(np.asarray(opened.convert("RGB"), dtype=np.int64))
    return np.stack(found)


def deposit(picture: np.ndarray) -> float:
    """Share of a picture that has the colour of deposited lithium."""
    colour = [int(DEPOSIT[i : i + 2], 16) for i in (1, 3, 5)]
    return float((np.abs(picture - colour) < 2).all(axis=2).mean())


@pytest.mark.process
def test_a_movie_is_written_in_two_formats(result: Result, movies: list[Path]) -> None:
    assert movies == [result.folder / "growth.gif", result.folder / "growth.mp4"]
    assert all(movie.stat().st_size < 1_000_000 for movie in movies)
    assert not list(result.folder.glob(".*part*"))


@pytest.mark.process
def test_gif_shows_every_state_and_the_deposit_grows(movies: list[Path]) -> None:
    pictures = frames(movies[0])
    assert len(pictures) == COUNT
    shares = [deposit(picture) for picture in pictures]
    assert shares == sorted(shares)
    assert shares[-1] > shares[0] + 0.01
    with Image.open(movies[0]) as movie:
        assert movie.info["duration"] == 200  # milliseconds of the first picture
        assert movie.info["loop"] == 0


def test_pictures_with_a_page_that_is_drawn_once_are_those_of_the_whole_figure(
    result: Result, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pictures, compared = movies_module._pictures, []

    def checked(sheet: Sheet, clips: list[Clip]) -> Iterator[Picture]:
        for picture in pictures(sheet, clips):
            canvas = FigureCanvasAgg(sheet.figure)
            canvas.draw()
            whole = encode.crop_to_even(np.asarray(canvas.buffer_rgba())[..., :3])
            compared.append(np.array_equal(picture, whole))
            yield picture

    monkeypatch.setattr(movies_module, "_pictures", checked)
    growth_movie([result] * 2, [Caption("a", 1.2), Caption("b", 0.5)], [tmp_path / "both.gif"])
    assert compared == [True] * COUNT


@pytest.mark.process
def test_paper_and_metal_keep_their_exact_colours(movies: list[Path]) -> None:
    last = frames(movies[0])[-1]
    assert (last[0] == 255).all()
    assert deposit(last) > 0.03


@pytest.mark.process
def test_colour_bar_and_legend_are_constant(movies: list[Path]) -> None:
    """The right margin holds the colour bar, the bottom the legend: the same in every picture."""
    pictures = frames(movies[0])
    height, width = pictures.shape[1:3]
    assert (pictures[:, :, int(0.88 * width) :] == pictures[:1, :, int(0.88 * width) :]).all()
    assert (pictures[:, int(0.96 * height) :] == pictures[:1, int(0.96 * height) :]).all()


@pytest.mark.process
def test_mp4_is_h264_with_even_sizes(movies: list[Path]) -> None:
    properties = iio.immeta(movies[1], plugin="FFMPEG")
    assert properties["codec"] == "h264"
    assert properties["pix_fmt"].startswith("yuv420p")
    assert all(side % 2 == 0 for side in properties["size"])
    pace = encode.Pace()
    shown = (COUNT - 1) / pace.rate + pace.hold
    assert properties["duration"] == pytest.approx(shown, abs=0.11)
    last = np.stack(list(iio.imiter(movies[1], plugin="FFMPEG")))[-1]
    assert np.abs(last.astype(int) - frames(movies[0])[-1]).mean() < 3


@pytest.mark.process
def test_movies_are_deterministic(result: Result, movies: list[Path], tmp_path: Path) -> None:
    again = growth_movie([result], [caption_of(result)], [tmp_path / "growth.gif"])
    assert again[0].read_bytes() == movies[0].read_bytes()


def test_one_state_makes_no_movie(tmp_path: Path) -> None:
    lone = results_2d.write(tmp_path / "lone", results_2d.states([0.0]))
    assert draw_growth(lone) == []
    assert not list(lone.folder.glob("growth*"))


@pytest.mark.picture
def test_movies_are_synchronized_by_charge(
    result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shorter run sets the charges; of the other run, the nearest states are drawn."""
    short = results_2d.write(tmp_path / "short", results_2d.states([0.0, 8900.0, 17900.0]))
    shown: list[tuple[float, float]] = []
    from deposition.render import movies

    drawn = movies.Sheet.draw

    def spy(sheet: movies.Sheet, views: list[View]) -> None:
        shown.append((views[0].snapshot.capacity, views[1].snapshot.capacity))
        drawn(sheet, views)

    monkeypatch.setattr(movies.Sheet, "draw", spy)
    captions = [caption_of(result), caption_of(short)]
    path = growth_movie([result, short], captions, [tmp_path / "growth.gif"])[0]
    assert shown == [(0.0, 0.0), (9000.0, 8900.0), (18000.0, 17900.0)]
    assert frames(path).shape[2] == 1920


def test_long_records_are_thinned_evenly_in_charge() -> None:
    assert thinned(np.arange(5.0)) == [0, 1, 2, 3, 4]
    chosen = thinned(np.r_[np.linspace(0, 1, 500), np.linspace(1, 2, 20)])
    assert len(chosen) <= MOST
    assert (chosen[0], chosen[-1]) == (0, 519)
    cycled = np.r_[np.linspace(0, 1, 100), np.linspace(1, 0, 100)]
    assert charge_throughput(cycled)[-1] == pytest.approx(2.0)
    assert abs(np.median(thinned(charge_throughput(cycled))) - 100) < 5


def test_captions_of_movies(result: Result) -> None:
    view = View(Caption("BE"), result.snapshot(0), result.snapshot(2))
    assert charge_time_voltage(view) == "0.500 mAh cm$^{-2}$,  2.00 h,  10.0 mV"
    assert charge_and_voltage(view) == "0.500 mAh cm$^{-2}$, 10.0 mV"


def test_other_suffixes_are_refused(result: Result, tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match=r"\.avi.*\.gif, \.mp4.*E616"):
        growth_movie([result], [caption_of(result)], [tmp_path / "growth.avi"])


def test_pictures_are_cropped_to_even_sizes() -> None:
    assert encode.crop_to_even(np.zeros((5, 7, 3), np.uint8)).shape == (4, 6, 3)


@pytest.mark.process
def test_a_movie_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    pictures = [np.zeros((32, 32, 3), np.uint8)] * 2
    (tmp_path / "movie.mp4").mkdir()
    with pytest.raises(ResultsError, match=r"movie\.mp4.*E604"):
        encode.write_mp4(pictures, tmp_path / "movie.mp4")
    with pytest.raises(ResultsError, match="E604"):
        encode.write_mp4(pictures, tmp_path / "nowhere" / "movie.mp4")
    assert [p.name for p in tmp_path.iterdir()] == ["movie.mp4"]


@pytest.mark.process
def test_a_movie_of_16_to_9_with_its_own_pace(result: Result, tmp_path: Path) -> None:
    path = movie(result, tmp_path / "wide.mp4", aspect="16:9", fps=4.0, hold=3.0)
    properties = iio.immeta(path, plugin="FFMPEG")
    assert tuple(properties["size"]) == (1920, 1080)
    assert properties["duration"] == pytest.approx((COUNT - 1) / 4.0 + 3.0, abs=0.11)
    small = movie(result, tmp_path / "small.gif", aspect="1:1", dpi=60, fps=2.0)
    with Image.open(small) as opened:
        assert opened.info["duration"] == 500
        assert opened.size[0] == opened.size[1]
