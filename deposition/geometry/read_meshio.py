"""Reader of mesh formats of meshio (``.vtu``, ``.med``, ``.xdmf``, ``.inp``, …).

Sources of the names of the contract, in this order:

1. named sets of elements (``mesh.cell_sets``: Abaqus, Exodus, Ansys, …),
2. the families of a MED file (``mesh.cell_tags`` with the element data ``cell_tags``),
3. Gmsh's numbers (``gmsh:physical``) with the names of ``mesh.field_data``,
4. element data named as in the contract (``electrolyte``, ``sei:LiF``), nonzero on the elements of
   that name: for ``.vtu`` and ``.xdmf`` files, which have no named groups.

Exterior facets without a name are insulated walls, as in a script.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path

import meshio
import numpy as np

from deposition.common.errors import GeometryError
from deposition.geometry.names import is_boundary_name, is_region_name
from deposition.geometry.tagged import Block, TaggedMesh
from deposition.mesh.cell import Ints, Mask

_DIMENSION = {"vertex": 0, "line": 1, "triangle": 2, "tetra": 3}


def read_mesh(file: Path) -> TaggedMesh:
    """Read a mesh file; raises GeometryError if meshio cannot, or for other elements."""
    mesh = _read_quietly(file)
    points = np.zeros((len(mesh.points), 3))
    points[:, : mesh.points.shape[1]] = mesh.points
    blocks = []
    for index, cells in enumerate(mesh.cells):
        if cells.type not in _DIMENSION:
            raise GeometryError(
                f"{file}: the mesh has elements of type {cells.type}. Only first-order triangles "
                "and tetrahedra are supported."
                " [E136]"
            )
        blocks += _split(_DIMENSION[cells.type], cells.data.astype(np.int64), _groups(mesh, index))
    return TaggedMesh(points, tuple(blocks))


def _read_quietly(file: Path) -> meshio.Mesh:
    """Read a file without output of meshio, which prints, raises any exception or exits."""
    output = io.StringIO()
    try:
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            return meshio.read(file)
    except (Exception, SystemExit) as error:
        cause = output.getvalue() if isinstance(error, SystemExit) else str(error)
        raise GeometryError(
            f"{file}: the file cannot be read as a geometry. meshio reports: "
            f"{' '.join(cause.split())}. Use a Gmsh script (.geo), a Gmsh mesh (.msh) or a mesh "
            "format of meshio. [E144]"
        ) from None


def _split(dim: int, corners: Ints, groups: dict[str, Mask]) -> list[Block]:
    """Split elements (k, dim + 1) into one block per combination of names."""
    if not groups:
        return [Block(dim, corners, (), "the unnamed part")]
    names = list(groups)
    kinds, which = np.unique(np.column_stack(list(groups.values())), axis=0, return_inverse=True)
    blocks = []
    for code, kind in enumerate(kinds):
        chosen = tuple(name for name, has in zip(names, kind, strict=True) if has)
        where = "the group " + " + ".join(chosen) if chosen else "the unnamed part"
        blocks.append(Block(dim, corners[which.ravel() == code], chosen, where))
    return blocks


def _groups(mesh: meshio.Mesh, index: int) -> dict[str, Mask]:
    """Named groups of one block of elements, each with a mask (k,) over its elements."""
    size = len(mesh.cells[index].data)
    groups: dict[str, Mask] = {}
    for name, mask in _all_groups(mesh, index, size):
        if mask.any():
            groups[name] = groups.get(name, np.zeros(size, dtype=bool)) | mask
    return groups


def _all_groups(mesh: meshio.Mesh, index: int, size: int) -> Iterator[tuple[str, Mask]]:
    for name, sets in mesh.cell_sets.items():
        if not name.startswith("gmsh:") and sets[index] is not None:
            mask = np.zeros(size, dtype=bool)
            mask[np.asarray(sets[index], dtype=np.int64)] = True
            yield name, mask
    families = mesh.cell_data.get("cell_tags")
    for number, names in getattr(mesh, "cell_tags", {}).items():
        for name in names if families is not None else ():
            yield name.strip(), np.asarray(families[index] == number, dtype=bool)
    physical = mesh.cell_data.get("gmsh:physical")
    dim = _DIMENSION[mesh.cells[index].type]
    for name, (number, group_dim) in mesh.field_data.items():
        if physical is not None and group_dim == dim:
            yield name, np.asarray(physical[index] == number, dtype=bool)
    for name, data in mesh.cell_data.items():
        if is_region_name(name) or is_boundary_name(name):
            nonzero = np.asarray(data[index]).reshape(size, -1) != 0
            yield name, np.asarray(nonzero.any(axis=1))
