"""Remeshing with Mmg in a separate process; the only module that calls mmgpy.

For some level sets Mmg 5.8 crashes or does not terminate: see ``common.subprocess_worker``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from deposition.common.errors import InterfaceError, RemeshingTooSlow
from deposition.common.stopwatch import MMG, STOPWATCH
from deposition.common.subprocess_worker import WorkerEnded, worker
from deposition.mesh.cell import Floats, Ints


@dataclass(frozen=True, eq=False)
class Task:
    """A mesh to be remeshed, and split along a level set before that if there is one.

    points     (n, d)      µm
    simplices  (m, d + 1)  with one reference (m,) each
    edges      (e, 2)      with one reference (e,) each: in 2D of the outside, in 3D those at which
                           the outside turns
    kept_edges (k, 2)      edges that stay as they are; none of them among ``edges``
    corners    (v,)        vertices at which such edges meet or turn; 3D only
    kept_vertices   (r,)   vertices that stay
    kept_simplices  (s,)   simplices that are not remeshed; in 3D only their vertices are kept
    materials              references to be split, and those of the two sides; for a level set only
    level_set  (n,)        the mesh is split at its zero set; None: it is divided already
    sizes      (n,)        target edge lengths, µm
    options                options of Mmg: hausd, hmin, hgrad
    limit                  time limit, s
    """

    points: Floats
    simplices: Ints
    reference: Ints
    edges: Ints
    edge_reference: Ints
    kept_edges: Ints
    corners: Ints
    kept_vertices: Ints
    kept_simplices: Ints
    materials: tuple[dict[str, int | bool], ...]
    level_set: Floats | None
    sizes: Floats
    options: dict[str, float]
    limit: float


@dataclass(frozen=True, eq=False)
class Mesh:
    """Result of Mmg: vertices (n, d or 3) in µm, simplices (m, d + 1), references (m,)."""

    vertices: Floats
    simplices: Ints
    reference: Ints


def remesh(task: Task) -> Mesh | None:
    """Split, if there is a level set, and remesh; None if Mmg rejects the mesh.

    Raises InterfaceError if Mmg crashes or exceeds the time limit.
    """
    try:
        with STOPWATCH.measure(MMG):
            mesh = worker(__name__).work(task, task.limit)
    except WorkerEnded as ended:
        if ended.timed_out:
            raise RemeshingTooSlow(
                f"Mmg did not finish within {task.limit:.3g} s. Increase mesh.surface_size and "
                "mesh.coarse_size if the mesh is large [E352]"
            ) from None
        raise InterfaceError(f"Mmg crashed ({ended}) [E353]") from None
    assert mesh is None or isinstance(mesh, Mesh)
    return mesh


def answer(task: Task) -> Mesh | None:
    """Entry point of the worker process."""
    planar = task.points.shape[1] == 2
    try:
        mesh = _mesh_of(task)
        # In 3D Mmg would take vertices where columns merge for ridges and corners, and keep them.
        detection = {} if planar else {"angle": 0}
        if task.level_set is None:
            mesh.remesh(verbose=-1, **detection, **task.options)
        else:
            mesh.remesh_levelset(task.level_set[:, None], verbose=-1, **detection, **task.options)
    except RuntimeError:
        return None
    result = mesh.get_triangles_with_refs() if planar else mesh.get_tetrahedra_with_refs()
    cells, reference = (np.array(rows, dtype=np.int64) for rows in result)
    return Mesh(np.array(mesh.get_vertices(), dtype=np.float64), cells, reference)


def _mesh_of(task: Task) -> Any:
    """Mmg's mesh of a task; raises RuntimeError if Mmg takes a simplex for flat."""
    import mmgpy

    planar = task.points.shape[1] == 2
    mesh = mmgpy.MmgMesh2D() if planar else mmgpy.MmgMesh3D()
    count, simplices = len(task.points), task.simplices.astype(np.int32)
    edges = np.concatenate([task.edges, task.kept_edges]).astype(np.int32)
    edge_reference = np.append(task.edge_reference, np.zeros(len(task.kept_edges), dtype=np.int64))
    listed = np.arange(len(edges), dtype=np.int32)
    kind = "triangles" if planar else "tetrahedra"
    mesh.set_mesh_size(vertices=count, edges=len(edges), **{kind: len(simplices)})
    mesh.set_vertices(task.points)
    vertices = task.kept_vertices
    if planar:
        mesh.set_triangles(simplices, task.reference)
        mesh.set_edges(edges, edge_reference)
        # Between corners Mmg divides an edge on its chord, elsewhere on a curve.
        mesh.set_corners(vertices.astype(np.int32))
        mesh.set_required_triangles(task.kept_simplices.astype(np.int32))
    else:
        mesh.set_tetrahedra(simplices, task.reference)
        mesh.set_edges(edges, edge_reference)
        mesh.set_ridge_edges(listed[: len(task.edges)])
        mesh.set_corners(task.corners.astype(np.int32))
        vertices = np.union1d(vertices, simplices[task.kept_simplices])
    mesh.set_required_edges(listed[len(task.edges) :])
    mesh.set_required_vertices(vertices.astype(np.int32))
    if task.materials:
        mesh.set_multi_materials(list(task.materials))
    mesh.set_field("metric", task.sizes[:, None])
    return mesh
