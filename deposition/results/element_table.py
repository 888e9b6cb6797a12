"""``elements.csv``: where the iodine and the nitrogen of a run are after each step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

from deposition.results.csv_rows import by_name, read_rows

UNIT = "_mol_m2"
ERROR = "_error"
SPECIES = "dissolved_of_"


@dataclass(frozen=True)
class ElementContent:
    """Atoms of an element per projected area, mol/m²; ``deposition.analysis.elements`` defines
    each.

    Without a fault, dissolved + film + stored + products - received is constant.
    """

    dissolved: float
    film: float
    stored: float
    products: float
    received: float

    @property
    def held(self) -> float:
        """All atoms in electrolyte, film and ion exchanger."""
        return abs(self.dissolved) + abs(self.film) + abs(self.stored)

    @property
    def content(self) -> float:
        """All atoms in the cell, less what came into it; constant without a fault."""
        return self.dissolved + self.film + self.stored + self.products - self.received

    def error(self, initial: ElementContent) -> float:
        """|content - initial content| over all atoms that there were or that came."""
        held = initial.held + abs(self.received)
        return abs(self.content - initial.content) / held if held else 0.0


@dataclass(frozen=True)
class ElementRow:
    """The elements after a step.

    step, time_s  as in ``history.csv``
    contents      by symbol of the element, and the error of its balance
    species       amount of each further dissolved species, mol/m² of projected area, by name
    """

    step: int
    time_s: float
    contents: Mapping[str, ElementContent]
    errors: Mapping[str, float]
    species: Mapping[str, float] = field(default_factory=dict)

    @property
    def cells(self) -> dict[str, float]:
        """The row by column name."""
        found: dict[str, float] = {"step": self.step, "time_s": self.time_s}
        for symbol, content in self.contents.items():
            for part in fields(content):
                found[f"{symbol}_{part.name}{UNIT}"] = getattr(content, part.name)
            found[symbol + ERROR] = self.errors[symbol]
        return found | {SPECIES + name + UNIT: n for name, n in self.species.items()}

    @classmethod
    def of(cls, cells: Mapping[str, float]) -> ElementRow:
        """The row of a line of the file."""
        symbols = [name.removesuffix(ERROR) for name in cells if name.endswith(ERROR)]
        contents = {
            symbol: ElementContent(
                *(cells[f"{symbol}_{part.name}{UNIT}"] for part in fields(ElementContent))
            )
            for symbol in symbols
        }
        errors = {symbol: cells[symbol + ERROR] for symbol in symbols}
        species = {
            name.removeprefix(SPECIES).removesuffix(UNIT): n
            for name, n in cells.items()
            if name.startswith(SPECIES)
        }
        return cls(int(cells["step"]), cells["time_s"], contents, errors, species)


def read_elements(path: Path) -> list[ElementRow]:
    """Read ``elements.csv``; no rows without a file.

    Raises ResultsError if the file cannot be read.
    """
    return read_rows(path, "elements", lambda names, cells: ElementRow.of(by_name(names, cells)))


def largest_errors(rows: Sequence[ElementRow]) -> dict[str, float]:
    """Largest error of the balance of each element so far."""
    symbols = rows[-1].errors if rows else {}
    return {symbol: max(row.errors[symbol] for row in rows) for symbol in symbols}
