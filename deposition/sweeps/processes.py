"""Processes of the members: a crash of one run does not affect the others."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deposition.common.errors import SweepError

ENVIRONMENT_OF_ONE_CORE = {"OMP_NUM_THREADS": "1"}
"""Environment of a run: one thread, as the members run in parallel."""


@dataclass(frozen=True)
class Command:
    """Command line of one member, and the log file of its output."""

    words: Sequence[str]
    log: Path


class Processes:
    """Start processes from several threads, and stop all of them from one."""

    def __init__(self) -> None:
        self._alive: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._stopping = False

    def run(self, command: Command) -> int | None:
        """Run a command and return its exit code, negative after a signal.

        Returns None if ``stop`` was called before the start.  Raises SweepError if the log cannot
        be written.
        """
        try:
            log = open(command.log, "wb")  # noqa: SIM115
        except OSError as problem:
            raise SweepError(
                f"cannot write {command.log}: {problem.strerror}. "
                "Choose a writable folder with --output."
                " [E759]"
            ) from problem
        with log:
            process = self._begin(command, log.fileno())
            if process is None:
                return None
            try:
                return process.wait()
            finally:
                with self._lock:
                    self._alive.discard(process)

    def stop(self, number: signal.Signals) -> None:
        """Start no more processes, and send a signal to those that run."""
        with self._lock:
            self._stopping = True
            for process in self._alive:
                process.send_signal(number)

    def _begin(self, command: Command, log: int) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if self._stopping:
                return None
            process = subprocess.Popen(
                command.words,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**ENVIRONMENT_OF_ONE_CORE, **os.environ},
                # Own process group: Ctrl-C reaches the sweep alone, which signals each member once.
                process_group=0,
            )
            self._alive.add(process)
            return process


def reason_of_failure(code: int, log: Path) -> str:
    """Last error in the log, else its last line; the signal if one ended the process."""
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        return f"ended by {name}" + (", possibly out of memory" if name == "SIGKILL" else "")
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    lines = [line.strip() for line in lines if line.strip()]
    errors = [line.removeprefix("Error: ") for line in lines if line.startswith("Error: ")]
    return (errors or lines or [f"exit code {code}"])[-1]
