"""Choices about pictures and movies, as the user states them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from matplotlib import colormaps

from deposition.common.errors import ResultsError
from deposition.common.suggest import did_you_mean, listing
from deposition.common.units import Dimension
from deposition.render.fields import ELECTROLYTE, FIELDS, Shown
from deposition.render.layout import Page
from deposition.render.panel import Caption
from deposition.render.scale import Scale
from deposition.render.style import LOOKS, Look
from deposition.results.snapshot import Snapshot

WIDTH = Dimension("width", "m", ("cm", "mm"), "85 mm")
NARROWEST, WIDEST = 6.0, 60.0  # cm
LOWEST_DPI, HIGHEST_DPI = 50, 1200
MOST_COLUMNS = 26
Limits = tuple[float, float]


@dataclass(frozen=True)
class Choices:
    """Choices that pictures and movies have in common.

    field    relative-flux (default), concentration, potential, flux (in the electrolyte), current,
             resistance, thickness, charge or film (on the surface)
    width    of the picture, such as "85 mm" (default: 8.5 cm, several maps 17.8 cm)
    dpi      dots per inch (default: 600)
    style    paper or dark
    colours  a colour map of matplotlib for the field
    limits   values of its lowest and highest colour
    columns  maps side by side (default: as many as are wide enough)
    letters  a, b, c … before the names (default: if there are several maps)
    legend   whether the legend is drawn
    labels   names over the maps, one per result (default: the labels of the scenarios)

    The properties raise ``ResultsError`` for a value that is unknown or out of range.
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

    @property
    def look(self) -> Look:
        """Colours outside the maps."""
        if self.style not in LOOKS:
            raise ResultsError(
                f'unknown style "{self.style}". Choose one of {listing(LOOKS)}.'
                f"{did_you_mean(self.style, LOOKS)} [E609]"
            )
        return LOOKS[self.style]

    @property
    def page(self) -> Page:
        """Width and arrangement of the page."""
        if self.columns is not None and not 1 <= self.columns <= MOST_COLUMNS:
            raise ResultsError(
                f"columns {self.columns} is out of range. Choose 1 to {MOST_COLUMNS} [E981]"
            )
        return Page(self._width, self.columns, self.letters, self.legend)

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
        if (self.field, self.colours, self.limits) == (None, None, None):
            return Scale.of(snapshots)
        name = self.field
        shown = Shown.default(snapshots) if name is None else Shown.by_name(name, snapshots)
        scale = Scale.of(snapshots, shown, words=not (self.colours or self.limits))
        changed = name or shown.fields[-1].name
        if changed not in FIELDS:
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
