"""``elements.csv``: balance of iodine and nitrogen of runs whose species contain them."""

from __future__ import annotations

from pathlib import Path

from deposition.analysis.elements import ElementContents
from deposition.common.atomic_files import write_text
from deposition.recorders.run import Run
from deposition.results.element_table import ElementRow, read_elements
from deposition.simulation.state import State


class ElementRecorder:
    """Append a row for each state; nothing where no species contains one of the elements."""

    def __init__(self, path: Path, contents: ElementContents, rows: list[ElementRow]) -> None:
        """rows: those of a resumed run."""
        self._path, self._contents = path, contents
        self._initial = rows[0].contents if rows else {}
        if rows:
            write_text(path, "".join([_header(rows[0]), *map(_line, rows)]))

    @classmethod
    def open(cls, run: Run, after_step: int | None) -> ElementRecorder:
        """The balance of a run; rows after ``after_step`` are removed."""
        films, path = run.start.films, run.results.elements
        contents = ElementContents.of(run.model.transport, films.names, films.molar_volume)
        rows = [] if after_step is None else read_elements(path)
        return cls(path, contents, [row for row in rows if row.step <= (after_step or 0)])

    def record(self, state: State) -> None:
        """Append the row of a state."""
        if not self._contents.symbols:
            return
        found = self._contents.contents(state)
        first, self._initial = not self._initial, self._initial or found
        errors = {symbol: one.error(self._initial[symbol]) for symbol, one in found.items()}
        row = ElementRow(state.step, state.time, found, errors, self._contents.dissolved(state))
        with open(self._path, "a", encoding="utf-8", newline="\n") as file:
            file.write((_header(row) if first else "") + _line(row))

    def close(self) -> None:
        """Nothing is pending."""


def _header(row: ElementRow) -> str:
    return ",".join(row.cells) + "\n"


def _line(row: ElementRow) -> str:
    # All digits: a resumed run has its reference from here.
    return ",".join(str(value) for value in row.cells.values()) + "\n"
