"""The recorded states of a result, each read once, and what they say at a point."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from deposition.mesh.cell import Floats
from deposition.render.fields import ELECTROLYTE, FIELDS, Field
from deposition.render.scale import Paint
from deposition.results.result import Result
from deposition.results.snapshot import Snapshot
from deposition.view.words import plain, unit_of

KEPT = 12
"""Most states that are kept in memory."""


@dataclass
class States:
    """The recorded states of a result.

    result  is opened anew by ``reload``, since a run may go on while it is looked at
    """

    result: Result
    _read: dict[int, Snapshot] = field(default_factory=dict)
    _limits: dict[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Number of the recorded states.  Raises ResultsError if they cannot be read."""
        return len(self.result.times)

    def reload(self) -> None:
        """See what the run has recorded since."""
        self.result = Result(self.result.folder)
        self._limits.clear()

    def __getitem__(self, index: int) -> Snapshot:
        if index not in self._read:
            while len(self._read) >= KEPT:
                del self._read[next(iter(self._read))]
            self._read[index] = self.result.snapshot(index)
        return self._read[index]

    def limits(self, name: str) -> tuple[float, float]:
        """Round limits of a field in the first, the middle and the last state."""
        if name not in self._limits:
            some = sorted({0, self.count // 2, self.count - 1})
            top = float(self[0].bounds[1, -1])
            paint = Paint.of(FIELDS[name], [self[index] for index in some], top)
            low, high = paint.limits
            self._limits[name] = (low, high if high > low else low + 1.0)
        return self._limits[name]

    def caption(self, index: int) -> str:
        """Charge, time and voltage of a state."""
        state = self[index]
        return (
            f"{state.capacity_mAh_cm2:.4g} mAh/cm², {state.time:.4g} s, "
            f"{1000 * state.voltage:.4g} mV"
        )


def values_at(snapshot: Snapshot, point: Floats) -> list[tuple[str, str]]:
    """Names and values at a point (d,), µm: those of the nearest vertex of the electrolyte, unless
    the point lies in metal, and those of the nearest surface element."""
    rows = [("in", _place(snapshot, point))]
    vertex = _nearest(snapshot.electrolyte.points, point)
    element = _nearest(centres(snapshot), point)
    for each in FIELDS.values():
        if each.place == ELECTROLYTE and rows[0][1] != "electrolyte":
            continue
        value = each.values(snapshot)[vertex if each.place == ELECTROLYTE else element]
        rows.append((_title(each), f"{value:.4g} {unit_of(each.label)}"))
    return [*rows, ("nearest film", snapshot.surface.films[snapshot.surface.film[element]])]


def _title(each: Field) -> str:
    title = plain(each.label).split(" (")[0]
    return title if each.place == ELECTROLYTE else f"{title}, nearest surface"


def centres(snapshot: Snapshot) -> Floats:
    """(f, d) centres of the surface elements, µm."""
    return snapshot.surface.points[snapshot.surface.facets].mean(axis=1)


def _nearest(points: Floats, point: Floats) -> int:
    return int(np.argmin(np.sum((points - point) ** 2, axis=1)))


def _place(snapshot: Snapshot, point: Floats) -> str:
    bodies = snapshot.bodies
    inside = _containing(bodies.points[bodies.simplices], point)
    if inside is not None:
        return bodies.regions[bodies.region[inside]].replace("_", " ")
    part = snapshot.electrolyte
    return "outside" if _containing(part.points[part.simplices], point) is None else "electrolyte"


def _containing(corners: Floats, point: Floats) -> int | None:
    """The simplex, of corners (m, d + 1, d), in which a point lies, by barycentric coordinates."""
    if not len(corners):
        return None
    edges = np.swapaxes(corners[:, 1:] - corners[:, :1], 1, 2)
    some = np.linalg.solve(edges, (point - corners[:, 0])[..., None])[..., 0]
    lowest = np.minimum(some.min(axis=1), 1.0 - some.sum(axis=1))
    best = int(np.argmax(lowest))
    return best if lowest[best] > -1e-9 else None
