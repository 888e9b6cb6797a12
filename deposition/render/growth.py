"""Growth films: the recorded states of one run, or of several in step at equal charge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba_array
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deposition.render.comparison import Detail, sheet_of
from deposition.render.encode import Picture, even, write_gif, write_mp4
from deposition.render.fields import Shown
from deposition.render.layout import (
    IN_A_ROW,
    View,
    charge_and_voltage,
    charge_time_voltage,
    usual_width,
)
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
from deposition.results import Result

if TYPE_CHECKING:
    from deposition.render.sheet_3d import SolidSheet

FILM_FORMATS = (".gif", ".mp4")
MOST = 48
"""Recorded states in a film: of more, so many are shown, evenly spaced in charge passed."""
FILM_PIXELS = 700
"""Width of a film of one run; one of several is twice as wide."""

STEPS = 64
"""Steps of each colour map that a GIF's palette has for certain."""


@dataclass(frozen=True, eq=False)
class Reel:
    """One run in a film: its caption, the state before it, and the state in each picture."""

    views: Sequence[View]

    @classmethod
    def of(cls, result: Result, caption: Caption, indices: Sequence[int]) -> Reel:
        """The recorded states of these numbers, in this order."""
        initial = result.snapshot(0)
        read = {index: result.snapshot(index) for index in set(indices) - {0}} | {0: initial}
        return cls([View(caption, initial, read[index]) for index in indices])


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
        check_format(path, FILM_FORMATS)
    across = width or usual_width(len(reels))
    sharp = dpi or round(FILM_PIXELS * (1 if len(reels) == 1 else 2) * 2.54 / across)
    every = [view for reel in reels for view in reel.views]
    common = scale or Scale.of([view.snapshot for view in every])
    line = charge_time_voltage if len(reels) == 1 else charge_and_voltage
    detail = Detail(COARSE, round(across / 2.54 * sharp / min(len(reels), IN_A_ROW)))
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
        for views in zip(*(reel.views for reel in reels), strict=True):
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


def thinned(charges: NDArray[Any], most: int = MOST) -> list[int]:
    """Numbers of at most ``most`` states, first and last among them, evenly spaced in charge."""
    if len(charges) <= most:
        return list(range(len(charges)))
    passed = np.r_[0.0, np.cumsum(np.abs(np.diff(charges)))]
    wanted = np.linspace(0.0, passed[-1], most)
    return sorted({int(np.argmin(np.abs(passed - charge))) for charge in wanted})


def growth_film(
    result: Result, caption: Caption, paths: Sequence[Path], shown: Shown | None = None
) -> list[Path]:
    """The growth film of one run; nothing if it has no more than one recorded state."""
    indices = thinned(result.capacities)
    if len(indices) < 2:
        return []
    reel = Reel.of(result, caption, indices)
    return write_film([reel], paths, Scale.of([v.snapshot for v in reel.views], shown))


def growth_comparison(
    results: Sequence[Result], captions: Sequence[Caption], paths: Sequence[Path]
) -> list[Path]:
    """The films of several runs in step, up to the charge that all have passed.

    The pictures are those of the run that passed least; beside each of its states stand those of
    the others that are nearest in charge.  Raises ``ResultsError`` as ``write_film``.
    """
    charges = [result.capacities for result in results]
    shortest = min(charges, key=lambda c: abs(float(c[-1])))
    steps = shortest[thinned(shortest)]
    if len(steps) < 2:
        return []
    reels = [
        Reel.of(result, caption, [int(np.argmin(np.abs(own - charge))) for charge in steps])
        for result, caption, own in zip(results, captions, charges, strict=True)
    ]
    return write_film(reels, paths)
