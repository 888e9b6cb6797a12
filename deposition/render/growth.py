"""Growth films: the recorded states of one run, or of several at nearly equal charge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba_array
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deposition.render.comparison import Detail, sheet_of
from deposition.render.encode import Picture, even, write_gif, write_mp4
from deposition.render.layout import View, charge_and_voltage, charge_time_voltage, usual_width
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
"""Recorded states in a film: of more, so many are shown, evenly spaced in charge passed."""
FILM_PIXELS = 700
"""Width of a film of one run; one of several is twice as wide."""

STEPS = 64
"""Steps of each colour map that a GIF's palette has for certain."""


Reel = Sequence[View]
"""The states of one run, a picture each."""


def reels_in_step(results: Sequence[Result], captions: Sequence[Caption]) -> list[Reel]:
    """The recorded states of several runs at nearly equal charge passed, as far as all came.

    The pace is that of the run that passed least; beside each of its states stand those of the
    others that are nearest.
    """
    charges = [passed(result.capacities) for result in results]
    slowest = min(range(len(results)), key=lambda run: float(charges[run][-1]))
    steps = thinned(charges[slowest])
    wanted = charges[slowest][steps]
    reels = []
    for run, (result, caption) in enumerate(zip(results, captions, strict=True)):
        nearest = np.abs(charges[run][:, None] - wanted).argmin(axis=0).tolist()
        reels.append(_reel(result, caption, steps if run == slowest else nearest))
    return reels


def _reel(result: Result, caption: Caption, numbers: Sequence[int]) -> Reel:
    read = {number: result.snapshot(number) for number in {0, *numbers}}
    return [View(caption, read[0], read[number]) for number in numbers]


def passed(capacities: NDArray[Any]) -> NDArray[Any]:
    """(r,) charge that went through, whichever way, of the charge plated (r,); C/m²."""
    return np.r_[0.0, np.cumsum(np.abs(np.diff(capacities)))]


def thinned(charges: NDArray[Any], most: int = MOST) -> list[int]:
    """Numbers of at most ``most`` states, first and last among them, evenly spaced in the charge
    passed (r,)."""
    if len(charges) <= most:
        return list(range(len(charges)))
    wanted = np.linspace(0.0, charges[-1], most)
    return sorted({*np.abs(charges[:, None] - wanted).argmin(axis=0).tolist(), len(charges) - 1})


def write_film(
    reels: Sequence[Reel],
    paths: Sequence[Path],
    scale: Scale | None = None,
    width: float | None = None,
    dpi: int | None = None,
    look: Look = PAPER,
) -> list[Path]:
    """Draw the reels side by side, as gif or mp4 by the suffix of each path.

    scale  colours, box and flux per line (default: what holds all that is shown)
    width  of the picture, cm (default: a column of a journal for one reel, else its page)
    dpi    default: 700 pixels for one reel, 1400 for several

    Raises ``ResultsError`` for another suffix, or if a file cannot be written.
    """
    for path in paths:
        check_format(path, MOVIE_FORMATS)
    across = width or usual_width(len(reels))
    sharp = dpi or round(FILM_PIXELS * (1 if len(reels) == 1 else 2) * 2.54 / across)
    every = [view for reel in reels for view in reel]
    common = scale or Scale.of([view.snapshot for view in every])
    line = charge_time_voltage if len(reels) == 1 else charge_and_voltage
    detail = Detail.at(sharp, across, len(reels), COARSE)
    with journal_style(look):
        sheet = sheet_of(every, len(reels), common, across, line, detail)
        sheet.figure.set_dpi(sharp)
        pictures = list(_pictures(sheet, reels))
    for path in paths:
        make_folder(path.parent)
        if path.suffix.lower() == ".gif":
            write_gif(pictures, path, _kept(sheet, look))
        else:
            write_mp4(pictures, path)
    return list(paths)


def _pictures(sheet: Sheet | SolidSheet, reels: Sequence[Reel]) -> Iterator[Picture]:
    try:
        for views in zip(*reels, strict=True):
            sheet.draw(views)
            yield _drawn(sheet.figure)
    finally:
        plt.close(sheet.figure)


def _kept(sheet: Sheet | SolidSheet, look: Look) -> Picture:
    """(k, 3) the colours that mean something: all of the colour maps in steps, film, metal."""
    plain = [look.paper, look.ink, INK, FLUX, DEPOSIT, ORIGINAL, DEAD, COLLECTOR, PLAIN]
    maps = [paint.colours(np.linspace(0, 1, STEPS)) for paint in sheet.scale.paints]
    return np.unique(
        np.concatenate([255 * to_rgba_array([*plain, *sheet.colours.values()])[:, :3],
                        *(255 * colours[:, :3] for colours in maps)]).round().astype(np.uint8),
        axis=0,
    )  # fmt: skip


def _drawn(figure: Figure) -> Picture:
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return even(np.asarray(canvas.buffer_rgba())[..., :3].copy())


def growth_movie(
    results: Sequence[Result], captions: Sequence[Caption], paths: Sequence[Path]
) -> list[Path]:
    """The growth of one run, or of several in step, in the usual fields; see ``write_film``.

    Nothing is written if there is but one recorded state.
    """
    reels = reels_in_step(results, captions)
    return write_film(reels, paths) if len(reels[0]) > 1 else []
