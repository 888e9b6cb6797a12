"""One member as a process of its own: a crash of one run leaves the others alone."""

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
"""Each run computes on one core: the members share the machine."""


@dataclass(frozen=True)
class Command:
    """What runs one member: the words of a command line, and the file for what it says."""

    words: Sequence[str]
    log: Path


class Processes:
    """Starts processes from several threads, and ends them all from one."""

    def __init__(self) -> None:
        self._alive: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._stopping = False

    def run(self, command: Command) -> int | None:
        """Run a command to its end: its exit code, negative if a signal ended it.

        None if it was not begun because ``stop`` was called.  SweepError if the log cannot be
        written.
        """
        try:
            log = open(command.log, "wb")  # noqa: SIM115
        except OSError as problem:
            raise SweepError(f"cannot write {command.log}: {problem.strerror} [E759]") from problem
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
        """Begin nothing more, and send a signal to what runs."""
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
                # Ctrl-C reaches the sweep alone, which tells the members once each.
                process_group=0,
            )
            self._alive.add(process)
            return process


def why_it_failed(code: int, log: Path) -> str:
    """What the last lines of a log say, or which signal ended the process."""
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        return f"ended by {name}" + (", perhaps for want of memory" if name == "SIGKILL" else "")
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    said = [line.strip() for line in lines if line.strip()]
    errors = [line.removeprefix("Error: ") for line in said if line.startswith("Error: ")]
    return (errors or said or [f"exit code {code}"])[-1]
