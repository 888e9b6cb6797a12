"""Whether charge transfer can drive a total current at all."""

from __future__ import annotations

import numpy as np

from deposition.common.errors import SolveError
from deposition.mesh.cell import Floats
from deposition.transport.walls import GROUND, WORKING, Walls

ELECTRODES = {WORKING: "the lithium", GROUND: "the counter electrode"}

FOUND = 1.001
"""A kinetics law that has a limit goes on beyond it, steeply; this share is as good as all."""

CLOSE = 0.95
"""Where the equations could not be solved with more than this share of the limit, that is why."""


def check_limit(walls: Walls, concentration: Floats, total: float, share: float = 1.0) -> None:
    """Raise SolveError if a total current (A) is above this share of what the kinetics law gives.

    concentration (m,) of each facet, mol/m³.
    """
    limit = walls.physics.kinetics.limit(concentration) * walls.area
    for conductor, name in ELECTRODES.items():
        there = walls.connected_to_counter & (walls.conductor == conductor)
        area, most = float(walls.area[there].sum()), float(limit[there].sum())
        if np.any(there) and abs(total) > share * most:
            raise SolveError(
                f"the current is above what charge transfer can drive: {abs(total) / area:.4g} "
                f"A/m² on {name}, where {most / area:.4g} A/m² is the limit at any potential. "
                "Lower the current density, or state a higher kinetics.exchange_current_density "
                "or kinetics.reorganisation_energy."
                " [E300]"
            )
