"""Progress of a sweep on a console, and Ctrl-C."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from rich.console import Console

from deposition.common.clock import as_clock

_HANDLED_AS_CTRL_C = (signal.SIGTERM, signal.SIGHUP)


class Progress:
    """One line per member that has ended, with the time left.

    console      on which they are printed
    count        number of members to run
    ended_names  members that have ended
    failed       number of those that failed
    """

    def __init__(self, console: Console, count: int) -> None:
        """count: number of members to run."""
        self.console = console
        self.count = count
        self.ended_names: set[str] = set()
        self.failed = 0
        self._began = self._last = time.monotonic()

    def print(self, text: str) -> None:
        """Print a line without markup."""
        self.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def ended(self, name: str, failure: str) -> None:
        """Report the end of a member; ``failure`` is empty if it succeeded."""
        self._last = time.monotonic()
        self.ended_names.add(name)
        self.failed += bool(failure)
        outcome = f"failed: {failure}" if failure else self.outcome(name)
        left = as_clock(self.seconds_left())
        self.print(f"[{len(self.ended_names)}/{self.count}] {name}: {outcome} (left {left})")

    def outcome(self, name: str) -> str:
        """Words on a member that succeeded."""
        return "done"

    def seconds_left(self) -> float:
        """Time left at the mean pace until the last end of a member, s; NaN before the first."""
        ended = len(self.ended_names)
        if not ended:
            return float("nan")
        whole = (self._last - self._began) * self.count / ended
        return max(0.0, whole - (time.monotonic() - self._began))

    def stopping(self) -> None:
        """Report the first Ctrl-C."""
        self.print("Stopping after the time step of each run; Ctrl-C again kills the runs.")

    def stopped(self) -> str:
        """Message after Ctrl-C."""
        return (
            f"Stopped: {len(self.ended_names)} of {self.count} runs have ended. Run the same "
            "command again to continue. [E761]"
        )


@contextmanager
def as_ctrl_c() -> Iterator[None]:
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
