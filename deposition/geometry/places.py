"""Where something lies, in words."""

from __future__ import annotations

import numpy as np

from deposition.mesh.cell import Floats


def span(points: Floats) -> str:
    """The box around points (…, d): ``x 0 to 40, y 0 µm``."""
    flat = points.reshape(-1, points.shape[-1])
    low, high = flat.min(axis=0), flat.max(axis=0)
    near = 1e-6 * max(float(np.abs(flat).max()), 1.0)
    parts = [
        f"{axis} {a:.4g}" if b - a < near else f"{axis} {a:.4g} to {b:.4g}"
        for axis, a, b in zip("xyz", low.round(9) + 0.0, high.round(9) + 0.0, strict=False)
    ]
    return ", ".join(parts) + " µm"
