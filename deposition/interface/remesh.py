"""Mmg cuts the mesh along the level set and remeshes it.

Electrolyte and lithium enter as one material, so the old interface leaves no trace; Mmg splits it
into metal (psi < 0) and electrolyte (psi > 0).  Dead lithium and collector are never split.
"""

from __future__ import annotations

import numpy as np

from deposition.common.errors import InterfaceError
from deposition.mesh.cell import (
    COLLECTOR,
    COUNTER,
    DEAD_LITHIUM,
    ELECTROLYTE,
    LITHIUM,
    Cell,
    FacetTable,
    Floats,
    Ints,
    Mask,
    region_kind,
    simplex_volumes,
)
from deposition.mesh.distance import nearest_facet
from deposition.mesh.mmg import Mesh, Task, remesh

_MIXED, _METAL, _ELECTROLYTE, _UNSPLIT = 1, 2, 3, 100
_WALL, _COUNTER = 21, 22
_NO_FACETS = np.empty((0, 3), dtype=np.int64), np.empty(0, dtype=bool)
"""In 3D: with boundary triangles and a table of materials, Mmg 5.8 refuses to cut."""
_CLEARANCES = (0.0, 1e-4, 1e-2)
"""Shares of the surface size, tried in turn: where surfaces meet, Mmg may refuse a level set that
vanishes exactly at vertices, and takes the same one with the zeros pushed aside."""
_GRADATION = 1.8
"""Mmg's own bound on neighbouring edges: looser than the size field, which is graded already."""
_LIMIT, _LIMIT_PER_VERTEX = 30.0, 0.005
"""Seconds that Mmg may take: ten times what it needs for 3D meshes on a busy machine."""
HAUSDORFF_SHARE = {2: 0.02, 3: 0.15}
"""Allowed distance between the cut and the remeshed surface, as a share of the surface size, by
dimension: a tight bound refines every curved place, which 3D cannot afford."""


def cut(cell: Cell, level_set: Floats, sizes: Floats, surface_size: float) -> Cell:
    """A new cell, cut along the zero of ``level_set`` (n,) and remeshed to ``sizes`` (n,), µm.

    surface_size (µm): the usual edge length at the surface, the yardstick of its accuracy.

    Boundary names other than ``counter`` end here: what covers the surface is from now on a matter
    of ``SurfaceState``.  Raises FrontError when Mmg fails or returns an invalid mesh.
    """
    for clearance in _CLEARANCES:
        clear = _clear_of_zero(level_set, clearance * surface_size)
        mesh = remesh(_task(cell, clear, sizes, surface_size))
        if mesh is not None:
            return _named(*_compact(mesh, cell.dim), cell)
    raise InterfaceError("Mmg could not cut the mesh along the new surface [E360]")


def _task(cell: Cell, level_set: Floats, sizes: Floats, surface_size: float) -> Task:
    """What Mmg is asked to do."""
    unsplit = cell.in_region(DEAD_LITHIUM) | cell.in_region(COLLECTOR)
    facets, counter = _outer_facets(cell) if cell.dim == 2 else _NO_FACETS
    return Task(
        points=cell.points,
        simplices=cell.simplices,
        reference=np.where(unsplit, _UNSPLIT + cell.region, _MIXED),
        facets=facets,
        facet_reference=np.where(counter, _COUNTER, _WALL),
        # Remeshing would wear round bodies down, chord by chord.
        required=np.flatnonzero(cell.in_region(DEAD_LITHIUM)),
        materials=tuple(_materials(cell)),
        level_set=level_set,
        sizes=sizes,
        options={
            "hausd": HAUSDORFF_SHARE[cell.dim] * surface_size,
            "hmin": 0.3 * float(sizes.min()),
            "hgrad": _GRADATION,
        },
        limit=_LIMIT + _LIMIT_PER_VERTEX * len(cell.points),
    )


def _clear_of_zero(level_set: Floats, clearance: float) -> Floats:
    """The level set with no vertex nearer to the surface than ``clearance`` (µm)."""
    near = np.abs(level_set) < clearance
    return np.where(near, np.where(level_set < 0.0, -clearance, clearance), level_set)


def _materials(cell: Cell) -> list[dict[str, int | bool]]:
    materials = [{"ref": _MIXED, "split": True, "ref_minus": _METAL, "ref_plus": _ELECTROLYTE}]
    for index, name in enumerate(cell.regions):
        if region_kind(name) in (DEAD_LITHIUM, COLLECTOR):
            ref = _UNSPLIT + index
            materials.append({"ref": ref, "split": False, "ref_minus": ref, "ref_plus": ref})
    return materials


def _outer_facets(cell: Cell) -> tuple[Ints, Mask]:
    """The outside of the box, and which of its facets belong to the counter electrode."""
    table = cell.all_facets
    outer = np.flatnonzero(table.outer())
    counter = np.isin(outer, table.find(cell.named_facets(COUNTER)))
    return table.vertices[outer], counter


def _compact(mesh: Mesh, dim: int) -> tuple[Floats, Ints, Ints]:
    """Points, simplices and references, without the vertices that nothing uses."""
    used, renumbered = np.unique(mesh.simplices, return_inverse=True)
    if len(used) == 0 or used[-1] >= len(mesh.vertices):
        raise InterfaceError("Mmg returned an empty mesh, or one with missing vertices [E361]")
    points, simplices = mesh.vertices[used, :dim], renumbered.reshape(mesh.simplices.shape)
    _check(points, simplices)
    return points, simplices, mesh.reference


def _named(points: Floats, simplices: Ints, reference: Ints, old: Cell) -> Cell:
    """Region names in place of references, and the counter where it was."""
    names = [ELECTROLYTE, LITHIUM]
    region = np.where(reference == _ELECTROLYTE, 0, 1)
    for index, name in enumerate(old.regions):
        if region_kind(name) in (DEAD_LITHIUM, COLLECTOR):
            region[reference == _UNSPLIT + index] = len(names)
            names.append(name)
    table = FacetTable.of(simplices)
    outer = table.vertices[table.outer()]
    counter = outer[_on_counter(points[outer].mean(axis=1), old)]
    boundary = np.zeros(len(counter), dtype=np.int64)
    return Cell(points, simplices, region, tuple(names), counter, boundary, (COUNTER,))


def _on_counter(midpoints: Floats, old: Cell) -> Mask:
    """Whether each new outer facet lies where the old outside belonged to the counter electrode."""
    facets, counter = _outer_facets(old)
    return counter[nearest_facet(midpoints, old.points[facets])]


def _check(points: Floats, simplices: Ints) -> None:
    if not np.all(np.isfinite(points)):
        raise InterfaceError("Mmg returned a vertex that is nowhere [E362]")
    volumes = simplex_volumes(points, simplices)
    if volumes.min() <= 0.0:
        place = points[simplices[int(volumes.argmin())]].mean(axis=0)
        raise InterfaceError(f"Mmg returned an inverted cell at {np.round(place, 3)} µm [E363]")
