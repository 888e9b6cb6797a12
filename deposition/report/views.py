"""The interactive views: for each result some recorded states, packed, and what is common to all.

The content of ``views`` is what ``view.js`` reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.colors import to_hex

from deposition.comparisons import Compared
from deposition.render.fields import CONCENTRATION, CURRENT, FLUX, POTENTIAL, Field
from deposition.render.films import film_colours, film_resistance, films_on_lithium
from deposition.render.scale import Paint, round_limits
from deposition.render.style import COLLECTOR as COPPER
from deposition.render.style import DEAD, DEPOSIT, INK
from deposition.report.meshes import KINDS, Mesh, meshes
from deposition.report.packing import Pack
from deposition.results import Result
from deposition.snapshot import Snapshot

FRAMES = 25
"""Recorded states in a view at the most; of more, evenly many are left out."""
SHADES = 33
TOLERANCE = 1e-3
"""Of the width of a colour bar; what lies no further beyond it is not said to."""


FIELDS = (CONCENTRATION, POTENTIAL, FLUX, CURRENT)
"""What can be chosen, besides the film."""
_SUPERSCRIPT = str.maketrans("+-0123456789", "⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Span:
    """Values of a field: from ``low`` to ``high`` those that the colours must tell apart, from
    ``least`` to ``most`` all; in the unit of the field."""

    low: float
    high: float
    least: float
    most: float

    @classmethod
    def of(cls, field: Field, snapshot: Snapshot) -> Span:
        """Those in one recorded state."""
        values = field.drawn(snapshot)
        low, high = Paint.of(field, [snapshot], np.inf).limits
        return cls(low, high, float(values.min()), float(values.max()))

    @classmethod
    def joined(cls, spans: Iterable[Span]) -> Span:
        """Those in several."""
        every = np.array([(s.low, s.high, s.least, s.most) for s in spans])
        low, _, least, _ = every.min(axis=0).tolist()
        _, high, _, most = every.max(axis=0).tolist()
        return cls(low, high, least, most)

    def bar(self) -> dict[str, Any]:
        """A colour bar: its limits, and whether values lie below and above them."""
        low, high = round_limits(np.array([self.low, self.high]))
        slack = TOLERANCE * (high - low)
        return {
            "limits": [low, high],
            "beyond": [self.least < low - slack, self.most > high + slack],
        }


def views(compared: Sequence[Compared]) -> dict[str, Any]:
    """All that the script of the page needs, as JSON can hold it."""
    chosen = [_chosen(one.result) for one in compared]
    films = {name for one in compared for name in _films(one)}
    colours = film_colours(films)
    records = [_record(one, rows, colours) for one, rows in zip(compared, chosen, strict=True)]
    spans = [record.pop("spans") for record in records]
    return {
        "fields": [_field(field, [own[field.name] for own in spans]) for field in FIELDS],
        "metal": {kind: shade for kind, shade in zip(KINDS, (DEPOSIT, COPPER, DEAD), strict=True)},
        "kinds": list(KINDS),
        "ink": INK,
        "results": records,
    }


def _chosen(result: Result) -> list[int]:
    """Numbers of the recorded states that are shown, the first and the last among them."""
    last = len(result.times) - 1
    return np.unique(np.rint(np.linspace(0, last, min(FRAMES, last + 1))).astype(int)).tolist()


def _films(one: Compared) -> list[str]:
    return [
        name
        for snapshot in (one.view.initial, one.view.snapshot)
        for name in films_on_lithium(snapshot.surface)
    ]


def _record(one: Compared, rows: Sequence[int], colours: dict[str, str]) -> dict[str, Any]:
    """One result: its films, its frames, the limits of its fields."""
    frames, spans, found = [], [], []
    for row in rows:
        snapshot = one.result.snapshot(row)
        parts = meshes(snapshot, colours)
        frames.append(_frame(snapshot, parts))
        found.append(np.unique(parts["metal"].index["kind"]))
        spans.append({field.name: Span.of(field, snapshot) for field in FIELDS})
    bounds = np.array([frame.pop("bounds") for frame in frames])
    return {
        "label": one.label,
        "dimension": one.view.snapshot.dim,
        "recorded": len(one.result.times),
        "bounds": [bounds[:, 0].min(axis=0).tolist(), bounds[:, 1].max(axis=0).tolist()],
        "films": _legend(one, colours),
        "kinds": sorted({int(kind) for kinds in found for kind in kinds}),
        "frames": frames,
        "spans": {field.name: Span.joined(own[field.name] for own in spans) for field in FIELDS},
    }


def _frame(snapshot: Snapshot, parts: dict[str, Mesh]) -> dict[str, Any]:
    pack = Pack()
    for part, mesh in parts.items():
        pack.add_real(f"{part}.points", mesh.points)
        pack.add_index(f"{part}.elements", mesh.elements)
        for name, values in mesh.real.items():
            pack.add_real(f"{part}.{name}", values)
        for name, codes in mesh.index.items():
            pack.add_index(f"{part}.{name}", codes)
    return {
        "charge": snapshot.capacity_mAh_cm2,
        "time": snapshot.time,
        "voltage": snapshot.voltage,
        "bounds": snapshot.bounds,
        "layout": pack.layout,
        "data": pack.text(),
    }


def _field(field: Field, spans: Sequence[Span]) -> dict[str, Any]:
    """A field with its colours, and its colour bars: of each result alone, and of all together."""
    shades = field.colours()(np.linspace(0.0, 1.0, SHADES))
    label, unit = _plain(field.label)
    return {
        "key": field.name,
        "label": label,
        "part": field.place,
        "unit": unit,
        "colours": [to_hex(shade) for shade in shades],
        "common": Span.joined(spans).bar(),
        "own": [span.bar() for span in spans],
    }


def _plain(label: str) -> tuple[str, str]:
    """Name and unit of a label of matplotlib: "Flux (m$^{-2}$)" has the unit m⁻²."""
    raised = re.sub(r"\$\^\{?([-+\d]+)\}?\$", lambda m: m[1].translate(_SUPERSCRIPT), label)
    name, _, unit = raised.partition(" (")
    return name, unit.removesuffix(")")


def _legend(one: Compared, colours: dict[str, str]) -> list[dict[str, Any]]:
    """Name, colour and resistance (ohm cm², where it is known) of each film, best conductor first.

    A film is looked for before the run too, when it is not yet diluted.
    """
    found: dict[str, float | None] = {}
    for snapshot in (one.view.snapshot, one.view.initial):
        for name in films_on_lithium(snapshot.surface):
            found[name] = film_resistance(snapshot.surface, name) or found.get(name)
    order = sorted(found, key=lambda name: (found[name] or np.inf, name))
    return [{"name": n, "colour": colours[n], "resistance": found[n]} for n in order]
