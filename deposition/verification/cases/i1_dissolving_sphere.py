"""A sphere of dead lithium dissolved by triiodide from a concentric reservoir, in 3D.

    N(a) = c / [1/k + (a/D)(1 - a/b)],    da/dt = -2 V_m N

    2 V_m c t = (a0 - a)/k + [(a0² - a²)/2 - (a0³ - a³)/(3 b)]/D

with the radius a of the sphere, b of the reservoir, the concentration c of I3⁻ there, its
diffusivity D and rate constant k.  For b → ∞ the sphere is gone at t = [a0/k + a0²/(2 D)]/(2 V_m
c). The profile is quasi-steady (2 V_m c = 2.6e-4); the sphere is insulated, and passes no current.
What reactions take in a step is that of the old surface, of first order: the radius is extrapolated
from two runs, a = 2 a(Δt/2) - a(Δt).  Each I3⁻ that reacts leaves three I⁻, which leave through the
reservoir: at the sphere c(I⁻) = 3 (N/D) a (1 - a/b).

Source: Fick's law in spherical coordinates with a reaction of first order at the wall, Levich,
Physicochemical Hydrodynamics, 1962, §2.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from deposition.common.constants import MICROMETRE
from deposition.laws.iodine import IODIDE, TRIIODIDE
from deposition.mesh.cell import DEAD_LITHIUM, Floats
from deposition.scenario import Scenario
from deposition.simulation.state import State
from deposition.verification.bench import scenario, states
from deposition.verification.case import Case, Family, Findings, Panel, Series, below, relative
from deposition.verification.dissolved import dissolved, length, rate_constant


def spent(settings: Scenario, a: float) -> float:
    """The right-hand side at a radius a (m), up to its value at a0, mol s/m⁴ over c."""
    d = settings.electrolyte.dissolved[TRIIODIDE].diffusivity
    b = length(settings, "outer")
    return a / rate_constant(settings) + (0.5 * a**2 - a**3 / (3.0 * b)) / d


def radius(settings: Scenario, time: float, begun: float) -> float:
    """a at a time (s), from ``begun`` at the start, µm."""
    c = settings.electrolyte.dissolved[TRIIODIDE].concentration
    speed, start = 2.0 * settings.lithium.molar_volume * c, begun * MICROMETRE
    left = spent(settings, start) - speed * time
    return float(brentq(lambda a: spent(settings, a) - left, 1e-6 * start, start)) / MICROMETRE


def radii(run: list[State]) -> Floats:
    """a of each state, of a sphere of the same volume, of which the cell has an eighth, µm."""
    volume = np.array([state.cell.volume(DEAD_LITHIUM) for state in run])
    return np.asarray(np.cbrt(6.0 / np.pi * volume), dtype=np.float64)


STEPS = (25.0, 12.5)
"""Time step, s."""


def run_with(step: float) -> list[State]:
    """All states with time steps of ``step``, s."""
    steps = (f"time.first_step={step} s", f"time.max_step={step} s")
    return list(states(scenario("i1_dissolving_sphere", *steps)))


def compare() -> Findings:
    """Radius, extrapolated in the time step, and iodide at the sphere at the end."""
    settings = scenario("i1_dissolving_sphere")
    coarse, run = map(run_with, STEPS)
    times = np.array([state.time for state in run])
    found = 2.0 * radii(run)[::2] - radii(coarse)
    exact = np.array([radius(settings, time, found[0]) for time in times])
    last, lost = run[-1], exact[0] - exact[-1]
    iodine, b = settings.electrolyte.dissolved[TRIIODIDE], length(settings, "outer")
    a = exact[-1] * MICROMETRE
    across = a / iodine.diffusivity * (1.0 - a / b)
    at_wall = 3.0 * iodine.concentration * across / (1.0 / rate_constant(settings) + across)
    on = np.unique(last.surface.facets[last.surface.on(DEAD_LITHIUM)])
    iodide = float(dissolved(settings, last, IODIDE)[on].mean())
    checks = (
        relative("a0 - a", lost, float(found[0] - found[-1]), 1e-2, "µm"),
        relative("I⁻ at the sphere", at_wall, iodide, 2e-2, "mol/m³"),
        below("balance of metal volume", last.balance.faraday_error, 1e-6),
    )
    series = Series("sphere", times, exact, times[::2], found)
    return Findings(checks, Panel("t / s", "a / µm", (series,)))


CASE = Case("I1", "a dissolving sphere of dead lithium", Family.MOVING, __doc__, compare,
            long=True, seconds=90)  # fmt: skip
