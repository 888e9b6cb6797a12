"""Size field of the initial mesh: fine at the interface of electrolyte and metal, then graded.

The counter electrode can have its own size.
"""

from __future__ import annotations

import numpy as np

from deposition.common.gmsh_library import gmsh
from deposition.mesh.sizes import MeshSizes


def set_size_field(sizes: MeshSizes, dim: int, interface: list[int], counter: list[int]) -> None:
    """Set the edge lengths of the current Gmsh model by ``sizes`` alone.

    interface, counter: tags of the entities of dimension ``dim - 1`` between electrolyte and metal,
    and of the counter electrode.  Without any of them the mesh is coarse.
    """
    for option in ("FromPoints", "FromCurvature", "ExtendFromBoundary"):
        gmsh.option.setNumber(f"Mesh.MeshSize{option}", 0)
    gmsh.option.setNumber("Mesh.MeshSizeMin", sizes.surface)
    gmsh.option.setNumber("Mesh.MeshSizeMax", sizes.coarse)
    gmsh.option.setNumber("Mesh.MeshSizeFactor", 1)
    graded = [(interface, sizes.surface)]
    if sizes.counter is not None:
        graded.append((counter, sizes.counter))
    fields = [_graded(tags, size, sizes, dim) for tags, size in graded if tags]
    if not fields:
        return
    field = gmsh.model.mesh.field
    smallest = field.add("Min")
    field.setNumbers(smallest, "FieldsList", fields)
    field.setAsBackgroundMesh(smallest)


def _graded(tags: list[int], size: float, sizes: MeshSizes, dim: int) -> int:
    """Tag of a Gmsh field: ``size`` (µm) at these entities, graded to ``sizes.coarse``."""
    field = gmsh.model.mesh.field
    distance = field.add("Distance")
    field.setNumbers(distance, "CurvesList" if dim == 2 else "SurfacesList", tags)
    field.setNumber(distance, "Sampling", _samples(size, dim, tags))
    growth = field.add("Threshold")
    field.setNumber(growth, "InField", distance)
    field.setNumber(growth, "SizeMin", size)
    field.setNumber(growth, "SizeMax", sizes.coarse)
    field.setNumber(growth, "DistMin", 0)
    field.setNumber(growth, "DistMax", max(sizes.growth_distance(size), 1e-9 * size))
    return int(growth)


def _samples(size: float, dim: int, tags: list[int]) -> int:
    """Samples along each entity: two per edge of the longest one, within fixed bounds."""
    longest = max(_extent(dim - 1, tag) for tag in tags)
    return int(min(max(2 * longest / size, 20), 20000 if dim == 2 else 400))


def measure(dim: int, tag: int) -> float:
    """Length of a curve, µm, or largest face area of the bounding box of a surface, µm²."""
    if dim == 1:
        return _extent(1, tag)
    box = np.array(gmsh.model.getBoundingBox(dim, tag))
    return float(np.prod(np.sort(box[3:] - box[:3])[1:]))


def _extent(dim: int, tag: int) -> float:
    """Length of a curve, or largest edge of the bounding box of a surface, µm."""
    if dim == 1:
        low, high = gmsh.model.getParametrizationBounds(1, tag)
        along = np.linspace(low[0], high[0], 50)
        points = np.reshape(gmsh.model.getValue(1, tag, along), (-1, 3))
        return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())
    box = np.array(gmsh.model.getBoundingBox(dim, tag))
    return float((box[3:] - box[:3]).max())
