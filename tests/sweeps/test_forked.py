"""Members forked from a server that has done their imports."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers import tiny
from helpers.processes import fork_servers_of, members_of
from rich.console import Console

from deposition.recorders.history import TIMES
from deposition.sweeps import forked
from deposition.sweeps.forked import ForkedMember, end_idle
from deposition.sweeps.local import run_all
from deposition.sweeps.processes import Command, Stop, run_command
from deposition.sweeps.progress import Progress
from deposition.sweeps.task import Task

LONG = ("time.first_step=1 s", "time.max_step=1 s", "output.checkpoint=0.05 s")
"""Hundreds of steps."""

SHORT = ("protocol.capacity=0.01 mAh/cm^2",)


def member(folder: Path, name: str, *overrides: str) -> ForkedMember:
    task = Task(
        str(tiny.write(folder)), (*overrides, f"name={name}"), str(folder / name), False, False
    )
    return ForkedMember.of(task, folder / f"{name}.log", folder)


def until(happened: Callable[[], object]) -> None:
    late = time.monotonic() + 60.0
    while not happened():
        assert time.monotonic() < late, "nothing happened"
        time.sleep(0.02)


def history(folder: Path) -> list[list[str]]:
    """Without the columns of wall time."""
    rows = [line.split(",") for line in (folder / "history.csv").read_text().splitlines()]
    kept = [number for number, name in enumerate(rows[0]) if name not in TIMES]
    return [[row[number] for number in kept] for row in rows]


@pytest.mark.process
def test_the_server_initialises_neither_mpi_nor_the_solver_and_has_one_thread() -> None:
    script = (
        "import os, sys\n"
        "from deposition.sweeps.fork_server import PRELOADED, preload\n"
        "preload()\n"
        "print([name for name in PRELOADED if name not in sys.modules],\n"
        "      [n for n in ('mpi4py.MPI', 'petsc4py', 'dolfinx') if n in sys.modules],\n"
        "      len(os.listdir('/proc/self/task')))\n"
    )
    environment = {**tiny.ENVIRONMENT, "OMP_NUM_THREADS": "1"}
    said = subprocess.check_output([sys.executable, "-c", script], env=environment, text=True)
    assert said.split() == ["[]", "[]", "1"]


@pytest.mark.process
def test_one_server_runs_one_member_after_another_as_a_process_of_its_own_does(
    tmp_path: Path,
) -> None:
    forks = [member(tmp_path, name, *SHORT) for name in ("one", "two")]
    assert run_command(forks[0], Stop()) == ""
    (server,) = fork_servers_of(os.getpid())
    assert run_command(forks[1], Stop()) == ""
    assert fork_servers_of(os.getpid()) == [server]
    refused = run_command(member(tmp_path, "three", "electrolyte.t_plus=3"), Stop())
    assert "t_plus" in refused, "the message of the member"
    end_idle()
    assert fork_servers_of(os.getpid()) == []
    alone = member(tmp_path, "alone", *SHORT)
    assert run_command(Command(alone.words, alone.log, alone.folder), Stop()) == ""
    assert history(tmp_path / "one") == history(tmp_path / "two") == history(tmp_path / "alone")


@pytest.mark.process
@pytest.mark.parametrize("victims", [members_of, fork_servers_of])
def test_a_member_whose_process_or_server_is_killed_is_resumed(
    victims: Callable[[int], list[int]], tmp_path: Path
) -> None:
    one, folder = member(tmp_path, "one", *LONG, *SHORT), tmp_path / "one"
    killed: list[int] = []

    def kill_once() -> None:
        if not killed and (folder / "checkpoint-previous.npz").exists():
            killed.extend(victims(os.getpid()))
            os.kill(killed[0], signal.SIGKILL)

    assert run_command(one, kill_once) == ""
    assert killed
    assert "resumed" in (folder / "provenance.json").read_text()
    end_idle()
    other = member(tmp_path, "other", *LONG, *SHORT)
    assert run_command(Command(other.words, other.log, other.folder), Stop()) == ""
    assert history(folder) == history(tmp_path / "other")


@pytest.mark.process
def test_a_member_is_stopped_after_its_time_step(tmp_path: Path) -> None:
    folder = tmp_path / "one"

    def stop() -> signal.Signals | None:
        return signal.SIGINT if (folder / "checkpoint.npz").exists() else None

    reason = run_command(member(tmp_path, "one", *LONG), stop)
    assert "exit code 130" in reason or "topped" in reason
    assert (folder / "summary.json").exists()
    end_idle()


@pytest.mark.process
def test_a_server_that_ended_while_idle_is_replaced(tmp_path: Path) -> None:
    assert run_command(member(tmp_path, "one", *SHORT), Stop()) == ""
    (server,) = fork_servers_of(os.getpid())
    os.kill(server, signal.SIGKILL)
    until(lambda: not forked._idle[tmp_path][0].alive)
    assert run_command(member(tmp_path, "two", *SHORT), Stop()) == ""
    end_idle()


@pytest.mark.process
def test_no_server_outlives_the_sweep(tmp_path: Path) -> None:
    members = [(name, member(tmp_path, name, *SHORT)) for name in ("one", "two")]
    screen = Console(file=io.StringIO())
    assert run_all(members, 2, Progress(screen, 2)) == {}
    assert fork_servers_of(os.getpid()) == []
