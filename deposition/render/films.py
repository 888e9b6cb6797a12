"""Colour and label of each film component, the same in every figure.

Conductive components have warm, resistive ones cool colours.  The hues are near those of Okabe and
Ito, which remain distinct with any colour vision; the lightness differs as well, so that films that
occur together remain distinct in grey.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from zlib import crc32

import numpy as np
from matplotlib.colors import to_hex, to_rgb

from deposition.common.constants import OHM_CM2
from deposition.mesh.cell import COLLECTOR, COUNTER, LITHIUM, Mask
from deposition.results.snapshot import SurfaceSnapshot
from deposition.sei.film_library import NO_FILM

COLOURS = {
    "LiF": "#004b87",
    "hot_spot": "#b83a1e",
    "Li2CO3": "#008a63",
    "Li3N": "#cd73a6",
    "LiI": "#df9600",
    "Li2O": "#6fc6f5",
    "LiOH": "#c3e8d6",
    "low": "#eab9d6",
    "medium": "#c06a9c",
    "high": "#84406a",
    "matrix": "#2f3640",
    "rest": "#2f3640",  # name of the matrix in results of version 0.1
    "SEI": "#6f6a8a",
    NO_FILM: "#59616b",
}
IMPURE = 1e-6
"""Rounding tolerance of the area fraction of other components in an undiluted film."""
_SPARE = ("#882255", "#117733", "#ddcc77", "#332288", "#999933", "#aa4499", "#661100", "#44aa99")
_FORMULA = re.compile(r"(?:[A-Z][a-z]?\d*)+")


def film_colours(
    names: Iterable[str], own: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """Colour of each film: that of ``own`` or of ``COLOURS``, else a spare colour by its hash.

    If two unknown names have the same spare colour, the alphabetically later one gets another.
    """
    chosen: dict[str, str] = {}
    for name in sorted(set(names)):
        free = [c for c in _SPARE if c not in chosen.values()] or list(_SPARE)
        spare = _SPARE[crc32(name.encode()) % len(_SPARE)]
        chosen[name] = own.get(name) or COLOURS.get(name, spare if spare in free else free[0])
    return chosen


def paler(colour: str, share: float = 0.35) -> str:
    """Colour mixed with white, so that dark flux lines remain visible in front of it."""
    red, green, blue = ((1 - share) * part + share for part in to_rgb(colour))
    return str(to_hex((red, green, blue)))


def film_label(name: str) -> str:
    """Film name as printed: ``Li2CO3`` with subscripts, ``hot_spot`` as 'hot spot'."""
    if name == NO_FILM:
        return "no film"
    if _FORMULA.fullmatch(name):
        return re.sub(r"(\d+)", r"$_{\1}$", name)
    return name.replace("_", " ")


def covered_counter(surface: SurfaceSnapshot) -> Mask:
    """(f,) mask of the facets of the counter electrode that carry a film."""
    bare = np.array([name == NO_FILM for name in surface.films], dtype=bool)
    return surface.on(COUNTER) & (surface.fractions[:, ~bare].sum(axis=1) > 0.5)


def films_shown(surface: SurfaceSnapshot) -> list[str]:
    """Names of the films that cover at least 1/12 of some electrode facet."""
    shown = surface.on(LITHIUM, COLLECTOR) | covered_counter(surface)
    most = surface.fractions[shown].max(axis=0, initial=0.0)
    return [name for name, share in zip(surface.films, most, strict=True) if share >= 1 / 12]


def film_resistance(surface: SurfaceSnapshot, name: str) -> float | None:
    """Resistance of the undiluted film component on this surface, ohm cm².

    None if it varies, or if no facet carries the undiluted component.  Diluted facets do not count,
    because an area fraction of 1e-3 of a good conductor can halve the resistance of a poor one.
    """
    pure = surface.fractions[:, surface.films.index(name)] > 1.0 - IMPURE
    shown = surface.on(LITHIUM, COLLECTOR) | covered_counter(surface)
    values = surface.resistance[pure & shown] / OHM_CM2
    if len(values) == 0 or np.ptp(values) > 0.01 * values.mean():
        return None
    return float(values.mean())
