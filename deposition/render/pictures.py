"""Pictures and films of a result as a user asks for them; ``deposition render`` does the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from matplotlib import colormaps

from deposition.common.errors import ResultsError
from deposition.common.suggest import did_you_mean, listing
from deposition.common.units import Dimension
from deposition.render.choose import state_at
from deposition.render.comparison import comparison
from deposition.render.fields import ELECTROLYTE, FIELDS, Shown
from deposition.render.growth import MOVIE_FORMATS, reels_in_step, write_film
from deposition.render.layout import View
from deposition.render.of_result import captions_of
from deposition.render.scale import Scale
from deposition.render.style import DPI, FORMATS, LOOKS, Look, check_format
from deposition.results.result import Result
from deposition.results.snapshot import Snapshot

WIDTH = Dimension("width", "m", ("cm",), "8.5 cm")
NARROWEST, WIDEST = 6.0, 60.0  # cm
LOWEST_DPI, HIGHEST_DPI = 50, 1200
Limits = tuple[float, float]
Wanted = str | Path | Result


def picture(
    results: Wanted | Sequence[Wanted],
    path: str | Path,
    *,
    capacity: str | None = None,
    time: str | None = None,
    frame: int | None = None,
    field: str | None = None,
    width: str | None = None,
    dpi: int | None = None,
    style: str = "paper",
    colours: str | None = None,
    limits: Limits | None = None,
) -> Path:
    """Draw a recorded state of one result, or of several side by side on common scales.

    results   a ``Result``, its folder, or a name below ``results/``; or several of them
    path      .png, .svg or .pdf
    capacity  charge plated, such as "0.5 mAh/cm^2"; or ``time``, such as "1 h"; or ``frame``, the
              number of the recorded state.  The nearest state is drawn, by default the last.
    field     concentration, potential, flux (in the electrolyte), current, resistance, thickness,
              charge or film (on the surface)
    width     of the picture, such as "12 cm" (default: 8.5 cm, several 17.8 cm);  dpi  default: 600
    style     paper or dark
    colours   a colour map of matplotlib for the field;  limits  its lowest and highest colour

    Raises ``ResultsError`` for a result, state, field, size, style or colour map that is not there,
    or a file that cannot be written.
    """
    target = Path(path)
    check_format(target, FORMATS)
    look, across, sharp = _look(style), _width(width), _dpi(dpi)
    sources = _sources(results)
    views = [
        View(caption, source.snapshot(0), source.snapshot(state_at(source, capacity, time, frame)))
        for source, caption in zip(sources, captions_of(sources), strict=True)
    ]
    scale = _scale([view.snapshot for view in views], field, colours, limits)
    return comparison(views, target, sharp or DPI, scale, across, look)


def film(
    results: Wanted | Sequence[Wanted],
    path: str | Path,
    *,
    field: str | None = None,
    width: str | None = None,
    dpi: int | None = None,
    style: str = "paper",
    colours: str | None = None,
    limits: Limits | None = None,
) -> Path:
    """Write the growth of a result as a film, or of several, each at the recorded states
    nearest in charge passed.

    ``path`` ends in .gif or .mp4; the rest as for ``picture``.  Colours, box and flux per line are
    the same throughout.  Raises ``ResultsError`` as ``picture``, and if there is but one recorded
    state.
    """
    target = Path(path)
    check_format(target, MOVIE_FORMATS)
    look, across, sharp = _look(style), _width(width), _dpi(dpi)
    sources = _sources(results)
    reels = reels_in_step(sources, captions_of(sources))
    if len(reels[0]) < 2:
        raise ResultsError(
            f"{listing(str(source.folder) for source in sources)}: one recorded state, "
            "a film needs two"
            " [E606]"
        )
    shown = [view.snapshot for reel in reels for view in reel]
    scale = _scale(shown, field, colours, limits)
    return write_film(reels, [target], scale, across, sharp, look)[0]


def _sources(results: Wanted | Sequence[Wanted]) -> list[Result]:
    """The results, opened; all of one dimension."""
    wanted = [results] if isinstance(results, str | Path | Result) else results
    opened = [one if isinstance(one, Result) else Result.open(one) for one in wanted]
    if not opened:
        raise ResultsError("nothing to draw: name at least one result, such as be [E607]")
    if len({source.snapshot(0).dim for source in opened}) > 1:
        raise ResultsError("2D and 3D results do not stand in one picture: draw them apart [E608]")
    return opened


def _look(style: str) -> Look:
    if style not in LOOKS:
        raise ResultsError(
            f'no style "{style}": there are {listing(LOOKS)}.{did_you_mean(style, LOOKS)} [E609]'
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
            f"width {found:g} cm: pictures are {NARROWEST:g} to {WIDEST:g} cm wide [E611]"
        )
    return found


def _dpi(dpi: int | None) -> int | None:
    if dpi is not None and not LOWEST_DPI <= dpi <= HIGHEST_DPI:
        raise ResultsError(f"dpi {dpi}: choose {LOWEST_DPI} to {HIGHEST_DPI} dots per inch [E612]")
    return dpi


def _scale(
    snapshots: Sequence[Snapshot], field: str | None, colours: str | None, limits: Limits | None
) -> Scale:
    """The scales of these snapshots, with colours and limits as asked for the field."""
    if (field, colours, limits) == (None, None, None):
        return Scale.of(snapshots)
    dim = snapshots[0].dim
    shown = Shown.usual(dim) if field is None else Shown.asked(field, dim)
    scale = Scale.of(snapshots, shown)
    changed = field or ("concentration" if dim == 2 else "current")
    if changed not in FIELDS:
        if colours or limits:
            raise ResultsError(f'the field "{changed}" has no colour map and no limits [E613]')
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
            f'no colour map "{name}".{did_you_mean(name, colormaps)} Good ones: viridis, cividis, '
            "magma; with _r they are reversed"
            " [E614]"
        )
    return name


def _ordered(limits: Limits) -> Limits:
    low, high = limits
    if not low < high:
        raise ResultsError(
            f"limits {low:g} {high:g}: the first must be less than the second [E615]"
        )
    return limits
