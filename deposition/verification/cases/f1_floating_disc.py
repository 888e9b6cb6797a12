"""Floating metal disc with a film R in a uniform current density i0.

    φ = φ_b - (i0/κ)(r + B/r) cos θ,   B/a² = (κR - a)/(κR + a),   θ from the direction of i0
    i_n = -i1 cos θ,  i1 = 2 i0/(1 + κR/a)

Current enters the metal on the upstream side and leaves on the downstream side.  By the symmetry of
the insulated side walls there is a row of discs, a distance W apart, which perturb each other: with
φ = φ_b - (i0/κ) Σ (A_n rⁿ + B_n r⁻ⁿ) cos nθ, n = 1, 3, 5, …

    B_n/(a²ⁿ A_n) = (n κR/a - 1)/(n κR/a + 1)
    A_k = δ_k1 - Σ_n C(n + k - 1, k) 2 ζ(n + k) (iW)^-(n + k) B_n

The electrodes are 3 W apart; their effect is exp(-3π)², 1e-8.  φ_b is φ half-way between the
electrodes, of which the lower one has a film.  Ohmic electrolyte, negligible R_ct.
Source: Laplace's equation outside a cylinder; Rayleigh, Phil. Mag. 34 (1892) 481 (arrays).
"""

from __future__ import annotations

from math import comb, pi

import numpy as np
from scipy.special import zeta

from deposition.common.constants import MICROMETRE, MILLIVOLT
from deposition.mesh.cell import DEAD_LITHIUM, Floats
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

RADIUS, WIDTH = 5.0, 40.0
"""a, W, µm; ``amplitudes`` is valid for W = 8 a."""

SIZES = (2.0, 1.0, 0.5)
"""Edge lengths for the order of convergence, µm."""

WAVES = np.array([1, 3, 5, 7])
"""Terms n of the series; the next is (a/W)^16 of the first."""


def amplitudes(settings: Scenario, resistance: float, radius: float = RADIUS) -> Floats:
    """(n,) amplitudes of -cos nθ in i_n, A/m²; ``resistance`` in ohm m², ``radius`` in µm."""
    ratio = WAVES * settings.conductivity * resistance / (radius * MICROMETRE)
    scattered = (ratio - 1.0) / (ratio + 1.0)  # B_n/(aⁿ) over A_n aⁿ
    row = [[_from_row(int(k), int(n)) for n in WAVES] for k in WAVES]
    alone = np.where(WAVES == 1, 1.0, 0.0)
    local = np.linalg.solve(np.eye(len(WAVES)) + np.array(row) * scattered, alone)
    density = settings.protocol.current_density or 0.0
    return density * WAVES * local * (1.0 - scattered)


def _from_row(k: int, n: int) -> float:
    """Decrease of A_k aᵏ by B_n/aⁿ = 1 on all other discs; the sum of (iW)^-(n + k) is real."""
    sign = (-1) ** ((n + k) // 2)
    return comb(n + k - 1, k) * 2.0 * float(zeta(n + k)) * sign * (RADIUS / WIDTH) ** (n + k)


def exact_current(settings: Scenario, theta: Floats) -> Floats:
    """i_n at θ, A/m²."""
    waves = amplitudes(settings, settings.sei.films["disc"].resistance or 0.0)
    return -np.cos(np.outer(theta, WAVES)) @ waves


def around(state: State) -> tuple[Floats, Floats, Floats]:
    """θ, i_n (A/m²) and length (µm) of the facets of the disc; current flows down."""
    disc = state.surface.on(DEAD_LITHIUM)
    area = state.surface.area[disc]
    x, y = (state.surface.midpoint[disc] - area @ state.surface.midpoint[disc] / area.sum()).T
    return np.arctan2(x, -y), state.current_density[disc], area


def first_cosine(state: State) -> float:
    """Amplitude of -cos θ in i_n, A/m²."""
    theta, current, area = around(state)
    return float(-2.0 * (area * current) @ np.cos(theta) / area.sum())


def largest_error(settings: Scenario, state: State) -> float:
    """Largest error of i_n on the disc, over i1."""
    theta, current, _ = around(state)
    exact = exact_current(settings, theta)
    return float(np.abs(current - exact).max() / np.abs(exact).max())


def middle(settings: Scenario, voltage: float) -> float:
    """φ half-way between the electrodes, V."""
    film = settings.sei.films["plate"].resistance or 0.0
    return -0.5 * (voltage - film * (settings.protocol.current_density or 0.0))


def compare() -> Findings:
    """Mesh of the scenario, and the order on coarser ones."""
    settings = scenario("f1_floating_disc")
    state = next(states(settings))
    exact = float(amplitudes(settings, settings.sei.films["disc"].resistance or 0.0)[0])
    theta, current, area = around(state)
    metal = state.metal_potential[state.surface.on(DEAD_LITHIUM)]
    errors = []
    for size in SIZES:
        sizes = (f"mesh.surface_size={size} um", f"mesh.coarse_size={2.0 * size} um")
        coarse = next(states(scenario("f1_floating_disc", *sizes)))
        errors.append(largest_error(settings, coarse))
    phi = middle(settings, state.voltage) / MILLIVOLT
    checks = (
        relative("i1", exact, first_cosine(state), 0.01, "A/m²"),
        below("i_n on the disc, largest error over i1", largest_error(settings, state), 0.01),
        relative("φ_b", phi, float(metal.mean()) / MILLIVOLT, 0.001, "mV"),
        below("spread of φ_b over the disc", float(np.ptp(metal)), 0.0, "V"),
        below("net current over ∫|i_n|", area @ current / (area @ np.abs(current)), 1e-10),
        order("order of the largest error in the mesh size", SIZES, errors, 1.0, 0.0),
    )
    line = np.linspace(-pi, pi, 200, dtype=np.float64)
    some = np.argsort(theta)[::3]
    series = Series("", line, exact_current(settings, line), theta[some], current[some])
    return Findings(checks, Panel("θ", "i_n / (A/m²)", (series,)))


CASE = Case("F1", "floating disc in a uniform field", Family.STATIC, __doc__, compare)
