"""Gmsh in a separate process, for geometry files that are not shipped with the package.

A script is a program: a list such as ``1 : 1e9`` exhausts the memory, a loop may not terminate, and
some shapes crash Gmsh.
"""

from __future__ import annotations

import resource
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from deposition.common.errors import GeometryError
from deposition.common.subprocess_worker import WorkerEnded, worker
from deposition.geometry.read_gmsh import mesh_script, read_msh
from deposition.geometry.tagged import TaggedMesh
from deposition.mesh.sizes import MeshSizes

TIME_LIMIT = 120.0
"""Time limit of Gmsh, s: ten times the time for the largest mesh that is accepted."""

MEMORY_LIMIT = 4 * 2**30
"""Memory limit of Gmsh, bytes: many times the need of the largest mesh that is accepted."""


@dataclass(frozen=True, eq=False)
class Task:
    """A script with its parameters and element sizes, or a mesh file (``sizes`` is None).

    unit: length of the unit of the file, µm; tags: names by number or name of a group
    """

    file: Path
    parameters: Mapping[str, float | str]
    sizes: MeshSizes | None
    unit: float = 1.0
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_in_process(task: Task) -> TaggedMesh:
    """Read or mesh a file; raises GeometryError also if Gmsh crashes or exceeds a limit."""
    try:
        mesh = worker(__name__).work(task, TIME_LIMIT)
    except WorkerEnded as ended:
        late = f"did not finish within {TIME_LIMIT:.3g} s"
        raise _failure(task, late if ended.timed_out else f"crashed ({ended})") from None
    assert isinstance(mesh, TaggedMesh)
    return mesh


def _failure(task: Task, problem: str) -> GeometryError:
    return GeometryError(
        f"{task.file}: Gmsh {problem}. A loop may not terminate, or a list may need more than "
        f"{MEMORY_LIMIT / 2**30:.3g} GB of memory. Open the file in Gmsh to find the cause."
        " [E100]"
    )


def answer(task: Task) -> TaggedMesh:
    """Entry point of the worker process."""
    _limit_memory()
    try:
        return read_here(task)
    except Exception as error:
        if type(error) is not Exception:  # Gmsh raises a bare one
            raise
        raise _failure(task, f"failed ({error or 'without a message'})") from None


def read_here(task: Task) -> TaggedMesh:
    """Read or mesh a file in this process."""
    if task.sizes is None:
        return read_msh(task.file, task.unit, task.tags)
    return mesh_script(task.file, task.parameters, task.sizes, task.unit, task.tags)


@cache
def _limit_memory() -> None:
    """Limit the address space to that in use plus ``MEMORY_LIMIT``, if the system allows it."""
    with suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(
            resource.RLIMIT_AS, (pages * resource.getpagesize() + MEMORY_LIMIT, hard)
        )
