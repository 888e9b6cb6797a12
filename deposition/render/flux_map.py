"""Flux map of one recorded state as a figure of one journal column."""

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
    initial   the snapshot before the run (default: the same, so that no deposit is shown)
    scale     colours, box and flux per line (default: those of this snapshot alone)

    Raises ``ResultsError`` for any other suffix.
    """
    return comparison([View(caption, initial or snapshot, snapshot)], path, dpi, scale)
