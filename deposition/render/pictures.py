"""Pictures and movies of results: the Python interface of ``deposition render``."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from matplotlib import colormaps

from deposition.common.errors import ResultsError
from deposition.common.suggest import did_you_mean, listing
from deposition.common.units import Dimension
from deposition.render.choose import state_at
from deposition.render.comparison import comparison
from deposition.render.fields import ELECTROLYTE, FIELDS, Shown
from deposition.render.layout import View
from deposition.render.movies import MOVIE_FORMATS, synchronized_clips, write_movie
from deposition.render.of_result import captions_of
from deposition.render.scale import Scale
from deposition.render.style import DPI, FORMATS, LOOKS, Look, check_format
from deposition.results.result import Result
from deposition.results.snapshot import Snapshot

WIDTH = Dimension("width", "m", ("cm",), "8.5 cm")
NARROWEST, WIDEST = 6.0, 60.0  # cm
LOWEST_DPI, HIGHEST_DPI = 50, 1200
Limits = tuple[float, float]
Source = str | Path | Result


def picture(
    results: Source | Sequence[Source],
    path: str | Path,
    *,
    capacity: str | None = None,
    time: str | None = None,
    snapshot: int | None = None,
    field: str | None = None,
    width: str | None = None,
    dpi: int | None = None,
    style: str = "paper",
    colours: str | None = None,
    limits: Limits | None = None,
    frame: int | None = None,
) -> Path:
    """Draw a recorded state of one result, or of several side by side on common scales.

    results   a ``Result``, its folder, or a name below ``results/``; or several of them
    path      .png, .svg or .pdf
    capacity  net charge plated, such as "0.5 mAh/cm^2"; or ``time``, such as "1 h"; or
              ``snapshot``, the number of the recorded state.  The nearest state is drawn, by
              default the last.
    field     concentration, potential, flux (in the electrolyte), current, resistance, thickness,
              charge or film (on the surface)
    width     of the picture, such as "12 cm" (default: 8.5 cm, several 17.8 cm);  dpi  default: 600
    style     paper or dark
    colours   a colour map of matplotlib for the field;  limits  values of its lowest and highest
              colour
    frame     old name of ``snapshot``, which issues a FutureWarning

    Raises ``ResultsError`` for an unknown result, state, field, style or colour map, a size out of
    range, or a file that cannot be written.

    >>> render.picture("c-i-be-ln", "flux.svg", field="flux", width="9 cm").name
    'flux.svg'
    """
    if frame is not None:
        _warn_of_old_name("picture(frame=…)", "picture(snapshot=…)")
        snapshot = frame if snapshot is None else snapshot
    target = Path(path)
    check_format(target, FORMATS)
    look, across, sharp = _look(style), _width(width), _dpi(dpi)
    sources = _sources(results)
    views = [
        View(
            caption, source.snapshot(0), source.snapshot(state_at(source, capacity, time, snapshot))
        )
        for source, caption in zip(sources, captions_of(sources), strict=True)
    ]
    scale = _scale([view.snapshot for view in views], field, colours, limits)
    return comparison(views, target, sharp or DPI, scale, across, look)


def movie(
    results: Source | Sequence[Source],
    path: str | Path,
    *,
    field: str | None = None,
    width: str | None = None,
    dpi: int | None = None,
    style: str = "paper",
    colours: str | None = None,
    limits: Limits | None = None,
) -> Path:
    """Write a movie of one result, or of several side by side at equal charge throughput.

    ``path`` ends in .gif or .mp4; the other arguments are those of ``picture``.  Colours, box and
    flux per line are the same in all pictures.  Raises ``ResultsError`` as ``picture`` does, and if
    there is only one recorded state.

    >>> render.movie("c-i-be-ln", "growth.gif", dpi=60).name
    'growth.gif'
    """
    target = Path(path)
    check_format(target, MOVIE_FORMATS)
    look, across, sharp = _look(style), _width(width), _dpi(dpi)
    sources = _sources(results)
    clips = synchronized_clips(sources, captions_of(sources))
    if len(clips[0]) < 2:
        raise ResultsError(
            f"{listing(str(source.folder) for source in sources)}: only one state is recorded. "
            "A movie needs two [E606]"
        )
    shown = [view.snapshot for clip in clips for view in clip]
    scale = _scale(shown, field, colours, limits)
    return write_movie(clips, [target], scale, across, sharp, look)[0]


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


def _look(style: str) -> Look:
    if style not in LOOKS:
        raise ResultsError(
            f'unknown style "{style}". Choose one of {listing(LOOKS)}.{did_you_mean(style, LOOKS)} '
            "[E609]"
        )
    return LOOKS[style]


def _width(width: str | None) -> float | None:
    """Width in cm."""
    if width is None:
        return None
    try:
        found = WIDTH.convert(WIDTH.parse(width), "cm")
    except ValueError as problem:
        raise ResultsError(f'width "{width}": {problem} [E610]') from problem
    if not NARROWEST <= found <= WIDEST:
        raise ResultsError(
            f"width {found:g} cm is out of range. Choose {NARROWEST:g} to {WIDEST:g} cm [E611]"
        )
    return found


def _dpi(dpi: int | None) -> int | None:
    if dpi is not None and not LOWEST_DPI <= dpi <= HIGHEST_DPI:
        raise ResultsError(
            f"dpi {dpi} is out of range. Choose {LOWEST_DPI} to {HIGHEST_DPI} dots per inch [E612]"
        )
    return dpi


def _scale(
    snapshots: Sequence[Snapshot], field: str | None, colours: str | None, limits: Limits | None
) -> Scale:
    """Scales of these snapshots, with the requested colours and limits of the field."""
    if (field, colours, limits) == (None, None, None):
        return Scale.of(snapshots)
    dim = snapshots[0].dim
    shown = Shown.default(dim) if field is None else Shown.by_name(field, dim)
    scale = Scale.of(snapshots, shown)
    changed = field or ("concentration" if dim == 2 else "current")
    if changed not in FIELDS:
        if colours or limits:
            raise ResultsError(
                f'the field "{changed}" has no colour bar, so colours and limits do not apply. '
                "Leave them out, or choose another field [E613]"
            )
        return scale
    paint = next(paint for paint in scale.paints if paint.field.name == changed)
    if colours is not None:
        paint = replace(paint, colours=colormaps[_known_map(colours)])
    if limits is not None:
        paint = paint.within(_ordered(limits), snapshots, float(scale.bounds[1, -1]))
    if paint.field.place == ELECTROLYTE:
        return replace(scale, electrolyte=paint)
    return replace(scale, surface=paint)


def _known_map(name: str) -> str:
    if name not in colormaps:
        raise ResultsError(
            f'unknown colour map "{name}".{did_you_mean(name, colormaps)} '
            "Choose one of matplotlib, such as viridis; the suffix _r reverses it [E614]"
        )
    return name


def _ordered(limits: Limits) -> Limits:
    low, high = limits
    if not low < high:
        raise ResultsError(
            f"limits {low:g} {high:g} are not ascending. State the lower limit first [E615]"
        )
    return limits
