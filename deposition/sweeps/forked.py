"""Members forked from a server that has done their imports; Linux only."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from multiprocessing.connection import Pipe
from pathlib import Path
from typing import IO

from deposition.sweeps.processes import Command, environment
from deposition.sweeps.task import Task

_idle: dict[Path | None, list[ForkServer]] = {}
"""Servers without a member, by their folder."""


class ForkServer:
    """Client of a ``fork_server``; the process of one member after another."""

    def __init__(self, folder: Path | None, log: IO[bytes]) -> None:
        """folder: in which the members run; log: of an error before the first one is forked."""
        self._connection, remote = Pipe()
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, "-m", "deposition.sweeps.fork_server", str(remote.fileno())],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=[remote.fileno()],
            env=environment(),
            process_group=0,
        )
        remote.close()

    @property
    def alive(self) -> bool:
        """True if it can fork another member."""
        return self._process.poll() is None

    def begin(self, task: str, log: Path) -> None:
        """Fork a member."""
        with suppress(OSError):  # ``wait`` reports a server that has ended
            self._connection.send((task, str(log)))

    def wait(self, timeout: float) -> int:
        """Exit code of the member, negative after a signal, also of the server's own end.

        Raises subprocess.TimeoutExpired while the member runs.
        """
        try:
            if not self._connection.poll(timeout):
                raise subprocess.TimeoutExpired("member", timeout)
            code: int = self._connection.recv()
        except (EOFError, OSError):
            self._connection.close()
            return self._process.wait()
        _idle.setdefault(self._folder, []).append(self)
        return code

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal to the member."""
        with suppress(OSError):
            self._connection.send(int(number))

    def kill(self) -> None:
        """Kill the member; the server ends after it."""
        self.send_signal(signal.SIGKILL)
        self.end()

    def end(self) -> None:
        """End the server; a member that still runs stops after its time step."""
        self._connection.close()
        self._process.wait()


def end_idle() -> None:
    """End the servers without a member."""
    while _idle:
        for server in _idle.popitem()[1]:
            server.end()


@dataclass(frozen=True)
class ForkedMember(Command):
    """A member, run by a server in the folder, which is started if none is idle.

    task: as JSON
    """

    task: str = ""

    @classmethod
    def of(cls, task: Task, log: Path, folder: Path | None) -> ForkedMember:
        """The member of a task."""
        return cls(task.words, log, folder, json.dumps(asdict(task)))

    def start(self, log: IO[bytes]) -> ForkServer:
        """Fork the member."""
        idle = _idle.setdefault(self.folder, [])
        server = None
        while server is None and idle:
            server = idle.pop()
            if not server.alive:
                server.end()
                server = None
        server = server or ForkServer(self.folder, log)
        server.begin(self.task, self.log)
        return server
