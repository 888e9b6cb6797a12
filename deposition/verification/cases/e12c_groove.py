"""Film that the kink at the bottom of a groove y = 2 cos(πx/10) µm buries, at uniform speed.

    share of the film that is buried at H = 4, 7, 10 µm: 0, 0.3245, 0.5327

Every point of the surface moves along its normal.  From H = 5.07 µm, the radius at the bottom, the
normals of the two sides cross at the wall at x = 10 µm, the plane of symmetry; what has crossed it
is buried.  Film that travels along without this rule is not buried at all; where it is buried as
the surface shrinks, 10 % is before.  Where the radius at the bottom is below four elements it
counts as a kink: burial begins at H = 4 µm on this mesh.  Charge transfer limits the current,
the speed is that of the mean current density.
Source: characteristics of the eikonal equation, x + H n(x) = 10 µm.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.mesh.cell import Floats
from deposition.verification.bench import scenario, states
from deposition.verification.case import (
    Case,
    Check,
    Family,
    Findings,
    Panel,
    Series,
    below,
    relative,
)
from deposition.verification.travelling_film import buried

DEPTH, WIDTH = 2.0, 10.0
"""Amplitude and half the wavelength, µm."""
HEIGHTS = (4.0, 7.0, 10.0)
ADVANCES = (0.5, 0.15)
"""Advance of a step, of h = 0.3 µm."""


def exact_share(height: float) -> float:
    """Share of the arc length from which normals have crossed the wall."""

    def slope(x: Floats) -> Floats:
        return -DEPTH * np.pi / WIDTH * np.sin(np.pi * x / WIDTH)

    def beyond(x: float) -> float:
        rise = float(slope(np.array(x)))
        return x - height * rise / np.sqrt(1.0 + rise**2) - WIDTH

    def arc(start: float) -> float:
        x = np.linspace(start, WIDTH, 4001, dtype=np.float64)
        return float(np.trapezoid(np.sqrt(1.0 + slope(x) ** 2), x))

    x = np.linspace(0.0, WIDTH, 2001)[:-1]
    crossed = x[np.array([beyond(place) for place in x]) > 0.0]
    if len(crossed) == 0:
        return 0.0
    first = brentq(beyond, max(crossed[0] - 0.01, 0.0), crossed[0])
    return arc(first) / arc(0.0)


def grown(advance: float) -> tuple[Floats, Floats, float]:
    """H (µm) after each step, the share of film that is buried, and the error of the balance."""
    settings = scenario("e12c_groove", f"time.max_advance={advance}")
    per_charge = settings.lithium.molar_volume / FARADAY / MICROMETRE
    heights, shares, first, last = [0.0], [0.0], None, None
    for state in states(settings):
        if first is None:
            first = state
            continue
        on, area = state.surface.working, state.surface.area
        density = float(state.current_density[on] @ area[on] / area[on].sum())
        heights.append(heights[-1] + per_charge * density * state.time_step)
        shares.append(buried(first, state, "old"))
        last = state
        if heights[-1] > HEIGHTS[-1]:
            break
    assert last is not None
    return np.array(heights), np.array(shares), last.balance.film_error


def compare_one(advance: float) -> tuple[list[Check], Series]:
    """One time step."""
    heights, found, error = grown(advance)
    name = f"{len(heights) - 1} steps"
    checks = [
        relative(
            f"share buried at H = {height:g} µm, {name}",
            exact_share(height),
            float(np.interp(height, heights, found)),
            0.02,
            of=1.0,
        )
        for height in HEIGHTS
    ]
    checks.append(below(f"film balance, {name}", error, 1e-9))
    line = np.linspace(0.0, HEIGHTS[-1], 101, dtype=np.float64)
    exact = np.array([exact_share(height) for height in line])
    some = slice(None, None, 1 + len(heights) // 20)
    return checks, Series(name, line, exact, heights[some], found[some])


def compare() -> Findings:
    """Both time steps."""
    checks, series = zip(*map(compare_one, ADVANCES), strict=True)
    return Findings((*checks[0], *checks[1]), Panel("H / µm", "share buried", series))


CASE = Case("E12c", "film buried in a groove", Family.MOVING, __doc__, compare, seconds=20.0)
