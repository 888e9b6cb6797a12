"""Pictures and movies of results: the Python interface of ``deposition render``."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from deposition.common.errors import ResultsError
from deposition.common.suggest import listing
from deposition.render.choices import Choices
from deposition.render.choose import check_one_selector, state_at, states_in_row
from deposition.render.comparison import comparison
from deposition.render.layout import Page, View
from deposition.render.movies import MOVIE_FORMATS, synchronized_clips, write_movie
from deposition.render.of_result import captions_of
from deposition.render.style import DPI, FORMATS, check_format
from deposition.results.result import Result

Source = str | Path | Result


def picture(
    results: Source | Sequence[Source],
    path: str | Path,
    *,
    capacity: str | None = None,
    time: str | None = None,
    snapshot: int | None = None,
    snapshots: str | None = None,
    frame: int | None = None,
    **choices: Any,
) -> Path:
    """Draw a recorded state of one result, or of several side by side on common scales.

    results   a ``Result``, its folder, or a name below ``results/``; or several of them
    path      .png, .svg or .pdf
    capacity  net charge plated, such as "0.5 mAh/cm^2"; or ``time``, such as "1 h"; or
              ``snapshot``, the number of the recorded state.  The nearest state is drawn, by
              default the last.
    snapshots  several states in a row, and one row per result: fractions of the charge
              ("0.25, 0.5, 0.75, 1"), charges or times
    frame     old name of ``snapshot``, which issues a FutureWarning
    choices   those of ``Choices``: ``field``, ``width``, ``dpi``, ``style``, ``colours``,
              ``limits``, ``columns``, ``letters``, ``legend``, ``labels``, ``font``, ``films``,
              ``crop``, ``zoom``

    Raises ``ResultsError`` for an unknown result, state, field, style or colour map, a size out of
    range, or a file that cannot be written.

    >>> render.picture("c-i-be-ln", "flux.svg", field="flux", width="85 mm").name
    'flux.svg'
    """
    if frame is not None:
        _warn_of_old_name("picture(frame=…)", "picture(snapshot=…)")
        snapshot = frame if snapshot is None else snapshot
    chosen, target = Choices(**choices), Path(path)
    check_format(target, FORMATS)
    chosen.check_still()
    look, page, dpi = chosen.look, chosen.page, chosen.sharpness
    sources = _sources(results)
    captions = chosen.captions(captions_of(sources))
    check_one_selector(capacity, time, snapshot, snapshots)
    if snapshots is None:
        rows = [[state_at(source, capacity, time, snapshot)] for source in sources]
    else:
        rows = states_in_row(sources, snapshots)
        page = _page_of_table(page, len(sources), len(rows[0]))
    views = [
        View(caption, source.snapshot(0), source.snapshot(number))
        for source, caption, row in zip(sources, captions, rows, strict=True)
        for number in row
    ]
    scale = chosen.scale([view.snapshot for view in views])
    return comparison(views, target, dpi or DPI, scale, page, look)


def _page_of_table(page: Page, results: int, states: int) -> Page:
    """Page of a table with one row per result and one column per state."""
    if results == 1:
        return page
    if page.columns not in (None, states):
        raise ResultsError(
            f"{page.columns} columns: several results with snapshots are a table of {states} "
            "columns, one for each state. Leave out columns [E993]"
        )
    return replace(page, columns=states, table=True)


def movie(results: Source | Sequence[Source], path: str | Path, **choices: Any) -> Path:
    """Write a movie of one result, or of several side by side at equal charge throughput.

    ``path`` ends in .gif or .mp4; the other arguments are those of ``picture``.  Colours, box and
    flux per line are the same in all pictures.  Raises ``ResultsError`` as ``picture`` does, and if
    there is only one recorded state.

    >>> render.movie("c-i-be-ln", "growth.gif", dpi=60).name
    'growth.gif'
    """
    chosen, target = Choices(**choices), Path(path)
    check_format(target, MOVIE_FORMATS)
    look, page, dpi = chosen.look, chosen.page, chosen.sharpness
    sources = _sources(results)
    clips = synchronized_clips(sources, chosen.captions(captions_of(sources)))
    if len(clips[0]) < 2:
        raise ResultsError(
            f"{listing(str(source.folder) for source in sources)}: only one state is recorded. "
            "A movie needs two [E606]"
        )
    scale = chosen.scale([view.snapshot for clip in clips for view in clip])
    return write_movie(
        clips, [target], scale, page, dpi, look, chosen.pace, chosen.width_over_height
    )[0]


def film(*args: Any, **kwargs: Any) -> Path:
    """Old name of ``movie``; issues a FutureWarning."""
    _warn_of_old_name("render.film", "render.movie")
    return movie(*args, **kwargs)


def _warn_of_old_name(old: str, new: str) -> None:
    warnings.warn(
        f"{old} is now called {new}; the old name works until version 0.3",
        FutureWarning,
        stacklevel=3,
    )


def _sources(results: Source | Sequence[Source]) -> list[Result]:
    """Open the results, which must have the same dimension."""
    sources = [results] if isinstance(results, str | Path | Result) else results
    opened = [one if isinstance(one, Result) else Result.open(one) for one in sources]
    if not opened:
        raise ResultsError("no result to draw. Name at least one result, such as be [E607]")
    if len({source.snapshot(0).dim for source in opened}) > 1:
        raise ResultsError(
            "2D and 3D results cannot share one picture. Draw them separately [E608]"
        )
    return opened
