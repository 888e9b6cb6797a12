"""Run native libraries in a subprocess, isolated from the run.

Gmsh and Mmg can crash, loop endlessly or exhaust the memory, and they replace signal handlers.  In
a subprocess none of this ends the run: a time limit ends the subprocess, and Ctrl-C reaches the run
alone.  A module that does such work has a function ``answer(task)``.  Its subprocess, ``python -m
deposition.common.subprocess_worker MODULE N`` with N the file descriptor of the connection, starts
at the first task and is kept for the following ones.
"""

from __future__ import annotations

import atexit
import importlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

from deposition.common.broken_pipes import broken_pipes_raise
from deposition.common.errors import DepositionError
from deposition.common.stop_signal import Stopped, stop_overdue

PACKAGES = Path(__file__).resolve().parents[2]

TAIL = 2000
"""Bytes at the end of the output of a process in which its last line is searched."""

POLL = 0.5
"""Interval (s) at which a request to stop is noticed while a subprocess works."""


class WorkerEnded(Exception):
    """The process ended before it answered.

    code       exit code, < 0 for a signal
    last_line  of its output, or empty
    """

    def __init__(self, code: int, last_line: str) -> None:
        super().__init__(f"exit code {code}{f': {last_line}' if last_line else ''}")
        self.code, self.last_line = code, last_line

    @property
    def timed_out(self) -> bool:
        """True if the time limit ended it."""
        return self.code == -signal.SIGALRM


class Worker:
    """Client of the subprocess of a module."""

    def __init__(self, module: str) -> None:
        self._connection, remote = Pipe()
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 (closed by ``end``)
        paths = os.pathsep.join([str(PACKAGES), *filter(None, sys.path)])
        environment = {**os.environ, "PYTHONPATH": paths, "PYTHONSAFEPATH": "1"}
        # In a session of its own Ctrl-C at the terminal does not reach the subprocess.
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "deposition.common.subprocess_worker",
                module,
                str(remote.fileno()),
            ],
            pass_fds=[remote.fileno()],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=self._output,
            start_new_session=True,
        )
        remote.close()

    @property
    def pid(self) -> int:
        """Process identifier."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """True if it can take another task."""
        return self._process.poll() is None

    def work(self, task: object, limit: float) -> Any:
        """Answer of the subprocess to a task.

        limit  s, after which the system ends the subprocess
        Raises the DepositionError that the task raises, WorkerEnded if the subprocess ends without
        an answer, and Stopped if a request to stop the run is overdue.  An exception during the
        wait ends the subprocess, so that no later task receives the answer to this one.
        """
        try:
            with broken_pipes_raise():
                self._connection.send((task, limit))
            while not self._connection.poll(POLL):
                if stop_overdue():
                    raise Stopped
            succeeded, answer = self._connection.recv()
        except (EOFError, OSError):
            raise WorkerEnded(self._process.wait(), self._last_line()) from None
        except BaseException:
            self.end()
            raise
        if not succeeded:
            raise answer
        return answer

    def _last_line(self) -> str:
        size = self._output.seek(0, os.SEEK_END)
        self._output.seek(max(0, size - TAIL))
        lines = self._output.read().decode("utf-8", errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def end(self) -> None:
        """End the subprocess."""
        self._process.kill()
        self._process.wait()
        self._connection.close()
        self._output.close()


_workers: dict[str, Worker] = {}


def worker(module: str) -> Worker:
    """The worker of a module, started anew if it has ended; all end with the program."""
    if not _workers:
        atexit.register(_end_all)
    if module in _workers and not _workers[module].alive:
        _workers.pop(module).end()
    if module not in _workers:
        _workers[module] = Worker(module)
    return _workers[module]


def _end_all() -> None:
    while _workers:
        _workers.popitem()[1].end()


def serve(connection: Connection, answer: Callable[[Any], Any]) -> None:
    """Answer tasks in the subprocess until the connection is closed."""
    while True:
        try:
            task, limit = connection.recv()
        except (EOFError, OSError):
            return
        # The default action of SIGALRM ends a process even while it executes native code.
        signal.setitimer(signal.ITIMER_REAL, limit)
        try:
            reply = (True, answer(task))
        except DepositionError as error:
            reply = (False, error)
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        connection.send(reply)


if __name__ == "__main__":
    serve(Connection(int(sys.argv[2])), importlib.import_module(sys.argv[1]).answer)
