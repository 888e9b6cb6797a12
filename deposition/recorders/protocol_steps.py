"""``protocol_steps.csv``: one row per protocol step that has ended; events are reported."""

from __future__ import annotations

import logging
from dataclasses import astuple, fields
from math import nan
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from deposition.common.atomic_files import write_text
from deposition.common.constants import MAH_PER_CM2
from deposition.protocol import OnEvent, Progress, ProtocolPlan, net
from deposition.protocol.words import step_in_words
from deposition.recorders.run import Run
from deposition.results.protocol_step_table import NOWHERE, Row, _cell, read_steps
from deposition.simulation.state import State


class StepRecorder:
    """Write a row per protocol step that ends; report events on the console and in ``run.log``."""

    def __init__(self, path: Path, plan: ProtocolPlan, console: Console, name: str) -> None:
        """name: of the run.  The file ``path`` is written with the first row."""
        self._path, self._plan, self._console, self._name = path, plan, console, name
        self._logger = logging.getLogger("deposition.events")
        self._rows: list[Row] = []

    @classmethod
    def open(cls, run: Run, after_step: int | None) -> StepRecorder:
        """The protocol steps of a run; see ``resumed``."""
        settings = (run.results.protocol_steps, run.model.plan, run.console, run.name)
        if after_step is None or run.checkpoint is None:
            return cls(*settings)
        return cls.resumed(*settings, after_step, run.checkpoint.run_state.progress)

    @classmethod
    def resumed(
        cls,
        path: Path,
        plan: ProtocolPlan,
        console: Console,
        name: str,
        step: int,
        progress: Progress,
    ) -> StepRecorder:
        """Continue after ``step``, where the run has this progress; rows of protocol steps that
        ended later, or that continue, are removed.

        Raises ResultsError if the file cannot be read.
        """
        protocol_steps = cls(path, plan, console, name)
        ended = progress.protocol_step + bool(progress.ended)
        protocol_steps._rows = [
            row for row in read_steps(path) if row.step <= step and row.protocol_step <= ended
        ]
        protocol_steps._write()
        return protocol_steps

    def record(self, state: State) -> None:
        """Write the row of a state that ends its protocol step, and report its event."""
        if not state.progress.ended:
            return
        self._rows.append(row_of(state, self._plan))
        self._write()
        if state.event is not None:
            self._logger.info("%s", state.event.message)
            # An error is reported at the end of the run.
            if self._plan.then(state.progress) is not OnEvent.ERROR:
                text = f"{self._name}: {escape(state.event.message)}"
                self._console.print(text, highlight=False, soft_wrap=True)

    def close(self) -> None:
        """Do nothing."""

    def _write(self) -> None:
        header = ",".join(field.name for field in fields(Row))
        lines = (",".join(map(_cell, astuple(row))) for row in self._rows)
        write_text(self._path, "\n".join([header, *lines]) + "\n")


def row_of(state: State, plan: ProtocolPlan) -> Row:
    """The row of a state that ends its protocol step."""
    progress = state.progress
    x, y, z = (*(state.event.place if state.event else ()), *NOWHERE)[:3]
    return Row(
        progress.protocol_step + 1,
        plan.cycle(progress),
        step_in_words(plan.protocol_step(progress)),
        progress.ended,
        state.step,
        state.time,
        progress.time,
        net(progress.charge, progress.charge_throughput) / MAH_PER_CM2,
        state.rounded_areal_charge / MAH_PER_CM2,
        state.voltage,
        x,
        y,
        z,
        state.event.sand_time if state.event else nan,
    )
