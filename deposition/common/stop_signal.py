"""Handling of Ctrl-C and SIGTERM: the first one ends a run after the attempt under way, a second
one at once.

The signal is noted and nothing more, so that no file and no native library is interrupted.  The
time loop asks ``stop_requested`` before each attempt at a time step, and whoever waits for a
subprocess asks ``stop_overdue``: job schedulers such as Slurm kill 30 s after SIGTERM.
"""

from __future__ import annotations

import signal
import threading
import time
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)

PATIENCE = 10.0
"""Time (s) that an attempt under way gets to finish after the first signal."""


class Stopped(KeyboardInterrupt):
    """A run was stopped by a signal, after an attempt at a time step."""


class StopAfterStep:
    """Context manager in which SIGINT and SIGTERM set ``requested``; the second signal raises
    KeyboardInterrupt.  It does nothing outside the main thread, which alone receives signals."""

    def __init__(self) -> None:
        self.requested_at: float | None = None
        self._previous: dict[int, signal._HANDLER] = {}
        self._outer: StopAfterStep | None = None

    @property
    def requested(self) -> bool:
        """True after the first signal."""
        return self.requested_at is not None

    def _request(self, number: int, frame: FrameType | None) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested_at = time.monotonic()

    def __enter__(self) -> StopAfterStep:
        global _active
        if threading.current_thread() is threading.main_thread():
            self._outer, _active = _active, self
            for number in _SIGNALS:
                self._previous[number] = signal.signal(number, self._request)
        return self

    def __exit__(self, *_: object) -> None:
        global _active
        if self._previous:
            _active = self._outer
        for number, handler in self._previous.items():
            signal.signal(number, handler)


_active: StopAfterStep | None = None


def stop_requested() -> bool:
    """True if a signal has asked the run to stop."""
    return _active is not None and _active.requested


def stop_overdue() -> bool:
    """True if the request is older than ``PATIENCE``."""
    asked = _active.requested_at if _active is not None else None
    return asked is not None and time.monotonic() - asked > PATIENCE
