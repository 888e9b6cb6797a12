"""Layout of several maps on a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from deposition.common.errors import ResultsError
from deposition.render.panel import Caption
from deposition.render.style import COLUMN_CM, PAGE_CM
from deposition.results.snapshot import Snapshot

MARGIN, GAP = 0.1, 0.2  # cm
IN_A_ROW = 4
"""Most maps side by side, unless a number of columns is stated."""
COMFORTABLE, NARROWEST = 2.9, 1.2
"""Least width of a map, cm: by default, and with a stated number of columns."""
TALLEST = 2.5
"""Height of a map over the width of the page, beyond which the map becomes narrower instead."""
LOWEST = 0.3
"""Least height of a map, cm."""


@dataclass(frozen=True, eq=False)
class View:
    """One map of a picture: a snapshot, the snapshot before the run, and the caption."""

    caption: Caption
    initial: Snapshot
    snapshot: Snapshot


@dataclass(frozen=True)
class Page:
    """Choices about the page of a picture.

    width    cm (None: one journal column for one map, else the width of the page)
    columns  maps side by side (None: as many as are wide enough, at most ``IN_A_ROW``)
    letters  a, b, c … before the names (None: if there are several maps)
    legend   whether the legend is drawn
    table    the maps are a table of one result per row
    films    colours of films by name, instead of those of ``films.COLOURS``
    """

    width: float | None = None
    columns: int | None = None
    letters: bool | None = None
    legend: bool = True
    table: bool = False
    films: Mapping[str, str] = field(default_factory=dict)

    def across(self, count: int) -> float:
        """Width of a picture of ``count`` maps, cm."""
        return self.width or default_width(count)


def default_width(count: int) -> float:
    """Default width of a picture of ``count`` maps, cm: a journal column for one, else the page."""
    return COLUMN_CM if count == 1 else PAGE_CM


@dataclass(frozen=True)
class Columns:
    """Maps side by side: their number and their width, cm."""

    number: int
    width: float

    @classmethod
    def of(
        cls, count: int, aspect: float, beside: float, across: float, stated: int | None
    ) -> Columns:
        """Arrange ``count`` maps on a page ``across`` cm wide.

        aspect  height over width of a map
        beside  width reserved for the colour bar, cm
        stated  number of columns (None: as many as are ``COMFORTABLE``, at most ``IN_A_ROW``, in
                evenly filled rows)
        Raises ``ResultsError`` if the maps of the stated columns are narrower than ``NARROWEST``.
        """
        room = across - beside - MARGIN

        def fitting(least: float) -> int:
            return max(1, int((room + GAP) / (least + GAP)))

        if stated is None:
            most = min(count, IN_A_ROW, fitting(COMFORTABLE))
            number = -(-count // -(-count // most))
        else:
            number = min(stated, count)
            if number > fitting(NARROWEST):
                raise ResultsError(
                    f"{number} columns are too many for a picture {across:g} cm wide. Use at most "
                    f"{fitting(NARROWEST)} columns, or a wider picture [E980]"
                )
        width = (room - GAP * (number - 1)) / number
        return cls(number, min(width, TALLEST * across / aspect))


@dataclass(frozen=True)
class Grid:
    """Positions of the maps on the page, cm.

    columns  number and width of the maps across
    height   of one map
    heads    height of the text over each row of maps
    below    height of the legend
    page     width and height of the page
    """

    columns: Columns
    height: float
    heads: tuple[float, ...]
    below: float
    page: tuple[float, float]

    @classmethod
    def of(
        cls,
        columns: Columns,
        aspect: float,
        heads: Sequence[float],
        above: float,
        below: float,
        across: float,
    ) -> Grid:
        """Rows of maps under a line of height ``above`` and over a legend of height ``below``."""
        height = max(columns.width * aspect, LOWEST)
        total = below + above + sum(heads) + len(heads) * height
        return cls(columns, height, tuple(heads), below, (across, total))

    @property
    def maps(self) -> float:
        """Height from the bottom of the lowest to the top of the highest map, cm."""
        return len(self.heads) * self.height + sum(self.heads[1:])

    def place(self, index: int) -> tuple[float, float, float, float]:
        """Left, bottom, width and height of map number ``index``, row by row from the top."""
        row, column = divmod(index, self.columns.number)
        lower = self.heads[row + 1 :]
        bottom = self.below + len(lower) * self.height + sum(lower)
        width = self.columns.width
        return MARGIN + column * (width + GAP), bottom, width, self.height
