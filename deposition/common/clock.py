"""Durations as text."""

from __future__ import annotations

import math


def as_clock(seconds: float) -> str:
    """``1:02:03``, ``2:03``, or ``?`` when unknown."""
    if not math.isfinite(seconds):
        return "?"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
