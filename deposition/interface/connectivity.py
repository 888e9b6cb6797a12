"""Which pieces of metal and of electrolyte still belong together after a cut.

Metal: a body is working while it holds an anchor (a point of the original electrode, or the
collector).  A piece that lost its connection becomes dead lithium; a speck of a few cells
dissolves.  Dead lithium that floats moves as well: it is called lithium while the front works, and
gets its name back where it still has no connection.
Two surfaces touch where only cells flatter than a fiftieth of their length lie between them.
Electrolyte: a pool cut off from the counter electrode keeps its own salt; one of a few cells is
filled with lithium and booked as void, together with the salt it traps.

Source: connection by shared facets, scipy.sparse.csgraph; what counts as a speck is a choice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

from deposition.mesh.cell import (
    COLLECTOR,
    COUNTER,
    DEAD_LITHIUM,
    ELECTROLYTE,
    LITHIUM,
    PINCHED_OFF,
    Cell,
    Floats,
    Ints,
    Mask,
    region_kind,
    rename,
)
from deposition.mesh.degenerate import closed_gaps
from deposition.mesh.distance import nearest_facet, point_facet_distance
from deposition.mesh.point_location import locate
from deposition.mesh.surface import Surface, label_components

FRAGMENT_CELLS = 4.0
"""A component smaller than this many cells of the surface size is a speck."""


@dataclass(frozen=True, eq=False)
class Connectivity:
    """A cell whose specks are gone, and what was filled.

    open    the cell before electrolyte specks were filled
    cell    the same mesh with them filled
    filled  (m,) simplices that were electrolyte and are lithium now
    """

    open: Cell
    cell: Cell
    filled: Mask


def anchor_points(cell: Cell) -> Floats:
    """(a, d) points that make a lithium body part of the working electrode.

    For each body: its vertices on the outside of the box that lie lowest along the growth axis (the
    last coordinate), or its innermost vertex when it nowhere meets the outside.  Lithium that has a
    collector needs none: the collector itself is the anchor.
    """
    if cell.in_region(COLLECTOR).any():
        return np.empty((0, cell.dim))
    label = label_components(cell, cell.in_region(LITHIUM))
    anchors = [_anchors_of(cell, label == body) for body in range(label.max(initial=-1) + 1)]
    return np.concatenate([np.empty((0, cell.dim)), *anchors])


def _anchors_of(cell: Cell, body: Mask) -> Floats:
    """Anchor points of one lithium body."""
    wet = np.unique(cell.simplices[cell.in_region(ELECTROLYTE)])
    dry = np.setdiff1d(cell.simplices[body], wet)
    table = cell.all_facets
    outside = np.intersect1d(dry, table.vertices[table.outer()])
    if len(outside):
        height = cell.points[outside, -1]
        return cell.points[outside[height <= height.min() + 1e-9 * np.ptp(cell.points)]]
    if len(dry) == 0:
        return cell.points[cell.simplices[body][:1]].mean(axis=1)
    depth, _ = cKDTree(cell.points[wet]).query(cell.points[dry])
    return cell.points[dry[[int(depth.argmax())]]]


def working_simplices(cell: Cell, anchors: Floats) -> Mask:
    """(m,) lithium simplices that are joined to the collector or hold an anchor."""
    metal = cell.in_region(LITHIUM) | cell.in_region(COLLECTOR)
    label = label_components(cell, metal)
    rooted = set(label[cell.in_region(COLLECTOR)])
    if len(anchors):
        chosen = np.flatnonzero(metal)
        found = locate(anchors, cell.points, cell.simplices[chosen])
        near = found.inside | (_miss(cell, chosen, found.simplex, found.weight, anchors) < 1e-6)
        rooted |= set(label[chosen[found.simplex[near]]])
    return metal & np.isin(label, list(rooted)) & cell.in_region(LITHIUM)


def _miss(cell: Cell, chosen: Ints, simplex: Ints, weight: Floats, anchors: Floats) -> Floats:
    """Distance between an anchor and the nearest place found for it, µm."""
    corners = cell.points[cell.simplices[chosen[simplex]]]
    return np.linalg.norm(np.einsum("ij,ijk->ik", weight, corners) - anchors, axis=1)


def fragment_volume(surface_size: float, dim: int) -> float:
    """Volume below which a component is a speck, µm^d."""
    return FRAGMENT_CELLS * surface_size**dim / (2.0 if dim == 2 else 6.0)


def resolve_connectivity(cell: Cell, anchors: Floats, surface_size: float) -> Connectivity:
    """Close gaps that are as good as closed, dissolve metal specks, fill electrolyte specks."""
    cell = rename(cell, closed_gaps(cell), LITHIUM)
    fragment = fragment_volume(surface_size, cell.dim)
    cell = rename(
        cell, _fragments(cell, disconnected_simplices(cell, anchors), fragment), ELECTROLYTE
    )
    filled = _fragments(cell, _cut_off(cell), fragment)
    return Connectivity(cell, rename(cell, filled, LITHIUM), filled)


def disconnected_simplices(cell: Cell, anchors: Floats) -> Mask:
    """(m,) lithium simplices without connection to the working electrode."""
    return cell.in_region(LITHIUM) & ~working_simplices(cell, anchors)


def with_dead_lithium_moving(cell: Cell) -> Cell:
    """The cell with its dead lithium called lithium: all metal moves alike."""
    dead = cell.in_region(DEAD_LITHIUM)
    kept = [i for i, name in enumerate(cell.regions) if region_kind(name) != DEAD_LITHIUM]
    number = np.full(len(cell.regions), -1, dtype=np.int64)
    number[kept] = np.arange(len(kept))
    names = tuple(cell.regions[i] for i in kept)
    return rename(replace(cell, region=number[cell.region], regions=names), dead, LITHIUM)


def with_body_names(cell: Cell, anchors: Floats, old: Cell) -> Cell:
    """The cell with its loose lithium called what it was in ``old``, or pinched off if it is new.

    A body that was several has the name of the part that is most of it.
    """
    label = label_components(cell, disconnected_simplices(cell, anchors))
    for body in range(label.max(initial=-1) + 1):
        cell = rename(cell, label == body, _old_name(cell, label == body, old))
    return cell


def _old_name(cell: Cell, body: Mask, old: Cell) -> str:
    """The dead lithium of ``old`` in which most of a body lies."""
    dead = np.flatnonzero(old.in_region(DEAD_LITHIUM))
    if len(dead) == 0:
        return PINCHED_OFF
    centre = cell.points[cell.simplices[body]].mean(axis=1)
    found = locate(centre, old.points, old.simplices[dead])
    region, inside = old.region[dead[found.simplex]], found.inside
    volume = np.bincount(region[inside], cell.volumes[body][inside], len(old.regions))
    return old.regions[int(volume.argmax())] if inside.any() else PINCHED_OFF


def _fragments(cell: Cell, chosen: Mask, limit: float) -> Mask:
    """(m,) chosen simplices whose connected component is smaller than ``limit`` µm^d."""
    if not chosen.any():
        return chosen
    label = label_components(cell, chosen)
    volume = np.bincount(label[chosen], cell.volumes[chosen])
    return chosen & np.append(volume < limit, False)[label]


def _cut_off(cell: Cell) -> Mask:
    """(m,) electrolyte simplices in pools that do not reach the counter electrode."""
    wet = cell.in_region(ELECTROLYTE)
    pockets = electrolyte_pockets(cell)
    return wet & ~np.isin(pockets, counter_pockets(cell, pockets))


def electrolyte_pockets(cell: Cell) -> Ints:
    """(m,) label of the connected electrolyte pool of each simplex, -1 outside."""
    return label_components(cell, cell.in_region(ELECTROLYTE))


def counter_pockets(cell: Cell, pockets: Ints) -> Ints:
    """Labels of the pools that reach the counter electrode."""
    table = cell.all_facets
    row = table.find(cell.named_facets(COUNTER))
    label = pockets[table.simplices[row[row >= 0], 0]]
    return np.unique(label[label >= 0])


def void_volume(cell: Cell) -> float:
    """Volume of electrolyte that is cut off from the counter electrode, µm^d."""
    return float(cell.volumes[_cut_off(cell)].sum())


def at_counter(cell: Cell) -> set[str]:
    """Kinds of regions that touch the counter electrode."""
    table = cell.all_facets
    row = table.find(cell.named_facets(COUNTER))
    behind = np.unique(cell.region[table.simplices[row[row >= 0], 0]])
    return {region_kind(cell.regions[region]) for region in behind}


def contact_place(cell: Cell) -> tuple[float, ...]:
    """Where metal touches the counter electrode, µm; empty if it does not."""
    table, facets = cell.all_facets, cell.named_facets(COUNTER)
    row = table.find(facets)
    behind = table.simplices[row[row >= 0], 0]
    metal = np.flatnonzero(~cell.in_region(ELECTROLYTE)[behind])
    if len(metal) == 0:
        return ()
    return tuple(map(float, cell.points[facets[row >= 0][metal[0]]].mean(axis=0)))


def near_counter(cell: Cell, surface: Surface, margin: float) -> Floats:
    """Where the deposit comes closer to the counter electrode than ``margin`` (µm), (d,) µm.

    The place on it that comes closest; empty where there is room.
    """
    own = np.unique(surface.facets[surface.working])
    corners = cell.points[surface.facets[surface.on(COUNTER)]]
    if len(own) == 0 or len(corners) == 0:
        return np.empty(0)
    points = cell.points[own]
    gap = point_facet_distance(points, corners[nearest_facet(points, corners)])
    closest = int(gap.argmin())
    return np.asarray(points[closest] if gap[closest] < margin else np.empty(0), dtype=np.float64)
