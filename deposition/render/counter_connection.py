"""Part of the electrolyte that is connected to the counter electrode."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from deposition.mesh.cell import COUNTER, Mask
from deposition.results.snapshot import Snapshot


def connected_to_counter(snapshot: Snapshot) -> Mask:
    """(n,) mask of the electrolyte vertices in components of the mesh that touch the counter.

    All vertices count if the snapshot has no counter electrode.
    """
    part, surface = snapshot.electrolyte, snapshot.surface
    size = len(part.points)
    counter = np.unique(surface.facets[surface.on(COUNTER)])
    if len(counter) == 0:
        return np.ones(size, dtype=bool)
    ends = np.stack([part.simplices, np.roll(part.simplices, 1, axis=1)], axis=-1).reshape(-1, 2)
    graph = coo_array((np.ones(len(ends)), ends.T), shape=(size, size))
    _, component = connected_components(graph, directed=False)
    _, touching = KDTree(part.points).query(surface.points[counter])
    return np.isin(component, component[touching])
