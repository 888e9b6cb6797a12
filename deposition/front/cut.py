"""Mmg cuts the mesh along the level set and remeshes it: the only module that knows mmgpy.

Electrolyte and lithium enter as one material, so the old interface leaves no trace; Mmg splits it
into metal (psi < 0) and electrolyte (psi > 0).  Dead lithium and collector are never split.
"""

from __future__ import annotations

from typing import TypeAlias

import mmgpy
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from deposition.cell import (
    COLLECTOR,
    COUNTER,
    DEAD_LITHIUM,
    ELECTROLYTE,
    LITHIUM,
    Cell,
    FacetTable,
    Floats,
    Ints,
    region_kind,
    simplex_volumes,
)
from deposition.errors import FrontError
from deposition.front.distance import point_facet_distance
from deposition.interrupt import signals_wait

_Mmg: TypeAlias = mmgpy.MmgMesh2D | mmgpy.MmgMesh3D

_MIXED, _METAL, _ELECTROLYTE, _UNSPLIT = 1, 2, 3, 100
_WALL, _COUNTER = 21, 22
_CLEARANCES = (0.0, 1e-4, 1e-2)
"""Shares of the surface size, tried in turn: where surfaces meet, Mmg may refuse a level set that
vanishes exactly at vertices, and takes the same one with the zeros pushed aside."""
_GRADATION = 1.8
"""Mmg's own bound on neighbouring edges: looser than the size field, which is graded already."""
_NEIGHBOURS = 12
"""Old outer facets that are tried when a new one is named: those with the nearest midpoints."""
_HAUSDORFF_SHARE = {2: 0.02, 3: 0.15}
"""Allowed distance between the cut and the remeshed surface, as a share of the surface size, by
dimension: a tight bound refines every curved place, which 3D cannot afford."""


def cut(cell: Cell, level_set: Floats, sizes: Floats, surface_size: float) -> Cell:
    """A new cell, cut along the zero of ``level_set`` (n,) and remeshed to ``sizes`` (n,), µm.

    surface_size (µm): the usual edge length at the surface, the yardstick of its accuracy.

    Boundary names other than ``counter`` end here: what covers the surface is from now on a matter
    of ``SurfaceState``.  Raises FrontError when Mmg fails or returns an invalid mesh.
    """
    for clearance in _CLEARANCES:
        mesh = _split(
            cell, _clear_of_zero(level_set, clearance * surface_size), sizes, surface_size
        )
        if mesh is not None:
            return _named(*_read(mesh, cell.dim), cell)
    raise FrontError("Mmg could not cut the mesh along the new surface")


def _split(cell: Cell, level_set: Floats, sizes: Floats, surface_size: float) -> _Mmg | None:
    """The mesh cut and remeshed by Mmg; None when Mmg fails."""
    mesh = _to_mmg(cell)
    mesh.set_multi_materials(_materials(cell))
    mesh.set_field("metric", sizes[:, None])
    hausdorff = _HAUSDORFF_SHARE[cell.dim] * surface_size
    shortest = 0.3 * float(sizes.min())
    try:
        with signals_wait():
            mesh.remesh_levelset(
                level_set[:, None], hausd=hausdorff, hmin=shortest, hgrad=_GRADATION, verbose=-1
            )
    except RuntimeError:
        return None
    return mesh


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


def _to_mmg(cell: Cell) -> _Mmg:
    unsplit = cell.in_region(DEAD_LITHIUM) | cell.in_region(COLLECTOR)
    reference = np.where(unsplit, _UNSPLIT + cell.region, _MIXED)
    if cell.dim == 2:
        facets, counter = _outer_facets(cell)
        mesh = mmgpy.MmgMesh2D()
        mesh.set_mesh_size(
            vertices=len(cell.points), triangles=len(cell.simplices), edges=len(facets)
        )
        mesh.set_vertices(cell.points)
        mesh.set_triangles(cell.simplices.astype(np.int32), reference)
        mesh.set_edges(facets.astype(np.int32), np.where(counter, _COUNTER, _WALL))
        return mesh
    # No boundary triangles: with them and a table of materials, Mmg 5.8 refuses to cut in 3D.
    mesh = mmgpy.MmgMesh3D()
    mesh.set_mesh_size(vertices=len(cell.points), tetrahedra=len(cell.simplices))
    mesh.set_vertices(cell.points)
    mesh.set_tetrahedra(cell.simplices.astype(np.int32), reference)
    # Remeshing would wear round bodies down, chord by chord: their vertices stay.
    kept = np.unique(cell.simplices[cell.in_region(DEAD_LITHIUM)])
    if len(kept):
        mesh.set_required_vertices(kept.astype(np.int32))
    return mesh


def _outer_facets(cell: Cell) -> tuple[Ints, NDArray[np.bool_]]:
    """The outside of the box, and which of its facets belong to the counter electrode."""
    table = cell.all_facets
    outer = np.flatnonzero(table.outer())
    counter = np.isin(outer, table.find(cell.named_facets(COUNTER)))
    return table.vertices[outer], counter


def _read(mesh: _Mmg, dim: int) -> tuple[Floats, Ints, Ints]:
    """Points, simplices and references, without the vertices that nothing uses."""
    found = mesh.get_triangles_with_refs() if dim == 2 else mesh.get_tetrahedra_with_refs()
    simplices, reference = (np.array(rows, dtype=np.int64) for rows in found)
    used, renumbered = np.unique(simplices, return_inverse=True)
    vertices = np.array(mesh.get_vertices(), dtype=np.float64)
    if len(used) == 0 or used[-1] >= len(vertices):
        raise FrontError("Mmg returned a mesh with missing vertices")
    points = vertices[used, :dim]
    simplices = renumbered.reshape(simplices.shape)
    _check(points, simplices)
    return points, simplices, reference


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


def _on_counter(midpoints: Floats, old: Cell) -> NDArray[np.bool_]:
    """Whether each new outer facet lies where the old outside belonged to the counter electrode."""
    facets, counter = _outer_facets(old)
    corners = old.points[facets]
    count = min(_NEIGHBOURS, len(facets))
    _, near = cKDTree(corners.mean(axis=1)).query(midpoints, k=count)
    near = near.reshape(len(midpoints), count)
    distance = point_facet_distance(np.repeat(midpoints, count, axis=0), corners[near.ravel()])
    nearest = distance.reshape(near.shape).argmin(axis=1)
    return counter[near[np.arange(len(near)), nearest]]


def _check(points: Floats, simplices: Ints) -> None:
    if len(simplices) == 0 or not np.all(np.isfinite(points)):
        raise FrontError("Mmg returned an empty or non-finite mesh")
    volumes = simplex_volumes(points, simplices)
    if volumes.min() <= 0.0:
        place = points[simplices[int(volumes.argmin())]].mean(axis=0)
        raise FrontError(f"Mmg returned an inverted cell at {np.round(place, 3)} µm")
