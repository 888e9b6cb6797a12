"""Conversion of a ``TaggedMesh`` to a ``Cell``: names, numbering, orientation and checks."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np

from deposition.common.errors import GeometryError
from deposition.geometry.contract import check_contract
from deposition.geometry.extent import span
from deposition.geometry.group_names import (
    NO_TAGS,
    TagTable,
    check_tags,
    ignored_text,
    without_foreign_names,
)
from deposition.geometry.overlap import check_no_overlap
from deposition.geometry.tagged import SAME_POINT, Block, TaggedMesh, merge_points
from deposition.mesh.cell import COUNTER, SEI_PREFIX, Cell, Floats, Ints, simplex_volumes
from deposition.mesh.contract_names import check_boundary_name, check_region_name


def build_cell(mesh: TaggedMesh, file: Path, tags: TagTable = NO_TAGS) -> Cell:
    """Convert a mesh to a cell; ``tags`` are those with which it was read.

    Groups of other programs are left out, with a warning.

    Duplicate points are merged, unused ones dropped, simplices oriented positively.
    Raises GeometryError for a mesh that violates the contract of names (``mesh.contract_names``,
    ``contract``) or is not a mesh of one box (``overlap``).
    """
    try:
        dim = _check_dimension(mesh)
        check_tags(mesh, tags)
        mesh, ignored = without_foreign_names(mesh)
        # First: a part without a name may be the metal whose name is on its boundary.
        boundaries = _boundary_blocks(mesh, dim)
        regions = _region_blocks(mesh, dim)
        cell = _assemble(mesh, dim, regions, boundaries)
        check_no_overlap(cell)
        check_contract(cell)
    except GeometryError as error:
        raise GeometryError(f"{file}: {error}") from None
    if ignored:
        warnings.warn(f"{file}: {ignored_text(ignored)}", stacklevel=2)
    return cell


def _check_dimension(mesh: TaggedMesh) -> int:
    dim = mesh.dim
    if dim < 2:
        raise GeometryError(
            "the mesh is empty [E102]"
            if dim == 0
            else "the mesh consists of curves only. Add surfaces (2D) or volumes (3D). [E103]"
        )
    if dim == 2 and np.ptp(mesh.points[:, 2]) > SAME_POINT * np.ptp(mesh.points, axis=0).max():
        raise GeometryError(
            f"the points of the 2D geometry range from z = {mesh.points[:, 2].min():g} to "
            f"{mesh.points[:, 2].max():g} µm. Place them in one plane z = constant."
            " [E104]"
        )
    return dim


def _region_blocks(mesh: TaggedMesh, dim: int) -> list[Block]:
    """Blocks of the highest dimension; raises GeometryError unless each has exactly one name."""
    blocks = [block for block in mesh.blocks if block.dim == dim]
    for block in blocks:
        where = mesh.locate(block)
        if not block.names:
            raise GeometryError(
                f"{where} belongs to no physical group. Give every part of the box a region name "
                "such as electrolyte or lithium, or map its number with geometry.tags."
                " [E105]"
            )
        for name in block.names:
            check_region_name(name, where)
        if len(block.names) > 1:
            raise GeometryError(f"{where} has two names, {_quoted(block.names)}. Keep one. [E106]")
    return blocks


def _boundary_blocks(mesh: TaggedMesh, dim: int) -> list[Block]:
    """Named blocks one dimension lower; only ``counter`` may be combined with a ``sei:`` name."""
    blocks = [block for block in mesh.blocks if block.dim < dim and block.names]
    for block in blocks:
        where = mesh.locate(block)
        if block.dim < dim - 1:
            raise GeometryError(
                f"{where} is named {_quoted(block.names)}, but boundary names of a {dim}D geometry "
                f"belong to {'curves' if dim == 2 else 'surfaces'}. Remove the name."
                " [E107]"
            )
        for name in block.names:
            check_boundary_name(name, where)
        films = [name for name in block.names if name != COUNTER]
        if len(films) > 1 or len(set(block.names)) < len(block.names):
            raise GeometryError(
                f"{where} has two names, {_quoted(block.names)}. Keep one; only {COUNTER} may be "
                f"combined with one {SEI_PREFIX} name."
                " [E108]"
            )
    return blocks


def _assemble(mesh: TaggedMesh, dim: int, regions: list[Block], boundaries: list[Block]) -> Cell:
    """Renumber points, regions and boundaries, without unused points."""
    region_names = tuple(dict.fromkeys(block.names[0] for block in regions))
    simplices = np.concatenate([block.corners for block in regions])
    region = np.concatenate(
        [np.full(len(b.corners), region_names.index(b.names[0])) for b in regions]
    )
    named = [(block, name) for block in boundaries for name in block.names]
    boundary_names = tuple(dict.fromkeys(name for _, name in named))
    empty = np.empty((0, dim), dtype=np.int64)
    facets = np.concatenate([empty, *(block.corners for block, _ in named)])
    boundary = np.concatenate(
        [empty[:, 0], *(np.full(len(b.corners), boundary_names.index(n)) for b, n in named)]
    )
    same = merge_points(mesh.points)
    used, simplices = np.unique(same[simplices], return_inverse=True)
    simplices = simplices.reshape(-1, dim + 1)
    facets = _renumbered(same[facets], used)
    points = np.ascontiguousarray(mesh.points[used, :dim])
    simplices = _positive(points, simplices)
    keep = _first_of_each(np.column_stack([np.sort(facets, axis=1), boundary]))
    return Cell(
        points, simplices, region, region_names, facets[keep], boundary[keep], boundary_names
    )


def _renumbered(facets: Ints, used: Ints) -> Ints:
    """Facets (k, d) in the numbering of the points ``used`` (sorted); -1 for other points."""
    index = np.searchsorted(used, facets).clip(max=len(used) - 1)
    return np.where(used[index] == facets, index, -1)


def _positive(points: Floats, simplices: Ints) -> Ints:
    """Orient simplices (m, d + 1) positively; raises GeometryError for zero volume."""
    volumes = simplex_volumes(points, simplices)
    flat = np.abs(volumes) <= 1e-14 * np.abs(volumes).max()
    if flat.any():
        where = span(points[simplices[flat][0]])
        raise GeometryError(
            f"{flat.sum()} elements are degenerate (zero volume), the first at {where}. "
            "Remove them."
            " [E109]"
        )
    oriented = simplices.copy()
    oriented[:, [-2, -1]] = np.where(
        (volumes < 0)[:, None], simplices[:, [-1, -2]], simplices[:, -2:]
    )
    return oriented


def _first_of_each(rows: Ints) -> Ints:
    """Indices of the first occurrence of each distinct row, ascending."""
    return np.sort(np.unique(rows, axis=0, return_index=True)[1])


def _quoted(names: tuple[str, ...]) -> str:
    return " and ".join(f'"{name}"' for name in names)
