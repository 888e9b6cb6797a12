"""Pools: connected components of the electrolyte, and which of them can be solved.

A pool whose walls are all insulating (dead lithium, box) or can only plate (bare collector) carries
no current, because nothing in it can give the charge that another place would take.  Its potential
would be undetermined, so it is left out: its salt stays and its potential is unknown (NaN).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deposition.cell import COUNTER, ELECTROLYTE, LITHIUM, Cell
from deposition.surface import Surface, label_at_facets, label_components


@dataclass(frozen=True, eq=False)
class Pools:
    """simplices (m,) whether each is solved; facets (f,) whether each surface facet touches one;
    fed (f,) whether each facet touches a pool that reaches the counter electrode."""

    simplices: NDArray[np.bool_]
    facets: NDArray[np.bool_]
    fed: NDArray[np.bool_]


def find_pools(cell: Cell, surface: Surface) -> Pools:
    """Find the pools that have lithium or the counter electrode on their walls."""
    label = label_components(cell, cell.in_region(ELECTROLYTE))
    pool = label_at_facets(cell, surface, label)
    live = np.unique(pool[surface.on(LITHIUM, COUNTER)])
    fed = np.unique(pool[surface.on(COUNTER)])
    return Pools(np.isin(label, live), np.isin(pool, live), np.isin(pool, fed))
