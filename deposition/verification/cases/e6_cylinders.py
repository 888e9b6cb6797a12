"""Concentric cylinders with films: a rod of radius r1 in a tube of radius r2.

    V = (I/2π) [ln(r2/r1)/κ + R1/r1 + R2/r2]    I per depth
    φ(r) = -(I/2π) [R2/r2 + ln(r2/r)/κ]         with the tube at 0 V

Ohmic electrolyte, negligible R_ct; a quarter is modelled at a given voltage.  The polygonal
boundary and P1 elements both give order 2.
Source: Laplace's equation in cylindrical coordinates; films in series.
"""

from __future__ import annotations

import numpy as np

from deposition.common.constants import MICROMETRE, MILLIVOLT
from deposition.mesh.cell import COUNTER, Floats
from deposition.scenario import Scenario
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

INNER, OUTER = 5.0, 20.0
"""r1, r2, µm."""

SIZES = (2.0, 1.0, 0.5)
"""Edge lengths for the order of convergence, µm."""


def exact_current(settings: Scenario) -> float:
    """I, A/m."""
    films = settings.sei.films
    rod, tube = films["rod"].resistance or 0.0, films["tube"].resistance or 0.0
    ohmic = np.log(OUTER / INNER) / settings.conductivity
    across = ohmic + (rod / INNER + tube / OUTER) / MICROMETRE
    return float(2.0 * np.pi * (settings.protocol.voltage or 0.0) / across)


def computed_current(state: State) -> tuple[float, float]:
    """I (A/m) into the rod and into the tube; a quarter of the cell is modelled."""
    flow = 4.0 * MICROMETRE * state.current_density * state.surface.area
    rod, tube = state.surface.working, state.surface.on(COUNTER)
    return float(flow[rod].sum()), float(flow[tube].sum())


def exact_potential(settings: Scenario, current: float, radius: Floats) -> Floats:
    """φ (V) at radii (µm) under a current (A/m)."""
    film = (settings.sei.films["tube"].resistance or 0.0) / (OUTER * MICROMETRE)
    ohmic = np.log(OUTER / radius) / settings.conductivity
    return np.asarray(-current / (2.0 * np.pi) * (film + ohmic))


def along(state: State) -> tuple[Floats, Floats]:
    """Distance from the axis (µm), ascending, and φ (V) of the vertices of the electrolyte."""
    radius = np.linalg.norm(state.cell.points, axis=1)
    wet = np.flatnonzero(np.isfinite(state.potential))
    wet = wet[np.argsort(radius[wet])]
    return radius[wet], state.potential[wet]


def compare() -> Findings:
    """Mesh of the scenario, and the order on coarser ones."""
    settings = scenario("e6_cylinders")
    state = next(states(settings))
    exact, (rod, tube) = exact_current(settings), computed_current(state)
    density = exact / (2.0 * np.pi * INNER * MICROMETRE)
    local = state.current_density[state.surface.working] / density - 1.0
    radius, potential = along(state)
    off = potential - exact_potential(settings, exact, radius)
    volts = settings.protocol.voltage or 0.0
    errors = []
    for size in SIZES:
        sizes = (f"mesh.surface_size={size} um", f"mesh.coarse_size={size} um")
        coarse = next(states(scenario("e6_cylinders", *sizes)))
        errors.append(abs(computed_current(coarse)[0] / exact - 1.0))
    checks = (
        relative("I", exact, rod, 1e-3, "A/m"),
        below("i on the rod, largest error", float(np.abs(local).max()), 0.01),
        below("φ, largest error over V", float(np.abs(off).max()) / volts, 1e-3),
        below("net current of both electrodes over I", (rod + tube) / exact, 1e-9),
        order("order of I in the mesh size", SIZES, errors, 2.0, 0.2),
    )
    return Findings(checks, _potential(settings, state, exact))


def _potential(settings: Scenario, state: State, exact: float) -> Panel:
    """Plot of φ over r."""
    line = np.linspace(INNER, OUTER, 100, dtype=np.float64)
    radius, potential = along(state)
    some = slice(None, None, max(1, len(radius) // 25))
    drawn = np.divide(exact_potential(settings, exact, line), MILLIVOLT)
    found = np.divide(potential[some], MILLIVOLT)
    series = Series("", line, drawn, radius[some], found)
    return Panel("r / µm", "φ / mV", (series,))


CASE = Case("E6", "concentric cylinders with films", Family.STATIC, __doc__, compare)
