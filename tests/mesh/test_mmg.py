"""Mmg in a subprocess: crashes, time-outs and Ctrl-C do not affect the run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.boxes import flat_cell
from helpers.tiny import ENVIRONMENT

from deposition.common.errors import InterfaceError
from deposition.common.subprocess_worker import worker
from deposition.interface import mmg_input
from deposition.interface import remesh as cutting
from deposition.mesh import mmg
from deposition.mesh.mmg import Task, remesh

HERE = Path(__file__).parent

pytestmark = pytest.mark.process


def task() -> Task:
    """A flat surface to be raised by 0.3 µm."""
    cell = flat_cell(4.0, 4.0, columns=16, layers=16)
    sizes = np.full(len(cell.points), 0.3)
    return mmg_input.cut_task(cell, cell.points[:, 1] - 0.3, sizes, 0.3)


def height(answer: mmg.Mesh | None) -> float:
    """Height of the metal after remeshing, µm."""
    assert answer is not None
    metal = answer.simplices[answer.reference == mmg_input.METAL]
    return float(answer.vertices[metal, 1].max())


def twice(mesh: mmg.Mesh) -> mmg.Mesh:
    """The mesh with one of its triangles a second time, on its neighbour."""
    rows = np.r_[np.arange(len(mesh.simplices)), 0]
    return replace(mesh, simplices=mesh.simplices[rows], reference=mesh.reference[rows])


def process() -> int:
    return worker(mmg.__name__).pid


def test_a_flat_cell_is_rejected_and_the_process_stays() -> None:
    remesh(task())
    before, flat = process(), task()
    flat.points[flat.simplices[0]] = 0.0
    assert remesh(flat) is None and process() == before


def test_the_mesh_is_split_at_the_level_set_and_reproducibly() -> None:
    one, other = remesh(task()), remesh(task())
    assert height(one) == pytest.approx(0.3, abs=1e-9)
    assert one is not None and other is not None
    np.testing.assert_array_equal(one.vertices, other.vertices)


def test_a_level_set_without_a_zero_is_rejected_or_splits_nothing() -> None:
    whole = task()
    answer = remesh(replace(whole, level_set=np.ones_like(whole.level_set)))
    assert answer is None or not np.any(answer.reference == mmg_input.METAL)


def test_mmg_is_ended_at_its_time_limit_and_restarted() -> None:
    with pytest.raises(InterfaceError, match=r"1e-05 s.*coarse_size.*E352"):
        remesh(replace(task(), limit=1e-5))
    assert height(remesh(task())) == pytest.approx(0.3, abs=1e-9)


def test_mmg_restarts_after_a_crash_between_tasks() -> None:
    remesh(task())
    os.kill(process(), signal.SIGKILL)
    time.sleep(0.1)
    assert height(remesh(task())) == pytest.approx(0.3, abs=1e-9)


def test_a_crash_during_a_task_is_reported() -> None:
    remesh(task())
    pid = process()
    os.kill(pid, signal.SIGSTOP)
    threading.Timer(0.2, os.kill, (pid, signal.SIGKILL)).start()
    with pytest.raises(InterfaceError, match=r"exit code -9.*\[E353\]"):
        remesh(task())
    assert height(remesh(task())) == pytest.approx(0.3, abs=1e-9)


def test_the_process_ends_with_the_run(tmp_path: Path) -> None:
    code = (
        f"import sys; sys.path[:0] = {[str(HERE), str(HERE.parent)]!r};"
        "import test_mmg as t; t.remesh(t.task()); print(t.process())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    deadline = time.monotonic() + 10.0
    while Path(f"/proc/{int(done.stdout)}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{int(done.stdout)}").exists()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda mesh: None, "E360"),
        (lambda mesh: replace(mesh, simplices=mesh.simplices[:0]), "E361"),
        (lambda mesh: replace(mesh, vertices=mesh.vertices[:5]), "E361"),
        (lambda mesh: replace(mesh, vertices=np.nan * mesh.vertices), "E362"),
        (lambda mesh: replace(mesh, simplices=mesh.simplices[:, ::-1]), r"\[.*µm.*\[E363"),
        (lambda mesh: twice(mesh), r"overlap at \[.*µm.*\[E368"),
    ],
)
def test_an_invalid_mesh_from_mmg_is_an_interface_error(
    spoil: Callable[[mmg.Mesh], mmg.Mesh | None], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell = flat_cell(4.0, 4.0, columns=16, layers=16)
    level_set, sizes = cell.points[:, 1] - 0.3, np.full(len(cell.points), 0.3)
    answer = remesh(task())
    assert answer is not None
    monkeypatch.setattr(cutting, "remesh", lambda task: spoil(answer))
    with pytest.raises(InterfaceError, match=code):
        cutting.cut(cell, level_set, sizes, 0.3)


def test_a_wall_of_the_box_that_mmg_bends_is_an_interface_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In 3D: a vertex on a wall lies 2 nm outside; where it stays, the mesh is taken."""
    cell = flat_cell(2.0, 2.0, columns=4, layers=4, dim=3)
    level_set, sizes = cell.points[:, 2] - 0.3, np.full(len(cell.points), 0.5)
    found: list[mmg.Mesh] = []

    def bent(task: mmg.Task) -> mmg.Mesh | None:
        answer = remesh(task)
        assert answer is not None
        found.append(answer)
        on_wall = np.flatnonzero((answer.vertices[:, 0] == 0.0) & (answer.vertices[:, 2] < -0.5))
        vertices = answer.vertices.copy()
        vertices[on_wall[len(on_wall) // 2], 0] = -2e-3
        return replace(answer, vertices=vertices)

    cutting.cut(cell, level_set, sizes, 0.5)
    monkeypatch.setattr(cutting, "remesh", bent)
    with pytest.raises(InterfaceError, match=r"wall of the box.*\[E533\]"):
        cutting.cut(cell, level_set, sizes, 0.5)
    assert len(found) > 1  # other clearances were tried
