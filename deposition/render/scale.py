"""Common scales of comparable pictures: box, colour limits, flux per flux line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.colors import Colormap, Normalize
from matplotlib.ticker import MaxNLocator

from deposition.mesh.cell import Floats
from deposition.render.fields import Field, Shown
from deposition.render.mean_flux import carried_by_electrolyte, mean_flux
from deposition.results.snapshot import Snapshot

LINES = 36
"""Flux lines across the width of the box at the mean current density."""

UNIFORM = 1e-3
"""Relative variation of a field below which it is uniform and stated in words."""

STEADY = 0.9
"""Li⁺ flux in the electrolyte over that into the electrode below which it is not steady."""

ABOVE = 0.35
"""Height of a 3D map above the metal, as a fraction of the width of the box."""


@dataclass(frozen=True)
class Paint:
    """Field with its colour map and limits.

    limits  values of the lowest and the highest colour, in the unit of the field's label
    extend  pointed ends of the colour bar, beyond which values lie: "neither", "min", "max" or
            "both"
    uniform  value of a field that is uniform in all snapshots, to ``UNIFORM``
    """

    field: Field
    limits: tuple[float, float]
    colours: Colormap
    extend: str = "neither"
    uniform: float | None = None

    @classmethod
    def of(cls, field: Field, snapshots: Sequence[Snapshot], top: float) -> Paint:
        """Paint with narrow round limits of the field in these snapshots up to ``top``, µm."""
        ends = [inner_range(*field.sampled(s, top), field.outside) for s in snapshots]
        low, high = float(np.min(ends)), float(np.max(ends))
        uniform = high - low < UNIFORM * max(abs(low), abs(high)) or low == high
        values = np.array([low, high, 0.0] if field.zero else [low, high])
        values = np.concatenate([values, -values]) if field.signed else values
        paint = cls(field, round_limits(values), field.colours(),
                    uniform=0.5 * (low + high) if uniform else None)  # fmt: skip
        return paint.within(paint.limits, snapshots, top)

    @property
    def words(self) -> str:
        """Statement of a uniform field."""
        name, _, unit = self.field.label.partition(" (")
        return f"{name}: {self.uniform:.4g} {unit.removesuffix(')')}".rstrip() + " everywhere"

    def label_lines(self, most: int) -> tuple[str, ...]:
        """Label of the colour bar in one or two lines, and the range of a field that is near its
        mean."""
        name, bracket, unit = self.field.label.partition(" (")
        divided = most > 1 and bracket
        label = (name, f"({unit}") if divided else (self.field.label,)
        return (*label, self.span) if self.field.spans else label

    @property
    def span(self) -> str:
        """The limits as a mean and a deviation in percent, such as 1000 ± 1.2 %."""
        low, high = self.limits
        middle = 0.5 * (low + high)
        return f"{middle:.4g} ± {50.0 * (high - low) / middle:.2g} %"

    def within(
        self, limits: tuple[float, float], snapshots: Sequence[Snapshot], top: float
    ) -> Paint:
        """Paint with other limits; an end is pointed if values of the snapshots lie beyond it."""
        tolerance = 1e-3 * (limits[1] - limits[0])
        drawn = [self.field.drawn(s, top) for s in snapshots]
        under = any(values.min() < limits[0] - tolerance for values in drawn)
        over = any(values.max() > limits[1] + tolerance for values in drawn)
        extend = {(0, 0): "neither", (1, 0): "min", (0, 1): "max", (1, 1): "both"}[under, over]
        return replace(self, limits=limits, extend=extend)

    @property
    def norm(self) -> Normalize:
        """Normalization of values to the range of the colour map."""
        return Normalize(*self.limits)


@dataclass(frozen=True, eq=False)
class Scale:
    """Common scales of one or several flux maps.

    electrolyte    field in the electrolyte; None: plain colour
    surface        field on the surface; None: film components
    bounds         (2, d) corners of the drawn box, µm
    flux_per_line  Li⁺ flux between adjacent flux lines, mol/(m² s) · µm^(d-1); 0: no lines
    narrowest      width of the narrowest cell, µm, which determines the common scale bar
    notes          statements of the fields that are uniform, which have no colour bar
    """

    electrolyte: Paint | None
    surface: Paint | None
    bounds: Floats
    flux_per_line: float
    narrowest: float
    notes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        snapshots: Sequence[Snapshot],
        shown: Shown | None = None,
        words: bool = True,
        box: Floats | None = None,
    ) -> Scale:
        """Scales that contain all these snapshots.

        shown  fields (None: the default ones)
        words  state a uniform field in words instead of a colour bar
        box    (2, d) corners of the drawn box, µm (None: that of the cells)
        """
        fields = shown or Shown.default(snapshots)
        bounds = box_of(snapshots) if box is None else box
        flux = max(mean_flux(s) for s in snapshots)

        def paint(field: Field | None) -> Paint | None:
            return None if field is None else Paint.of(field, snapshots, float(bounds[1, -1]))

        notes = []

        def unless_uniform(paint: Paint | None) -> Paint | None:
            if paint is None or paint.uniform is None or not words:
                return paint
            notes.append(paint.words)
            return None

        return cls(
            electrolyte=unless_uniform(paint(fields.electrolyte)),
            surface=unless_uniform(paint(fields.surface)),
            notes=(*notes, *_transient(snapshots)),
            bounds=bounds,
            flux_per_line=flux * float(np.prod(np.ptp(bounds, axis=0)[:-1])) / LINES,
            narrowest=min(_width_within(s.bounds, bounds) for s in snapshots),
        )

    @property
    def paints(self) -> tuple[Paint, ...]:
        """Fields that need a colour bar."""
        return tuple(paint for paint in (self.electrolyte, self.surface) if paint is not None)

    def with_lines(self, lines: int) -> Scale:
        """Scales with this number of flux lines across the box instead of ``LINES``."""
        return replace(self, flux_per_line=self.flux_per_line * LINES / lines)


def _transient(snapshots: Sequence[Snapshot]) -> list[str]:
    """Statement of the flux while the salt gradient forms, in which there are fewer flux lines."""
    least = min(carried_by_electrolyte(snapshot) for snapshot in snapshots)
    if least > STEADY:
        return []
    return [
        f"While the salt gradient forms, the electrolyte carries as little as {100 * least:.0f} % "
        "of the Li$^+$ flux into the electrode, and flux lines are fewer."
    ]


def _width_within(cell: Floats, box: Floats) -> float:
    """Width of the part of a cell in the box, µm."""
    return float(min(cell[1, 0], box[1, 0]) - max(cell[0, 0], box[0, 0]))


def box_of(snapshots: Sequence[Snapshot]) -> Floats:
    """(2, d) corners of the drawn box: the whole cells in 2D; in 3D cut off at ``ABOVE`` over the
    metal, where the flux lines are straight."""
    corners = np.stack([s.bounds for s in snapshots])
    low, high = corners[:, 0].min(axis=0), corners[:, 1].max(axis=0)
    if len(low) == 3:
        metal = max(float(s.bodies.points[:, 2].max(initial=low[2])) for s in snapshots)
        high[2] = min(high[2], metal + ABOVE * (high[0] - low[0]))
    return np.stack([low, high])


def inner_range(values: Floats, weights: Floats, outside: float) -> tuple[float, float]:
    """Weighted quantiles of the values at ``outside`` and 1 − ``outside``."""
    order = np.argsort(values)
    rank = np.cumsum(weights[order]) / weights.sum()
    low, high = np.searchsorted(rank, [outside, 1.0 - outside])
    return float(values[order[low]]), float(values[order[min(high, len(order) - 1)]])


def round_limits(values: Floats, steps: int = 20) -> tuple[float, float]:
    """Narrow round limits that contain the finite values.

    The limits of a uniform field are about 0.05 % below and above its value.
    """
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if high - low < 1e-6 * max(abs(low), abs(high), 1e-12):
        margin = 5e-4 * max(abs(low), 1e-12)
        low, high = low - margin, high + margin
    ticks = MaxNLocator(nbins=steps, steps=[1, 2, 5, 10]).tick_values(low, high)
    return float(ticks[0]), float(ticks[-1])


def bar_length(width: float) -> float:
    """Largest round length (1, 2 or 5 times a power of ten) up to a quarter of ``width``."""
    target = width / 4
    power = 10.0 ** np.floor(np.log10(target))
    return float(power * max(m for m in (1, 2, 5) if m * power <= target))
