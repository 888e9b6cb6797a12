"""Electrolyte pockets, floating conductors, and the groups of them that are solved together.

A pocket is a connected component of the electrolyte.  A floating conductor is a body of dead
lithium without net current; it couples all pockets in contact with it into one group, because
current can enter it from one pocket and leave it into another.  Dead lithium in contact with the
counter electrode is part of it.

A group whose walls are all insulating (insulated dead lithium, box) or can only plate (bare
collector) carries no current.  Its potential is undetermined, so that it is excluded: its
concentration does not change, and its potential is NaN.

A group in contact with floating conductors but neither with lithium nor with the counter electrode
carries currents between regions of different concentration or curvature, but lacks a reference
potential.  One of its conductors is its reference: its potential is given in place of the equation
Σ i_n A = 0, which then follows from charge conservation.  A bare collector in such a group carries
no current.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from deposition.laws.electrodes import Electrodes
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
    """Electrolyte pockets that are solved, and the metal on their walls.

    simplices             (m,) simplices in pockets that are solved
    reacting              (f,) metal facets with charge transfer: lithium, collector, and dead
                               lithium that floats or is in contact with the counter electrode
    on_counter            (f,) dead lithium in contact with the counter electrode
    connected_to_counter  (f,) facets of groups that include the counter electrode
    floating              (f,) number of the floating conductor behind each facet, else -1
    reference             (b,) floating conductors that are the reference of their group
    """

    simplices: Mask
    reacting: Mask
    on_counter: Mask
    connected_to_counter: Mask
    floating: Ints
    reference: Mask


def find_pockets(cell: Cell, surface: Surface, electrodes: Electrodes) -> Pockets:
    """Find the pockets to solve.

    Dead lithium is insulated unless it floats; on a reservoir, which is no metal, it floats too.
    """
    label = label_components(cell, cell.in_region(ELECTROLYTE))
    pocket = label_at_facets(cell, surface, label)
    dead = label_components(cell, cell.in_region(DEAD_LITHIUM))
    body = label_at_facets(cell, surface, dead)
    conducts = surface.on(DEAD_LITHIUM) & electrodes.dead_lithium.floats
    touching = np.isin(body, _touching_counter(cell, dead))
    at_counter = conducts & touching & electrodes.counter.is_metal
    floating = _numbered(body, conducts & ~at_counter)
    groups = _groups(pocket, floating, int(label.max(initial=-1)) + 1)
    group = groups[pocket]
    referenced = np.isin(group, group[surface.on(LITHIUM, COUNTER) | at_counter])
    solved = np.isin(groups, group[referenced | (floating >= 0)])
    return Pockets(
        simplices=np.append(solved, False)[label],
        on_counter=at_counter,
        reacting=surface.on(LITHIUM) | (surface.on(COLLECTOR) & referenced) | conducts,
        connected_to_counter=np.isin(group, group[surface.on(COUNTER) | at_counter]),
        floating=floating,
        reference=_first_of_each(group, floating, ~referenced),
    )


def _touching_counter(cell: Cell, body: Ints) -> Ints:
    """Labels of the bodies (m,) with a facet on the counter electrode."""
    table = cell.all_facets
    row = table.find(cell.named_facets(COUNTER))
    label = body[table.simplices[row[row >= 0], 0]]
    return label[label >= 0]


def _numbered(label: Ints, chosen: Mask) -> Ints:
    """(f,) labels of the chosen facets renumbered from 0; -1 elsewhere."""
    result = np.full(len(label), -1, dtype=np.int64)
    _, result[chosen] = np.unique(label[chosen], return_inverse=True)
    return result


def _groups(pocket: Ints, floating: Ints, pockets: int) -> Ints:
    """(pockets,) group of each pocket: floating conductors couple pockets."""
    adjacent = floating >= 0
    size = pockets + int(floating.max(initial=-1)) + 1
    edges = (np.ones(int(adjacent.sum())), (pocket[adjacent], pockets + floating[adjacent]))
    _, group = connected_components(coo_array(edges, shape=(size, size)), directed=False)
    return np.asarray(group[:pockets], dtype=np.int64)


def _first_of_each(group: Ints, floating: Ints, chosen: Mask) -> Mask:
    """(b,) floating conductors that are the first of a chosen group."""
    facets = np.flatnonzero(chosen & (floating >= 0))
    _, first = np.unique(group[facets], return_index=True)
    result = np.zeros(int(floating.max(initial=-1)) + 1, dtype=bool)
    result[floating[facets[first]]] = True
    return result
