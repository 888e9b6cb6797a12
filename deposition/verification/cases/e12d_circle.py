"""A cylinder that outgrows its film: the default film covers the new surface.

    f = r0/r,    ∮ g ds = 2π [r0 (g1 - g2) + g2 r],    dr/dt = (V_m/F) V [g2 + (g1 - g2) r0/r]

Films that limit the current, at a voltage V; a quarter is modelled, in a fixed tube.  The current
is solved on the last surface.  A step uses the surface at its start: the radius has an error of
first order in the step.
Source: balance of the film's amounts; conductors in parallel.
"""

from __future__ import annotations

import numpy as np

from deposition.common.constants import FARADAY, MICROMETRE, MINUTE
from deposition.scenario import Scenario
from deposition.verification.bench import scenario, states
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
from deposition.verification.offset_curves import FILM, SCATTER, outline
from deposition.verification.travelling_film import buried, conductance, fraction

INNER, END = 3.0, 4.5
"""r0 and final r, µm."""
SIZES = (0.4, 0.2)
"""Edge lengths h at the surface, µm; a step advances by h/2."""


def times(settings: Scenario, radii: np.ndarray) -> np.ndarray:
    """Time (s) at which the cylinder has each radius, µm.

    ∫ dr / (a + b/r) = [r - (b/a) ln(r + b/a)] / a,  a = (V_m/F) V g2,  b = (V_m/F) V (g1 - g2) r0
    """
    fast, slow = conductance(settings, "rod"), conductance(settings, FILM)
    volts = settings.protocol.voltage or 0.0
    per_g = settings.lithium.molar_volume * volts / FARADAY / MICROMETRE
    ratio = (fast - slow) / slow * INNER
    whole = radii - ratio * np.log(radii + ratio)
    return (whole - (INNER - ratio * np.log(INNER + ratio))) / (per_g * slow)


def compare_one(size: float) -> tuple[list[Check], Series]:
    """One mesh."""
    plain = scenario("e12d_circle")
    seconds = float(times(plain, np.array([END]))[0])
    settings = scenario(
        "e12d_circle",
        f"mesh.surface_size={size} um",
        "time.max_advance=0.5",
        f"time.first_step={seconds:.17g} s",
        f"time.max_step={seconds:.17g} s",
        f"protocol.duration={seconds:.17g} s",
    )
    run = list(states(settings))
    last = run[-1]
    fast, slow = conductance(settings, "rod"), conductance(settings, FILM)
    radii = [float(np.linalg.norm(outline(state), axis=1).mean()) for state in run]
    (found, area), radius = fraction(last, "rod"), radii[-1]
    carried = float(last.current_density[last.surface.working] @ area)
    exact = 0.5 * np.pi * (INNER * (fast - slow) + slow * radius) * (settings.protocol.voltage or 0)
    checks = [
        relative("radius", END, radius, 0.01, "µm"),
        relative("current at this radius, per depth", exact * 1e-6, carried * 1e-6, 0.005, "A/m"),
        relative("fraction", INNER / radius, float(found @ area / area.sum()), 0.005),
        below("largest difference of the fraction", float(np.ptp(found)) * radius / INNER, 0.01),
        below("share of the film that is buried", buried(run[0], last, "rod"), 1e-9),
    ]
    line = np.linspace(INNER, END, 50, dtype=np.float64)
    at = np.array([state.time for state in run]) / MINUTE
    some = slice(None, None, 1 + len(run) // 12)
    exact_times = times(settings, line) / MINUTE
    return checks, Series(f"h = {size} µm", exact_times, line, at[some], np.array(radii)[some])


def compare() -> Findings:
    """Both meshes; the bounds apply to the finer one."""
    checks, series = zip(*map(compare_one, SIZES), strict=True)
    slope = order("order of the radius", SIZES, [c[0].error for c in checks], 1.0, SCATTER)
    return Findings((*checks[-1], slope), Panel("time / min", "radius / µm", series))


CASE = Case("E12d", "cylinder that outgrows its film", Family.MOVING, __doc__, compare)
