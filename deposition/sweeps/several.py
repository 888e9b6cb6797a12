"""Parallel runs of the members, one process each; Ctrl-C stops all after their time step."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from types import FrameType

from rich.console import Console

from deposition.common.errors import SweepError
from deposition.recorders.pace import as_clock
from deposition.sweeps.processes import Command, Processes, reason_of_failure

_HANDLED_AS_CTRL_C = (signal.SIGTERM, signal.SIGHUP)

_POLL_INTERVAL = 0.2
"""Timeout (s) of each wait: Ctrl-C just before a wait does not interrupt it."""


class Progress:
    """Progress of a sweep on a console: one line per member that has ended."""

    def __init__(self, console: Console, count: int) -> None:
        """count: number of members to run."""
        self._console = console
        self._count = count
        self._ended = 0
        self._began = time.monotonic()

    def print(self, text: str) -> None:
        """Print a line without markup."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def ended(self, name: str, failure: str) -> None:
        """Report the end of a member; ``failure`` is empty if it succeeded."""
        self._ended += 1
        outcome = f"failed: {failure}" if failure else "done"
        mean = (time.monotonic() - self._began) / self._ended
        left = as_clock(mean * (self._count - self._ended))
        self.print(f"[{self._ended}/{self._count}] {name}: {outcome} (left {left})")

    def stopped(self) -> str:
        """Message after Ctrl-C."""
        return (
            f"Stopped: {self._ended} of {self._count} runs have ended. Run the same command "
            "again to continue. [E761]"
        )


def run_all(
    members: Sequence[tuple[str, Command]], jobs: int, progress: Progress
) -> dict[str, str]:
    """Run the (name, command) of all members; return the reasons of failures by name.

    On Ctrl-C no more members start, the running ones stop after their time step, and
    KeyboardInterrupt is raised when all have ended; a second Ctrl-C kills them.
    """
    processes = Processes()
    failures: dict[str, str] = {}
    with _as_ctrl_c(), ThreadPoolExecutor(jobs) as pool:
        try:
            futures = {pool.submit(_run_one, command, processes): name for name, command in members}
            for future in _as_completed(futures):
                name, failure = futures[future], future.result()
                if failure:
                    failures[name] = failure
                progress.ended(name, failure)
        except KeyboardInterrupt:
            progress.print("Stopping after the time step of each run; Ctrl-C again kills the runs.")
            _stop(pool, processes, futures)
            raise KeyboardInterrupt(progress.stopped()) from None
    return failures


def _run_one(command: Command, processes: Processes) -> str:
    """Run a member; return the reason of its failure, empty if it succeeded."""
    try:
        code = processes.run(command)
    except SweepError as error:
        return str(error)
    return reason_of_failure(code, command.log) if code else ""


def _as_completed(futures: Iterable[Future[str]]) -> Iterator[Future[str]]:
    """Yield the futures as they complete; Ctrl-C interrupts the wait."""
    running = set(futures)
    while running:
        ended, running = wait(running, _POLL_INTERVAL, FIRST_COMPLETED)
        yield from ended


def _stop(pool: ThreadPoolExecutor, processes: Processes, futures: Iterable[Future[str]]) -> None:
    """Interrupt the running members and wait for their end; kill them on a second Ctrl-C."""
    try:
        processes.stop(signal.SIGINT)
        pool.shutdown(wait=False, cancel_futures=True)
        for _ in _as_completed(future for future in futures if not future.cancelled()):
            pass
    except KeyboardInterrupt:
        processes.stop(signal.SIGKILL)


@contextmanager
def _as_ctrl_c() -> Iterator[None]:
    """Context in which SIGTERM and SIGHUP raise KeyboardInterrupt; in the main thread only."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in _HANDLED_AS_CTRL_C}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
