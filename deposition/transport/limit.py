"""Check of the total current against the limiting current of charge transfer."""

from __future__ import annotations

import numpy as np

from deposition.common.errors import SolveError
from deposition.mesh.cell import Floats
from deposition.transport.walls import Walls

EXCEEDED = 1.001
"""Share of the limiting current above which a solution is rejected: a kinetics law with a limit
continues steeply beyond it, so that a solution exists there too."""

NEAR_LIMIT = 0.95
"""Share of the limiting current above which it explains that Newton's method did not converge."""


def check_limit(walls: Walls, concentration: Floats, total: float, share: float = 1.0) -> None:
    """Raise SolveError if a total current (A) exceeds ``share`` of the limit of charge transfer.

    concentration (m,) mean over each facet, mol/m³.
    """
    electrodes = walls.electrodes
    for kind, number in (("working", electrodes.working), ("counter", electrodes.counter)):
        own = walls.connected_to_counter & walls.on(number)
        limit = walls.physics.limit(kind, concentration[own]) * walls.area[own]
        area, largest = float(walls.area[own].sum()), float(limit.sum())
        if np.any(own) and abs(total) > share * largest:
            raise SolveError(
                f"the current density on the {kind} electrode, {abs(total) / area:.4g} A/m², "
                f"exceeds the limiting current density of charge transfer, {largest / area:.4g} "
                "A/m². Lower the current density, or increase kinetics.exchange_current_density or "
                "kinetics.reorganisation_energy."
                " [E300]"
            )
