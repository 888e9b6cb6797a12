"""Net current into electrically floating dead lithium."""

from __future__ import annotations

import numpy as np

from deposition.common.constants import AT_REST
from deposition.mesh.cell import COUNTER, DEAD_LITHIUM, Floats, Ints, Mask
from deposition.mesh.surface import Surface
from deposition.transport.fields import Fields


def floating(surface: Surface, metal: Floats) -> Mask:
    """(f,) facets of electrically floating dead lithium; metal (f,) potential behind them, V.

    Dead lithium at the potential of the counter electrode is in contact with it.
    """
    counter = metal[surface.on(COUNTER)]
    return surface.on(DEAD_LITHIUM) & np.isfinite(metal) & ~np.isin(metal, counter)


def net_share(surface: Surface, body: Ints, fields: Fields) -> float:
    """Largest |Σ i A| / Σ |i| A of the floating bodies, i with side reactions; 0 without one.

    body (f,) label of the body behind each facet.  |i| is at least ``AT_REST`` (A/m²) in the
    denominator, so that rounding at rest does not count.
    """
    own = floating(surface, fields.metal_potential)
    total = np.broadcast_to(fields.total_current_density, body.shape)
    area, current, label = surface.area[own], total[own], body[own]
    through = np.bincount(label, area * np.maximum(np.abs(current), AT_REST))
    net = np.abs(np.bincount(label, area * current))
    return float((net / np.where(through > 0.0, through, 1.0)).max(initial=0.0))
