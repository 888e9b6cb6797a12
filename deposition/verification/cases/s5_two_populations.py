"""Cell voltage of two populations of lithium: it rises when the first is exhausted.

Thin lithium of area A_m (mossy, or what the last plating left) and thick lithium of area A_b lie
under one film R and are stripped in parallel at a constant current I,

    V = I R/(A_m + A_b)   until the stock Q_m of A_m is gone, at t = Q_m (A_m + A_b)/(I A_m);
    V = I R/A_b           afterwards

With A_m = 5 A_b and 5 A/m² of A_b, R = 100 ohm cm²: 8.333 mV, then 50.0 mV.  This is the peak that
ends the plateau of a stripping half-cycle of symmetric cells.

The electrolyte conducts so well that the film alone resists.  The thin lithium is exhausted in the
step in which it becomes thinner than the mesh resolves.  Mesh and steps are those of any run.
Source: resistances in parallel; Faraday's law.
"""

from __future__ import annotations

import numpy as np

from deposition.common.constants import FARADAY, MICROMETRE, MILLIVOLT, MINUTE
from deposition.verification.bench import scenario, states
from deposition.verification.case import (
    Case,
    Family,
    Findings,
    Panel,
    Series,
    below,
    relative,
)

MOSSY, BULK, STOCK = 10.0, 2.0, 0.4
"""A_m and A_b (µm per metre of depth), and thickness of the thin lithium, µm."""
DURATION = 1.6
"""Of the run, over the time of exhaustion."""


def compare() -> Findings:
    """Voltage before and after, and the time of the rise."""
    settings = scenario("s5_two_populations")
    assert settings.protocol.current_density is not None
    density = -settings.protocol.current_density * (MOSSY + BULK) / BULK
    (film,) = settings.sei.films.values()
    assert film.resistance is not None
    first, last = (density * film.resistance * BULK / area for area in (MOSSY + BULK, BULK))
    speed = settings.lithium.molar_volume * density * BULK / (MOSSY + BULK) / FARADAY
    exhausted = STOCK * MICROMETRE / speed
    settings = scenario("s5_two_populations", f"protocol.duration={DURATION * exhausted} s")
    run = [s for s in states(settings) if s.time > 0.0]
    times = np.array([s.time for s in run])
    volts = -np.array([s.voltage for s in run])
    rise = float(np.interp(0.5 * (first + last), volts, times))
    early, late = volts[times < 0.8 * exhausted], volts[times > 1.2 * exhausted]
    checks = [
        relative("voltage with both, mV", first / MILLIVOLT, float(early.mean()) / MILLIVOLT, 0.01),
        relative("voltage with one, mV", last / MILLIVOLT, float(late.mean()) / MILLIVOLT, 0.02),
        relative("time of the rise", exhausted / MINUTE, rise / MINUTE, 0.02, "min"),
        below("charge balance", run[-1].balance.faraday_error, 1e-6),
    ]
    exact = np.array([first, first, last, last]) / MILLIVOLT
    line = np.array([0.0, exhausted, exhausted, times[-1]]) / MINUTE
    panel = Panel(
        "t / min", "-V / mV", (Series("I R/A", line, exact, times / MINUTE, volts / MILLIVOLT),)
    )
    return Findings(tuple(checks), panel)


CASE = Case("S5", "voltage of two populations", Family.MOVING, __doc__, compare, seconds=20.0)
