"""Which electrolyte the counter electrode still reaches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from deposition.mesh.cell import COUNTER
from deposition.results.snapshot import Snapshot


def reached(snapshot: Snapshot) -> NDArray[np.bool_]:
    """(n,) whether each vertex of the electrolyte lies in a pool that touches the counter.

    All of them if the snapshot has no counter electrode.
    """
    part, surface = snapshot.electrolyte, snapshot.surface
    size = len(part.points)
    counter = np.unique(surface.facets[surface.on(COUNTER)])
    if len(counter) == 0:
        return np.ones(size, dtype=bool)
    ends = np.stack([part.simplices, np.roll(part.simplices, 1, axis=1)], axis=-1).reshape(-1, 2)
    graph = coo_array((np.ones(len(ends)), ends.T), shape=(size, size))
    _, pool = connected_components(graph, directed=False)
    _, touching = KDTree(part.points).query(surface.points[counter])
    return np.isin(pool, pool[touching])
