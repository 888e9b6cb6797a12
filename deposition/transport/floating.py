"""Net current into electrically floating dead lithium."""

from __future__ import annotations

import numpy as np

from deposition.common.constants import AT_REST
from deposition.mesh.cell import DEAD_LITHIUM, Floats, Ints, Mask
from deposition.mesh.surface import Surface
from deposition.transport.fields import Fields


def floating(surface: Surface, metal: Floats) -> Mask:
    """(f,) facets of electrically floating dead lithium; metal (f,) potential behind them, V."""
    return surface.on(DEAD_LITHIUM) & np.isfinite(metal) & (metal != 0.0)


def net_share(surface: Surface, body: Ints, fields: Fields) -> float:
    """Largest |Σ i_n A| / Σ |i_n| A of the floating bodies; 0 without one.

    body (f,) label of the body behind each facet.  |i_n| is at least ``AT_REST`` (A/m²) in the
    denominator, so that rounding at rest does not count.
    """
    own = floating(surface, fields.metal_potential)
    area, current, label = surface.area[own], fields.current_density[own], body[own]
    through = np.bincount(label, area * np.maximum(np.abs(current), AT_REST))
    net = np.abs(np.bincount(label, area * current))
    return float((net / np.where(through > 0.0, through, 1.0)).max(initial=0.0))
