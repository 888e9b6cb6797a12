"""Choices about pictures and movies, as the user states them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import is_color_like, to_hex

from deposition.common.errors import ResultsError
from deposition.common.suggest import did_you_mean, listing
from deposition.common.units import Dimension
from deposition.mesh.cell import COLLECTOR, LITHIUM, Floats
from deposition.render.encode import Pace
from deposition.render.fields import ELECTROLYTE, Shown, named_field
from deposition.render.layout import Page
from deposition.render.panel import Caption
from deposition.render.scale import Scale, box_of
from deposition.render.style import LOOKS, Look, families
from deposition.results.snapshot import Snapshot

WIDTH = Dimension("width", "m", ("cm", "mm"), "85 mm")
NARROWEST, WIDEST = 6.0, 60.0  # cm
LOWEST_DPI, HIGHEST_DPI = 50, 1200
MOST_COLUMNS = 26
SMALLEST, LARGEST_ZOOM = 1e-4, 1000.0
"""Least side of the drawn part over that of the cell, and largest magnification."""
WORKING = (LITHIUM, COLLECTOR)
Limits = tuple[float, float]


@dataclass(frozen=True)
class Choices:
    """Choices that pictures and movies have in common.

    field    relative-flux (default), concentration, potential, flux (in the electrolyte),
             porous-lithium (in a layer with dead lithium in its pores), current,
             resistance, thickness, charge, dissolution, film-growth or film (on the surface), or
             a dissolved species
    width    of the picture, such as "85 mm" (default: 8.5 cm, several maps 17.8 cm)
    dpi      dots per inch (default: 600)
    style    paper or dark
    colours  a colour map of matplotlib for the field
    limits   values of its lowest and highest colour
    columns  maps side by side (default: as many as are wide enough)
    letters  a, b, c … before the names (default: if there are several maps)
    legend   whether the legend is drawn
    labels   names over the maps, one per result (default: the labels of the scenarios)
    font     of all text (default: Arial, Helvetica or one of their widths, else DejaVu Sans)
    films    colours of films by name, such as {"LiF": "navy"}
    crop     left, right, bottom and top of the drawn part of a 2D cell, µm
    zoom     magnification of the middle of the deposit of a 2D cell, or of its part
    aspect   of a movie, width to height: "16:9" (default: that of the maps)
    fps      pictures of a movie per second (default: 5)
    hold     display time of the last picture of a movie, s (default: 1.6)

    The properties raise ``ResultsError`` for a value that is unknown or out of range.

    >>> Choices(field="potential", width="85 mm").width
    '85 mm'
    """

    field: str | None = None
    width: str | None = None
    dpi: int | None = None
    style: str = "paper"
    colours: str | None = None
    limits: Limits | None = None
    columns: int | None = None
    letters: bool | None = None
    legend: bool = True
    labels: Sequence[str] | None = None
    font: str | None = None
    films: Mapping[str, str] = dataclasses.field(default_factory=dict)
    crop: tuple[float, float, float, float] | None = None
    zoom: float | None = None
    aspect: str | None = None
    fps: float | None = None
    hold: float | None = None

    @property
    def look(self) -> Look:
        """Colours outside the maps, and the font."""
        families(self.font)
        if self.style not in LOOKS:
            raise ResultsError(
                f'unknown style "{self.style}". Choose one of {listing(LOOKS)}.'
                f"{did_you_mean(self.style, LOOKS)} [E609]"
            )
        return replace(LOOKS[self.style], font=self.font)

    @property
    def page(self) -> Page:
        """Width and arrangement of the page."""
        _check_range("columns", self.columns, 1, MOST_COLUMNS)
        films = {name: _known_colour(name, colour) for name, colour in self.films.items()}
        return Page(self._width, self.columns, self.letters, self.legend, films=films)

    @property
    def _width(self) -> float | None:
        """Width in cm."""
        if self.width is None:
            return None
        try:
            found = WIDTH.convert(WIDTH.parse(self.width), "cm")
        except ValueError as problem:
            raise ResultsError(f'width "{self.width}": {problem} [E610]') from problem
        if not NARROWEST <= found <= WIDEST:
            raise ResultsError(
                f"width {found:g} cm is out of range. Choose {NARROWEST:g} to {WIDEST:g} cm [E611]"
            )
        return found

    @property
    def sharpness(self) -> int | None:
        """Dots per inch."""
        if self.dpi is not None and not LOWEST_DPI <= self.dpi <= HIGHEST_DPI:
            raise ResultsError(
                f"dpi {self.dpi} is out of range. Choose {LOWEST_DPI} to {HIGHEST_DPI} dots per "
                "inch [E612]"
            )
        return self.dpi

    @property
    def pace(self) -> Pace:
        """Pictures per second of a movie, and display time of its last picture."""
        _check_range("fps", self.fps, 0.2, 60.0)
        _check_range("hold", self.hold, 0.0, 60.0)
        plain = Pace()
        return Pace(
            plain.rate if self.fps is None else self.fps,
            plain.hold if self.hold is None else self.hold,
        )

    @property
    def width_over_height(self) -> float | None:
        """Width of a movie over its height."""
        if self.aspect is None:
            return None
        width, _, height = self.aspect.partition(":")
        try:
            ratio = float(width) / float(height)
        except (ValueError, ZeroDivisionError):
            ratio = 0.0
        if not 0.2 <= ratio <= 5.0:
            raise ResultsError(
                f'aspect "{self.aspect}": state width and height of the movie as "16:9", with a '
                "ratio from 0.2 to 5 [E988]"
            )
        return ratio

    def check_still(self) -> None:
        """Raise ``ResultsError`` if a choice applies to movies only."""
        if (self.aspect, self.fps, self.hold) != (None, None, None):
            raise ResultsError(
                "aspect, fps and hold apply to movies. Leave them out, or write a movie: .gif or "
                ".mp4 [E985]"
            )

    def captions(self, captions: Sequence[Caption]) -> list[Caption]:
        """Captions with the stated labels."""
        if self.labels is None:
            return list(captions)
        labels = [label.strip() for label in self.labels]
        if len(labels) != len(captions) or not all(labels):
            raise ResultsError(
                f"{len([label for label in labels if label])} labels for {len(captions)} results. "
                'State one label per result, separated by semicolons: "BE; BE + LiNO₃" [E982]'
            )
        return [
            replace(caption, name=label) for caption, label in zip(captions, labels, strict=True)
        ]

    def scale(self, snapshots: Sequence[Snapshot]) -> Scale:
        """Scales of these snapshots, with the requested colours and limits of the field."""
        box = self._box(snapshots)
        if (self.field, self.colours, self.limits) == (None, None, None):
            return Scale.of(snapshots, box=box)
        name = self.field
        shown = Shown.default(snapshots) if name is None else Shown.by_name(name, snapshots)
        scale = Scale.of(snapshots, shown, not (self.colours or self.limits), box)
        changed = name or shown.fields[-1].name
        if named_field(changed, snapshots) is None:
            if self.colours or self.limits:
                raise ResultsError(
                    f'the field "{changed}" has no colour bar, so colours and limits do not apply. '
                    "Leave them out, or choose another field [E613]"
                )
            return scale
        paint = next((paint for paint in scale.paints if paint.field.name == changed), None)
        if paint is None:
            return scale
        if self.colours is not None:
            paint = replace(paint, colours=colormaps[_known_map(self.colours)])
        if self.limits is not None:
            paint = paint.within(_ordered(self.limits), snapshots, float(scale.bounds[1, -1]))
        if paint.field.place == ELECTROLYTE:
            return replace(scale, electrolyte=paint)
        return replace(scale, surface=paint)

    def _box(self, snapshots: Sequence[Snapshot]) -> Floats | None:
        """(2, 2) corners of the drawn part of the cells, µm; None: all."""
        if self.crop is None and self.zoom is None:
            return None
        if snapshots[0].dim != 2:
            raise ResultsError(
                "--crop and --zoom apply to 2D results only. Leave them out for 3D [E986]"
            )
        whole = box_of(snapshots)
        if self.crop is not None:
            left, right, bottom, top = self.crop
            box = np.array([[left, bottom], [right, top]])
        else:
            box = whole
        if self.zoom is not None:
            box = _magnified(box, snapshots, self.zoom)
        sides = np.minimum(box[1], whole[1]) - np.maximum(box[0], whole[0])
        if not (np.isfinite(box).all() and (sides > SMALLEST * np.ptp(whole, axis=0)).all()):
            low, high = (", ".join(f"{x:g}" for x in corner) for corner in whole)
            raise ResultsError(
                f"the part to be drawn lies outside the cell or is empty. State left, right, "
                f"bottom and top within the corners ({low}) and ({high}) µm [E987]"
            )
        return np.stack([np.maximum(box[0], whole[0]), np.minimum(box[1], whole[1])])


def _check_range(name: str, value: float | None, low: float, high: float) -> None:
    if value is not None and not low <= value <= high:
        raise ResultsError(f"{name} {value:g} is out of range. Choose {low:g} to {high:g} [E981]")


def _magnified(whole: Floats, snapshots: Sequence[Snapshot], factor: float) -> Floats:
    """(2, 2) corners of a part of the box, ``factor`` times smaller, about the middle of the
    surface."""
    _check_range("zoom", factor, 1.0, LARGEST_ZOOM)
    surfaces = [s.surface.points[s.surface.facets[s.surface.on(*WORKING)]] for s in snapshots]
    heights = np.concatenate([points[..., 1].ravel() for points in surfaces])
    half = np.ptp(whole, axis=0) / (2.0 * factor)
    centre = np.array([whole[:, 0].mean(), 0.5 * (heights.min() + heights.max())])
    centre = np.clip(centre, whole[0] + half, whole[1] - half)
    return np.stack([centre - half, centre + half])


def _known_colour(film: str, colour: str) -> str:
    if not is_color_like(colour):
        raise ResultsError(
            f'the colour "{colour}" of the film {film} is unknown. State a name of matplotlib such '
            'as navy, or "#004b87" [E989]'
        )
    return str(to_hex(colour))


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
