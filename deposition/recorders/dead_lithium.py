"""``dead_lithium.csv``: the bodies of dead lithium, from birth to end."""

from __future__ import annotations

from pathlib import Path

from deposition.analysis.dead_bodies import DeadBodies
from deposition.common.atomic_files import write_text
from deposition.recorders.run import Run
from deposition.results.dead_lithium_table import HEADER, read_dead_lithium
from deposition.simulation.state import State


class DeadLithiumRecorder:
    """Follow the bodies; write the table in every state with one.

    A run that is killed may be resumed right before a body ends: its row then has the numbers of
    the last state with it.
    """

    def __init__(self, path: Path, molar_volume: float, bodies: DeadBodies | None) -> None:
        """The file ``path`` is written with the first body; bodies: of a resumed run."""
        self._path, self._molar_volume, self._bodies = path, molar_volume, bodies
        self._written = ""

    @classmethod
    def open(cls, run: Run, after_step: int | None) -> DeadLithiumRecorder:
        """The bodies of a run; what happened after ``after_step`` is forgotten."""
        path, metal = run.results.dead_lithium, run.scenario.lithium.molar_volume
        if after_step is None or run.checkpoint is None:
            return cls(path, metal, None)
        cell = run.checkpoint.run_state.interface_state.cell
        bodies = DeadBodies.resumed(cell, read_dead_lithium(path), after_step)
        recorder = cls(path, metal, bodies)
        if bodies.table:
            recorder.close()
        else:
            path.unlink(missing_ok=True)
        return recorder

    def record(self, state: State) -> None:
        """Follow the bodies into a state."""
        if self._bodies is None:
            self._bodies = DeadBodies.at_start(state, self._molar_volume)
        elif self._bodies.pieces.cell is not state.cell:
            self._bodies = self._bodies.after(state, self._molar_volume)
        self.close()

    def close(self) -> None:
        """Write the table, if there is a body and it has changed."""
        lines = "".join(row.line for row in self._bodies.table) if self._bodies else ""
        if lines != self._written:
            write_text(self._path, HEADER + lines)
            self._written = lines
