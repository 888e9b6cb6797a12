"""Bodies of dead lithium through a run: which one is which, from its birth to its end.

A body is a connected component of a region of dead lithium.  It is the one of the state before in
which its innermost place lies: the middle of the simplex nearest to its centroid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import nan
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from deposition.common.constants import FARADAY, MAH_PER_CM2, MICROMETRE, OHM_CM2
from deposition.interface.connectivity import fragment_volume
from deposition.mesh.cell import COLLECTOR, DEAD_LITHIUM, LITHIUM, Cell, Floats, Ints, Mask
from deposition.mesh.footprint import projected_area
from deposition.mesh.point_location import locate
from deposition.mesh.sizes import MeshSizes
from deposition.mesh.surface import label_at_facets, label_components
from deposition.results.dead_lithium_table import DeadBody
from deposition.simulation.state import State


def least_charge(cell: Cell, sizes: MeshSizes, molar_volume: float) -> float:
    """Least lithium of a body of dead lithium that the mesh resolves, mAh/cm²: a smaller piece is
    returned to the deposit."""
    volume = fragment_volume(sizes.surface, cell.dim) * MICROMETRE
    return FARADAY * volume / (molar_volume * projected_area(cell)) / MAH_PER_CM2


INITIAL, PINCHED_OFF, SPLIT = "initial", "pinched_off", "split"
JOINED, MERGED, DISSOLVED = "joined", "merged", "dissolved"


@dataclass(frozen=True, eq=False)
class Pieces:
    """The connected components of dead lithium in a cell.

    label (m,) of each simplex, -1 elsewhere; inside (b, d) a place in each, µm
    """

    cell: Cell
    label: Ints
    inside: Floats

    @classmethod
    def of(cls, cell: Cell) -> Pieces:
        """The components of a cell."""
        label = label_components(cell, cell.in_region(DEAD_LITHIUM))
        middle = cell.points[cell.simplices].mean(axis=1)
        inside = []
        for number in range(int(label.max(initial=-1)) + 1):
            own = np.flatnonzero(label == number)
            centre = np.average(middle[own], axis=0, weights=cell.volumes[own])
            off = np.linalg.norm(middle[own] - centre, axis=1)
            inside.append(middle[own[off.argmin()]])
        return cls(cell, label, np.reshape(inside, (-1, cell.dim)))

    @property
    def count(self) -> int:
        """Number of components."""
        return len(self.inside)

    def place_and_size(self, number: int) -> tuple[float, ...]:
        """Centroid of a component, and its volume to the power 1/d, µm."""
        own = self.label == number
        middle = self.cell.points[self.cell.simplices[own]].mean(axis=1)
        centre = np.average(middle, axis=0, weights=self.cell.volumes[own])
        size = float(self.cell.volumes[own].sum()) ** (1.0 / self.cell.dim)
        return (*map(float, centre), size)

    def at(self, places: Floats) -> tuple[Ints, Mask]:
        """(p,) component at each place, -1 if none, and whether connected metal is there."""
        found = locate(places, self.cell.points, self.cell.simplices)
        metal = self.cell.in_region(LITHIUM) | self.cell.in_region(COLLECTOR)
        label = np.where(found.inside, self.label[found.simplex], -1)
        return label, found.inside & metal[found.simplex]


@dataclass(frozen=True, eq=False)
class DeadBodies:
    """All bodies so far; ``rows`` (b,) the row of each component of ``pieces`` in ``table``."""

    pieces: Pieces
    table: tuple[DeadBody, ...]
    rows: tuple[int, ...]

    @classmethod
    def at_start(cls, state: State, molar_volume: float) -> DeadBodies:
        """The bodies of the first state."""
        empty = cls(Pieces.of(state.cell), (), ())
        return empty._with(state, molar_volume, [None] * empty.pieces.count, INITIAL)

    @classmethod
    def resumed(cls, cell: Cell, table: Sequence[DeadBody], step: int) -> DeadBodies:
        """The bodies of a run resumed after a step, from its table.

        Each component is the body whose centroid and size (V^(1/d), µm) are nearest, of all
        together, since bodies may have moved after that step.
        """
        known = [row for row in table if row.born_step <= step]
        known = [
            replace(row, ended="", ended_step=-1, ended_time_s=nan)
            if row.ended_step > step
            else row
            for row in known
        ]
        pieces = Pieces.of(cell)
        alive = [k for k, row in enumerate(known) if not row.ended]
        bodies = [(*known[k].place, known[k].volume_um ** (1.0 / cell.dim)) for k in alive]
        found = [pieces.place_and_size(k) for k in range(pieces.count)]
        rows = np.full(pieces.count, -1)
        if alive and found:
            components, nearest = linear_sum_assignment(cdist(found, bodies))
            rows[components] = np.array(alive)[nearest]
        return cls(pieces, tuple(known), tuple(map(int, rows)))

    def after(self, state: State, molar_volume: float) -> DeadBodies:
        """The bodies of the state that follows."""
        now, before = Pieces.of(state.cell), self.pieces
        found = before.at(now.inside)[0] if now.count and before.count else np.full(now.count, -1)
        volumes = [float(now.cell.volumes[now.label == k].sum()) for k in range(now.count)]
        same: list[int | None] = [None] * now.count
        taken: set[int] = set()
        for k in sorted(range(now.count), key=lambda k: -volumes[k]):
            old = int(found[k])
            if old >= 0 and self.rows[old] not in taken:
                same[k] = self.rows[old]
                taken.add(self.rows[old])
        origins = [SPLIT if old >= 0 else PINCHED_OFF for old in found]
        ended = self._ended(now, {row for row in same if row is not None}, state)
        return replace(self, pieces=now, table=ended)._with(state, molar_volume, same, *origins)

    def _ended(self, now: Pieces, kept: set[int], state: State) -> tuple[DeadBody, ...]:
        """The table with the end of the bodies that are no longer there."""
        table = list(self.table)
        gone = [k for k, row in enumerate(self.rows) if row not in kept]
        if not gone:
            return self.table
        label, metal = now.at(self.pieces.inside[gone])
        for k, inside, joined in zip(gone, label, metal, strict=True):
            how = JOINED if joined else MERGED if inside >= 0 else DISSOLVED
            row = table[self.rows[k]]
            table[self.rows[k]] = replace(
                row, ended=how, ended_step=state.step, ended_time_s=state.time
            )
        return tuple(table)

    def _with(
        self, state: State, molar_volume: float, same: Sequence[int | None], *origins: str
    ) -> DeadBodies:
        """The table with the present numbers of each component, and its new bodies."""
        table, rows = list(self.table), []
        for k, row in enumerate(same):
            numbers = self._numbers(state, k, molar_volume)
            if row is None:
                origin = origins[min(k, len(origins) - 1)]
                born = (len(table) + 1, numbers.pop("region"), origin, state.step, state.time)
                rows.append(len(table))
                table.append(DeadBody(*born, "", -1, nan, **numbers))
            else:
                rows.append(row)
                table[row] = replace(table[row], **numbers)
        return replace(self, table=tuple(table), rows=tuple(rows))

    def _numbers(self, state: State, number: int, molar_volume: float) -> dict[str, Any]:
        """Region, charge, volume, film and centroid of a component."""
        cell, own = self.pieces.cell, self.pieces.label == number
        volume = float(cell.volumes[own].sum())
        middle = cell.points[cell.simplices[own]].mean(axis=1)
        x, y, z = (*np.average(middle, axis=0, weights=cell.volumes[own]), nan)[:3]
        facets = label_at_facets(cell, state.surface, self.pieces.label) == number
        film = nan
        if facets.any():
            area = state.surface.area[facets]
            film = float(np.average(state.resistance[facets], weights=area)) / OHM_CM2
        per_area = volume * MICROMETRE / molar_volume * FARADAY / projected_area(cell)
        return {
            "region": cell.regions[int(cell.region[np.flatnonzero(own)[0]])],
            "charge_mAh_cm2": per_area / MAH_PER_CM2,
            "volume_um": volume,
            "film_ohm_cm2": film,
            "x_um": float(x),
            "y_um": float(y),
            "z_um": float(z),
        }
