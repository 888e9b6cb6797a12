"""``inventory.csv`` and ``cycles.csv``: where the lithium is, and what each cycle loses."""

from __future__ import annotations

import math
from pathlib import Path

from deposition.analysis.inventory import LithiumContents
from deposition.analysis.solvent import SolventBudget
from deposition.common.atomic_files import write_text
from deposition.common.constants import MAH_PER_CM2
from deposition.protocol import ProtocolPlan
from deposition.recorders.run import Run
from deposition.results.inventory_table import (
    CYCLES_HEADER,
    InventoryRow,
    cycles_of,
    read_inventory,
)
from deposition.sei.film_library import lithium_content
from deposition.simulation.state import State


class InventoryRecorder:
    """Append a row of the inventory for each state; write the cycles where a protocol step ends."""

    def __init__(
        self,
        paths: tuple[Path, Path],
        contents: LithiumContents,
        solvent: SolventBudget | None,
        plan: ProtocolPlan,
        rows: list[InventoryRow],
    ) -> None:
        """paths: of the inventory and of the cycles; solvent: None where reactions form or
        dissolve film; rows: those of a resumed run."""
        (self._path, self._cycles), self._contents, self._plan = paths, contents, plan
        self._rows, self._solvent = rows, solvent
        lines = [_line(row) for row in rows]
        write_text(self._path, "".join([_header(rows[0]), *lines]) if rows else "")

    @classmethod
    def open(cls, run: Run, after_step: int | None) -> InventoryRecorder:
        """The inventory of a run; rows after ``after_step`` are removed."""
        films = run.start.films
        contents = LithiumContents.of(
            run.model.transport, films.names, films.molar_volume, lithium_content()
        )
        path = run.results.inventory
        rows = [] if after_step is None else read_inventory(path)
        kept = [row for row in rows if row.step <= (after_step or 0)]
        solvent = None if run.scenario.reactions else SolventBudget.of(run.start)
        return cls((path, run.results.cycles), contents, solvent, run.model.plan, kept)

    def record(self, state: State) -> None:
        """Append the row of a state."""
        found = self._contents.inventory(state)
        initial = self._rows[0].inventory if self._rows else found
        throughput = state.progress.charge_throughput / MAH_PER_CM2 + self._contents.reacted(state)
        cycle = self._plan.cycle(state.progress)
        error = found.error(initial, throughput)
        consumed = math.nan if self._solvent is None else self._solvent.consumed(state)
        removed = self._contents.removed(state)
        row = InventoryRow(state.step, cycle, state.time, found, error, consumed, removed)
        with open(self._path, "a", encoding="utf-8", newline="\n") as file:
            file.write(("" if self._rows else _header(row)) + _line(row))
        self._rows.append(row)
        if state.progress.ended:
            self.close()

    def close(self) -> None:
        """Write the cycles so far."""
        cycles = cycles_of(self._rows)
        if cycles:
            write_text(self._cycles, CYCLES_HEADER + "".join(row.line for row in cycles))


def _header(row: InventoryRow) -> str:
    return ",".join(row.cells) + "\n"


def _line(row: InventoryRow) -> str:
    # All digits: a resumed run has its reference from here.
    return ",".join(str(value) for value in row.cells.values()) + "\n"
