"""Colour bars of the views, with limits for each result and for all results."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.colors import to_hex

from deposition.render.fields import Field
from deposition.render.scale import Paint, round_limits
from deposition.results.snapshot import Snapshot

SHADES = 33
TOLERANCE = 1e-3
"""Excess over a colour bar, relative to its range, that is not indicated."""
_SUPERSCRIPT = str.maketrans("+-0123456789", "⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Span:
    """Range of a field, in its unit.

    low, high    limits of the colour map, which exclude outliers
    least, most  minimum and maximum
    """

    low: float
    high: float
    least: float
    most: float

    @classmethod
    def of(cls, field: Field, snapshot: Snapshot) -> Span:
        """Range in one recorded state."""
        values = field.drawn(snapshot)
        low, high = Paint.of(field, [snapshot], np.inf).limits
        return cls(low, high, float(np.nanmin(values)), float(np.nanmax(values)))

    @classmethod
    def joined(cls, spans: Iterable[Span]) -> Span:
        """Union of several ranges."""
        every = np.array([(s.low, s.high, s.least, s.most) for s in spans])
        low, _, least, _ = every.min(axis=0).tolist()
        _, high, _, most = every.max(axis=0).tolist()
        return cls(low, high, least, most)

    def bar(self) -> dict[str, Any]:
        """Colour bar: its limits, and two flags for values below and above them."""
        low, high = round_limits(np.array([self.low, self.high]))
        slack = TOLERANCE * (high - low)
        beyond = [self.least < low - slack, self.most > high + slack]
        return {"limits": [low, high], "beyond": beyond}


def coloured(field: Field, spans: Sequence[Span]) -> dict[str, Any]:
    """Field in the format of ``view.js``, with the bar of each result and the common bar."""
    shades = field.colours()(np.linspace(0.0, 1.0, SHADES))
    label, unit = plain(field.label)
    return {
        "key": field.name,
        "label": label,
        "unit": unit,
        "part": field.place,
        "colours": [to_hex(shade) for shade in shades],
        "common": Span.joined(spans).bar(),
        "own": [span.bar() for span in spans],
    }


def plain(label: str) -> tuple[str, str]:
    """Name and unit of a matplotlib label: "Flux (m$^{-2}$)" has the unit m⁻²."""
    raised = re.sub(r"\$\^\{?([-+\d]+)\}?\$", lambda m: m[1].translate(_SUPERSCRIPT), label)
    name, _, unit = raised.partition(" (")
    return name, unit.removesuffix(")")
