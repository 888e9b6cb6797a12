"""Data of the interactive views: packed snapshots of each result, and common data.

``view.js`` and ``report.js`` read the result of ``views``.
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

MAX_SNAPSHOTS = 25
"""Maximum number of snapshots in a view; more are thinned evenly."""
FIELDS = (CONCENTRATION, POTENTIAL, FLUX, CURRENT)
"""Fields that can be selected, besides the film."""


@dataclass(frozen=True, eq=False)
class PackedSnapshot:
    """Packed snapshot.

    content  in the format of ``view.js``
    bounds   (2, d) corners of the cell, µm
    kinds    kinds of metal in it, indices into ``KINDS``
    spans    range of each field
    """

    content: dict[str, Any]
    bounds: Floats
    kinds: frozenset[int]
    spans: dict[str, Span]


def views(compared: Sequence[Compared]) -> dict[str, Any]:
    """JSON-serializable data for the scripts of the page."""
    colours = film_colours(name for one in compared for name in _films(one))
    packed = [_packed_snapshots(one.result, colours) for one in compared]
    spans = {
        field.name: [Span.joined(snapshot.spans[field.name] for snapshot in own) for own in packed]
        for field in FIELDS
    }
    return {
        "fields": [coloured(field, spans[field.name]) for field in FIELDS],
        "metal": dict(zip(KINDS, (DEPOSIT, COPPER, DEAD), strict=True)),
        "kinds": list(KINDS),
        "ink": INK,
        "results": [_record(one, own, colours) for one, own in zip(compared, packed, strict=True)],
    }


def _films(one: Compared) -> dict[str, float | None]:
    """Films of a result and their resistances, ohm cm²; None if unknown.

    The state before the run is included, because its films are not yet diluted.
    """
    found: dict[str, float | None] = {}
    for snapshot in (one.view.initial, one.view.snapshot):
        for name in films_shown(snapshot.surface):
            found[name] = found.get(name) or film_resistance(snapshot.surface, name)
    return found


def _packed_snapshots(result: Result, colours: dict[str, str]) -> list[PackedSnapshot]:
    """Snapshots of a view, including the first and the last one."""
    last = len(result.times) - 1
    rows = np.unique(np.rint(np.linspace(0, last, min(MAX_SNAPSHOTS, last + 1))).astype(int))
    return [_packed_snapshot(result.snapshot(int(row)), colours) for row in rows]


def _packed_snapshot(snapshot: Snapshot, colours: dict[str, str]) -> PackedSnapshot:
    parts = meshes(snapshot, colours)
    pack = _packed_meshes(parts)
    content = {
        "charge": snapshot.capacity_mAh_cm2,
        "time": snapshot.time,
        "voltage": snapshot.voltage,
        "layout": pack.layout,
        "data": pack.text(),
    }
    kinds = frozenset(map(int, np.unique(parts["metal"].index["kind"])))
    spans = {field.name: Span.of(field, snapshot) for field in FIELDS}
    return PackedSnapshot(content, snapshot.bounds, kinds, spans)


def _packed_meshes(parts: dict[str, Mesh]) -> Pack:
    pack = Pack()
    for part, mesh in parts.items():
        pack.add_real(f"{part}.points", mesh.points)
        pack.add_index(f"{part}.elements", mesh.elements)
        for name, values in mesh.real.items():
            pack.add_real(f"{part}.{name}", values)
        for name, codes in mesh.index.items():
            pack.add_index(f"{part}.{name}", codes)
    return pack


def _record(
    one: Compared, snapshots: Sequence[PackedSnapshot], colours: dict[str, str]
) -> dict[str, Any]:
    """Data of one result: bounding box, films, kinds of metal, snapshots."""
    low = np.min([snapshot.bounds[0] for snapshot in snapshots], axis=0)
    high = np.max([snapshot.bounds[1] for snapshot in snapshots], axis=0)
    films = _films(one)
    order = sorted(films, key=lambda name: (films[name] or np.inf, name))
    return {
        "label": one.label,
        "dimension": one.view.snapshot.dim,
        "recorded": len(one.result.times),
        "bounds": [low.tolist(), high.tolist()],
        "films": [{"name": n, "colour": colours[n], "resistance": films[n]} for n in order],
        "kinds": sorted(frozenset[int]().union(*(snapshot.kinds for snapshot in snapshots))),
        "snapshots": [snapshot.content for snapshot in snapshots],
    }
