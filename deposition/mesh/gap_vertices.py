"""Vertices in gaps between two metal bodies that a mesh crosses with a single edge.

A level set that is zero or negative at both ends of such an edge is negative along all of it: the
gap would close in the first step of the moving interface.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np

from deposition.mesh.cell import COUNTER, ELECTROLYTE, Cell, Ints, sorted_rows
from deposition.mesh.surface import extract_surface, facet_bodies

PASSES = 20
"""Most passes; each splits edges of which no two belong to one simplex."""


def with_gap_vertices(cell: Cell) -> Cell:
    """The cell with every edge through the electrolyte that joins two metal bodies split in its
    middle; the counter electrode counts as none."""
    for _ in range(PASSES):
        edges = _edges_across(cell)
        if not len(edges):
            break
        cell = _split(cell, edges)
    return cell


def _edges_across(cell: Cell) -> Ints:
    """(k, 2) edges of electrolyte between two bodies, the longest first."""
    surface = extract_surface(cell)
    metal = ~surface.on(COUNTER)
    body = np.full(len(cell.points), -1)
    body[surface.facets[metal]] = facet_bodies(cell, surface)[metal, None]
    wet = cell.simplices[cell.in_region(ELECTROLYTE)]
    pairs = [wet[:, list(pair)] for pair in combinations(range(wet.shape[1]), 2)]
    edges = np.unique(sorted_rows(np.concatenate(pairs)), axis=0)
    ends = body[edges]
    edges = edges[(ends.min(axis=1) >= 0) & (ends[:, 0] != ends[:, 1])]
    length = np.linalg.norm(cell.points[edges[:, 0]] - cell.points[edges[:, 1]], axis=1)
    return edges[np.argsort(-length, kind="stable")]


def _split(cell: Cell, edges: Ints) -> Cell:
    """The cell with those of the edges split that share no simplex with one before them."""
    simplices = cell.simplices.copy()
    around: dict[tuple[int, int], list[int]] = {(int(a), int(b)): [] for a, b in edges}
    across = np.isin(simplices, edges).sum(axis=1) >= 2
    for number in np.flatnonzero(across):
        for one, other in combinations(sorted(map(int, simplices[number])), 2):
            if (one, other) in around:
                around[one, other].append(int(number))
    points, halves, of = list(cell.points), [], []
    taken: set[int] = set()
    for (one, other), beside in around.items():
        if taken.intersection(beside):
            continue
        taken.update(beside)
        points.append(0.5 * (cell.points[one] + cell.points[other]))
        middle = len(points) - 1
        for number in beside:
            whole = simplices[number].copy()
            halves.append(np.where(whole == one, middle, whole))
            of.append(number)
            simplices[number] = np.where(whole == other, middle, whole)
    return replace(
        cell,
        points=np.array(points),
        simplices=np.concatenate([simplices, np.array(halves)]),
        region=np.concatenate([cell.region, cell.region[of]]),
    )
