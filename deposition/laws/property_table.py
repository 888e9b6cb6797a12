"""A property as a table of values at concentrations, and at temperatures if it has them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from deposition.common.constants import LITRE
from deposition.mesh.cell import Floats

Expression = Any
"""A number, a NumPy array or a UFL expression."""

MOST_ROWS = 60
"""Upper bound of the concentrations at one temperature: each adds a term to the compiled form."""


@dataclass(frozen=True)
class PropertyTable:
    """A property p(c, T): linear between the rows, in c and in T, and constant beyond them.

        p(c) = p_1 + Σ_k (m_k - m_(k-1)) (c' - c_k)⁺,  c' = c in [c_1, c_n]

    with the slopes m_k between the rows.  A property that vanishes with c (the conductivity) falls
    linearly to 0 below c_1.

    rows      (c in mol/m³, T in K, value in SI); T is NaN throughout without temperatures
    vanishes  the property is 0 at c = 0
    """

    rows: tuple[tuple[float, float, float], ...]
    vanishes: bool = False

    def at(self, c: Expression, temperature: float) -> Expression:
        """Value in SI at a concentration (mol/m³) and a temperature (K)."""
        knots, values = self._curve(float(temperature))
        slopes = np.diff(values) / np.diff(knots)
        inside = _clipped(c, knots[0], knots[-1])
        found = float(values[0]) + float(slopes[0]) * (inside - float(knots[0]))
        for knot, change in zip(knots[1:-1], np.diff(slopes), strict=True):
            if change:
                found = found + float(change) * _positive(inside - float(knot))
        return found

    def _curve(self, temperature: float) -> tuple[Floats, Floats]:
        """Knots (mol/m³) and values at one temperature (K), linear between the next two."""
        known = sorted(self._curves)
        below = max((t for t in known if t <= temperature), default=known[0])
        above = min((t for t in known if t >= temperature), default=known[-1])
        knots = np.union1d(self._curves[below][0], self._curves[above][0])
        lower, upper = (np.interp(knots, *self._curves[t]) for t in (below, above))
        share = (temperature - below) / (above - below) if above > below else 0.0
        return knots, (1.0 - share) * lower + share * upper

    @cached_property
    def _curves(self) -> dict[float, tuple[Floats, Floats]]:
        """Concentrations and values by temperature; 0 K stands for none."""
        table = np.array(self.rows)
        temperatures = np.nan_to_num(table[:, 1])
        curves = {}
        for temperature in np.unique(temperatures):
            c, _, values = table[temperatures == temperature].T
            order = np.argsort(c)
            first = ([0.0], [0.0]) if self.vanishes else ([], [])
            curves[float(temperature)] = (
                np.concatenate([first[0], c[order]]),
                np.concatenate([first[1], values[order]]),
            )
        return curves

    @property
    def concentrations(self) -> tuple[float, float]:
        """Range that the rows cover at every temperature, mol/m³."""
        curves = [c[c > 0.0] for c, _ in self._curves.values()]
        return max(float(c[0]) for c in curves), min(float(c[-1]) for c in curves)

    @property
    def temperatures(self) -> tuple[float, float] | None:
        """Range of the temperatures, K; None if the table has none."""
        known = sorted(self._curves)
        return None if math.isnan(self.rows[0][1]) else (known[0], known[-1])

    def check(self) -> None:
        """Raise ValueError, for the user, unless the rows make a curve at each temperature."""
        for temperature, (c, _) in self._curves.items():
            there = f" at {temperature:g} K" if temperature else ""
            stated = c[c > 0.0]
            if len(stated) < 2:
                raise ValueError(f"the table has fewer than two concentrations{there} [E056]")
            if len(stated) > MOST_ROWS:
                raise ValueError(
                    f"the table has {len(stated)} concentrations{there}, more than {MOST_ROWS}. "
                    "Leave rows out [E057]"
                )
            twice = stated[1:][np.diff(stated) == 0.0]
            if len(twice):
                raise ValueError(
                    f"the table has two rows at {twice[0] * LITRE:g} mol/L{there}. Keep one [E058]"
                )


def as_rows(rows: Sequence[Sequence[float]]) -> tuple[tuple[float, float, float], ...]:
    """Rows (c, value) or (c, T, value) as triples."""
    return tuple((row[0], row[1] if len(row) == 3 else math.nan, row[-1]) for row in rows)


def _positive(x: Expression) -> Expression:
    """max(x, 0), for NumPy and UFL alike."""
    return 0.5 * (x + abs(x))


def _clipped(c: Expression, low: float, high: float) -> Expression:
    """c between low and high, for NumPy and UFL alike."""
    return float(low) + _positive(c - float(low)) - _positive(c - float(high))
