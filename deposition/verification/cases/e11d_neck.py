"""Pinch-off of a neck by stripping: its time, and the detached lithium.

Two discs of radius R whose centres lie 2m apart overlap; the circles cross at y = √(R² - m²) beside
the axis, which is half the width of the neck.  A film limits the current to i = V/R_film on every
facet, so that the surface recedes by s = V_m i t/F along its normals:

    half width of the neck   y - s;  pinch-off at t = y F/(V_m i)
    detached area            (R - s)² (π - α) + m y - s² (π/2 - α)  with cos α = m/R

After pinch-off the detached lithium is dead lithium of constant area, and the run continues.

The neck breaks within a step.  The corrector finds no current on the detached lithium at the end of
that step, so that it has been stripped for half of it.
Source: erosion of discs, plane geometry; Sethian, Level Set Methods and Fast Marching Methods,
2nd ed., ch. 2.
"""

from __future__ import annotations

from math import acos, pi, sqrt

import numpy as np

from deposition.common.constants import MINUTE
from deposition.mesh.cell import DEAD_LITHIUM
from deposition.simulation.state import State
from deposition.verification.bench import states
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
from deposition.verification.offset_curves import advancing, outline, speed, vanishing

RADIUS, MIDDLE = 2.5, 2.0
"""R and m, µm; the centres are at heights 0 and 2m."""
NECK = sqrt(RADIUS**2 - MIDDLE**2)
"""y, µm."""
BEYOND = 1.1
"""Duration of the run over the time of pinch-off."""
SIZES = (0.3, 0.2, 0.1)
"""Edge lengths h at the surface, µm."""
STEPS = 9.0
"""Number of steps times h: a step advances by less than h/5."""


def area_left(s: float) -> float:
    """Area of the upper disc after a recession s (µm), µm²."""
    angle = acos(MIDDLE / RADIUS)
    return (RADIUS - s) ** 2 * (pi - angle) + MIDDLE * NECK - s**2 * (0.5 * pi - angle)


def half_width(state: State) -> float:
    """Half width of the neck, µm: the smallest distance of the surface from the axis near it."""
    points = outline(state)
    near = np.abs(points[:, 1] - MIDDLE) < 0.2 * RADIUS
    return float(np.abs(points[near, 0]).min())


def dead(state: State) -> float:
    """Area of dead lithium, µm²."""
    return state.cell.volume(DEAD_LITHIUM)


def compare_one(size: float) -> tuple[list[Check], Series]:
    """One mesh: the checks, and the half width over time."""
    settings = advancing(
        "e11d_neck", -BEYOND * NECK, round(STEPS / size), f"mesh.surface_size={size} um"
    )
    rate = -speed(settings)
    run = list(states(settings))
    whole = [state for state in run if dead(state) == 0.0]
    detached, last = run[len(whole)], run[-1]
    times = np.array([state.time for state in whole])
    widths = np.array([half_width(state) for state in whole])
    # Pinch-off is within a step, in half of which the detached lithium is stripped (corrector).
    half = detached.time - 0.5 * detached.time_step
    exact, left = NECK / rate, area_left(rate * half)
    checks = [
        relative(
            "time of pinch-off",
            exact / MINUTE,
            vanishing(times, widths, 0.5 * size) / MINUTE,
            0.02,
            "min",
        ),
        relative(
            "end of the step of pinch-off", exact / MINUTE, detached.time / MINUTE, 0.02, "min"
        ),
        relative("detached area", left, dead(detached), 0.01, "µm²"),
        relative("detached area at the end", left, dead(last), 0.01, "µm²"),
        relative("time at the end", BEYOND * exact / MINUTE, last.time / MINUTE, 1e-9, "min"),
        below("charge balance at the end", last.balance.faraday_error, 1e-3),
    ]
    few = slice(None, None, 1 + len(times) // 15)
    line = np.array([0.0, exact]) / MINUTE, np.array([NECK, 0.0])
    return checks, Series(f"h = {size} µm", *line, times[few] / MINUTE, widths[few])


def compare() -> Findings:
    """All meshes; the bounds apply to the finest."""
    checks, series = zip(*map(compare_one, SIZES), strict=True)
    areas = [of_mesh[2].error for of_mesh in checks]
    in_steps = [
        of_mesh[0].error * STEPS / (BEYOND * size)
        for size, of_mesh in zip(SIZES, checks, strict=True)
    ]
    more = (
        below("error of the time of pinch-off over the step, all meshes", max(in_steps), 0.5),
        below("error of the detached area, all meshes", max(areas), 0.01),
    )
    panel = Panel("time / min", "half width of the neck / µm", series)
    return Findings((*checks[-1], *more), panel)


CASE = Case("E11d-neck", "pinch-off of a neck", Family.MOVING, __doc__, compare, seconds=40.0)
