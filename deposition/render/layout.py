"""Where several maps stand on a page, and what stands over each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deposition.render.panel import Caption
from deposition.render.style import COLUMN_CM, PAGE_CM
from deposition.snapshot import Snapshot

MARGIN, GAP, HEAD = 0.1, 0.2, 0.95  # cm
IN_A_ROW = 4


@dataclass(frozen=True, eq=False)
class View:
    """One map of a comparison: a snapshot, the one before the run, and what stands over it."""

    caption: Caption
    initial: Snapshot
    snapshot: Snapshot


@dataclass(frozen=True)
class Grid:
    """Where the maps stand on the page, cm.

    columns, rows; width, height of one map; below: the legend's height; page: width and height
    """

    columns: int
    rows: int
    width: float
    height: float
    below: float
    page: tuple[float, float]

    @classmethod
    def of(cls, count: int, aspect: float, below: float, beside: float) -> Grid:
        """Room for ``count`` maps, on one column of a journal if it is one, else on the page.

        aspect  height over width of a map;  beside  room for the colour bar, cm
        """
        columns = min(count, IN_A_ROW)
        rows = -(-count // columns)
        across = COLUMN_CM if count == 1 else PAGE_CM
        width = (across - beside - MARGIN - GAP * (columns - 1)) / columns
        height = width * aspect
        return cls(columns, rows, width, height, below, (across, below + rows * (height + HEAD)))

    def place(self, index: int) -> tuple[float, float, float, float]:
        """Left, bottom, width and height of map number ``index``, row by row from the top."""
        row, column = divmod(index, self.columns)
        bottom = self.below + (self.rows - 1 - row) * (self.height + HEAD)
        return MARGIN + column * (self.width + GAP), bottom, self.width, self.height


def titles(views: Sequence[View], index: int) -> tuple[str, str]:
    """Name (with a letter when there are several) and the line under it, short for a small map."""
    view = views[index]
    name = view.caption.name
    letter = f"{chr(ord('a') + index)}   " if len(views) > 1 else ""
    wagner = view.caption.wagner
    charge = f"{view.snapshot.capacity_mAh_cm2:.2f} mAh cm$^{{-2}}$"
    return letter + name, charge if wagner is None else f"{charge}, Wa {wagner:.3g}"
