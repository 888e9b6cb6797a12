"""Growth of a lithium cylinder at a given current I per depth in a tube of radius r2.

    r² = r0² + V_m I t/(π F)
    V  = (I/2π) [ln(r2/r)/κ + R1/r + R2/r2],  R1 and R2 the films on cylinder and tube

Ohmic electrolyte, negligible R_ct; a quarter is modelled.  The voltage of a step is that at
its end, on the surface before the corrector; the voltage at the end of the run is solved on the
last surface.
Source: Faraday's law; Laplace's equation in cylindrical coordinates.
"""

from __future__ import annotations

from math import log, pi, sqrt

import numpy as np

from deposition.common.constants import FARADAY, MICROMETRE, MILLIVOLT, MINUTE
from deposition.mesh.cell import LITHIUM
from deposition.scenario import Scenario
from deposition.verification.bench import scenario, states, voltage_at
from deposition.verification.case import (
    Case,
    Check,
    Family,
    Findings,
    Panel,
    Series,
    below,
    order,
    relative,
)
from deposition.verification.offset_curves import SCATTER, outline, outline_size

INNER, OUTER, END = 2.0, 10.0, 4.0
"""r0, r2 and final r, µm."""
SIZES = (0.4, 0.2, 0.1)
"""Edge lengths h at the surface, µm; a step advances by h/2."""


def current(settings: Scenario) -> float:
    """I through the whole circle, A/m."""
    return 4.0 * (settings.protocol.current_density or 0.0) * OUTER * MICROMETRE


def radius(settings: Scenario, time: float) -> float:
    """r, µm."""
    grown = settings.lithium.molar_volume * current(settings) * time / (pi * FARADAY)
    return sqrt(INNER**2 + grown / MICROMETRE**2)


def voltage(settings: Scenario, r: float) -> float:
    """Exact V at a radius r (µm), V."""
    rod, tube = (settings.sei.films[name].resistance or 0.0 for name in ("rod", "tube"))
    films = (rod / r + tube / OUTER) / MICROMETRE
    return current(settings) / (2.0 * pi) * (log(OUTER / r) / settings.conductivity + films)


def growing(size: float) -> Scenario:
    """Scenario that ends when r is ``END``."""
    settings = scenario("e11b_cylinder")
    charge = pi * (END**2 - INNER**2) * MICROMETRE**2 * FARADAY / settings.lithium.molar_volume
    seconds = charge / current(settings)
    return scenario(
        "e11b_cylinder", f"mesh.surface_size={size} um", f"protocol.duration={seconds:.17g} s"
    )


def compare_one(size: float) -> tuple[float, list[Check], Series]:
    """One mesh: error of the mean radius, checks, and radius over time."""
    settings = growing(size)
    run = list(states(settings))
    last = run[-1]
    radii = np.linalg.norm(outline(last), axis=1)
    at_end = voltage(settings, END)
    checks = [
        relative("mean radius", END, radii.mean(), 0.01, "µm"),
        below("spread of the radius, over the radius", radii.std() / END, 0.01),
        relative("area of a quarter", 0.25 * pi * END**2, last.cell.volume(LITHIUM), 0.01, "µm²"),
        relative("length of a quarter", 0.5 * pi * END, outline_size(last), 0.01, "µm"),
        relative(
            "voltage of the last step", at_end / MILLIVOLT, last.voltage / MILLIVOLT, 2e-3, "mV"
        ),
        relative(
            "voltage at the end", at_end / MILLIVOLT, voltage_at(last) / MILLIVOLT, 1e-3, "mV"
        ),
    ]
    times = np.array([state.time for state in run])
    found = np.array([np.linalg.norm(outline(state), axis=1).mean() for state in run])
    exact = np.array([radius(settings, time) for time in times])
    few = slice(None, None, 1 + len(times) // 15)
    series = Series(f"h = {size} µm", times / MINUTE, exact, times[few] / MINUTE, found[few])
    return checks[0].error, checks, series


def compare() -> Findings:
    """All meshes; the bounds apply to the finest."""
    errors, checks, series = zip(*map(compare_one, SIZES), strict=True)
    falls = order("order of the mean radius", SIZES, errors, 1.0, SCATTER)
    return Findings((*checks[-1], falls), Panel("time / min", "mean radius / µm", series))


CASE = Case("E11b", "growth of a cylinder", Family.MOVING, __doc__, compare, seconds=10.0)
