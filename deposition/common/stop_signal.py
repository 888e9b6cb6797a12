"""Ctrl-C stops a run after the step, so that nothing is lost; a second one stops it at once."""

from __future__ import annotations

import signal
import threading
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopped(KeyboardInterrupt):
    """A run was asked to stop, and stopped after the step."""


class StopAfterStep:
    """A context in which SIGINT and SIGTERM only set ``asked``; the second one raises
    KeyboardInterrupt.  Outside the main thread, which alone gets signals, it does nothing."""

    def __init__(self) -> None:
        self.asked = False
        self._previous: dict[int, signal._HANDLER] = {}

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True

    def __enter__(self) -> StopAfterStep:
        for number in _SIGNALS if _in_main_thread() else ():
            self._previous[number] = signal.signal(number, self._ask)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)


def _in_main_thread() -> bool:
    """Whether handlers may be set here."""
    return threading.current_thread() is threading.main_thread()
