"""Nuclei of lithium on a bare collector, before the first step.

A seed of radius r at a place p of the collector is the lithium

    { x in the electrolyte: |x - p| < r }

a half disc or half ball on a flat collector (contact angle 90°, a choice).  The mesh of the
electrolyte is cut along its surface by Mmg, as the surface of a deposit is in each time step; the
second of two cuts follows the circle on the mesh that the first has refined.

Random sites are uniform on a flat collector, at least 2 r and two mesh edges apart (random
sequential addition).  They depend on the seed and on the shape of the collector, not on its mesh.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from deposition.common.constants import MICROMETRE
from deposition.common.errors import InterfaceError, ScenarioError
from deposition.interface.remesh import cut, target_sizes
from deposition.mesh.cell import COLLECTOR, LITHIUM, SEI_PREFIX, Cell, Floats
from deposition.mesh.distance import nearest_facet, nearest_on_facet
from deposition.mesh.sizes import MeshSizes
from deposition.mesh.surface import Surface, extract_surface
from deposition.scenario.seeds import Seeds

LEAST_EDGES = 2.0
"""Mesh edges in the radius of a seed, and between two seeds."""
CUTS = 2
TRIALS = 200
"""Random places that are tried for each seed."""


def with_seeds(cell: Cell, seeds: Seeds, sizes: MeshSizes, source: str) -> Cell:
    """The cell with lithium seeds on its collector.

    source  the geometry, for messages

    Raises ScenarioError for a cell without a bare collector, and for seeds that overlap, lie off
    the collector, reach another electrode, are below mesh resolution, or do not fit.
    """
    surface = extract_surface(cell)
    _check_collector(cell, surface, source)
    radius = seeds.radius / MICROMETRE
    if radius < LEAST_EDGES * sizes.surface:
        raise ScenarioError(
            f"geometry.seeds: radius = {radius:g} µm is below the resolution of the mesh, "
            f"{LEAST_EDGES:g} edges of mesh.surface_size = {sizes.surface:g} µm. Increase "
            "geometry.seeds.radius, or reduce mesh.surface_size [E924]"
        )
    apart = 2.0 * radius + LEAST_EDGES * sizes.surface
    places = (
        _stated(cell, surface, seeds, sizes.surface)
        if seeds.sites
        else _random(cell, surface, seeds, apart)
    )
    _check_apart(places, apart, radius)
    _check_reach(surface, places, radius + LEAST_EDGES * sizes.surface)
    tree = cKDTree(places)
    for _ in range(CUTS):
        level_set = tree.query(cell.points)[0] - radius
        fine = target_sizes(cell, extract_surface(cell), sizes)
        fine = np.minimum(fine, sizes.surface + sizes.slope * np.abs(level_set))
        try:
            cell = cut(cell, level_set, fine, sizes.surface)
        except InterfaceError as error:
            raise ScenarioError(
                f"geometry.seeds: the mesh cannot be cut along the seeds: {error} Change their "
                "sites or radius, or mesh.surface_size. [E925]"
            ) from None
    return cell


def _check_collector(cell: Cell, surface: Surface, source: str) -> None:
    """Seeds need a bare collector without named films."""
    films = [name for name in cell.boundaries if name.startswith(SEI_PREFIX)]
    problem = ""
    if not surface.on(COLLECTOR).any():
        problem = f'has no region "{COLLECTOR}" on which seeds can stand'
    elif cell.in_region(LITHIUM).any():
        problem = f'has a region "{LITHIUM}", and seeds stand on a bare collector'
    elif films:
        problem = f'names the film "{films[0]}", which seeds would cut'
    if problem:
        raise ScenarioError(
            f"{source}: geometry.seeds is stated, but the geometry {problem}. Take a geometry such "
            'as "collector.geo", with films stated in [sei], or leave geometry.seeds out. [E926]'
        )


def _stated(cell: Cell, surface: Surface, seeds: Seeds, size: float) -> Floats:
    """(k, d) the stated sites, moved onto the collector, µm."""
    wrong = next((site for site in seeds.sites if len(site) != cell.dim), None)
    if wrong is not None:
        raise ScenarioError(
            f"geometry.seeds: a site has {len(wrong)} coordinates, and the cell {cell.dim} "
            f"dimensions. State {cell.dim} coordinates for each site. [E927]"
        )
    sites = np.array(seeds.sites) / MICROMETRE
    corners = cell.points[surface.facets[surface.on(COLLECTOR)]]
    near = nearest_on_facet(sites, corners[nearest_facet(sites, corners)])
    off = np.linalg.norm(sites - near, axis=1)
    if off.max() > size:
        site, nearest = sites[off.argmax()], near[off.argmax()]
        raise ScenarioError(
            f"geometry.seeds: the site {_text(site)} is not on the collector, whose nearest place "
            f"is {_text(nearest)}. State sites on its surface. [E922]"
        )
    return near


def _random(cell: Cell, surface: Surface, seeds: Seeds, apart: float) -> Floats:
    """(k, d) random sites, µm."""
    assert seeds.spacing is not None
    on = surface.on(COLLECTOR)
    corners = cell.points[surface.facets[on]]
    area = float(surface.area[on].sum())
    count = round(area / (seeds.spacing / MICROMETRE) ** (cell.dim - 1))
    # Uniform in the box of the collector, then moved onto it: independent of the mesh.
    low, high = corners.min(axis=(0, 1)), corners.max(axis=(0, 1))
    rng = np.random.default_rng(seeds.seed)
    found: Floats = np.empty((0, cell.dim))
    for trial in rng.uniform(low, high, size=(TRIALS * max(count, 1), cell.dim)):
        if len(found) == count:
            break
        place = nearest_on_facet(trial[None], corners[nearest_facet(trial[None], corners)])
        if not len(found) or np.linalg.norm(found - place, axis=1).min() > apart:
            found = np.vstack([found, place])
    if len(found) < max(count, 1):
        raise ScenarioError(
            f"geometry.seeds: spacing = {seeds.spacing / MICROMETRE:g} µm asks for {count} seeds "
            f"on the collector, of which {len(found)} fit without overlap. State a spacing between "
            "the size of the collector and twice the diameter of the seeds, or a smaller radius. "
            "[E928]"
        )
    return found


def _check_apart(places: Floats, apart: float, radius: float) -> None:
    """Two seeds must not overlap, nor leave a gap that the mesh does not resolve."""
    if len(places) < 2:
        return
    distance, index = cKDTree(places).query(places, k=2)
    first = int(distance[:, 1].argmin())
    if distance[first, 1] <= apart:
        one, other = places[first], places[index[first, 1]]
        raise ScenarioError(
            f"geometry.seeds: the seeds at {_text(one)} and {_text(other)} are "
            f"{distance[first, 1]:.3g} µm apart; with radius = {radius:g} µm they overlap, or "
            f"leave less than {LEAST_EDGES:g} mesh edges between them. Move one of them, or reduce "
            "the radius. [E923]"
        )


def _check_reach(surface: Surface, places: Floats, reach: float) -> None:
    """A seed must not reach another electrode."""
    others = surface.midpoint[~surface.on(COLLECTOR)]
    if not len(others):
        return
    distance, index = cKDTree(others).query(places)
    near = int(distance.argmin())
    if distance[near] < reach:
        raise ScenarioError(
            f"geometry.seeds: the seed at {_text(places[near])} reaches another electrode near "
            f"{_text(others[index[near]])}. Move it, or reduce the radius. [E929]"
        )


def _text(place: Floats) -> str:
    """``(2, 0) µm``."""
    return f"({', '.join(f'{x:.4g}' for x in place)}) µm"
