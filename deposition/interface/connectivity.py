"""Connected components of metal and electrolyte after a cut.

Metal: a body belongs to the working electrode while it holds an anchor (a point of the original
electrode) or touches the collector.  A body that lost its connection becomes dead lithium; a
fragment below mesh resolution dissolves.  Floating dead lithium moves as well: it is called lithium
during the step, and gets its name back where it still has no connection.
Two metal surfaces touch where only flat cells lie between them (``flat_share``).
Electrolyte: a pocket cut off from the counter electrode keeps its own salt; one below mesh
resolution is filled with lithium and recorded as void, together with the salt that it traps.

Source: components connected through facets, scipy.sparse.csgraph; the size of a fragment is a
choice (``fragment_cells``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.spatial import cKDTree

from deposition.interface.numerics import NUMERICS, InterfaceNumerics
from deposition.mesh.cell import (
    COLLECTOR,
    COUNTER,
    DEAD_LITHIUM,
    ELECTROLYTE,
    LITHIUM,
    PINCHED_OFF,
    SEPARATOR,
    Cell,
    Floats,
    Ints,
    Mask,
    region_kind,
    rename,
    skin,
)
from deposition.mesh.degenerate import closed_gaps
from deposition.mesh.distance import nearest_facet, point_facet_distance
from deposition.mesh.point_location import locate
from deposition.mesh.surface import Surface, extract_surface, label_components


@dataclass(frozen=True, eq=False)
class Connectivity:
    """A cell without fragments below mesh resolution, and the electrolyte that was filled.

    open    the cell before electrolyte fragments were filled
    cell    the same mesh with them filled
    filled  (m,) simplices that were electrolyte and are lithium now
    removed volume of loose metal that is electrolyte now, µm^d
    """

    open: Cell
    cell: Cell
    filled: Mask
    removed: float = 0.0

    def with_points(self, points: Floats) -> Connectivity:
        """The same mesh with its vertices at ``points`` (n, d), µm."""
        opened = self.open.with_points(points)
        cell = opened if self.cell is self.open else self.cell.with_points(points)
        return Connectivity(opened, cell, self.filled, self.removed)

    @cached_property
    def surface(self) -> Surface:
        """Surface of ``cell``."""
        return extract_surface(self.cell)


def anchor_points(cell: Cell, numerics: InterfaceNumerics = NUMERICS) -> Floats:
    """(a, d) points that make a lithium body part of the working electrode, µm.

    For each body: its vertices on the outside of the box that lie lowest along the growth axis (all
    of them if it is undefined), or its innermost vertex when it nowhere meets the outside.  Empty
    where there is a collector: the collector itself is the anchor.
    """
    if cell.in_region(COLLECTOR).any():
        return np.empty((0, cell.dim))
    label = label_components(cell, cell.in_region(LITHIUM))
    bodies = range(label.max(initial=-1) + 1)
    anchors = [_anchors_of(cell, label == body, numerics) for body in bodies]
    return np.concatenate([np.empty((0, cell.dim)), *anchors])


def _anchors_of(cell: Cell, body: Mask, numerics: InterfaceNumerics) -> Floats:
    """Anchor points of one lithium body (m,)."""
    wet = np.unique(cell.simplices[cell.in_region(ELECTROLYTE)])
    dry = np.setdiff1d(cell.simplices[body], wet)
    table = cell.all_facets
    outside = np.intersect1d(dry, table.vertices[table.outer()])
    if len(outside) and not cell.growth.is_defined:
        return cell.points[outside]
    if len(outside):
        height = cell.growth.turned(cell.points[outside])[:, -1]
        margin = numerics.anchor_level * np.ptp(cell.points)
        return cell.points[outside[height <= height.min() + margin]]
    if len(dry) == 0:
        return cell.points[cell.simplices[body][:1]].mean(axis=1)
    depth, _ = cKDTree(cell.points[wet]).query(cell.points[dry])
    return cell.points[dry[[int(depth.argmax())]]]


def working_simplices(cell: Cell, anchors: Floats, numerics: InterfaceNumerics = NUMERICS) -> Mask:
    """(m,) lithium simplices connected to the collector or to an anchor (a, d)."""
    metal = cell.in_region(LITHIUM) | cell.in_region(COLLECTOR)
    label = label_components(cell, metal)
    connected = set(label[cell.in_region(COLLECTOR)])
    if len(anchors):
        chosen = np.flatnonzero(metal)
        low = anchors.min(axis=0) - numerics.anchor_distance
        high = anchors.max(axis=0) + numerics.anchor_distance
        # Without those that lie beyond one side of the box around the anchors.
        for beyond in (*(cell.points > high).T, *(cell.points < low).T):
            chosen = chosen[~beyond[cell.simplices[chosen]].all(axis=1)]
    if len(anchors) and len(chosen):
        found = locate(anchors, cell.points, cell.simplices[chosen])
        # Rounding may put an anchor just outside of the metal.
        corners = cell.points[cell.simplices[chosen[found.simplex]]]
        place = np.einsum("ij,ijk->ik", found.weight, corners)
        distance = np.linalg.norm(place - anchors, axis=1)
        held = found.inside | (distance < numerics.anchor_distance)
        connected |= set(label[chosen[found.simplex[held]]])
    return metal & np.isin(label, list(connected)) & cell.in_region(LITHIUM)


def fragment_volume(surface_size: float, dim: int, numerics: InterfaceNumerics = NUMERICS) -> float:
    """Volume below which a component is a fragment: ``fragment_cells`` h^d / d!, µm^d."""
    return numerics.fragment_cells * surface_size**dim / (2.0 if dim == 2 else 6.0)


def resolve_connectivity(
    cell: Cell, anchors: Floats, surface_size: float, numerics: InterfaceNumerics = NUMERICS
) -> Connectivity:
    """Close flat gaps, dissolve loose metal fragments, fill cut-off electrolyte fragments."""
    cell = rename(cell, closed_gaps(cell, numerics.flat_share, numerics.flat_at_collector), LITHIUM)
    fragment = fragment_volume(surface_size, cell.dim, numerics)
    disconnected = disconnected_simplices(cell, anchors, numerics)
    loose = _fragments(cell, disconnected, fragment)
    removed = float(cell.volumes[loose].sum())
    cell = rename(cell, loose, ELECTROLYTE)
    filled = _fragments(cell, _cut_off(cell), fragment)
    return Connectivity(cell, rename(cell, filled, LITHIUM), filled, removed)


def disconnected_simplices(
    cell: Cell, anchors: Floats, numerics: InterfaceNumerics = NUMERICS
) -> Mask:
    """(m,) lithium simplices without connection to the working electrode."""
    return cell.in_region(LITHIUM) & ~working_simplices(cell, anchors, numerics)


def with_dead_lithium_moving(cell: Cell) -> Cell:
    """The cell with its dead lithium called lithium, so that all metal moves alike."""
    dead = cell.in_region(DEAD_LITHIUM)
    kept = [i for i, name in enumerate(cell.regions) if region_kind(name) != DEAD_LITHIUM]
    number = np.full(len(cell.regions), -1, dtype=np.int64)
    number[kept] = np.arange(len(kept))
    names = tuple(cell.regions[i] for i in kept)
    return rename(cell.with_regions(number[cell.region], names), dead, LITHIUM)


def with_body_names(
    cell: Cell, anchors: Floats, old: Cell, numerics: InterfaceNumerics = NUMERICS
) -> Cell:
    """The cell with each disconnected body named as in ``old``, or pinched off if it is new.

    A body that several merged into has the name of the largest part.
    """
    label = label_components(cell, disconnected_simplices(cell, anchors, numerics))
    for body in range(label.max(initial=-1) + 1):
        cell = rename(cell, label == body, _old_name(cell, label == body, old))
    return cell


def _old_name(cell: Cell, body: Mask, old: Cell) -> str:
    """The dead lithium of ``old`` in which most of a body (m,) lies."""
    dead = np.flatnonzero(old.in_region(DEAD_LITHIUM))
    if len(dead) == 0:
        return PINCHED_OFF
    centre = cell.points[cell.simplices[body]].mean(axis=1)
    found = locate(centre, old.points, old.simplices[dead])
    region, inside = old.region[dead[found.simplex]], found.inside
    # Volume of the body in each old region, by the centroids of its simplices.
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
    """(m,) electrolyte simplices in pockets that do not reach the counter electrode."""
    wet = cell.in_region(ELECTROLYTE)
    pockets = electrolyte_pockets(cell)
    return wet & ~np.isin(pockets, counter_pockets(cell, pockets))


def electrolyte_pockets(cell: Cell) -> Ints:
    """(m,) label of the connected electrolyte pocket of each simplex, -1 outside."""
    return label_components(cell, cell.in_region(ELECTROLYTE))


def counter_pockets(cell: Cell, pockets: Ints) -> Ints:
    """Labels of the pockets that reach the counter electrode."""
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
    """A place where metal touches the counter electrode, µm; empty if it does not."""
    table, facets = cell.all_facets, cell.named_facets(COUNTER)
    row = table.find(facets)
    behind = table.simplices[row[row >= 0], 0]
    metal = np.flatnonzero(~cell.in_region(ELECTROLYTE)[behind])
    if len(metal) == 0:
        return ()
    return tuple(map(float, cell.points[facets[row >= 0][metal[0]]].mean(axis=0)))


def near_counter(cell: Cell, surface: Surface, margin: float) -> Floats:
    """The vertex of the deposit nearest to the counter electrode, (d,) µm, if it is nearer than
    ``margin`` (µm); else empty."""
    counter = surface.facets[surface.on(COUNTER)]
    return _nearest_to(cell, surface.facets[surface.working], counter, margin)


def near_separator(cell: Cell, moving: Ints, margin: float) -> Floats:
    """The vertex of the facets (f, d) of moving metal nearest to the separator, (d,) µm, if it is
    nearer than ``margin`` (µm); else empty."""
    return _nearest_to(cell, moving, skin(cell, cell.in_region(SEPARATOR)), margin)


def _nearest_to(cell: Cell, moving: Ints, facets: Ints, margin: float) -> Floats:
    """The vertex of facets (f, d) nearest to other ``facets`` (k, d), if nearer than ``margin``."""
    own, corners = np.unique(moving), cell.points[facets]
    if len(own) == 0 or len(corners) == 0:
        return np.empty(0)
    points = cell.points[own]
    gap = point_facet_distance(points, corners[nearest_facet(points, corners)])
    closest = int(gap.argmin())
    return np.asarray(points[closest] if gap[closest] < margin else np.empty(0), dtype=np.float64)
