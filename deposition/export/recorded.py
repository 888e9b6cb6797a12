"""Recorded states of one series, read on demand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from deposition.results.pvd import read_pvd
from deposition.results.vtu import Grid, read_vtu


@dataclass(frozen=True)
class RecordedSeries:
    """Series electrolyte, surface or bodies, as listed in its ``.pvd``.

    name     name of the series
    folder   results folder
    entries  (time in s, file relative to ``folder``) of each state
    """

    name: str
    folder: Path
    entries: tuple[tuple[float, str], ...]

    @classmethod
    def open(cls, folder: Path, name: str) -> RecordedSeries:
        """Open a series.  Raises ResultsError if its ``.pvd`` cannot be read."""
        return cls(name, folder, tuple(read_pvd(folder / f"{name}.pvd")))

    def __len__(self) -> int:
        return len(self.entries)

    def time(self, index: int) -> float:
        """Time of a state, s."""
        return self.entries[index][0]

    def stem(self, index: int) -> str:
        """Name of the file of a state without suffix, ``surface_000012``."""
        return Path(self.entries[index][1]).stem

    def grid(self, index: int) -> Grid:
        """Read a state.  Raises ResultsError if its file cannot be read."""
        return read_vtu(self.folder / self.entries[index][1])

    @cached_property
    def corners(self) -> int:
        """Corners of each cell: 2 for lines, 3 for triangles, 4 for tetrahedra."""
        return int(self.grid(0).simplices.shape[1])
