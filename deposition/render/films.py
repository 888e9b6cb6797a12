"""Colour and label of each film component: the same in every figure.

Conductive components are warm, blocking ones cool, so that a picture is understood before its
legend is read.  The hues are those of Okabe and Ito, which remain distinct with any colour vision.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from zlib import crc32

import numpy as np
from matplotlib.colors import to_hex, to_rgb

from deposition.common.constants import OHM_CM2
from deposition.mesh.cell import COLLECTOR, COUNTER, LITHIUM, Mask
from deposition.results.snapshot import SurfaceSnapshot
from deposition.sei.film_library import NO_FILM

COLOURS = {
    "hot_spot": "#d55e00",
    "LiI": "#e69f00",
    "Li3N": "#cc79a7",
    "LiF": "#0072b2",
    "Li2O": "#56b4e9",
    "Li2CO3": "#009e73",
    "LiOH": "#7fcdbb",
    "low": "#e3a9cb",
    "medium": "#c06a9c",
    "high": "#84406a",
    "rest": "#2f3640",
    "SEI": "#6f6a8a",
    NO_FILM: "#59616b",
}
IMPURE = 1e-6
"""An undiluted film may have this share of others, from rounding."""
_SPARE = ("#882255", "#117733", "#ddcc77", "#332288", "#999933", "#aa4499", "#661100", "#44aa99")
_FORMULA = re.compile(r"(?:[A-Z][a-z]?\d*)+")


def film_colours(names: Iterable[str]) -> dict[str, str]:
    """A colour for each film; one that is not in ``COLOURS`` gets a spare by its own name.

    Two unknown names that would share a spare are told apart, in alphabetical order.
    """
    chosen: dict[str, str] = {}
    for name in sorted(set(names)):
        free = [c for c in _SPARE if c not in chosen.values()] or list(_SPARE)
        spare = _SPARE[crc32(name.encode()) % len(_SPARE)]
        chosen[name] = COLOURS.get(name, spare if spare in free else free[0])
    return chosen


def paler(colour: str, share: float = 0.35) -> str:
    """The colour mixed with white, so that dark flux lines stand out in front of it."""
    red, green, blue = ((1 - share) * part + share for part in to_rgb(colour))
    return str(to_hex((red, green, blue)))


def film_label(name: str) -> str:
    """A name as it is printed: ``Li2CO3`` with subscripts, ``hot_spot`` as 'hot spot'."""
    if name == NO_FILM:
        return "no film"
    if _FORMULA.fullmatch(name):
        return re.sub(r"(\d+)", r"$_{\1}$", name)
    return name.replace("_", " ")


def covered_counter(surface: SurfaceSnapshot) -> Mask:
    """(f,) facets of the counter electrode that carry a film."""
    bare = np.array([name == NO_FILM for name in surface.films], dtype=bool)
    return surface.on(COUNTER) & (surface.fractions[:, ~bare].sum(axis=1) > 0.5)


def films_shown(surface: SurfaceSnapshot) -> list[str]:
    """Names of the films that cover a twelfth or more of some facet of an electrode."""
    shown = surface.on(LITHIUM, COLLECTOR) | covered_counter(surface)
    most = surface.fractions[shown].max(axis=0, initial=0.0)
    return [name for name, share in zip(surface.films, most, strict=True) if share >= 1 / 12]


def film_resistance(surface: SurfaceSnapshot, name: str) -> float | None:
    """Film resistance of the undiluted component on this surface, ohm cm².

    None if it varies, or if there is none: a thousandth of a good conductor halves a poor one's.
    """
    pure = surface.fractions[:, surface.films.index(name)] > 1.0 - IMPURE
    shown = surface.on(LITHIUM, COLLECTOR) | covered_counter(surface)
    values = surface.resistance[pure & shown] / OHM_CM2
    if len(values) == 0 or np.ptp(values) > 0.01 * values.mean():
        return None
    return float(values.mean())
