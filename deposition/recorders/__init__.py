"""What happens to every state of a run: written, drawn, reported.

A recorder has one method that matters, ``record(state)``, called with the initial state and after
each step, and ``close()``, called once at the end, also after an error.
"""

from __future__ import annotations

from typing import Protocol

from deposition.simulation.state import State


class Recorder(Protocol):
    """Anything that follows a run."""

    def record(self, state: State) -> None:
        """Take note of a state."""

    def close(self) -> None:
        """Finish: write what is still open."""
