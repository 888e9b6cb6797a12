"""The recorded states of one series, read one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from deposition.results.pvd import read_pvd
from deposition.results.vtu import Grid, read_vtu


@dataclass(frozen=True)
class RecordedSeries:
    """One of electrolyte, surface and bodies, as its ``.pvd`` lists it.

    name     of the series
    folder   of the result
    entries  (time s, file) of each state, the file seen from ``folder``
    """

    name: str
    folder: Path
    entries: tuple[tuple[float, str], ...]

    @classmethod
    def open(cls, folder: Path, name: str) -> RecordedSeries:
        """The series as far as it was recorded.  ResultsError if it cannot be read."""
        return cls(name, folder, tuple(read_pvd(folder / f"{name}.pvd")))

    def __len__(self) -> int:
        return len(self.entries)

    def time(self, index: int) -> float:
        """Of the state, s."""
        return self.entries[index][0]

    def stem(self, index: int) -> str:
        """The name of the state's file without suffix, ``surface_000012``."""
        return Path(self.entries[index][1]).stem

    def grid(self, index: int) -> Grid:
        """The state itself.  ResultsError if its file cannot be read."""
        return read_vtu(self.folder / self.entries[index][1])

    @cached_property
    def corners(self) -> int:
        """Of a cell: 2 for lines, 3 for triangles, 4 for tetrahedra."""
        return int(self.grid(0).simplices.shape[1])
