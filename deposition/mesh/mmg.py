"""Mmg in a process of its own: the only module that talks to mmgpy.

Mmg 5.8 can crash, or loop for ever on some level sets: see ``worker``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deposition.common.errors import InterfaceError
from deposition.common.subprocess_worker import Ended, worker
from deposition.mesh.cell import Floats, Ints


@dataclass(frozen=True, eq=False)
class Task:
    """A mesh to be cut along a level set and remeshed.

    points     (n, d)      µm
    simplices  (m, d + 1)  with a reference (m,) each
    facets     (k, d)      with a reference (k,) each; 2D only
    required   (r,)        simplices that stay; in 3D only their vertices do
    materials              what is split, and into which references
    level_set  (n,)        cut where it is zero
    sizes      (n,)        wanted edge lengths, µm
    options                of Mmg: hausd, hmin, hgrad
    limit                  seconds that Mmg may take
    """

    points: Floats
    simplices: Ints
    reference: Ints
    facets: Ints
    facet_reference: Ints
    required: Ints
    materials: tuple[dict[str, int | bool], ...]
    level_set: Floats
    sizes: Floats
    options: dict[str, float]
    limit: float


@dataclass(frozen=True, eq=False)
class Mesh:
    """What Mmg makes: vertices (n, d or 3) µm, simplices (m, d + 1) and their references (m,)."""

    vertices: Floats
    simplices: Ints
    reference: Ints


def remesh(task: Task) -> Mesh | None:
    """The mesh cut and remeshed; None where Mmg refuses it.

    Raises InterfaceError when Mmg crashes or takes too long.
    """
    try:
        mesh = worker(__name__).work(task, task.limit)
    except Ended as ended:
        late = f"Mmg did not end within {task.limit:.3g} s [E352]"
        why = late if ended.late else f"Mmg crashed ({ended}) [E353]"
        raise InterfaceError(why) from None
    assert mesh is None or isinstance(mesh, Mesh)
    return mesh


def answer(task: Task) -> Mesh | None:
    """What the process does."""
    import mmgpy

    flat = task.points.shape[1] == 2
    mesh = mmgpy.MmgMesh2D() if flat else mmgpy.MmgMesh3D()
    count, simplices = len(task.points), task.simplices.astype(np.int32)
    if flat:
        mesh.set_mesh_size(vertices=count, triangles=len(simplices), edges=len(task.facets))
        mesh.set_vertices(task.points)
        mesh.set_triangles(simplices, task.reference)
        mesh.set_edges(task.facets.astype(np.int32), task.facet_reference)
        if len(task.required):
            mesh.set_required_triangles(task.required.astype(np.int32))
    else:
        mesh.set_mesh_size(vertices=count, tetrahedra=len(simplices))
        mesh.set_vertices(task.points)
        mesh.set_tetrahedra(simplices, task.reference)
        if len(task.required):
            mesh.set_required_vertices(np.unique(simplices[task.required]))
    mesh.set_multi_materials(list(task.materials))
    mesh.set_field("metric", task.sizes[:, None])
    try:
        mesh.remesh_levelset(task.level_set[:, None], verbose=-1, **task.options)
    except RuntimeError:
        return None
    found = mesh.get_triangles_with_refs() if flat else mesh.get_tetrahedra_with_refs()
    cells, reference = (np.array(rows, dtype=np.int64) for rows in found)
    return Mesh(np.array(mesh.get_vertices(), dtype=np.float64), cells, reference)
