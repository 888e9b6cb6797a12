"""Reader of Gmsh scripts (``.geo``) and Gmsh meshes (``.msh``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from deposition.common.errors import GeometryError
from deposition.common.gmsh_library import gmsh
from deposition.geometry.crossing import find_crossing
from deposition.geometry.extent import span
from deposition.geometry.gmsh_session import call, gmsh_model, open_file
from deposition.geometry.group_names import NO_TAGS, TagTable, names_of_group
from deposition.geometry.mesh_estimate import check_count, check_extent
from deposition.geometry.size import measure, set_size_field
from deposition.geometry.tagged import Block, TaggedMesh, merge_points
from deposition.mesh.cell import (
    COLLECTOR,
    COUNTER,
    DEAD_LITHIUM,
    ELECTROLYTE,
    LITHIUM,
    Floats,
    Ints,
    region_kinds,
)
from deposition.mesh.sizes import MeshSizes

_KIND = {0: "point", 1: "curve", 2: "surface", 3: "volume"}
_SIMPLEX = {15: 1, 1: 2, 2: 3, 4: 4}
"""Number of vertices of the supported first-order elements, by Gmsh element type."""

TOLERANCE = 1e-8
"""Distance below which Gmsh takes points of the geometry for one, µm."""

METALS = {LITHIUM, COLLECTOR, DEAD_LITHIUM}
_REMEDY = "Build neighbouring regions from the same curves or surfaces, or use BooleanFragments."

_SKIPPED = re.compile(r"Skipping unknown (\w+) (-?\d+) in physical (\w+) (\d+)")
"""Gmsh's warning of a group with an entity that does not exist."""

Entity = tuple[int, int]


def mesh_script(
    file: Path,
    parameters: Mapping[str, float | str],
    sizes: MeshSizes,
    unit: float = 1.0,
    tags: TagTable = NO_TAGS,
) -> TaggedMesh:
    """Run a ``.geo`` script with the given parameters, and mesh its geometry.

    unit: length of the unit of the script, µm; tags: names by number or name of a group
    """
    with gmsh_model():
        gmsh.option.setNumber("Geometry.Tolerance", TOLERANCE / unit)
        for name, value in parameters.items():
            _set_parameter(name, value)
        _check_groups(file, open_file(file))
        for name, value in parameters.items():
            _check_parameter(file, name, value)
        return mesh_model(file, sizes, unit, tags)


def mesh_model(
    file: Path, sizes: MeshSizes, unit: float = 1.0, tags: TagTable = NO_TAGS
) -> TaggedMesh:
    """Mesh the geometry of the current model; ``file`` names it in messages, others as above."""
    dim = _dimension(file)
    names = _names_of_entities(dim, tags)
    interface = _interface(dim, names)
    _plain_simplices()
    counter = [tag for (of, tag), groups in names.items() if of == dim - 1 and COUNTER in groups]
    sides, per_facet = _sides(dim, unit), unit ** (dim - 1)
    check_extent(file, sizes, sides)
    measures = (per_facet * _measure(dim, tags) for tags in (interface, counter))
    check_count(file, sizes, sides, *measures)
    set_size_field(sizes.in_unit(unit), dim, interface, counter)
    call(file, gmsh.model.mesh.clear)
    call(file, gmsh.model.mesh.generate, 1)
    if dim == 2:
        _check_curves(file, unit)
    _check_interface(file, interface, names)
    call(file, gmsh.model.mesh.generate, dim)
    _check_all_meshed(file, dim)
    return _collect(file, names, unit)


def read_msh(file: Path, unit: float = 1.0, tags: TagTable = NO_TAGS) -> TaggedMesh:
    """Read a Gmsh mesh, in any version of its format; ``unit`` of the file, µm, and ``tags`` as
    above."""
    with gmsh_model():
        open_file(file)
        dim = _dimension(file)
        return _collect(file, _names_of_entities(dim, tags), unit)


def _sides(dim: int, unit: float) -> list[float]:
    """Sides of the bounding box of the model, µm."""
    box = gmsh.model.getBoundingBox(-1, -1)
    return [unit * (box[3 + axis] - box[axis]) for axis in range(dim)]


def _set_parameter(name: str, value: float | str) -> None:
    """Set a parameter before the script is read: ``DefineConstant`` keeps an existing value."""
    if isinstance(value, str):
        gmsh.parser.setString(name, [value])
    else:
        gmsh.parser.setNumber(name, [float(value)])


def _check_parameter(file: Path, name: str, value: float | str) -> None:
    """Raise GeometryError if the script has overwritten the value or expects the other type."""
    numbers = list(gmsh.parser.getNumber(name))
    strings = list(gmsh.parser.getString(name))
    kept = strings == [value] and not numbers if isinstance(value, str) else numbers == [value]
    if not kept or (strings and numbers):
        expected = "a number" if numbers else "a string"
        raise GeometryError(
            f"geometry.parameters.{name} = {value!r} has no effect: {file} expects {expected}, or "
            f"assigns {name} again after DefineConstant"
            " [E130]"
        )


def _dimension(file: Path) -> int:
    dim = max((dim for dim, _ in gmsh.model.getEntities()), default=-1)
    if dim < 2:
        content = f"contains {_KIND[dim]}s only" if dim >= 0 else "is empty"
        raise GeometryError(
            f"{file}: the geometry {content}. Add surfaces (2D) or volumes (3D). [E131]"
        )
    return dim


def _names_of_entities(top: int, tags: TagTable) -> dict[Entity, tuple[str, ...]]:
    """Names of the physical groups of each entity, mapped by ``tags``; top: highest dimension."""
    names: dict[Entity, tuple[str, ...]] = {entity: () for entity in gmsh.model.getEntities()}
    for dim, group in gmsh.model.getPhysicalGroups():
        mapped = names_of_group(gmsh.model.getPhysicalName(dim, group), group, top - dim, tags)
        for tag in gmsh.model.getEntitiesForPhysicalGroup(dim, group):
            entity = (dim, int(abs(tag)))
            names[entity] = (*names.get(entity, ()), *mapped)
    return names


def _labels(entity: Entity) -> tuple[str, ...]:
    """Names and numbers of the physical groups of an entity, as the file has them."""
    dim, tag = entity
    groups = gmsh.model.getPhysicalGroupsForEntity(dim, tag)
    names = (gmsh.model.getPhysicalName(dim, group) for group in groups)
    return (*filter(None, names), *(str(group) for group in groups))


def _check_groups(file: Path, log: list[str]) -> None:
    """Raise GeometryError for a group with an entity that does not exist, which Gmsh skips.

    log: lines that Gmsh has logged while it read the file
    """
    for line in log:
        if skipped := _SKIPPED.search(line):
            kind, tag, group_kind, group = skipped.groups()
            dim = next(dim for dim, word in _KIND.items() if word == group_kind)
            name = gmsh.model.getPhysicalName(dim, int(group)) or group
            raise GeometryError(
                f'{file}: the physical group "{name}" holds {kind} {tag}, which does not exist. '
                "Boolean operations renumber what they cut: select by place after the last one, "
                f"as in {kind.capitalize()} In BoundingBox {{…}}."
                " [E145]"
            )


def _interface(dim: int, names: dict[Entity, tuple[str, ...]]) -> list[int]:
    """Tags of the entities between electrolyte and metal, of dimension ``dim - 1``."""

    def kinds(tags: Ints) -> set[str]:
        groups = (name for tag in tags for name in names.get((dim, int(tag)), ()))
        return {kind for name in groups for kind in region_kinds(name)}

    found = []
    for _, tag in gmsh.model.getEntities(dim - 1):
        around = kinds(gmsh.model.getAdjacencies(dim - 1, tag)[0])
        if ELECTROLYTE in around and around & METALS:
            found.append(tag)
    return found


def _measure(dim: int, tags: list[int]) -> float:
    """Total length (2D, µm) or area (3D, µm²) of boundary entities."""
    return sum(measure(dim - 1, tag) for tag in tags)


def _check_interface(
    file: Path, interface: list[int], names: dict[Entity, tuple[str, ...]]
) -> None:
    """Raise GeometryError if electrolyte and metal share no entity, so that meshes do not match."""
    top = max(of for of, _ in names)
    regions = (name for (of, _), groups in names.items() if of == top for name in groups)
    kinds = {kind for name in regions for kind in region_kinds(name)}
    if not interface and ELECTROLYTE in kinds and kinds & METALS:
        raise GeometryError(
            f"{file}: the electrolyte shares no interface with metal. {_REMEDY} [E132]"
        )


def _plain_simplices() -> None:
    """Override mesh options of the script: first order, simplices, all elements saved."""
    for option in ("ElementOrder", "SaveAll"):
        gmsh.option.setNumber(f"Mesh.{option}", 1)
    for option in ("RecombineAll", "Recombine3DAll", "SubdivisionAlgorithm"):
        gmsh.option.setNumber(f"Mesh.{option}", 0)


def _check_curves(file: Path, unit: float) -> None:
    """Raise GeometryError if curves of a plane geometry meet other than at common end points."""
    points, row = _nodes()
    found = [(tag, row[_elements(file, (1, tag))]) for _, tag in gmsh.model.getEntities(1)]
    segments = merge_points(points)[np.concatenate([corners for _, corners in found])]
    curve = np.concatenate([np.full(len(corners), tag) for tag, corners in found])
    crossing = find_crossing(points[:, :2], segments, curve)
    if crossing is None:
        return
    one, other = crossing.curves
    which = f"curve {one} intersects itself" if one == other else f"curves {one} and {other} meet"
    raise GeometryError(
        f"{file}: {which} at {span(unit * crossing.point)}, which is not a common end point. "
        f"Regions must not overlap. {_REMEDY}"
        " [E133]"
    )


def _check_all_meshed(file: Path, dim: int) -> None:
    for _, tag in gmsh.model.getEntities(dim):
        if not len(gmsh.model.mesh.getElements(dim, tag)[0]):
            raise GeometryError(
                f"{file}: Gmsh could not mesh {_KIND[dim]} {tag}. Its boundary may be degenerate "
                "or intersect itself, or it may be hidden (Hide, Mesh.MeshOnlyVisible)."
                " [E134]"
            )


def _collect(file: Path, names: dict[Entity, tuple[str, ...]], unit: float) -> TaggedMesh:
    """Mesh of the current model: all entities of the highest dimension, and all named ones."""
    points, row = _nodes()
    top = gmsh.model.getDimension()
    blocks = []
    for entity, groups in names.items():
        if entity[0] == top or groups:
            corners = row[_elements(file, entity)]
            where = f"{_KIND[entity[0]]} {entity[1]}"
            blocks.append(Block(entity[0], corners, groups, where, _labels(entity)))
    return TaggedMesh(unit * points, tuple(blocks))


def _nodes() -> tuple[Floats, Ints]:
    """Coordinates (n, 3) and the row of each node tag; -1 for an unused tag."""
    tags, coordinates, _ = gmsh.model.mesh.getNodes()
    row = np.full(int(tags.max()) + 1 if len(tags) else 1, -1, dtype=np.int64)
    row[tags.astype(np.int64)] = np.arange(len(tags))
    return coordinates.reshape(-1, 3), row


def _elements(file: Path, entity: Entity) -> Ints:
    """Node tags (k, dim + 1) of one entity; raises GeometryError for other elements."""
    types, _, nodes = gmsh.model.mesh.getElements(*entity)
    found = [np.empty((0, entity[0] + 1), dtype=np.int64)]
    for kind, flat in zip(types, nodes, strict=True):
        if int(kind) not in _SIMPLEX:
            what = gmsh.model.mesh.getElementProperties(kind)[0]
            raise GeometryError(
                f"{file}: {_KIND[entity[0]]} {entity[1]} is meshed with elements of type {what}. "
                "Only first-order triangles and tetrahedra are supported. Remove Recombine, "
                "layers of quadrangles and higher element orders."
                " [E135]"
            )
        found.append(flat.astype(np.int64).reshape(-1, _SIMPLEX[int(kind)]))
    return np.concatenate(found)
