"""The interactive views: for each result some recorded states, packed, and what is common to all.

The content of ``views`` is what ``view.js`` reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from deposition.comparison.gather import Compared
from deposition.comparison.report.bars import Span, coloured
from deposition.comparison.report.meshes import KINDS, Mesh, meshes
from deposition.comparison.report.packing import Pack
from deposition.mesh.cell import Floats
from deposition.render.fields import CONCENTRATION, CURRENT, FLUX, POTENTIAL
from deposition.render.films import film_colours, film_resistance, films_shown
from deposition.render.style import COLLECTOR as COPPER
from deposition.render.style import DEAD, DEPOSIT, INK
from deposition.results.result import Result
from deposition.results.snapshot import Snapshot

FRAMES = 25
"""Recorded states in a view at the most; of more, evenly many are left out."""
FIELDS = (CONCENTRATION, POTENTIAL, FLUX, CURRENT)
"""What can be chosen, besides the film."""


@dataclass(frozen=True, eq=False)
class Frame:
    """One recorded state.

    content  as ``view.js`` reads it
    bounds   (2, d) of the whole cell, µm
    kinds    of metal that there are, numbers into ``KINDS``
    spans    values of each field
    """

    content: dict[str, Any]
    bounds: Floats
    kinds: frozenset[int]
    spans: dict[str, Span]


def views(compared: Sequence[Compared]) -> dict[str, Any]:
    """All that the scripts of the page need, as JSON can hold it."""
    colours = film_colours(name for one in compared for name in _films(one))
    frames = [_frames(one.result, colours) for one in compared]
    spans = {
        field.name: [Span.joined(frame.spans[field.name] for frame in own) for own in frames]
        for field in FIELDS
    }
    return {
        "fields": [coloured(field, spans[field.name]) for field in FIELDS],
        "metal": dict(zip(KINDS, (DEPOSIT, COPPER, DEAD), strict=True)),
        "kinds": list(KINDS),
        "ink": INK,
        "results": [_record(one, own, colours) for one, own in zip(compared, frames, strict=True)],
    }


def _films(one: Compared) -> dict[str, float | None]:
    """The films of a result and their resistances, ohm cm², where they are known.

    A film is looked for before the run too, when it is not yet diluted.
    """
    found: dict[str, float | None] = {}
    for snapshot in (one.view.initial, one.view.snapshot):
        for name in films_shown(snapshot.surface):
            found[name] = found.get(name) or film_resistance(snapshot.surface, name)
    return found


def _frames(result: Result, colours: dict[str, str]) -> list[Frame]:
    """The recorded states that are shown, the first and the last among them."""
    last = len(result.times) - 1
    rows = np.unique(np.rint(np.linspace(0, last, min(FRAMES, last + 1))).astype(int))
    return [_frame(result.snapshot(int(row)), colours) for row in rows]


def _frame(snapshot: Snapshot, colours: dict[str, str]) -> Frame:
    parts = meshes(snapshot, colours)
    pack = _packed(parts)
    content = {
        "charge": snapshot.capacity_mAh_cm2,
        "time": snapshot.time,
        "voltage": snapshot.voltage,
        "layout": pack.layout,
        "data": pack.text(),
    }
    kinds = frozenset(map(int, np.unique(parts["metal"].index["kind"])))
    spans = {field.name: Span.of(field, snapshot) for field in FIELDS}
    return Frame(content, snapshot.bounds, kinds, spans)


def _packed(parts: dict[str, Mesh]) -> Pack:
    pack = Pack()
    for part, mesh in parts.items():
        pack.add_real(f"{part}.points", mesh.points)
        pack.add_index(f"{part}.elements", mesh.elements)
        for name, values in mesh.real.items():
            pack.add_real(f"{part}.{name}", values)
        for name, codes in mesh.index.items():
            pack.add_index(f"{part}.{name}", codes)
    return pack


def _record(one: Compared, frames: Sequence[Frame], colours: dict[str, str]) -> dict[str, Any]:
    """One result: its box, its films and metals, its frames."""
    low = np.min([frame.bounds[0] for frame in frames], axis=0)
    high = np.max([frame.bounds[1] for frame in frames], axis=0)
    films = _films(one)
    order = sorted(films, key=lambda name: (films[name] or np.inf, name))
    return {
        "label": one.label,
        "dimension": one.view.snapshot.dim,
        "recorded": len(one.result.times),
        "bounds": [low.tolist(), high.tolist()],
        "films": [{"name": n, "colour": colours[n], "resistance": films[n]} for n in order],
        "kinds": sorted(frozenset[int]().union(*(frame.kinds for frame in frames))),
        "frames": [frame.content for frame in frames],
    }
