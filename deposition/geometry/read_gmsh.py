"""Reader of Gmsh scripts (``.geo``) and Gmsh meshes (``.msh``)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import gmsh
import numpy as np

from deposition.common.errors import GeometryError
from deposition.geometry.crossing import find_crossing
from deposition.geometry.extent import span
from deposition.geometry.gmsh_session import call, gmsh_model, open_file
from deposition.geometry.mesh_estimate import check_count
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
    region_kind,
)
from deposition.mesh.sizes import MeshSizes

_KIND = {0: "point", 1: "curve", 2: "surface", 3: "volume"}
_SIMPLEX = {15: 1, 1: 2, 2: 3, 4: 4}
"""Number of vertices of the supported first-order elements, by Gmsh element type."""

METALS = {LITHIUM, COLLECTOR, DEAD_LITHIUM}
_REMEDY = "Build neighbouring regions from the same curves or surfaces, or use BooleanFragments."

Entity = tuple[int, int]


def mesh_script(file: Path, parameters: Mapping[str, float | str], sizes: MeshSizes) -> TaggedMesh:
    """Run a ``.geo`` script with the given parameters, and mesh its geometry."""
    with gmsh_model():
        for name, value in parameters.items():
            _set_parameter(name, value)
        open_file(file)
        for name, value in parameters.items():
            _check_parameter(file, name, value)
        dim = _dimension(file)
        names = _names_of_entities()
        interface = _interface(dim, names)
        _plain_simplices()
        counter = [
            tag for (of, tag), groups in names.items() if of == dim - 1 and COUNTER in groups
        ]
        check_count(file, sizes, dim, _measure(dim, interface), _measure(dim, counter))
        set_size_field(sizes, dim, interface, counter)
        call(file, gmsh.model.mesh.clear)
        call(file, gmsh.model.mesh.generate, 1)
        if dim == 2:
            _check_curves(file)
        _check_interface(file, interface, names)
        call(file, gmsh.model.mesh.generate, dim)
        _check_all_meshed(file, dim)
        return _collect(file, names)


def read_msh(file: Path) -> TaggedMesh:
    """Read a Gmsh mesh, in any version of its format."""
    with gmsh_model():
        open_file(file)
        _dimension(file)
        return _collect(file, _names_of_entities())


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


def _names_of_entities() -> dict[Entity, tuple[str, ...]]:
    """Names of the physical groups of each entity."""
    names: dict[Entity, tuple[str, ...]] = {entity: () for entity in gmsh.model.getEntities()}
    for dim, group in gmsh.model.getPhysicalGroups():
        name = gmsh.model.getPhysicalName(dim, group)
        for tag in gmsh.model.getEntitiesForPhysicalGroup(dim, group):
            entity = (dim, int(abs(tag)))
            names[entity] = (*names.get(entity, ()), name)
    return names


def _interface(dim: int, names: dict[Entity, tuple[str, ...]]) -> list[int]:
    """Tags of the entities between electrolyte and metal, of dimension ``dim - 1``."""

    def kinds(tags: Ints) -> set[str]:
        return {region_kind(name) for tag in tags for name in names.get((dim, int(tag)), ())}

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
    kinds = {region_kind(name) for groups in names.values() for name in groups}
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


def _check_curves(file: Path) -> None:
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
        f"{file}: {which} at {span(crossing.point)}, which is not a common end point. Regions must "
        f"not overlap. {_REMEDY}"
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


def _collect(file: Path, names: dict[Entity, tuple[str, ...]]) -> TaggedMesh:
    """Mesh of the current model: all entities of the highest dimension, and all named ones."""
    points, row = _nodes()
    top = gmsh.model.getDimension()
    blocks = []
    for entity, groups in names.items():
        if entity[0] == top or groups:
            corners = row[_elements(file, entity)]
            where = f"{_KIND[entity[0]]} {entity[1]}"
            blocks.append(Block(entity[0], corners, groups, where))
    return TaggedMesh(points, tuple(blocks))


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
