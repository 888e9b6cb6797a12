"""Functions that a caller of ``run`` wants to see every state: a callback, and an early end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from deposition.recorders.plugin import Guarded
from deposition.simulation.state import State

Callback = Callable[[State], object]
Until = Callable[[State], Any]


class Observer:
    """A recorder that calls functions.

    callback  is called with every state
    until     is asked after every state whether the run ends there
    """

    def __init__(self, callback: Callback | None = None, until: Until | None = None) -> None:
        self._callback = callback
        self._until = until
        self.ended = False

    def record(self, state: State) -> None:
        """Call the functions."""
        if self._callback is not None:
            self._callback(state)
        if self._until is not None:
            self.ended = bool(self._until(state))

    def close(self) -> None:
        """There is nothing to finish."""

    def guarded(self) -> Guarded:
        """This recorder, whose errors are PluginErrors that name the functions."""
        functions = [one for one in (self._callback, self._until) if one is not None]
        return Guarded(self, ", ".join(getattr(one, "__name__", repr(one)) for one in functions))
