"""Planar growth at a given current i: height, and voltage with constant κ.

    h = V_m i t/F
    V = i [(L - h)/κ + R]   for a fixed counter electrode,   V = i [L/κ + R]   for a receding one

R is the film of the lithium; R_ct is negligible.  The voltage of every step is that at its end, on
the surface there.
Source: Faraday's law and Ohm's law.
"""

from __future__ import annotations

import numpy as np

from deposition.common.constants import FARADAY, MICROMETRE, MILLIVOLT, MINUTE
from deposition.mesh.cell import LITHIUM, Floats
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
    relative,
)
from deposition.verification.offset_curves import outline

GAP, WIDTH, BASE = 20.0, 1.0, 1.0
"""L, width of the cell and initial thickness of the lithium, µm."""
SIZE = 0.125
"""Edge length h at the surface, µm."""
STEPS = 10.0
"""Number of steps times h: a step advances by half an edge."""


def height(settings: Scenario, time: Floats) -> Floats:
    """h, µm."""
    density = settings.protocol.current_density or 0.0
    return np.asarray(settings.lithium.molar_volume * density * time / FARADAY / MICROMETRE)


def voltage(settings: Scenario, time: Floats) -> Floats:
    """V."""
    fixed = settings.counter.motion == "fixed"
    ohmic = (GAP - height(settings, time) * fixed) * MICROMETRE / settings.conductivity
    film = settings.sei.films["film"].resistance or 0.0
    return (settings.protocol.current_density or 0.0) * (ohmic + film)


def compare_one(motion: str, size: float) -> tuple[list[Check], Series]:
    """One counter electrode and mesh: checks, V over time."""
    step = scenario("e11a_voltage").protocol.duration or 0.0
    step /= round(STEPS / size)
    settings = scenario(
        "e11a_voltage",
        f"counter.motion={motion}",
        f"mesh.surface_size={size} um",
        f"time.first_step={step:.17g} s",
        f"time.max_step={step:.17g} s",
    )
    run = list(states(settings))
    last, end = run[-1], np.array(run[-1].time)
    grown = float(height(settings, end))
    heights = outline(last)[:, 1]
    top = GAP + grown * (motion == "receding")
    metal = WIDTH * (BASE + grown)
    checks = [
        relative(f"{motion}: height", grown, heights.mean(), 1e-3, "µm"),
        below(f"{motion}: range of the heights, over h", np.ptp(heights) / grown, 0.01),
        relative(f"{motion}: area", metal, last.cell.volume(LITHIUM), 1e-3, "µm²"),
        relative(f"{motion}: counter", top, last.cell.points[:, 1].max(), 1e-6, "µm"),
    ]
    times = np.array([state.time for state in run])
    found = np.array([state.voltage for state in run])
    exact, at_end = voltage(settings, times), float(voltage(settings, end))
    worst = np.abs(found / exact - 1.0).max()
    checks += [
        below(f"{motion}: V of all steps, largest error over V", worst, 1e-3),
        relative(
            f"{motion}: V at the end", at_end / MILLIVOLT, voltage_at(last) / MILLIVOLT, 1e-3, "mV"
        ),
    ]
    few = slice(None, None, 1 + len(times) // 15)
    volts = np.divide(exact, MILLIVOLT), np.divide(found[few], MILLIVOLT)
    series = Series(motion, times / MINUTE, volts[0], times[few] / MINUTE, volts[1])
    return checks, series


def compare() -> Findings:
    """A fixed and a receding counter electrode."""
    checks, series = zip(
        *(compare_one(motion, SIZE) for motion in ("fixed", "receding")), strict=True
    )
    every = tuple(check for some in checks for check in some)
    return Findings(every, Panel("time / min", "V / mV", series))


CASE = Case("E11a-V", "planar growth: voltage", Family.MOVING, __doc__, compare, seconds=10.0)
