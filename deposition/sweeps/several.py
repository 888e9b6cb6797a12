"""Several members at a time, each a process; Ctrl-C ends them all after their step."""

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
from deposition.sweeps.processes import Command, Processes, why_it_failed

_MEANT_AS_CTRL_C = (signal.SIGTERM, signal.SIGHUP)

_LOOKS_UP = 0.2
"""Seconds between looks: Ctrl-C just before a wait begins does not end it."""


class Report:
    """Tells how a sweep gets on: a line for each member that has ended."""

    def __init__(self, console: Console, count: int) -> None:
        """``count``: of the members that will run."""
        self._console = console
        self._count = count
        self._ended = 0
        self._began = time.monotonic()

    def say(self, text: str) -> None:
        """A line as it is."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def ended(self, name: str, failure: str) -> None:
        """A member has ended; ``failure`` is empty if it has done what it should."""
        self._ended += 1
        outcome = f"failed: {failure}" if failure else "done"
        left = as_clock(self._seconds_left())
        self.say(f"[{self._ended}/{self._count}] {name}: {outcome} (left {left})")

    def stopped(self) -> str:
        """What to say after Ctrl-C."""
        return (
            f"Stopped: {self._ended} of {self._count} runs have ended. The same command goes on "
            "from there. [E761]"
        )

    def _seconds_left(self) -> float:
        """At the pace so far."""
        return (time.monotonic() - self._began) / self._ended * (self._count - self._ended)


def run_all(members: Sequence[tuple[str, Command]], jobs: int, report: Report) -> dict[str, str]:
    """Run the (name, command) of all members; why some failed, by name.

    On KeyboardInterrupt nothing more begins, what runs is told to stop after its step, and the
    interrupt goes on once all have; a second one ends them at once.
    """
    processes = Processes()
    failures: dict[str, str] = {}
    with _as_ctrl_c(), ThreadPoolExecutor(jobs) as pool:
        try:
            begun = {pool.submit(_run_one, command, processes): name for name, command in members}
            for future in _as_they_end(begun):
                name, failure = begun[future], future.result()
                if failure:
                    failures[name] = failure
                report.ended(name, failure)
        except KeyboardInterrupt:
            report.say("Stopping after the step of each run; Ctrl-C again ends them at once.")
            _stop(pool, processes, begun)
            raise KeyboardInterrupt(report.stopped()) from None
    return failures


def _run_one(command: Command, processes: Processes) -> str:
    """Why it failed, or nothing."""
    try:
        code = processes.run(command)
    except SweepError as error:
        return str(error)
    return why_it_failed(code, command.log) if code else ""


def _as_they_end(begun: Iterable[Future[str]]) -> Iterator[Future[str]]:
    """The members, each when it has ended."""
    running = set(begun)
    while running:
        ended, running = wait(running, _LOOKS_UP, FIRST_COMPLETED)
        yield from ended


def _stop(pool: ThreadPoolExecutor, processes: Processes, begun: Iterable[Future[str]]) -> None:
    """Wait until all that runs has stopped after its step, or, if asked again, end it."""
    try:
        processes.stop(signal.SIGINT)
        pool.shutdown(wait=False, cancel_futures=True)
        for _ in _as_they_end(future for future in begun if not future.cancelled()):
            pass
    except KeyboardInterrupt:
        processes.stop(signal.SIGKILL)


@contextmanager
def _as_ctrl_c() -> Iterator[None]:
    """A context in which the signals that ask a program to end do what Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in _MEANT_AS_CTRL_C}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
