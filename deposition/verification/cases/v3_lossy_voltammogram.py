"""Film-limited voltammogram with a Coulombic efficiency below 1: the peak tells it.

As V1, with an oxidant of constant concentration c that dissolves lithium at the rate i_c = ν F k c
without a current.  The potential runs from -E_0 to -E_m, back through 0 and on to the peak E_p,
where the lithium is exhausted.  Plated, lost and stripped charge are

    Q_plated = (2 E_m² - E_0²)/(2 v R),    Q_lost = i_c (2 E_m - E_0 + E_p)/v,
    Q_stripped = E_p²/(2 v R) = Q_plated - Q_lost

    E_p = -i_c R + √[(i_c R)² + 2 E_m² - E_0² - 2 i_c R (2 E_m - E_0)]

With CE = Q_stripped/Q_plated this is E_p = √(CE (2 E_m² - E_0²)), √(2 CE) E_m for E_0 = 0: a
voltammogram is a meter of CE.
Source: Ohm's and Faraday's laws.
"""

from __future__ import annotations

import math

import numpy as np

from deposition.common.constants import FARADAY
from deposition.scenario.reactions import FirstOrderReaction
from deposition.verification.bench import scenario, states
from deposition.verification.case import Case, Family, Findings, Panel, Series, relative


def compare() -> Findings:
    """One cycle."""
    settings = scenario("v3_lossy_voltammogram")
    resistance, rate = settings.sei.films["film"].resistance, settings.protocol.sweep
    vertices, (reaction,) = settings.protocol.vertices, settings.reactions
    assert resistance is not None and rate is not None and vertices is not None
    assert isinstance(reaction, FirstOrderReaction)
    start, turn = vertices[:2]
    oxidant = settings.electrolyte.dissolved["oxidant"].concentration
    lost = FARADAY * reaction.lithium * reaction.rate_constant * oxidant
    found = np.array(
        [
            (-s.voltage, -s.applied_current_density, s.net_areal_charge, s.progress.protocol_step)
            for s in states(settings)
            if math.isfinite(s.voltage)
        ]
    )
    potential, current, charge, step = found.T
    last = int(np.flatnonzero(step == 2)[-1])
    drop, squares = lost * resistance, 2.0 * turn**2 - start**2
    peak = -drop + math.sqrt(drop**2 + squares - 2.0 * drop * (2.0 * turn - start))
    plated = squares / (2.0 * rate * resistance)
    efficiency = peak**2 / squares
    top = float(charge[step == 1][-1])
    checks = (
        relative("charge plated at 0 V", plated, top, 1e-2, "C/m²"),
        relative("E_p", peak, float(potential[last]), 1e-2, "V"),
        relative("i_p", peak / resistance, float(current[last]), 1e-2, "A/m²"),
        relative("CE", efficiency, (top - float(charge[last])) / top, 1e-2),
        relative("E_p/√(2 E_m² - E_0²), squared: CE", efficiency,
                 float(potential[last]) ** 2 / squares, 1e-2),
    )  # fmt: skip
    line = np.array([-start, -turn, peak, peak])
    exact = np.array([-start, -turn, peak, 0.0]) / resistance
    shown = slice(0, last + 1, 6)
    curve = Series("30 ohm cm²", line, exact, potential[shown], current[shown])
    return Findings(checks, Panel("potential / V", "current density / (A/m²)", (curve,)))


CASE = Case("V3", "voltammogram with losses", Family.MOVING, __doc__, compare, seconds=25)
