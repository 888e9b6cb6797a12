"""Growth of a lithium sphere at a given current I in a spherical shell of radius r2.

    r³ = r0³ + 3 V_m I t/(4π F)
    V  = (I/4π) [(1/r - 1/r2)/κ + R1/r² + R2/r2²],  R1 and R2 the films on both

Ohmic electrolyte, negligible R_ct; an eighth is modelled.  The voltage of a step is that at
its end, on the surface before the corrector; that of the run is solved on the last one.  The shell
has the edges of the sphere: with 1.5 µm it would be a polyhedron of 0.8 % less area, and the error
of V 0.1 %.
Source: Faraday's law; Laplace's equation in spherical coordinates.
"""

from __future__ import annotations

from math import pi

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

INNER, OUTER, END = 2.0, 6.0, 3.0
"""r0, r2 and final r, µm."""
SIZES = (0.5, 0.25)
"""Edge lengths h at the surface, µm; a step advances by h/2."""


def current(settings: Scenario) -> float:
    """I of the whole sphere, A; the stated density is per r2², the projected area of an eighth."""
    return 8.0 * (settings.protocol.current_density or 0.0) * (OUTER * MICROMETRE) ** 2


def radius(settings: Scenario, time: float) -> float:
    """r, µm."""
    grown = 3.0 * settings.lithium.molar_volume * current(settings) * time / (4.0 * pi * FARADAY)
    return float(np.cbrt(INNER**3 + grown / MICROMETRE**3))


def voltage(settings: Scenario, r: float) -> float:
    """Exact V at a radius r (µm), V."""
    sphere, shell = (settings.sei.films[name].resistance or 0.0 for name in ("rod", "tube"))
    ohmic = (1.0 / r - 1.0 / OUTER) / MICROMETRE / settings.conductivity
    films = (sphere / r**2 + shell / OUTER**2) / MICROMETRE**2
    return current(settings) / (4.0 * pi) * (ohmic + films)


def growing(size: float) -> Scenario:
    """Scenario that ends when r is ``END``."""
    settings = scenario("e11b_sphere")
    volume = 4.0 * pi / 3.0 * (END**3 - INNER**3) * MICROMETRE**3
    seconds = volume * FARADAY / settings.lithium.molar_volume / current(settings)
    return scenario(
        "e11b_sphere",
        f"mesh.surface_size={size} um",
        f"mesh.counter_size={size} um",
        f"protocol.duration={seconds:.17g} s",
    )


def compare_one(size: float) -> tuple[list[Check], Series]:
    """One mesh: the checks, and the mean radius over time."""
    settings = growing(size)
    run = list(states(settings))
    last = run[-1]
    radii = np.linalg.norm(outline(last), axis=1)
    at_end = voltage(settings, END)
    volume, area = pi / 6.0 * END**3, 0.5 * pi * END**2
    checks = [
        relative("mean radius", END, radii.mean(), 0.01, "µm"),
        below("spread of the radius, over the radius", radii.std() / END, 0.01),
        relative("volume of an eighth", volume, last.cell.volume(LITHIUM), 0.01, "µm³"),
        relative("area of an eighth", area, outline_size(last), 0.01, "µm²"),
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
    return checks, Series(f"h = {size} µm", times / MINUTE, exact, times / MINUTE, found)


def compare() -> Findings:
    """All meshes; the bounds apply to the finest."""
    checks, series = zip(*map(compare_one, SIZES), strict=True)
    falls = [
        order(
            f"order of the {checks[0][k].quantity}",
            SIZES,
            [c[k].error for c in checks],
            1.0,
            SCATTER,
        )
        for k in (0, 2, 3)
    ]
    return Findings((*checks[-1], *falls), Panel("time / min", "mean radius / µm", series))


CASE = Case(
    "E11b-3d", "growth of a sphere", Family.MOVING, __doc__, compare, long=True, seconds=55.0
)
