"""Gmsh in a process of its own, for files that did not come with the package.

A script is a program: a list such as ``1 : 1e9`` fills the memory, a loop need not end, and some
shapes crash Gmsh.
"""

from __future__ import annotations

import resource
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from deposition.common.errors import GeometryError
from deposition.common.subprocess_worker import Ended, worker
from deposition.geometry.read_gmsh import mesh_script, read_msh
from deposition.geometry.tagged import TaggedMesh
from deposition.mesh.sizes import MeshSizes

LIMIT = 120.0
"""Seconds that Gmsh may take: ten times what it needs for the largest mesh that is accepted."""

MEMORY = 4 * 2**30
"""Bytes that Gmsh may take for a file, again many times what it needs."""


@dataclass(frozen=True, eq=False)
class Task:
    """A script with its parameters and the sizes of its mesh, or a mesh (``sizes`` is None)."""

    file: Path
    parameters: Mapping[str, float | str]
    sizes: MeshSizes | None


def read_apart(task: Task) -> TaggedMesh:
    """The mesh.  GeometryError also where Gmsh crashes, or takes too long or too much memory."""
    try:
        mesh = worker(__name__).work(task, LIMIT)
    except Ended as ended:
        why = f"did not end within {LIMIT:.3g} s" if ended.late else f"crashed ({ended})"
        raise GeometryError(
            f"{task.file}: Gmsh {why}. Look for a loop without end and for lists that "
            f"{MEMORY / 2**30:.3g} GB cannot hold, and open the file in Gmsh itself"
            " [E100]"
        ) from None
    assert isinstance(mesh, TaggedMesh)
    return mesh


def answer(task: Task) -> TaggedMesh:
    """What the process does."""
    _limit_memory()
    if task.sizes is None:
        return read_msh(task.file)
    return mesh_script(task.file, task.parameters, task.sizes)


@cache
def _limit_memory() -> None:
    """``MEMORY`` on top of what is in use, where the system can tell and limit that."""
    with suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MEMORY, hard))
