"""Mmg in a process of its own: the only module that talks to mmgpy.

Mmg 5.8 can crash, or loop for ever on some level sets, and it takes over the handlers of signals.
In another process neither ends a run: Mmg has a time limit there, after which the system ends it,
and Ctrl-C goes to the run alone.  The process is started at the first cut and kept.
"""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from pathlib import Path

import numpy as np

from deposition.cell import Floats, Ints
from deposition.errors import FrontError

PACKAGES = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, eq=False)
class Task:
    """A mesh to be cut along a level set and remeshed.

    points     (n, d)      µm
    simplices  (m, d + 1)  with a reference (m,) each
    facets     (k, d)      with a reference (k,) each; 2D only
    required   (r,)        vertices that stay; 3D only
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

    Raises FrontError when Mmg crashes or takes too long.
    """
    return _worker().work(task)


class Worker:
    """The process that runs Mmg, as seen from the run."""

    def __init__(self) -> None:
        self._line, theirs = Pipe()
        places = os.pathsep.join([str(PACKAGES), *filter(None, sys.path)])
        environment = {**os.environ, "PYTHONPATH": places, "PYTHONSAFEPATH": "1"}
        # A session of its own: Ctrl-C at the terminal must not reach it.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "deposition.front.mmg_worker", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        theirs.close()

    @property
    def alive(self) -> bool:
        """Whether it can take another task."""
        return self._process.poll() is None

    def work(self, task: Task) -> Mesh | None:
        """Have a task done.  Whatever interrupts the wait leaves no half-read answer behind."""
        try:
            self._line.send(task)
            answer = self._line.recv()
        except (EOFError, OSError):
            raise FrontError(self._why(task)) from None
        except BaseException:
            self.end()
            raise
        assert answer is None or isinstance(answer, Mesh)
        return answer

    def _why(self, task: Task) -> str:
        code = self._process.wait()
        if code == -signal.SIGALRM:
            return f"Mmg did not end within {task.limit:.3g} s"
        return f"Mmg crashed (exit code {code})"

    def end(self) -> None:
        """Stop it."""
        self._process.kill()
        self._process.wait()
        self._line.close()


_current: list[Worker] = []


def _worker() -> Worker:
    """The process at work, or a new one; ended with this one."""
    if _current and not _current[0].alive:
        _current.pop().end()
    if not _current:
        _current.append(Worker())
        atexit.register(_end)
    return _current[0]


def _end() -> None:
    while _current:
        _current.pop().end()


def serve(line: Connection) -> None:
    """The other side: do tasks until the line is closed."""
    while True:
        try:
            task: Task = line.recv()
        except (EOFError, OSError):
            return
        # The default action of this signal ends a process even while it is in foreign code.
        signal.setitimer(signal.ITIMER_REAL, task.limit)
        answer = _split(task)
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        line.send(answer)


def _split(task: Task) -> Mesh | None:
    import mmgpy

    flat = task.points.shape[1] == 2
    mesh = mmgpy.MmgMesh2D() if flat else mmgpy.MmgMesh3D()
    count, simplices = len(task.points), task.simplices.astype(np.int32)
    if flat:
        mesh.set_mesh_size(vertices=count, triangles=len(simplices), edges=len(task.facets))
        mesh.set_vertices(task.points)
        mesh.set_triangles(simplices, task.reference)
        mesh.set_edges(task.facets.astype(np.int32), task.facet_reference)
    else:
        mesh.set_mesh_size(vertices=count, tetrahedra=len(simplices))
        mesh.set_vertices(task.points)
        mesh.set_tetrahedra(simplices, task.reference)
        if len(task.required):
            mesh.set_required_vertices(task.required.astype(np.int32))
    mesh.set_multi_materials(list(task.materials))
    mesh.set_field("metric", task.sizes[:, None])
    try:
        mesh.remesh_levelset(task.level_set[:, None], verbose=-1, **task.options)
    except RuntimeError:
        return None
    found = mesh.get_triangles_with_refs() if flat else mesh.get_tetrahedra_with_refs()
    cells, reference = (np.array(rows, dtype=np.int64) for rows in found)
    return Mesh(np.array(mesh.get_vertices(), dtype=np.float64), cells, reference)
