"""The flux map of one result at one time, as a figure for one column of a journal."""

from __future__ import annotations

from pathlib import Path

from deposition.render.comparison import comparison
from deposition.render.layout import View
from deposition.render.panel import Caption
from deposition.render.scale import Scale
from deposition.render.style import DPI
from deposition.results.snapshot import Snapshot


def flux_map(
    snapshot: Snapshot,
    path: Path,
    caption: Caption,
    initial: Snapshot | None = None,
    scale: Scale | None = None,
    dpi: int = DPI,
) -> Path:
    """Draw the Li⁺ flux map of a snapshot, 8.5 cm wide, as png, svg or pdf by the suffix of path.

    snapshot  2D, or 3D (drawn in parallel projection)
    caption   name of the electrolyte and its Wagner number
    initial   the snapshot before the run (default: the same, nothing has been deposited)
    scale     colours, box and flux per line (default: those of this snapshot alone)

    Raises ``ResultsError`` for another suffix.
    """
    return comparison([View(caption, initial or snapshot, snapshot)], path, dpi, scale)
