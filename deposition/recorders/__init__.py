"""Recorders: they take every state of a run and write, draw or report it."""

from __future__ import annotations

from typing import Protocol

from deposition.recorders.run import Run
from deposition.simulation.state import State

__all__ = ["Recorder", "RecorderType", "Run"]


class Recorder(Protocol):
    """Anything that follows a run.

    ``record`` is called with the initial state and after each step, ``close`` once at the end, also
    after an error.
    """

    def record(self, state: State) -> None:
        """Record a state."""

    def close(self) -> None:
        """Finish: write what is still pending."""


class RecorderType(Protocol):
    """A class of recorders."""

    def open(self, run: Run, after_step: int | None) -> Recorder:
        """The recorder of a run (a class method).

        after_step  number of the step after which the run is resumed: what was recorded later is
                    discarded; None at the beginning of a run
        Raises ResultsError if a file cannot be written or read.
        """
