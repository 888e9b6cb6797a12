"""Foreign code in a process of its own, where it may crash, loop for ever or take all the memory.

Gmsh and Mmg do all three on some input, and they take over the handlers of signals.  In another
process none of it ends a run: there is a time limit, after which the system ends that process, and
Ctrl-C goes to the run alone.  A module that does such work has a function ``answer(task)``; its
process is started at the first task and kept, by ``python -m deposition.common.subprocess_worker
MODULE N`` with N the file descriptor of the line between the two.
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

from deposition.common.errors import DepositionError

PACKAGES = Path(__file__).resolve().parents[2]

LAST_WORDS = 2000
"""Bytes of what a process printed that are looked at when it has ended."""


class Ended(Exception):
    """The process ended before it answered.

    code   exit code, < 0 for a signal
    words  the last line that it printed, or empty
    """

    def __init__(self, code: int, words: str) -> None:
        super().__init__(f"exit code {code}{f': {words}' if words else ''}")
        self.code, self.words = code, words

    @property
    def late(self) -> bool:
        """Whether the time was up."""
        return self.code == -signal.SIGALRM


class Worker:
    """The process that answers for a module, as seen from here."""

    def __init__(self, module: str) -> None:
        self._line, theirs = Pipe()
        self._printed = tempfile.TemporaryFile()  # noqa: SIM115 (closed by ``end``)
        places = os.pathsep.join([str(PACKAGES), *filter(None, sys.path)])
        environment = {**os.environ, "PYTHONPATH": places, "PYTHONSAFEPATH": "1"}
        # A session of its own: Ctrl-C at the terminal must not reach it.
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "deposition.common.subprocess_worker",
                module,
                str(theirs.fileno()),
            ],
            pass_fds=[theirs.fileno()],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self._printed,
            stderr=self._printed,
            start_new_session=True,
        )
        theirs.close()

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can take another task."""
        return self._process.poll() is None

    def work(self, task: object, limit: float) -> Any:
        """The answer to a task, within ``limit`` seconds; raises the DepositionError that is one.

        Raises Ended where there is no answer.  Whatever interrupts the wait leaves no half-read
        answer behind.
        """
        try:
            self._line.send((task, limit))
            done, answer = self._line.recv()
        except (EOFError, OSError):
            raise Ended(self._process.wait(), self._last_words()) from None
        except BaseException:
            self.end()
            raise
        if not done:
            raise answer
        return answer

    def _last_words(self) -> str:
        size = self._printed.seek(0, os.SEEK_END)
        self._printed.seek(max(0, size - LAST_WORDS))
        lines = self._printed.read().decode("utf-8", errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def end(self) -> None:
        """Stop it."""
        self._process.kill()
        self._process.wait()
        self._line.close()
        self._printed.close()


_at_work: dict[str, Worker] = {}


def worker(module: str) -> Worker:
    """The process that answers for a module, or a new one; all end with this one."""
    if not _at_work:
        atexit.register(_end_all)
    if module in _at_work and not _at_work[module].alive:
        _at_work.pop(module).end()
    if module not in _at_work:
        _at_work[module] = Worker(module)
    return _at_work[module]


def _end_all() -> None:
    while _at_work:
        _at_work.popitem()[1].end()


def serve(line: Connection, answer: Callable[[Any], Any]) -> None:
    """The other side: answer until the line is closed."""
    while True:
        try:
            task, limit = line.recv()
        except (EOFError, OSError):
            return
        # The default action of this signal ends a process even while it is in foreign code.
        signal.setitimer(signal.ITIMER_REAL, limit)
        try:
            reply = (True, answer(task))
        except DepositionError as error:
            reply = (False, error)
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        line.send(reply)


if __name__ == "__main__":
    serve(Connection(int(sys.argv[2])), importlib.import_module(sys.argv[1]).answer)
