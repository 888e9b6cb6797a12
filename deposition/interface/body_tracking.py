"""Bodies of lithium that move, and what becomes of them in a step.

Each body has a target for its volume, V = V(0) + V_m Q/F, from the charge that it has passed.
Bodies that merge in a step share their targets; a body that splits shares it out by the measured
volumes of its parts.  What a body still owes is its target less its volume.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from deposition.mesh.cell import COLLECTOR, DEAD_LITHIUM, LITHIUM, Cell, Floats, Ints, Mask
from deposition.mesh.point_location import locate
from deposition.mesh.surface import Surface, label_at_facets, label_components

SAME_BODY_OVERLAP = 0.5
"""Two bodies are the same if they overlap in this share of the smaller one's volume."""


@dataclass(frozen=True, eq=False)
class MetalBodies:
    """The connected components of lithium and collector in a cell.

    cell; simplices (m,) and facets (f,) the number of the body there, -1 off the metal; count
    """

    cell: Cell
    simplices: Ints
    facets: Ints
    count: int

    @classmethod
    def of(cls, cell: Cell, surface: Surface) -> MetalBodies:
        """Find them; ``surface`` is that of the cell."""
        label = label_components(cell, cell.in_region(LITHIUM) | cell.in_region(COLLECTOR))
        count = int(label.max(initial=-1)) + 1
        return cls(cell, label, label_at_facets(cell, surface, label), count)

    def volumes(self, cell: Cell) -> Floats:
        """(count,) volume of the lithium of each body, µm^d, by the regions of ``cell``.

        ``cell`` has the same mesh; where it has electrolyte, there is none.
        """
        mine = cell.in_region(LITHIUM)
        volumes = np.bincount(self.simplices[mine], cell.volumes[mine], self.count)
        return np.asarray(volumes, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class VolumeDeficits:
    """Target volume less volume after a step, µm^d.

    volume_deficit (b,) of each body that moves; unassigned_deficit, of none that is left;
    scaling_deviation: largest deficit of a floating body as a share of its own volume
    """

    volume_deficit: Floats
    unassigned_deficit: float
    scaling_deviation: float


@dataclass(frozen=True, eq=False)
class BodyTracking:
    """The bodies before and after a step, and which of them are one family.

    mother (b,), child (n,) family of each; volume (b,) before the step, µm^d
    """

    old: MetalBodies
    new: MetalBodies
    parent: Ints
    child: Ints
    volume: Floats

    @classmethod
    def of(cls, old: MetalBodies, new: MetalBodies, volume: Floats) -> BodyTracking:
        """Bodies of two cells are one family if they overlap."""
        if min(old.count, new.count) <= 1:
            alone = np.zeros(old.count, np.int64), np.zeros(new.count, np.int64)
            return cls(old, new, *alone, volume)
        one, other = np.nonzero(_same(old, new))
        size = old.count + new.count
        links = coo_array((np.ones(len(one)), (one, old.count + other)), shape=(size, size))
        _, family = connected_components(links, directed=False)
        return cls(old, new, family[: old.count], family[old.count :], volume)

    def missing(self, net: Floats, cell: Cell) -> Floats:
        """(n,) what the new bodies lack in ``cell`` if the old have gained ``net`` (b,), µm^d."""
        found = self.new.volumes(cell)
        return self._shared(net, found)

    def deficits(self, due: Floats, cell: Cell, moving: Cell, final: Cell) -> VolumeDeficits:
        """What is owed if the old bodies were to gain ``due`` (b,), µm^d.

        cell, moving, final: the same mesh, with what volumes are measured by, with all that will
        move called lithium, and with its proper names.
        """
        found = self.new.volumes(cell)
        moves = self._contains(moving.in_region(LITHIUM) | moving.in_region(COLLECTOR))
        floats = moves & self._contains(final.in_region(DEAD_LITHIUM))
        # A piece that has just been pinched off keeps what it has; the rest owes what is lacking.
        volume_deficit = self._shared(due, found, moves & ~floats, moves)
        unassigned_deficit = float(
            (self.volume + due).sum() - found.sum() - volume_deficit[moves].sum()
        )
        share = np.abs(volume_deficit[floats]) / found[floats]
        return VolumeDeficits(
            volume_deficit[moves], unassigned_deficit, float(share.max(initial=0.0))
        )

    def _contains(self, chosen: Mask) -> Mask:
        """(n,) whether each new body has any of the chosen simplices (m,)."""
        return np.isin(np.arange(self.new.count), self.new.simplices[chosen])

    def _shared(self, gain: Floats, found: Floats, *preferred: Mask) -> Floats:
        """(n,) what each family lacks, shared out among its children by volume.

        Only among the first ``preferred`` (n,) that it has any of, else among all; in equal parts
        where there is no lithium yet; nothing for a body without a mother.
        """
        size = 1 + int(max(self.parent.max(initial=-1), self.child.max(initial=-1)))
        volume_deficit = np.bincount(self.parent, self.volume + gain, size)
        volume_deficit -= np.bincount(self.child, found, size)
        volume_deficit[np.bincount(self.parent, minlength=size) == 0] = 0.0
        share = 1.0 / np.bincount(self.child, minlength=size)[self.child]
        for chosen in (np.ones(len(found), dtype=bool), *reversed(preferred)):
            total = np.bincount(self.child, found * chosen, size)[self.child]
            share = np.where(total > 0.0, found * chosen / np.where(total > 0.0, total, 1.0), share)
        return share * volume_deficit[self.child]


def _same(old: MetalBodies, new: MetalBodies) -> Mask:
    """(b, n) whether two bodies overlap by ``SAME_BODY_OVERLAP``, or one is the likeliest parent of
    the other."""
    before, after = np.flatnonzero(old.simplices >= 0), np.flatnonzero(new.simplices >= 0)
    centre = new.cell.points[new.cell.simplices[after]].mean(axis=1)
    located = locate(centre, old.cell.points, old.cell.simplices[before])
    volume = new.cell.volumes[after]
    parent, child = old.simplices[before[located.simplex]], new.simplices[after]
    inside = located.inside
    overlap = np.zeros((old.count, new.count))
    np.add.at(overlap, (parent[inside], child[inside]), volume[inside])
    whole = np.bincount(old.simplices[before], old.cell.volumes[before], old.count)
    smaller = np.minimum(whole[:, None], np.bincount(child, volume, new.count))
    likeliest = overlap == overlap.max(axis=0, keepdims=True)
    return (overlap > 0.0) & (likeliest | (overlap > SAME_BODY_OVERLAP * smaller))
