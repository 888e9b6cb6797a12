"""Triangles and lines of a snapshot that a view draws, with their fields.

In 2D the whole electrolyte; in 3D its vertical section through the centre, and the surface.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyvista as pv

from deposition.mesh.cell import COLLECTOR, DEAD_LITHIUM, LITHIUM, Floats, Ints, skin
from deposition.render.fields import CONCENTRATION, CURRENT, FLUX, POTENTIAL
from deposition.render.film_strip import mixed, mixed_colours
from deposition.results.snapshot import BodiesSnapshot, ElectrolyteSnapshot, Snapshot

KINDS = (LITHIUM, COLLECTOR, DEAD_LITHIUM)
WALL = 1e-6
"""Tolerance of the distance from a wall, relative to the width of the box."""


@dataclass(frozen=True, eq=False)
class Mesh:
    """Points (n, d), µm, and elements (m, k), with fields on the points (n,) or elements (m,)."""

    points: Floats
    elements: Ints
    real: dict[str, Floats]
    index: dict[str, Ints]


def meshes(snapshot: Snapshot, colours: dict[str, str]) -> dict[str, Mesh]:
    """Parts of a view: ``electrolyte``, ``surface``, ``metal``."""
    return {
        "electrolyte": electrolyte_mesh(snapshot),
        "surface": surface_mesh(snapshot, colours),
        "metal": metal_mesh(snapshot.bodies),
    }


def electrolyte_mesh(snapshot: Snapshot) -> Mesh:
    """Electrolyte with concentration, potential and flux, each in its unit, on the points."""
    electrolyte = snapshot.electrolyte
    real = {field.name: field.values(snapshot) for field in (CONCENTRATION, POTENTIAL, FLUX)}
    if snapshot.dim == 3:
        return _section(electrolyte, real)
    return Mesh(electrolyte.points, electrolyte.simplices, real, {})


def _section(electrolyte: ElectrolyteSnapshot, real: dict[str, Floats]) -> Mesh:
    """Section of the electrolyte with the vertical plane through the centre of the box."""
    cells = np.insert(electrolyte.simplices, 0, 4, axis=1).ravel()
    types = np.full(len(electrolyte.simplices), pv.CellType.TETRA)
    grid = pv.UnstructuredGrid(cells, types, electrolyte.points)
    for name, values in real.items():
        grid.point_data[name] = values
    cut = grid.slice(normal="y", origin=grid.center).triangulate()
    real = {name: np.asarray(cut.point_data[name], dtype=np.float64) for name in real}
    triangles = np.asarray(cut.faces, dtype=np.int64).reshape(-1, 4)[:, 1:]
    return Mesh(np.asarray(cut.points, dtype=np.float64), triangles, real, {})


def surface_mesh(snapshot: Snapshot, colours: dict[str, str]) -> Mesh:
    """Working electrode with the current density, A/m², and the RGB colour of the film."""
    surface = snapshot.surface
    working = surface.on(LITHIUM, COLLECTOR)
    mixtures, group = mixed(surface.fractions[working])
    shades = np.rint(255 * mixed_colours(mixtures, surface.films, colours)).astype(np.int64)
    points, elements = _used(surface.points, surface.facets[working])
    current = CURRENT.drawn(snapshot)
    return Mesh(points, elements, {CURRENT.name: current}, {"film": shades[group]})


def metal_mesh(bodies: BodiesSnapshot) -> Mesh:
    """Metal with its kind as an index into ``KINDS``; in 3D its boundary without the electrode."""
    region = np.array([_kind(name) for name in bodies.regions])[bodies.region]
    if bodies.points.shape[1] == 2:
        return Mesh(bodies.points, bodies.simplices, {}, {"kind": region})
    parts = [_outside(bodies, region, kind) for kind in range(len(KINDS))]
    kinds = np.repeat(np.arange(len(KINDS)), [len(part) for part in parts])
    points, elements = _used(bodies.points, np.concatenate(parts))
    return Mesh(points, elements, {}, {"kind": kinds})


def _outside(bodies: BodiesSnapshot, region: Ints, kind: int) -> Ints:
    """Boundary facets of one kind of metal; of the electrodes only those on the walls of the box.

    The other facets of the electrodes are part of the surface that carries the fields.
    """
    facets = skin(bodies.as_cell(), region == kind)
    if KINDS[kind] == DEAD_LITHIUM:
        return facets
    low, high = bodies.points.min(axis=0), bodies.points.max(axis=0)
    # The upper bound of the metal is the top of the deposit, not a wall.
    high[2] = np.inf
    near = WALL * float(np.max(high[:2] - low[:2]))
    corners = bodies.points[facets]
    on_wall = [(np.abs(corners - wall) <= near).all(axis=1).any(axis=1) for wall in (low, high)]
    return facets[on_wall[0] | on_wall[1]]


def _kind(region: str) -> int:
    """Index into ``KINDS`` of a region name, such as ``dead_lithium:left``."""
    family = region.split(":")[0]
    return KINDS.index(family) if family in KINDS else 0


def _used(points: Floats, elements: Ints) -> tuple[Floats, Ints]:
    """Points used by the elements, and the renumbered elements."""
    used, inverse = np.unique(elements, return_inverse=True)
    return points[used], inverse.reshape(elements.shape)
