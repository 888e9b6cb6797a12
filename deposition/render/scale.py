"""What two pictures must share to be compared: box, colour limits, current per flux line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.ticker import MaxNLocator

from deposition.cell import Floats, facet_measures
from deposition.constants import FARADAY
from deposition.snapshot import Snapshot

LINES = 36
"""Flux lines across the width of the box at the mean current density."""


@dataclass(frozen=True, eq=False)
class Scale:
    """Common scales of one or several flux maps.

    concentration  lowest and highest colour, mol/m³
    current        lowest and highest colour of the current density (3D), A/m²
    bounds         (2, d) corners of the box that is drawn, µm
    flux_per_line  Li⁺ flux between neighbouring flux lines, mol/(m² s) · µm^(d-1)
    """

    concentration: tuple[float, float]
    current: tuple[float, float]
    bounds: Floats
    flux_per_line: float

    @classmethod
    def of(cls, snapshots: Sequence[Snapshot]) -> Scale:
        """The scales that hold all these snapshots."""
        corners = np.stack([s.bounds for s in snapshots])
        bounds = np.stack([corners[:, 0].min(axis=0), corners[:, 1].max(axis=0)])
        concentration = np.concatenate([s.electrolyte.concentration for s in snapshots])
        current = np.concatenate([_working_current(s) for s in snapshots])
        flux = max(_mean_flux(s) for s in snapshots)
        return cls(
            concentration=round_limits(concentration),
            current=round_limits(np.r_[0.0, np.quantile(current, [0.005, 0.995])]),
            bounds=bounds,
            flux_per_line=flux * float(np.prod(np.ptp(bounds, axis=0)[:-1])) / LINES,
        )

    def with_lines(self, lines: int) -> Scale:
        """The same scales with this many flux lines across the box instead of ``LINES``."""
        return replace(self, flux_per_line=self.flux_per_line * LINES / lines)


def _working_current(snapshot: Snapshot) -> Floats:
    """Current density on the facets of the working electrode, A/m²."""
    surface = snapshot.surface
    return surface.current_density[surface.on("lithium", "collector")]


def _mean_flux(snapshot: Snapshot) -> float:
    """Mean Li⁺ flux into the working electrode per projected area, mol/(m² s)."""
    surface = snapshot.surface
    working = surface.on("lithium", "collector")
    area = facet_measures(surface.points, surface.facets[working])
    projected = float(np.prod(np.ptp(snapshot.bounds, axis=0)[:-1]))
    return abs(float(area @ surface.current_density[working])) / (FARADAY * projected)


def round_limits(values: Floats, steps: int = 10) -> tuple[float, float]:
    """Narrow limits around finite values that end on round numbers.

    A field that does not vary gets one part in a thousand around its value.
    """
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if high - low < 1e-6 * max(abs(low), abs(high), 1e-12):
        margin = 5e-4 * max(abs(low), 1e-12)
        low, high = low - margin, high + margin
    ticks = MaxNLocator(nbins=steps, steps=[1, 2, 5, 10]).tick_values(low, high)
    return float(ticks[0]), float(ticks[-1])


def bar_length(width: float) -> float:
    """A round length (1, 2 or 5 times a power of ten) near a fifth of ``width``."""
    target = width / 4
    power = 10.0 ** np.floor(np.log10(target))
    return float(power * max(m for m in (1, 2, 5) if m * power <= target))
