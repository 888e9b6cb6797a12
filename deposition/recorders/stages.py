"""``stages.csv``: one row for each stage of the protocol that has ended, and how; events aloud."""

from __future__ import annotations

import logging
from dataclasses import astuple, fields
from math import nan
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from deposition.common.atomic_files import write_text
from deposition.common.constants import MAH_PER_CM2
from deposition.protocol import Plan, Then, net
from deposition.protocol.words import stage_in_words
from deposition.results.stage_table import NOWHERE, Row, _cell, read_stages
from deposition.simulation.state import State


class Stages:
    """Writes a row for each stage that ends, and says events on the console and in ``run.log``."""

    def __init__(self, path: Path, plan: Plan, console: Console, name: str) -> None:
        """Start the file ``path``.  ResultsError if it cannot be written."""
        self._path, self._plan, self._console, self._name = path, plan, console, name
        self._logger = logging.getLogger("deposition.events")
        self._rows: list[Row] = []

    @classmethod
    def resumed(cls, path: Path, plan: Plan, console: Console, name: str, step: int) -> Stages:
        """Go on after ``step``; rows of stages that ended later are removed.

        ResultsError if the file cannot be read.
        """
        stages = cls(path, plan, console, name)
        stages._rows = [row for row in read_stages(path) if row.step <= step]
        stages._write()
        return stages

    def record(self, state: State) -> None:
        """Write the row of a state that ends its stage, and say what happened."""
        if not state.progress.ended:
            return
        self._rows.append(row_of(state, self._plan))
        self._write()
        if state.event is not None:
            self._logger.info("%s", state.event.message)
            # What is an error is said at the end.
            if self._plan.then(state.progress) is not Then.ERROR:
                text = f"{self._name}: {escape(state.event.message)}"
                self._console.print(text, highlight=False, soft_wrap=True)

    def close(self) -> None:
        """Nothing is open."""

    def _write(self) -> None:
        header = ",".join(field.name for field in fields(Row))
        lines = (",".join(map(_cell, astuple(row))) for row in self._rows)
        write_text(self._path, "\n".join([header, *lines]) + "\n")


def row_of(state: State, plan: Plan) -> Row:
    """The row of a state that ends its stage."""
    progress = state.progress
    x, y, z = (*(state.event.place if state.event else ()), *NOWHERE)[:3]
    return Row(
        progress.stage + 1,
        plan.cycle(progress),
        stage_in_words(plan.stage(progress)),
        progress.ended,
        state.step,
        state.time,
        progress.time,
        net(progress.charge, progress.passed) / MAH_PER_CM2,
        state.net_capacity / MAH_PER_CM2,
        state.voltage,
        x,
        y,
        z,
        state.event.sand_time if state.event else nan,
    )
