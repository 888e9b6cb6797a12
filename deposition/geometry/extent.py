"""Coordinate ranges of points, as text for messages."""

from __future__ import annotations

import numpy as np

from deposition.mesh.cell import Floats


def span(points: Floats) -> str:
    """Bounding box of points (…, d), µm, as text: ``x 0 to 40, y 0 µm``."""
    rows = points.reshape(-1, points.shape[-1])
    low, high = rows.min(axis=0), rows.max(axis=0)
    tolerance = 1e-6 * max(float(np.abs(rows).max()), 1.0)
    parts = [
        f"{axis} {a:.4g}" if b - a < tolerance else f"{axis} {a:.4g} to {b:.4g}"
        for axis, a, b in zip("xyz", low.round(9) + 0.0, high.round(9) + 0.0, strict=False)
    ]
    return ", ".join(parts) + " µm"
