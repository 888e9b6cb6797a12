"""Column above a conductive channel of a film with motion = "stationary".

The film limits the current to i = V/R(x): the surface moves at v_f where x < b, inside the channel,
and at v_s outside.  The arrival time at a point is that of the fastest path (eikonal equation):
straight up, or up inside the channel and out of it at the critical angle of Snell's law, so that

    height(x) = max{ v_s t,  v_f t - (x - b) √(v_f²/v_s² - 1) }  for x > b,   v_f t  for x < b

a column with straight flanks, like the head wave of seismology.

A step uses the current on the surface at its start, and the steps are proportional to the edges h:
errors are of first order.  The observed order of the area is 0.97 to 1.22, depending on round-off
(see ``offset_curves.SCATTER``); it is 0 or negative if the film is advected.
Source: Aki & Richards, Quantitative Seismology, 2nd ed., 2002, ch. 6 (head waves).
"""

from __future__ import annotations

import numpy as np

from deposition.mesh.cell import LITHIUM, Floats
from deposition.verification.bench import last_state
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
from deposition.verification.offset_curves import SCATTER, advancing, outline

BORDER, WIDTH, BASE = 1.5, 6.0, 1.0
"""b, width of the cell and initial height of the lithium, µm."""
RATIO = 2.5
"""v_f/v_s."""
SLOW = 1.2
"""v_s t, µm."""
SIZES = (0.4, 0.2, 0.1)
"""Edge lengths h at the surface, µm."""
STEPS = RATIO * SLOW / 0.5
"""Number of steps times h: the fast part advances by h/2 in a step."""


def height(x: Floats) -> Floats:
    """(n,) final height of the surface, µm."""
    flank = RATIO * SLOW - np.maximum(x - BORDER, 0.0) * np.sqrt(RATIO**2 - 1.0)
    return np.maximum(SLOW, flank)


def area() -> float:
    """Final area of the lithium, µm²."""
    rise = (RATIO - 1.0) * SLOW
    flank = 0.5 * rise**2 / np.sqrt(RATIO**2 - 1.0)
    return float(WIDTH * (BASE + SLOW) + BORDER * rise + flank)


def compare_one(size: float) -> tuple[float, list[Check], Floats]:
    """One mesh: error of the area, the checks, and the surface."""
    state = last_state(
        advancing("e11e_channel", SLOW, round(STEPS / size), f"mesh.surface_size={size} um")
    )
    found, points = state.cell.volume(LITHIUM), outline(state)
    top, low = points[points[:, 0] < 0.5 * BORDER, 1], points[points[:, 0] > 0.8 * WIDTH, 1]
    off = np.abs(points[:, 1] - height(points[:, 0])) / RATIO  # along the normal of a flank
    checks = [
        relative("area", area(), found, 0.01, "µm²"),
        relative("height above the channel", RATIO * SLOW, top.mean(), 0.01, "µm"),
        relative("height outside the channel", SLOW, low.mean(), 0.01, "µm"),
        below("distance of vertices from the surface", off.max(), size, "µm"),
    ]
    return abs(found - area()), checks, points


def compare() -> Findings:
    """All meshes; the bounds apply to the finest."""
    errors, checks, points = zip(*map(compare_one, SIZES), strict=True)
    falls = order("order of the area", SIZES, errors, 1.0, SCATTER)
    x = np.linspace(0.0, WIDTH, 200, dtype=np.float64)
    series = Series("", x, height(x), points[-1][:, 0], points[-1][:, 1])
    return Findings((*checks[-1], falls), Panel("x / µm", "height / µm", (series,)))


CASE = Case("E11e", "column above a channel", Family.MOVING, __doc__, compare, seconds=15.0)
