"""Checkpoints of a run, so that it can be resumed after whatever stopped it."""

from __future__ import annotations

import time
from pathlib import Path

from deposition.protocol import OnEvent, ProtocolPlan
from deposition.simulation.checkpoint import Checkpoint, save
from deposition.simulation.initial import Start
from deposition.simulation.state import State


class Checkpoints:
    """Saves the first state, one now and then, the end of each stage, and the last state unless
    the run is complete.

    The checkpoints of a complete run stay until its results are whole, see ``runs``.
    """

    def __init__(
        self,
        folder: Path,
        scenario: str,
        start: Start,
        plan: ProtocolPlan,
        interval: float,
        wall_before: float = 0.0,
    ) -> None:
        """
        scenario     resolved text, TOML
        interval     wall time between two checkpoints, s
        wall_before  that the run took before it was resumed, s
        """
        self._folder, self._scenario, self._start = folder, scenario, start
        self._plan, self._interval = plan, interval
        self._began = time.monotonic() - wall_before
        self._saved = float("-inf")
        self._unsaved: State | None = None

    def record(self, state: State) -> None:
        """Save the state if it ends a stage or the last checkpoint is old enough, and something
        is left to do.  What ends in an error is not saved: a run goes on from before it."""
        then = self._plan.then(state.progress)
        if then is OnEvent.ERROR:
            return
        self._unsaved = None if then is OnEvent.END else state
        old = time.monotonic() - self._saved >= self._interval
        if then is OnEvent.NEXT or (then is None and old):
            self._save(state)

    def close(self) -> None:
        """Save what is not saved yet."""
        if self._unsaved is not None:
            self._save(self._unsaved)

    def _save(self, state: State) -> None:
        assert state.run_state is not None, "states of a run carry their moment"
        wall = time.monotonic() - self._began
        save(
            Checkpoint(self._scenario, self._start, state.run_state, state.is_snapshot, wall),
            self._folder,
        )
        self._saved, self._unsaved = time.monotonic(), None
