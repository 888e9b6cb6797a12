"""Ten cycles of a full cell between two limits of the voltage: capacity and balance.

A positive electrode (NCM523) opposite lithium, of resistance R in all, is charged at i to V_max and
discharged at -i to V_min.  The lithiation at each end follows from

    U(x) + V_kin(i) + i R = V_max,    U(x) + V_kin(-i) - i R = V_min

with the overpotentials V_kin of both electrodes as in R4, and the charge between them is Q Δx.  The
lithium plated and that of the positive electrode balance at all times: x = x_0 - q/Q with the net
charge q.  A voltage limit is located to 1e-4 of it.
Source: Doyle, Fuller & Newman, J. Electrochem. Soc. 140 (1993) 1526, in the lumped limit.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from deposition.laws.electrodes import PositiveElectrode
from deposition.verification.bench import scenario, states
from deposition.verification.case import Case, Family, Findings, Panel, Series, below, relative
from deposition.verification.cases.r4_positive_electrode import voltage

DENSITY, CYCLES = 20.0, 10
"""A/m²."""

HIGHEST, LOWEST = 4.2, 3.4
"""Limits of the voltage, V."""

PROTOCOL = (
    f"protocol={{repeat = {CYCLES}, steps = ["
    f"{{current_density = '{DENSITY} A/m^2', voltage_limit = '{HIGHEST} V'}}, "
    f"{{current_density = '-{DENSITY} A/m^2', minimum_voltage = '{LOWEST} V'}}]}}"
)


def compare() -> Findings:
    """The ends of the last cycle, and the balance in all states."""
    settings = scenario(
        "r4_positive_electrode", PROTOCOL, "time.first_step=2 s", "time.max_step=2 s"
    )
    electrode = settings.electrodes.counter
    assert isinstance(electrode, PositiveElectrode)
    found = [
        (s.net_areal_charge, s.fields.lithiation, s.voltage, s.progress.protocol_step)
        for s in states(settings)
    ]
    charge, x, volts, step = np.array(found).T
    full, empty = (
        float(brentq(lambda y, i=i, v=v: voltage(settings, y, i) - v, 0.26, 0.985))
        for i, v in ((DENSITY, HIGHEST), (-DENSITY, LOWEST))
    )
    ends = [int(np.flatnonzero(step == number)[-1]) for number in (2 * CYCLES - 2, 2 * CYCLES - 1)]
    balance = np.abs(x - electrode.lithiation + charge / electrode.capacity).max()
    checks = (
        relative("x at the end of the last charge", full, float(x[ends[0]]), 1e-3),
        relative("x at the end of the last discharge", empty, float(x[ends[1]]), 1e-3),
        relative(
            "charge of the last discharge",
            electrode.capacity * (empty - full),
            float(charge[ends[0]] - charge[ends[1]]),
            2e-3,
            "C/m²",
        ),
        below("charge balance of lithium and positive electrode", float(balance), 1e-9),
    )
    fine = np.linspace(full, empty, 100, dtype=np.float64)
    exact = np.array([voltage(settings, float(y), -DENSITY) for y in fine])
    last = np.flatnonzero(step == 2 * CYCLES - 1)[1::4]
    curve = Series("discharge", fine, exact, x[last], volts[last])
    return Findings(checks, Panel("x", "V / V", (curve,)))


CASE = Case("R5", "cycles of a full cell", Family.STATIC, __doc__, compare, seconds=15)
