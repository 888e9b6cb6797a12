"""Reader of mesh formats of meshio (``.vtu``, ``.med``, ``.xdmf``, ``.inp``, …).

Sources of the names of the contract, in this order:

1. named sets of elements (``mesh.cell_sets``: Abaqus, Exodus, Ansys, …),
2. the families of a MED file (``mesh.cell_tags`` with the element data ``cell_tags``),
3. Gmsh's numbers (``gmsh:physical``) with the names of ``mesh.field_data``,
4. element data named as in the contract (``electrolyte``, ``sei:LiF``), nonzero on the elements of
   that name: for ``.vtu`` and ``.xdmf`` files, which have no named groups,
5. numbers that ``geometry.tags`` maps: the integer element data of the file (``medit:ref``,
   ``gmsh:physical``, …, or the only one that it has).

Exterior facets without a name are insulated walls, as in a script.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

import meshio
import numpy as np

from deposition.common.errors import GeometryError
from deposition.common.suggest import listing
from deposition.geometry.group_names import NO_TAGS, TagTable, is_number, names_of_group
from deposition.geometry.tagged import Block, TaggedMesh
from deposition.mesh.cell import Ints, Mask
from deposition.mesh.contract_names import is_boundary_name, is_region_name

_DIMENSION = {"vertex": 0, "line": 1, "triangle": 2, "tetra": 3}


NUMBERS = ("gmsh:physical", "medit:ref", "cell_tags", "nastran:ref", "tetgen:ref", "su2:tag")
"""Element data with the numbers of groups, by the names that meshio gives them."""


def read_mesh(file: Path, tags: TagTable = NO_TAGS) -> TaggedMesh:
    """Read a mesh file; ``tags``: names by number or name of a group.

    Raises GeometryError if meshio cannot read it, or for other elements.
    """
    mesh = _read_quietly(file)
    numbers = _numbers(file, mesh, [int(label) for label in tags if is_number(label)])
    top = max((_DIMENSION.get(cells.type, 0) for cells in mesh.cells), default=0)
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
        dim, groups = _DIMENSION[cells.type], _groups(mesh, index)
        groups |= {str(number): masks[index] for number, masks in numbers.items()}
        groups = {label: mask for label, mask in groups.items() if mask.any()}
        for block in _split(dim, cells.data.astype(np.int64), groups):
            mapped = (_names(label, top - dim, tags) for label in block.labels)
            blocks.append(replace(block, names=tuple(dict.fromkeys(chain(*mapped)))))
    return TaggedMesh(points, tuple(blocks))


def _names(label: str, codim: int, tags: TagTable) -> tuple[str, ...]:
    """Names of the contract, or of the file, of a group; none of a number without an entry."""
    names = names_of_group(label, None, codim, tags)
    return () if names == (label,) and is_number(label) else names


def _numbers(file: Path, mesh: meshio.Mesh, wanted: Sequence[int]) -> dict[int, list[Mask]]:
    """Masks over the elements of each block of cells, by number of a group."""
    found = {
        name: data
        for name, data in mesh.cell_data.items()
        if all(np.issubdtype(part.dtype, np.integer) and part.ndim == 1 for part in data)
        and name != "gmsh:geometrical"
        and not (is_region_name(name) or is_boundary_name(name))
    }
    if not wanted or not found:
        return {}
    known = [name for name in NUMBERS if name in found] or list(found)
    if len(known) > 1 and known[0] not in NUMBERS:
        raise GeometryError(
            f"{file}: geometry.tags states numbers, and the file has {len(known)} integer fields "
            f"on its elements: {listing(known)}. Keep the one with the numbers of regions and "
            "boundaries. [E156]"
        )
    return {n: [np.asarray(part == n) for part in found[known[0]]] for n in wanted}


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
        return [Block(dim, corners, (), "the unnamed part", ())]
    names = list(groups)
    kinds, which = np.unique(np.column_stack(list(groups.values())), axis=0, return_inverse=True)
    blocks = []
    for code, kind in enumerate(kinds):
        chosen = tuple(name for name, has in zip(names, kind, strict=True) if has)
        where = "the group " + " + ".join(chosen) if chosen else "the unnamed part"
        blocks.append(Block(dim, corners[which.ravel() == code], chosen, where, chosen))
    return blocks


def _groups(mesh: meshio.Mesh, index: int) -> dict[str, Mask]:
    """Named groups of one block of elements, each with a mask (k,) over its elements."""
    size = len(mesh.cells[index].data)
    groups: dict[str, Mask] = {}
    for name, mask in _all_groups(mesh, index, size):
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
