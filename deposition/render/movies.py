"""Movies of the deposit: recorded states of one run, or of several runs at nearly equal charge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba_array
from numpy.typing import NDArray

from deposition.render.captions import captions_of_movie
from deposition.render.comparison import PLAIN_PAGE, Detail, sheet_of
from deposition.render.encode import (
    DEFAULT_PACE,
    Pace,
    Picture,
    crop_to_even,
    padded,
    write_gif,
    write_mp4,
)
from deposition.render.layout import Page, View
from deposition.render.panel import Caption
from deposition.render.scale import Scale
from deposition.render.sheet import Sheet
from deposition.render.streamlines import COARSE
from deposition.render.style import (
    COLLECTOR,
    DEAD,
    DEPOSIT,
    FLUX,
    INK,
    ORIGINAL,
    PAPER,
    PLAIN,
    Look,
    check_format,
    journal_style,
    make_folder,
    plt,
)
from deposition.results.result import Result

if TYPE_CHECKING:
    from deposition.render.sheet_3d import SolidSheet

MOVIE_FORMATS = (".gif", ".mp4")
MOST = 48
"""Maximum number of recorded states in a movie; more are thinned evenly in charge throughput."""
MOVIE_PIXELS, SEVERAL_PIXELS, HIGH_PIXELS = 1080, 1920, 1080
"""Width of a movie of one run and of several, and height of a movie of a stated aspect, pixels."""

STEPS = 64
"""Number of colours of each colour map that the palette of a GIF always contains."""


Clip = Sequence[View]
"""Recorded states of one run, one per picture of the movie."""


def synchronized_clips(results: Sequence[Result], captions: Sequence[Caption]) -> list[Clip]:
    """Recorded states of several runs at nearly equal charge throughput, up to the smallest total.

    The run with the smallest charge throughput sets the charges; of the other runs, the states
    nearest to these charges are taken.
    """
    charges = [charge_throughput(result.capacities) for result in results]
    slowest = min(range(len(results)), key=lambda run: float(charges[run][-1]))
    steps = thinned(charges[slowest])
    targets = charges[slowest][steps]
    clips = []
    for run, (result, caption) in enumerate(zip(results, captions, strict=True)):
        nearest = np.abs(charges[run][:, None] - targets).argmin(axis=0).tolist()
        clips.append(_clip(result, caption, steps if run == slowest else nearest))
    return clips


def _clip(result: Result, caption: Caption, numbers: Sequence[int]) -> Clip:
    read = {number: result.snapshot(number) for number in {0, *numbers}}
    return [View(caption, read[0], read[number]) for number in numbers]


def charge_throughput(capacities: NDArray[Any]) -> NDArray[Any]:
    """(r,) charge throughput Σ|ΔQ| of net charges (r,), C/m²."""
    return np.r_[0.0, np.cumsum(np.abs(np.diff(capacities)))]


def thinned(charges: NDArray[Any], most: int = MOST) -> list[int]:
    """Indices of at most ``most`` states, including the first and the last, evenly spaced in the
    charge throughput ``charges`` (r,)."""
    if len(charges) <= most:
        return list(range(len(charges)))
    targets = np.linspace(0.0, charges[-1], most)
    return sorted({*np.abs(charges[:, None] - targets).argmin(axis=0).tolist(), len(charges) - 1})


def write_movie(
    clips: Sequence[Clip],
    paths: Sequence[Path],
    scale: Scale | None = None,
    page: Page = PLAIN_PAGE,
    dpi: int | None = None,
    look: Look = PAPER,
    pace: Pace = DEFAULT_PACE,
    aspect: float | None = None,
) -> list[Path]:
    """Draw the clips side by side, as gif or mp4 by the suffix of each path.

    scale  colours, box and flux per line (default: those that contain all states)
    dpi    default: resolution for a width of 1080 pixels for one clip, 1920 for several
    aspect width over height (None: that of the maps with captions and legend); the movie is then
           1080 pixels high by default, with paper beside or above and below the maps

    Raises ``ResultsError`` for any other suffix, or if a file cannot be written.
    """
    for path in paths:
        check_format(path, MOVIE_FORMATS)
    across = page.across(len(clips))
    sharp = dpi or round((MOVIE_PIXELS if len(clips) == 1 else SEVERAL_PIXELS) * 2.54 / across)
    every = [view for clip in clips for view in clip]
    common = scale or Scale.of([view.snapshot for view in every])
    captions = captions_of_movie(len(clips), page.letters)
    detail = Detail.at(sharp, page, len(clips), COARSE)
    with journal_style(look):
        sheet = sheet_of(list(zip(*clips, strict=True)), common, page, captions, detail)
        if dpi is None and aspect is not None:
            wide, high = sheet.figure.get_size_inches()
            sharp = int(HIGH_PIXELS / max(high, wide / aspect))
        sheet.figure.set_dpi(sharp)
        pictures = list(_pictures(sheet, clips))
    if aspect is not None:
        least = HIGH_PIXELS if dpi is None else 0
        pictures = [padded(picture, aspect, look.paper, least) for picture in pictures]
    for path in paths:
        make_folder(path.parent)
        if path.suffix.lower() == ".gif":
            write_gif(pictures, path, _kept(sheet, look), pace)
        else:
            write_mp4(pictures, path, pace)
    return list(paths)


def _pictures(sheet: Sheet | SolidSheet, clips: Sequence[Clip]) -> Iterator[Picture]:
    """The maps of each picture; legend, colour bars and title, which stay, are drawn once."""
    canvas = FigureCanvasAgg(sheet.figure)
    try:
        for axes in sheet.axes:
            axes.set_visible(False)
        canvas.draw()
        page = canvas.copy_from_bbox(sheet.figure.bbox)
        for axes in sheet.axes:
            axes.set_visible(True)
        for views in zip(*clips, strict=True):
            sheet.draw(views)
            canvas.restore_region(page)
            for axes in sheet.axes:
                axes.draw(canvas.get_renderer())
            yield crop_to_even(np.asarray(canvas.buffer_rgba())[..., :3].copy())
    finally:
        plt.close(sheet.figure)


def _kept(sheet: Sheet | SolidSheet, look: Look) -> Picture:
    """(k, 3) colours with a meaning: samples of the colour maps, films, metal, lines."""
    plain = [look.paper, look.ink, INK, FLUX, DEPOSIT, ORIGINAL, DEAD, COLLECTOR, PLAIN]
    maps = [paint.colours(np.linspace(0, 1, STEPS)) for paint in sheet.scale.paints]
    return np.unique(
        np.concatenate([255 * to_rgba_array([*plain, *sheet.colours.values()])[:, :3],
                        *(255 * colours[:, :3] for colours in maps)]).round().astype(np.uint8),
        axis=0,
    )  # fmt: skip


def growth_movie(
    results: Sequence[Result], captions: Sequence[Caption], paths: Sequence[Path]
) -> list[Path]:
    """Write the movie of one run, or of several synchronized runs, in the default fields.

    Nothing is written if there is only one recorded state.  See ``write_movie``.
    """
    clips = synchronized_clips(results, captions)
    return write_movie(clips, paths) if len(clips[0]) > 1 else []
