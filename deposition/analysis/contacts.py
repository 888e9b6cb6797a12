"""Contacts: what touches, joins, parts or encloses between two states of a run.

contact     dead lithium that stays, and the deposit: a facet between them where none was
parted      the same the other way round
joined      a body of dead lithium that has become part of the deposit
pinched_off  a body of dead lithium that was part of the deposit
enclosed    a pocket of electrolyte that has been cut off from the counter electrode
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from deposition.interface.connectivity import counter_pockets, electrolyte_pockets
from deposition.mesh.cell import COLLECTOR, DEAD_LITHIUM, LITHIUM, Cell, Floats, Ints, Mask
from deposition.mesh.point_location import locate
from deposition.mesh.surface import label_components


@dataclass(frozen=True)
class Contact:
    """kind, see above; body: name of the dead lithium, or "electrolyte"; place (d,), µm."""

    kind: str
    body: str
    place: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Topology:
    """The bodies of dead lithium and the enclosed pockets of a cell, and what they touch."""

    cell: Cell

    @cached_property
    def touching(self) -> dict[str, Floats]:
        """Midpoint (d,), µm, of a facet between the deposit and each dead lithium that it touches:
        the one nearest to their mean."""
        cell, table, found = self.cell, self.cell.all_facets, {}
        metal = cell.in_region(LITHIUM) | cell.in_region(COLLECTOR)
        for name, body in self._dead():
            one, other = table.simplices.T
            borders = (metal[one] & body[other]) | (body[one] & metal[other])
            facets = table.vertices[borders & (one >= 0) & (other >= 0)]
            if len(facets):
                shared = cell.points[facets].mean(axis=1)
                off = np.linalg.norm(shared - shared.mean(axis=0), axis=1)
                found[name] = shared[off.argmin()]
        return found

    @cached_property
    def bodies(self) -> list[tuple[str, Floats]]:
        """Name and centroid (d,), µm, of each body of dead lithium."""
        cell, found = self.cell, []
        for name, dead in self._dead():
            label = label_components(cell, dead)
            found += [(name, self._centre(label == k)) for k in range(label.max() + 1)]
        return found

    @cached_property
    def pockets(self) -> list[Floats]:
        """Centroid (d,), µm, of each pocket of electrolyte without a way to the counter
        electrode."""
        label = electrolyte_pockets(self.cell)
        enclosed = np.setdiff1d(label[label >= 0], counter_pockets(self.cell, label))
        return [self._centre(label == k) for k in enclosed]

    def holds(self, place: Floats, chosen: Mask) -> bool:
        """Whether a place (d,) lies in the chosen simplices (m,)."""
        own: Ints = np.flatnonzero(chosen)
        if len(own) == 0:
            return False
        found = locate(place[None], self.cell.points, self.cell.simplices[own])
        return bool(found.inside[0])

    def _dead(self) -> Iterator[tuple[str, Mask]]:
        for index, name in enumerate(self.cell.regions):
            own = self.cell.region == index
            if name.startswith(DEAD_LITHIUM) and own.any():
                yield name, own

    def _centre(self, chosen: Mask) -> Floats:
        corners = self.cell.points[self.cell.simplices[chosen]].mean(axis=1)
        return np.asarray(np.average(corners, axis=0, weights=self.cell.volumes[chosen]))


def contacts(before: Topology, after: Topology) -> Iterator[Contact]:
    """Contacts and separations from one state to the next."""
    for kind, one, other in (("contact", after, before), ("parted", before, after)):
        there = {name for name, _ in other.bodies}
        for name, place in one.touching.items():
            if name in there and name not in other.touching:
                yield _contact(kind, name, place)
    for kind, one, other in (("joined", before, after), ("pinched_off", after, before)):
        for name, place in one.bodies:
            if other.holds(place, other.cell.in_region(LITHIUM)):
                yield _contact(kind, name, place)
    for place in after.pockets:
        pockets = electrolyte_pockets(before.cell)
        reached = np.isin(pockets, counter_pockets(before.cell, pockets))
        if before.holds(place, reached):
            yield _contact("enclosed", "electrolyte", place)


def _contact(kind: str, body: str, place: Floats) -> Contact:
    return Contact(kind, body, tuple(map(float, place)))
