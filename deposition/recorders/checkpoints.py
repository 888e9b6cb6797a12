"""Checkpoints of a run, from which it is resumed after any interruption."""

from __future__ import annotations

import time
from pathlib import Path

from deposition.protocol import OnEvent, ProtocolPlan
from deposition.recorders.run import Run
from deposition.simulation.checkpoint import Checkpoint, save
from deposition.simulation.initial import Start
from deposition.simulation.state import State


class Checkpoints:
    """Save the first state, one per interval, the end of each protocol step, and the last state
    unless the run is complete.

    The checkpoints of a complete run stay until its summary and pictures are written, see
    ``runs.run``.
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
        wall_before  wall time of the run before it was resumed, s
        """
        self._folder, self._scenario, self._start = folder, scenario, start
        self._plan, self._interval = plan, interval
        self._began = time.monotonic() - wall_before
        self._saved = float("-inf")
        self._unsaved: State | None = None

    @classmethod
    def open(cls, run: Run, after_step: int | None) -> Checkpoints:
        """The checkpoints of a run."""
        return cls(
            run.results.path,
            run.scenario.resolved_toml(),
            run.start,
            run.model.plan,
            run.scenario.output.checkpoint,
            run.wall_before,
        )

    def record(self, state: State) -> None:
        """Save the state if it ends a protocol step or the last checkpoint is older than the
        interval, unless the run is complete.  A state that ends in an error is not saved: a run is
        resumed from the state before it."""
        then = self._plan.then(state.progress)
        if then is OnEvent.ERROR:
            return
        self._unsaved = None if then is OnEvent.END else state
        old = time.monotonic() - self._saved >= self._interval
        if then is OnEvent.NEXT or (then is None and old):
            self._save(state)

    def close(self) -> None:
        """Save the last state, unless it is saved."""
        if self._unsaved is not None:
            self._save(self._unsaved)

    def _save(self, state: State) -> None:
        wall = time.monotonic() - self._began
        save(
            Checkpoint(self._scenario, self._start, state.run_state, state.is_snapshot, wall),
            self._folder,
        )
        self._saved, self._unsaved = time.monotonic(), None
