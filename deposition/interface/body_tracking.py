"""Metal bodies and their volume targets through a step.

Each body has a target for its volume, V = V(0) + V_m Q/F, from the charge Q that it has passed.
Bodies that merge in a step share their targets; a body that splits divides its target by the
measured volumes of its parts.  The volume deficit of a body is its target less its volume.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from deposition.interface.numerics import NUMERICS, InterfaceNumerics
from deposition.mesh.cell import COLLECTOR, DEAD_LITHIUM, LITHIUM, Cell, Floats, Ints, Mask
from deposition.mesh.point_location import locate
from deposition.mesh.surface import Surface, label_at_facets, label_components


@dataclass(frozen=True, eq=False)
class MetalBodies:
    """Connected components of lithium and collector in a cell.

    cell; simplices (m,) and facets (f,) the number of the body there, -1 off the metal; count
    """

    cell: Cell
    simplices: Ints
    facets: Ints
    count: int

    @classmethod
    def of(cls, cell: Cell, surface: Surface) -> MetalBodies:
        """The bodies of a cell; ``surface`` is that of the cell."""
        label = label_components(cell, cell.in_region(LITHIUM) | cell.in_region(COLLECTOR))
        count = int(label.max(initial=-1)) + 1
        return cls(cell, label, label_at_facets(cell, surface, label), count)

    def volumes(self, cell: Cell) -> Floats:
        """(count,) lithium volume of each body, by the points and regions of ``cell``, µm^d.

        ``cell`` has the same simplices; those that it calls electrolyte do not count.
        """
        lithium = cell.in_region(LITHIUM)
        volumes = np.bincount(self.simplices[lithium], cell.volumes[lithium], self.count)
        return np.asarray(volumes, dtype=np.float64)

    def swept(self, volume: Floats) -> Floats:
        """(count,) sum of the volumes (f,) that its facets sweep, of each body, µm^d."""
        own = self.facets >= 0
        return np.bincount(self.facets[own], volume[own], self.count).astype(np.float64)


@dataclass(frozen=True, eq=False)
class VolumeDeficits:
    """Target volume less volume after a step, µm^d.

    volume_deficit (b,) of each body that moves; unassigned_deficit: of none that is left;
    scaling_deviation: largest deficit of a floating body as a share of its own volume
    """

    volume_deficit: Floats
    unassigned_deficit: float
    scaling_deviation: float


@dataclass(frozen=True, eq=False)
class BodyTracking:
    """Bodies before and after a step, in groups that share their targets.

    A group is a connected component of the graph in which old and new bodies are joined if they
    are the same.  parent (b,) and child (n,): group of each old and new body; volume (b,) before
    the step, µm^d.
    """

    old: MetalBodies
    new: MetalBodies
    parent: Ints
    child: Ints
    volume: Floats

    @classmethod
    def of(
        cls,
        old: MetalBodies,
        new: MetalBodies,
        volume: Floats,
        numerics: InterfaceNumerics = NUMERICS,
    ) -> BodyTracking:
        """Group the bodies of two cells by overlap; volume (b,) of the old ones, µm^d."""
        if old.count <= 1 or new.count == 0:
            alone = np.zeros(old.count, np.int64), np.zeros(new.count, np.int64)
            return cls(old, new, *alone, volume)
        one, other = np.nonzero(_same(old, new, numerics.same_body_overlap))
        size = old.count + new.count
        links = coo_array((np.ones(len(one)), (one, old.count + other)), shape=(size, size))
        _, group = connected_components(links, directed=False)
        return cls(old, new, group[: old.count], group[old.count :], volume)

    def missing(self, net: Floats, cell: Cell) -> Floats:
        """(n,) volume that the new bodies lack in ``cell`` if the old gain ``net`` (b,), µm^d."""
        found = self.new.volumes(cell)
        return self._shared(net, found)

    def deficits(self, due: Floats, cell: Cell, moving: Cell, final: Cell) -> VolumeDeficits:
        """Volume deficits if the old bodies were to gain ``due`` (b,), µm^d.

        cell, moving, final: the same mesh, with the regions by which volumes are measured, with all
        that will move called lithium, and with its final names.
        """
        found = self.new.volumes(cell)
        moves = self._contains(moving.in_region(LITHIUM) | moving.in_region(COLLECTOR))
        floats = moves & self._contains(final.in_region(DEAD_LITHIUM))
        # A body just pinched off keeps its volume; the rest of its group takes the deficit.
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
        """(n,) deficit of each group, Σ (V + gain) - Σ found, divided among its new bodies.

        In proportion to ``found`` (n,), among the first ``preferred`` (n,) that the group has any
        of, else among all; in equal parts where there is no lithium yet; 0 for bodies without a
        parent.
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


def _same(old: MetalBodies, new: MetalBodies, least: float) -> Mask:
    """(b, n) whether two bodies overlap in the share ``least`` of the smaller one's volume, or one
    is the likeliest parent of the other."""
    before, after = np.flatnonzero(old.simplices >= 0), np.flatnonzero(new.simplices >= 0)
    # overlap_bn: volume of new simplices of n whose centroid lies in b.
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
    return (overlap > 0.0) & (likeliest | (overlap > least * smaller))
