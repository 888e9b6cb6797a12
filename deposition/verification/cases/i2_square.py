"""A square block of dead lithium dissolved by triiodide under kinetic control (Huygens).

    v = 2 V_m k c;   side after a time t: s0 - 2 v t,  with corners that stay sharp

because the concentration c of I3⁻ is uniform for D ≫ k s.  A block of 5 µm with k = 7.3e-7 m/s and
9.13 mol/m³ loses 0.173 nm/s of each side, has 14.081 µm² after an hour and is gone after 4.009 h.

Source: Osher & Sethian, J. Comput. Phys. 79 (1988) 12, for a front that moves along its normal.
"""

from __future__ import annotations

import numpy as np

from deposition.common.constants import MICROMETRE
from deposition.laws.iodine import TRIIODIDE
from deposition.mesh.cell import DEAD_LITHIUM
from deposition.verification.bench import scenario, states
from deposition.verification.case import Case, Family, Findings, Panel, Series, below, relative
from deposition.verification.dissolved import length, rate_constant


def compare() -> Findings:
    """Area in all states, side and corner at the end; the cell has a quarter of the block."""
    settings = scenario("i2_square")
    c = settings.electrolyte.dissolved[TRIIODIDE].concentration
    v = 2.0 * settings.lithium.molar_volume * rate_constant(settings) * c / MICROMETRE
    run = list(states(settings))
    times = np.array([state.time for state in run])
    side = length(settings, "side") / MICROMETRE - 2.0 * v * times
    area = np.array([4.0 * state.cell.volume(DEAD_LITHIUM) for state in run])
    last, lost = run[-1], side[0] ** 2 - side[-1] ** 2
    block = last.cell.points[np.unique(last.surface.facets[last.surface.on(DEAD_LITHIUM)])]
    corner = float(np.linalg.norm(block, axis=1).max())
    checks = (
        relative("area lost", lost, area[0] - area[-1], 1e-2, "µm²"),
        relative("area left", side[-1] ** 2, area[-1], 5e-3, "µm²"),
        relative("corner to centre", np.sqrt(0.5) * side[-1], corner, 2e-2, "µm"),
        below("balance of metal volume", last.balance.faraday_error, 1e-6),
    )
    few = slice(None, None, 3)
    series = Series("block", times, np.asarray(side**2), times[few], area[few])
    return Findings(checks, Panel("t / s", "area / µm²", (series,)))


CASE = Case("I2", "a dissolving square block", Family.MOVING, __doc__, compare, seconds=15)
