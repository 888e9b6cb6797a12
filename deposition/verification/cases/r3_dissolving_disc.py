"""A disc of dead lithium dissolved by an oxidant from a concentric reservoir; no working electrode.

    N(a) = c / [1/k + (a/D) ln(b/a)],   da/dt = -ν V_m N

    ν V_m c t = (a0 - a)/k + [a0² (ln(b/a0) + 1/2) - a² (ln(b/a) + 1/2)] / (2D)

with the radius a of the disc, b of the reservoir, the concentration c of the oxidant there, its
diffusivity D and rate constant k, and ν mol of lithium per mol of oxidant.  The profile of the
oxidant is quasi-steady: ν V_m c = 2.6e-4 is the error of the formula, and
what the gap holds at the start adds b²/4D times the speed, 0.5 nm.  The disc is insulated dead
lithium: it passes no current, and moves by the chemical reaction alone.

Mesh and time step are refined apart; the error of each falls in first order at least.
Source: Fick's law in cylindrical coordinates with a reaction of first order at the wall, Levich,
Physicochemical Hydrodynamics, 1962, §2.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from deposition.common.constants import MICROMETRE
from deposition.mesh.cell import DEAD_LITHIUM, Floats
from deposition.scenario import Scenario
from deposition.scenario.reactions import FirstOrderReaction
from deposition.simulation.state import State
from deposition.verification.bench import scenario, states
from deposition.verification.case import (
    Case,
    Family,
    Findings,
    Panel,
    Series,
    below,
    order,
    relative,
)

SIZES = (0.4, 0.2, 0.1)
"""Edge length at the surface, µm."""

STEPS = (20.0, 10.0)
"""Time step, s."""

SCATTER = 0.4
"""Slack of the order: the mesh of each step scatters with rounding."""


def radius(settings: Scenario, time: float) -> float:
    """a at a time (s), µm."""
    oxidant, (reaction,) = settings.electrolyte.dissolved["oxidant"], settings.reactions
    assert isinstance(reaction, FirstOrderReaction)
    d, k, b = oxidant.diffusivity, reaction.rate_constant, length(settings, "outer")
    speed = reaction.lithium * settings.lithium.molar_volume * oxidant.concentration

    def spent(a: float) -> float:
        return a / k + a**2 * (np.log(b / a) + 0.5) / (2.0 * d)

    start = length(settings, "inner")
    found = brentq(lambda a: spent(start) - spent(a) - speed * time, 1e-6 * start, start)
    return float(found / MICROMETRE)


def length(settings: Scenario, name: str) -> float:
    """A parameter of the geometry, m."""
    return float(settings.geometry.parameters[name]) * MICROMETRE


def radii(run: list[State]) -> Floats:
    """a of each state from the area of the disc, of which the cell has a quarter, µm."""
    return np.sqrt([4.0 / np.pi * state.cell.volume(DEAD_LITHIUM) for state in run])


def compare() -> Findings:
    """Radius at the end, on three meshes, each extrapolated in the time step from two."""
    settings = scenario("r3_dissolving_disc")
    runs = {(h, step): run_with(h, step) for h in SIZES for step in STEPS}
    curve = run_with(SIZES[1], STEPS[1] / 2.0)
    times = np.array([state.time for state in curve])
    exact = np.array([radius(settings, time) for time in times])
    end = {key: float(radii(run)[-1]) for key, run in runs.items()}
    # What reactions take is that of the old surface, of first order: a = 2 a(Δt/2) - a(Δt).
    extrapolated = [2.0 * end[h, STEPS[1]] - end[h, STEPS[0]] for h in SIZES]
    of_mesh = [abs(a - exact[-1]) for a in extrapolated]
    middle = [end[SIZES[1], STEPS[0]], end[SIZES[1], STEPS[1]], float(radii(curve)[-1])]
    of_step = [abs(a - (2.0 * middle[2] - middle[1])) for a in middle]
    lost = length(settings, "inner") / MICROMETRE - exact[-1]
    worst = max(state.balance.faraday_error for run in runs.values() for state in run)
    checks = (
        relative("a0 - a, h = 0.1 µm", lost, lost + exact[-1] - extrapolated[2], 5e-3, "µm"),
        relative("a0 - a, h = 0.2 µm, step 5 s", lost, lost + exact[-1] - middle[2], 1e-2, "µm"),
        order("order in h", SIZES, of_mesh, 1.0, SCATTER),
        order("order in the time step", (4.0, 2.0, 1.0), of_step, 1.0, SCATTER),
        below("balance of metal volume", worst, 1e-6),
    )
    found = Series("disc", times, exact, times[::8], radii(curve)[::8])
    return Findings(checks, Panel("t / s", "a / µm", (found,)))


def run_with(size: float, step: float) -> list[State]:
    """All states with edges of ``size`` (µm) at the surface and time steps of ``step`` (s)."""
    steps = (f"time.first_step={step} s", f"time.max_step={step} s")
    return list(states(scenario("r3_dissolving_disc", f"mesh.surface_size={size} um", *steps)))


CASE = Case("R3", "a dissolving disc of dead lithium", Family.MOVING, __doc__, compare, seconds=30)
