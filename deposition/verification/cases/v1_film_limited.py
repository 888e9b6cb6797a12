"""Voltammogram of lithium on a bare collector under a film of resistance R, which alone resists.

The potential runs from 0 to -E_m, back through 0 and on, at the rate v.  The current is that of an
ohmic resistance, E/R; the charge plated by the time of E = 0 is

    Q = E_m²/(v R)

and lithium is exhausted, and the current falls to 0, where the stripped charge is CE Q:

    E_p = √(2 CE) E_m,    i_p = E_p/R,    CE = 1 without side reactions

The surface moves, from a bare collector and back to it.
Source: Ohm's and Faraday's laws.
"""

from __future__ import annotations

import math

import numpy as np

from deposition.verification.bench import scenario, states
from deposition.verification.case import Case, Family, Findings, Panel, Series, below, relative

REVERSAL = 0.2
"""E_m, V."""


def compare() -> Findings:
    """One cycle."""
    settings = scenario("v1_film_limited")
    resistance, rate = settings.sei.films["film"].resistance, settings.protocol.sweep
    assert resistance is not None and rate is not None
    found = np.array(
        [
            (-s.voltage, -s.applied_current_density, s.net_areal_charge, s.progress.protocol_step)
            for s in states(settings)
            if math.isfinite(s.voltage)
        ]
    )
    potential, current, charge, step = found.T
    last = int(np.flatnonzero(step == 2)[-1])
    peak = math.sqrt(2.0) * REVERSAL
    plated = REVERSAL**2 / (rate * resistance)
    checks = (
        relative("plating peak", -REVERSAL / resistance, float(current.min()), 1e-2, "A/m²"),
        relative("charge plated at 0 V", plated, float(charge[step == 1][-1]), 1e-2, "C/m²"),
        relative("E_p", peak, float(potential[last]), 1e-2, "V"),
        relative("i_p", peak / resistance, float(current[last]), 1e-2, "A/m²"),
        below("charge left, over that plated", float(charge[last]) / plated, 1e-6),
    )
    line = np.array([0.0, -REVERSAL, peak, peak])
    exact = np.array([0.0, -REVERSAL, peak, 0.0]) / resistance
    shown = slice(0, last + 1, 6)
    curve = Series("30 ohm cm²", line, exact, potential[shown], current[shown])
    return Findings(checks, Panel("potential / V", "current density / (A/m²)", (curve,)))


CASE = Case("V1", "film-limited voltammogram", Family.MOVING, __doc__, compare, seconds=25)
