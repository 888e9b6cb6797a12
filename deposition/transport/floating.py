"""The net current into floating dead lithium."""

from __future__ import annotations

import numpy as np

from deposition.common.constants import AT_REST
from deposition.mesh.cell import DEAD_LITHIUM, Floats, Ints, Mask
from deposition.mesh.surface import Surface
from deposition.transport.fields import Fields


def floating(surface: Surface, metal: Floats) -> Mask:
    """(f,) facets of dead lithium with a potential of its own; metal (f,) V behind each facet."""
    return surface.on(DEAD_LITHIUM) & np.isfinite(metal) & (metal != 0.0)


def net_share(surface: Surface, body: Ints, fields: Fields) -> float:
    """|Σ i_n A| / Σ |i_n| A of the floating body where it is largest; 0 without one.

    body (f,) behind each facet.  At rest, with less than ``AT_REST`` on the mean, this takes the
    place of |i_n|.
    """
    own = floating(surface, fields.metal_potential)
    area, current, mine = surface.area[own], fields.current_density[own], body[own]
    through = np.bincount(mine, area * np.maximum(np.abs(current), AT_REST))
    net = np.abs(np.bincount(mine, area * current))
    return float((net / np.where(through > 0.0, through, 1.0)).max(initial=0.0))
