"""Draw a cell in Gmsh, with its OpenCASCADE kernel."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np

from deposition.common.errors import GeometryError
from deposition.common.gmsh_library import gmsh
from deposition.geometry.crossing import find_crossing
from deposition.geometry.extent import span
from deposition.geometry.gmsh_session import call, gmsh_model
from deposition.geometry.outline import read_outline
from deposition.geometry.read_gmsh import TOLERANCE, mesh_model
from deposition.geometry.tagged import TaggedMesh
from deposition.mesh.cell import COUNTER, DEAD_LITHIUM, ELECTROLYTE, LITHIUM, Floats
from deposition.mesh.drawing import DRAWN, Drawing, Outline, Shape
from deposition.mesh.sizes import MeshSizes

_EDGE = 1e-4
"""Half width of the boxes that select entities by their place, µm."""

Entity = tuple[int, int]


def mesh_drawing(drawing: Drawing, sizes: MeshSizes) -> TaggedMesh:
    """Draw and mesh a cell; raises GeometryError for blocks or an outline that do not fit in."""
    with gmsh_model():
        gmsh.option.setNumber("Geometry.Tolerance", TOLERANCE)
        _draw(drawing, _surface(drawing, sizes.surface))
        return mesh_model(Path(DRAWN), sizes)


def _surface(drawing: Drawing, size: float) -> Floats:
    """(n, 2) points of the lithium surface from wall to wall, µm; size: of its elements, µm."""
    if isinstance(drawing.width, Outline):
        return read_outline(drawing.width, size)
    return np.array([[0.0, 0.0], [drawing.width, 0.0]])


def _draw(drawing: Drawing, surface: Floats) -> None:
    """Add regions and boundaries with their names to the current model."""
    dim, width = 2 if drawing.depth is None else 3, float(surface[-1, 0])
    electrolyte, lithium = _plane(drawing, surface) if dim == 2 else _boxes(drawing, width)
    blocks = [_added(block, dim, number) for number, block in enumerate(drawing.blocks, 1)]
    gmsh.model.occ.synchronize()
    _check_blocks(drawing, width, lithium, blocks)
    patches = _patch_faces(drawing, width) if dim == 3 else []
    tools = [(dim, tag) for tag in blocks]
    objects = [(dim, electrolyte), (dim, lithium)]
    _, found = call(Path(DRAWN), gmsh.model.occ.fragment, objects, [*tools, *patches])
    gmsh.model.occ.synchronize()
    of_blocks = [[tag for of, tag in parts if of == dim] for parts in found[2 : 2 + len(blocks)]]
    taken = {tag for tags in of_blocks for tag in tags}
    _name(dim, [tag for of, tag in found[0] if of == dim and tag not in taken], ELECTROLYTE)
    _name(dim, [tag for of, tag in found[1] if of == dim], LITHIUM)
    for number, (block, tags) in enumerate(zip(drawing.blocks, of_blocks, strict=True), 1):
        name = block.name or (str(number) if len(blocks) > 1 else "")
        _name(dim, tags, f"{DEAD_LITHIUM}:{name}" if name else DEAD_LITHIUM)
    _name(dim - 1, _top(drawing, width), COUNTER)


def _name(dim: int, tags: Sequence[int], name: str) -> None:
    """Add entities to the physical group of this name."""
    for of, group in gmsh.model.getPhysicalGroups(dim):
        if gmsh.model.getPhysicalName(of, group) == name:
            before = gmsh.model.getEntitiesForPhysicalGroup(of, group).tolist()
            gmsh.model.removePhysicalGroups([(of, group)])
            tags = [*before, *tags]
    gmsh.model.addPhysicalGroup(dim, list(tags), name=name)


def _top(drawing: Drawing, width: float) -> list[int]:
    """Entities of the counter electrode."""
    dim, far = 2 if drawing.depth is None else 3, (width, drawing.depth or 0.0)
    low = [-_EDGE, -_EDGE, drawing.height - _EDGE]
    high = [far[0] + _EDGE, far[1] + _EDGE, drawing.height + _EDGE]
    if dim == 2:
        low, high = [low[0], low[2], -_EDGE], [high[0], high[2], _EDGE]
    return [tag for _, tag in gmsh.model.getEntitiesInBoundingBox(*low, *high, dim - 1)]


def _plane(drawing: Drawing, surface: Floats) -> Entity:
    """Faces of electrolyte and lithium, which share the lithium surface, cut at the borders."""
    on_lithium, on_counter = drawing.borders
    surface = _with_borders(surface, on_lithium)
    _check_surface(drawing, surface)
    width, height = float(surface[-1, 0]), drawing.height
    bottom = float(surface[:, 1].min()) - drawing.lithium
    counter = _with_borders(np.array([[0.0, height], [width, height]]), on_counter)[::-1]
    add = gmsh.model.occ
    of_surface = [add.addPoint(x, y, 0.0) for x, y in surface]
    of_counter = [add.addPoint(x, y, 0.0) for x, y in counter]
    of_bottom = [add.addPoint(x, bottom, 0.0) for x in (width, 0.0)]
    shared = _lines(of_surface)
    above = _lines([of_surface[-1], *of_counter, of_surface[0]])
    below = _lines([of_surface[-1], *of_bottom, of_surface[0]])
    faces = [
        add.addPlaneSurface([add.addCurveLoop([*shared, *others])]) for others in (above, below)
    ]
    return faces[0], faces[1]


def _lines(points: Sequence[int]) -> list[int]:
    return [gmsh.model.occ.addLine(a, b) for a, b in pairwise(points)]


def _with_borders(points: Floats, borders: Iterable[float]) -> Floats:
    """(n, 2) points of a polyline with further ones wherever it crosses x = border; a point that is
    all but there is moved there."""
    for x in borders:
        near = np.abs(points[:, 0] - x) < _EDGE
        near[[0, -1]] = False
        points = np.where(near[:, None], [x, 0.0] + points * [0.0, 1.0], points)
        start, end = points[:-1, 0], points[1:, 0]
        crossed = np.flatnonzero((np.minimum(start, end) < x) & (x < np.maximum(start, end)))
        share = (x - start[crossed]) / (end - start)[crossed]
        y = points[crossed, 1] + share * (points[crossed + 1, 1] - points[crossed, 1])
        points = np.insert(points, crossed + 1, np.column_stack([np.full(len(y), x), y]), axis=0)
    return points


def _check_surface(drawing: Drawing, surface: Floats) -> None:
    """Raise GeometryError for an outline that crosses itself or leaves the box."""
    index = np.arange(len(surface) - 1)
    crossing = find_crossing(surface, np.column_stack([index, index + 1]), index)
    problem = None if crossing is None else (f"crosses itself at {span(crossing.point)}")
    if surface[:, 1].max() >= drawing.height - drawing.gap:
        highest = span(surface[surface[:, 1].argmax()])
        problem = f"reaches the counter electrode at {highest}; the height is {drawing.height:g} µm"
    outside = (surface[:, 0] < -_EDGE) | (surface[:, 0] > surface[-1, 0] + _EDGE)
    if outside.any():
        problem = f"leaves the box between its two ends, at {span(surface[outside][0])}"
    if problem:
        raise GeometryError(
            f"{DRAWN}: the outline {problem}. It must run from the left to the right wall below "
            "the counter electrode, without crossing itself. [E971]"
        )


def _boxes(drawing: Drawing, width: float) -> Entity:
    """Boxes of electrolyte and lithium."""
    sides = (width, drawing.depth)
    electrolyte = gmsh.model.occ.addBox(0.0, 0.0, 0.0, *sides, drawing.height)
    below = -drawing.lithium
    return electrolyte, gmsh.model.occ.addBox(0.0, 0.0, below, *sides, drawing.lithium)


def _added(shape: Shape, dim: int, number: int) -> int:
    """Tag of the entity of a block."""
    add, size = gmsh.model.occ, shape.size
    at = (*shape.position, 0.0)[:3]
    if shape.kind == "disc":
        radius = 0.5 * size[0]
        return int(add.addDisk(*at, radius, radius) if dim == 2 else add.addSphere(*at, radius))
    corner = [x - 0.5 * s for x, s in zip(at, size, strict=False)]
    if shape.kind == "polygon":
        tag = _polygon(np.array(shape.points) + np.array(shape.position), number)
    elif dim == 2:
        tag = add.addRectangle(*corner, 0.0, *size)
    else:
        tag = add.addBox(*corner, *size)
    add.rotate([(dim, tag)], *at, 0.0, 0.0, 1.0, shape.angle)
    return int(tag)


def _polygon(points: Floats, number: int) -> int:
    index = np.arange(len(points))
    crossing = find_crossing(points, np.column_stack([index, np.roll(index, -1)]), index)
    sides = np.linalg.norm(np.roll(points, -1, axis=0) - points, axis=1)
    place = None if crossing is None else crossing.point
    if sides.min() < _EDGE:
        place = points[sides.argmin()]
    if place is not None:
        raise GeometryError(
            f"{DRAWN}: block {number}: the polygon touches or crosses itself at {span(place)}. "
            "State its corners in their order, each once. [E952]"
        )
    add = gmsh.model.occ
    corners = [add.addPoint(x, y, 0.0) for x, y in points]
    return int(add.addPlaneSurface([add.addCurveLoop(_lines([*corners, corners[0]]))]))


def _check_blocks(drawing: Drawing, width: float, lithium: int, blocks: Sequence[int]) -> None:
    """Raise GeometryError for a block that leaves the box, or comes too near to its walls, to the
    lithium or to another block."""
    sides = (width, drawing.depth, drawing.height)
    far = [side for side in sides if side is not None]
    dim = len(far)
    for number, tag in enumerate(blocks, 1):
        box = np.reshape(gmsh.model.occ.getBoundingBox(dim, tag), (2, 3))[:, :dim]
        near = np.minimum(box[0], np.array(far) - box[1])
        near[-1] = far[-1] - box[1, -1]  # downwards it meets the lithium, not a wall
        if near.min() < drawing.gap:
            raise GeometryError(
                f"{DRAWN}: block {number} of dead lithium ({span(box)}) leaves the box of "
                f"{' x '.join(f'{side:g}' for side in far)} µm, or comes nearer than "
                f"{drawing.gap:.3g} µm to its walls. Move it or make it smaller. [E966]"
            )
    parts = [("the lithium surface", lithium)]
    parts += [(f"block {number}", tag) for number, tag in enumerate(blocks, 1)]
    for (one, a), (other, b) in combinations(parts, 2):
        distance, *places = gmsh.model.occ.getDistance(dim, a, dim, b)
        if distance < max(drawing.gap, _EDGE):
            touch = "overlap or touch" if distance < _EDGE else f"are {distance:.3g} µm apart"
            raise GeometryError(
                f"{DRAWN}: {one} and {other} {touch} near {span(np.array(places[:dim]))}. Leave at "
                f"least {drawing.gap:.3g} µm of electrolyte between them, half of "
                "mesh.surface_size. [E967]"
            )


def _patch_faces(drawing: Drawing, width: float) -> list[Entity]:
    """Faces of the patches on lithium and counter electrode in 3D, cut off at the walls."""
    add = gmsh.model.occ
    faces: list[Entity] = []
    for height, shapes in zip((0.0, drawing.height), drawing.patches, strict=True):
        for shape in shapes:
            flat = Shape(shape.kind, (*shape.position, height), shape.size, shape.angle)
            face = _flat(flat)
            whole = add.addRectangle(0.0, 0.0, height, width, drawing.depth)
            inside, _ = add.intersect([(2, face)], [(2, whole)])
            faces += inside
    return faces


def _flat(shape: Shape) -> int:
    """Tag of a rectangle or disc in the plane of its third coordinate."""
    x, y, z = shape.position
    if shape.kind == "disc":
        return int(gmsh.model.occ.addDisk(x, y, z, 0.5 * shape.size[0], 0.5 * shape.size[0]))
    width, depth = shape.size
    tag = gmsh.model.occ.addRectangle(x - 0.5 * width, y - 0.5 * depth, z, width, depth)
    if not math.isclose(shape.angle, 0.0):
        gmsh.model.occ.rotate([(2, tag)], x, y, z, 0.0, 0.0, 1.0, shape.angle)
    return int(tag)
