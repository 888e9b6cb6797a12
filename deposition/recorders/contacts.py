"""``contacts.csv``: where and when metal bodies met, joined or parted, or enclosed a pocket."""

from __future__ import annotations

import logging
from math import nan
from pathlib import Path

from deposition.analysis.contacts import Topology, contacts
from deposition.common.atomic_files import write_text
from deposition.common.constants import MAH_PER_CM2
from deposition.recorders.run import Run
from deposition.results.contact_table import HEADER, ContactRow, read_contacts
from deposition.simulation.state import State


class ContactRecorder:
    """Write a row per contact; report it in ``run.log``."""

    def __init__(self, path: Path, rows: list[ContactRow], before: Topology | None) -> None:
        """The file ``path`` is written with the first row; before: the state that came last."""
        self._path, self._rows, self._before = path, rows, before
        self._logger = logging.getLogger("deposition.contacts")

    @classmethod
    def open(cls, run: Run, after_step: int | None) -> ContactRecorder:
        """The contacts of a run; rows after ``after_step`` are removed."""
        path = run.results.contacts
        if after_step is None or run.checkpoint is None:
            return cls(path, [], None)
        rows = [row for row in read_contacts(path) if row.step <= after_step]
        before = Topology(run.checkpoint.run_state.interface_state.cell)
        recorder = cls(path, rows, before)
        if path.exists():
            recorder._write()
        return recorder

    def record(self, state: State) -> None:
        """Compare a state with the one before it."""
        now, before = Topology(state.cell), self._before
        self._before = now
        if before is None or before.cell is state.cell:
            return
        found = list(contacts(before, now))
        for one in found:
            place = (*one.place, nan)[:3]
            capacity = state.rounded_areal_charge / MAH_PER_CM2
            row = ContactRow(state.step, state.time, capacity, one.kind, one.body, *place)
            self._rows.append(row)
            self._logger.info("%s", row.words)
        if found:
            self._write()

    def close(self) -> None:
        """Do nothing."""

    def _write(self) -> None:
        write_text(self._path, HEADER + "".join(row.line for row in self._rows))
