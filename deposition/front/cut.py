"""Mmg cuts the mesh along the level set and remeshes it: the only module that knows mmgpy.

Electrolyte and lithium enter as one material, so the old interface leaves no trace; Mmg splits it
into metal (psi < 0) and electrolyte (psi > 0).  Dead lithium and collector are never split.
"""

from __future__ import annotations

from dataclasses import dataclass

import mmgpy
import numpy as np

from deposition.cell import (
    COLLECTOR,
    COUNTER,
    DEAD_LITHIUM,
    ELECTROLYTE,
    LITHIUM,
    Cell,
    Floats,
    Ints,
    region_kind,
    simplex_volumes,
)
from deposition.errors import FrontError

_MIXED, _METAL, _ELECTROLYTE, _UNSPLIT = 1, 2, 3, 100
_WALL, _COUNTER = 1, 2
_HAUSDORFF_SHARE = 0.02
"""Allowed distance between old and new surface, as a share of the smallest wanted edge."""


@dataclass(frozen=True, eq=False)
class _Medit:
    """A mesh with integer references on simplices and outer facets, as Mmg speaks it."""

    points: Floats
    simplices: Ints
    reference: Ints
    facets: Ints
    facet_reference: Ints


def cut(cell: Cell, level_set: Floats, sizes: Floats) -> Cell:
    """A new cell, cut along the zero of ``level_set`` (n,) and remeshed to ``sizes`` (n,), µm.

    Boundary names other than ``counter`` end here: what covers the surface is from now on a matter
    of ``SurfaceState``.  Raises FrontError when Mmg fails or returns an invalid mesh.
    """
    mesh = _to_mmg(cell)
    mesh.set_multi_materials(_materials(cell))
    mesh.set_field("metric", sizes[:, None])
    smallest = float(sizes.min())
    options = {"hausd": _HAUSDORFF_SHARE * smallest, "hmin": 0.3 * smallest, "hgrad": 1.4}
    try:
        mesh.remesh_levelset(level_set[:, None], verbose=-1, **options)
    except RuntimeError as error:
        raise FrontError(f"Mmg could not cut the mesh: {error}") from error
    return _from_medit(_read(mesh, cell.dim), cell)


def _materials(cell: Cell) -> list[dict[str, int | bool]]:
    materials = [{"ref": _MIXED, "split": True, "ref_minus": _METAL, "ref_plus": _ELECTROLYTE}]
    for index, name in enumerate(cell.regions):
        if region_kind(name) in (DEAD_LITHIUM, COLLECTOR):
            ref = _UNSPLIT + index
            materials.append({"ref": ref, "split": False, "ref_minus": ref, "ref_plus": ref})
    return materials


def _to_mmg(cell: Cell) -> mmgpy.MmgMesh2D | mmgpy.MmgMesh3D:
    unsplit = cell.in_region(DEAD_LITHIUM) | cell.in_region(COLLECTOR)
    reference = np.where(unsplit, _UNSPLIT + cell.region, _MIXED)
    facets, facet_reference = _outer_facets(cell)
    if cell.dim == 2:
        mesh = mmgpy.MmgMesh2D()
        mesh.set_mesh_size(
            vertices=len(cell.points), triangles=len(cell.simplices), edges=len(facets)
        )
        mesh.set_vertices(cell.points)
        mesh.set_triangles(cell.simplices.astype(np.int32), reference)
        mesh.set_edges(facets.astype(np.int32), facet_reference)
        return mesh
    mesh = mmgpy.MmgMesh3D()
    mesh.set_mesh_size(
        vertices=len(cell.points), tetrahedra=len(cell.simplices), triangles=len(facets)
    )
    mesh.set_vertices(cell.points)
    mesh.set_tetrahedra(cell.simplices.astype(np.int32), reference)
    mesh.set_triangles(facets.astype(np.int32), facet_reference)
    return mesh


def _outer_facets(cell: Cell) -> tuple[Ints, Ints]:
    """The outside of the box, with the counter electrode marked."""
    table = cell.all_facets
    outer = np.flatnonzero(table.outer())
    counter = np.isin(outer, table.find(cell.named_facets(COUNTER)))
    return table.vertices[outer], np.where(counter, _COUNTER, _WALL)


def _read(mesh: mmgpy.MmgMesh2D | mmgpy.MmgMesh3D, dim: int) -> _Medit:
    if dim == 2:
        simplices, reference = mesh.get_triangles_with_refs()
        facets, facet_reference = mesh.get_edges_with_refs()
    else:
        simplices, reference = mesh.get_tetrahedra_with_refs()
        facets, facet_reference = mesh.get_triangles_with_refs()
    return _Medit(
        np.array(mesh.get_vertices(), dtype=float)[:, :dim],
        np.array(simplices, dtype=np.int64),
        np.array(reference, dtype=np.int64),
        np.array(facets, dtype=np.int64),
        np.array(facet_reference, dtype=np.int64),
    )


def _from_medit(medit: _Medit, old: Cell) -> Cell:
    """Names in place of references; unused vertices dropped."""
    names = [ELECTROLYTE, LITHIUM]
    region = np.where(medit.reference == _ELECTROLYTE, 0, 1)
    for index, name in enumerate(old.regions):
        if region_kind(name) in (DEAD_LITHIUM, COLLECTOR):
            region[medit.reference == _UNSPLIT + index] = len(names)
            names.append(name)
    used, renumber = np.unique(medit.simplices, return_inverse=True)
    simplices = renumber.reshape(medit.simplices.shape)
    points = medit.points[used]
    _check(points, simplices)
    where = np.full(len(medit.points), -1, dtype=np.int64)
    where[used] = np.arange(len(used))
    counter = where[medit.facets[medit.facet_reference == _COUNTER]]
    boundary = np.zeros(len(counter), dtype=np.int64)
    return Cell(points, simplices, region, tuple(names), counter, boundary, (COUNTER,))


def _check(points: Floats, simplices: Ints) -> None:
    if len(simplices) == 0 or not np.all(np.isfinite(points)):
        raise FrontError("Mmg returned an empty or non-finite mesh")
    volumes = simplex_volumes(points, simplices)
    if volumes.min() <= 0.0:
        place = points[simplices[int(volumes.argmin())]].mean(axis=0)
        raise FrontError(f"Mmg returned an inverted cell at {np.round(place, 3)} um")
