"""Processes of the members: a crash of one run does not affect the others."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from deposition.common.errors import SweepError

ENVIRONMENT_OF_ONE_CORE = {"OMP_NUM_THREADS": "1"}
"""Environment of a run: one thread, as the members run in parallel."""

ATTEMPTS = 3
"""Number of starts of a member that a signal ends, as for want of memory; it is resumed."""

_POLL = 0.5
"""Interval (s) at which a request to stop is noticed."""

Signal = Callable[[], signal.Signals | None]
"""Tells which signal the running members are to receive; None while they may go on."""


class Process(Protocol):
    """A process that was started, with the methods of ``subprocess.Popen``."""

    def wait(self, timeout: float) -> int:
        """Exit code, negative after a signal; raises subprocess.TimeoutExpired."""

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal to the process."""

    def kill(self) -> None:
        """Kill the process."""


def environment() -> dict[str, str]:
    """Environment of a member; its parent is this process unless another one states itself."""
    return {**ENVIRONMENT_OF_ONE_CORE, **os.environ, "DEPOSITION_PARENT": str(os.getpid())}


@dataclass(frozen=True)
class Command:
    """Command line of one member, the log file of its output, and the folder in which it runs."""

    words: Sequence[str]
    log: Path
    folder: Path | None = None

    def start(self, log: IO[bytes]) -> Process:
        """Start it, with its output in the open log.

        The thread that calls it must wait for it: the member receives SIGTERM when the thread ends.
        """
        return subprocess.Popen(
            self.words,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment(),
            # Own process group: Ctrl-C reaches the sweep alone, which signals each member once.
            process_group=0,
        )


def run_command(command: Command, requested: Signal, attempts: int = ATTEMPTS) -> str:
    """Run a member to its end; return the reason of its failure, empty if it succeeded.

    requested  asked before each start and while it runs
    attempts   how often it is started if a signal ends it
    """
    code = 0
    for _ in range(attempts):
        if requested() is not None:
            return "not started"
        try:
            code = _run_once(command, requested)
        except SweepError as error:
            return str(error)
        if code >= 0 or requested() is not None:
            break
    return reason_of_failure(code, command.log) if code else ""


def _run_once(command: Command, requested: Signal) -> int:
    """Exit code of one start, negative after a signal.

    Raises SweepError if the log cannot be written.
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
        process = command.start(log)
        try:
            return _wait(process, requested)
        except BaseException:
            process.kill()
            raise


def _wait(process: Process, requested: Signal) -> int:
    """Wait for a process, and send it each signal that is requested, once."""
    sent: signal.Signals | None = None
    while True:
        try:
            return process.wait(_POLL)
        except subprocess.TimeoutExpired:
            wanted = requested()
            if wanted is not None and wanted != sent:
                process.send_signal(wanted)
                sent = wanted


class Stop:
    """Request to stop, made in one thread and noticed in the others."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._signal: signal.Signals | None = None

    def request(self, number: signal.Signals) -> None:
        """Start no more members, and send a signal to those that run."""
        with self._lock:
            self._signal = number

    def __call__(self) -> signal.Signals | None:
        """The signal that was requested."""
        with self._lock:
            return self._signal


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
