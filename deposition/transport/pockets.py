"""Pools of electrolyte, floating conductors, and which of them can be solved together.

A pool is a connected component of the electrolyte.  A floating conductor is a piece of dead lithium
that passes no net current; it joins the pools that it touches to one group, because current can
enter it from one and leave it to another.  Dead lithium that touches the counter electrode is part
of that, at 0 V.

A group whose walls are all insulating (dead lithium that is insulated, box) or can only plate (bare
collector) carries no current, because nothing in it can give the charge that another place would
take.  Its potential would be undetermined, so it is left out: its salt stays and its potential is
unknown (NaN).

A group that touches neither lithium nor the counter electrode, but floating conductors, has
currents between places of different concentration or curvature, but no reference for its potential.
One of its conductors is earthed (0 V) instead of asking its net current to be zero; that it is zero
then follows from the conservation of charge.  A bare collector in such a group stays at rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from deposition.mesh.cell import (
    COLLECTOR,
    COUNTER,
    DEAD_LITHIUM,
    ELECTROLYTE,
    LITHIUM,
    Cell,
    Ints,
    Mask,
)
from deposition.mesh.surface import Surface, label_at_facets, label_components


@dataclass(frozen=True, eq=False)
class Pockets:
    """Which pools are solved, and with what on their walls.

    simplices  (m,) whether each belongs to a pool that is solved
    reacting   (f,) surface facets of metal that pass a current: lithium, collector, dead lithium
                    that floats or touches the counter electrode
    fed        (f,) facets that touch a group which reaches the counter electrode
    floating   (f,) number of the floating conductor behind each facet, else -1
    earthed    (b,) whether each floating conductor is the reference of its group
    """

    simplices: Mask
    reacting: Mask
    connected_to_counter: Mask
    floating: Ints
    grounded: Mask


def find_pockets(cell: Cell, surface: Surface, dead_floats: bool) -> Pockets:
    """Find what is solved; ``dead_floats``: dead lithium conducts, otherwise it is insulated."""
    label = label_components(cell, cell.in_region(ELECTROLYTE))
    pocket = label_at_facets(cell, surface, label)
    dead = label_components(cell, cell.in_region(DEAD_LITHIUM))
    body = label_at_facets(cell, surface, dead)
    conducts = surface.on(DEAD_LITHIUM) & dead_floats
    at_counter = conducts & np.isin(body, _touching_counter(cell, dead))
    floating = _numbered(body, conducts & ~at_counter)
    groups = _groups(pocket, floating, int(label.max(initial=-1)) + 1)
    group = groups[pocket]
    known = np.isin(group, group[surface.on(LITHIUM, COUNTER) | at_counter])
    live = np.isin(groups, group[known | (floating >= 0)])
    return Pockets(
        simplices=np.append(live, False)[label],
        reacting=surface.on(LITHIUM) | (surface.on(COLLECTOR) & known) | conducts,
        connected_to_counter=np.isin(group, group[surface.on(COUNTER) | at_counter]),
        floating=floating,
        grounded=_first_of_each(group, floating, ~known),
    )


def _touching_counter(cell: Cell, body: Ints) -> Ints:
    """Labels of the bodies (m,) that have a facet on the counter electrode."""
    table = cell.all_facets
    row = table.find(cell.named_facets(COUNTER))
    label = body[table.simplices[row[row >= 0], 0]]
    return label[label >= 0]


def _numbered(label: Ints, chosen: Mask) -> Ints:
    """(f,) the labels of the chosen facets, numbered from 0; -1 elsewhere."""
    result = np.full(len(label), -1, dtype=np.int64)
    _, result[chosen] = np.unique(label[chosen], return_inverse=True)
    return result


def _groups(pocket: Ints, floating: Ints, pockets: int) -> Ints:
    """(pools,) group of each pool: the pools that floating conductors join."""
    wet = floating >= 0
    size = pockets + int(floating.max(initial=-1)) + 1
    edges = (np.ones(int(wet.sum())), (pocket[wet], pockets + floating[wet]))
    _, group = connected_components(coo_array(edges, shape=(size, size)), directed=False)
    return np.asarray(group[:pockets], dtype=np.int64)


def _first_of_each(group: Ints, floating: Ints, chosen: Mask) -> Mask:
    """(b,) whether each floating conductor is the first one of a chosen group."""
    facets = np.flatnonzero(chosen & (floating >= 0))
    _, first = np.unique(group[facets], return_index=True)
    result = np.zeros(int(floating.max(initial=-1)) + 1, dtype=bool)
    result[floating[facets[first]]] = True
    return result
