"""Decay of a ripple of 1 µm by capillarity at i = 0, in steps of 100 times the explicit limit.

    A_n = A0 R(ωΔt)^n,  ω = -(V_m/F)² κ γ k² / [κ R + 1/k]
    R(z) = [1 + (1 - 2γ) z] / (1 - γz)²,  γ = 1 - 1/√2  (SDIRK2)

With the curvature at the start of a step, the shortest ripple on the mesh, k_h = π/h, would be
amplified for Δt > 2/|ω(k_h)|: 8.9 s at h = 0.02 µm and R = 10 ohm cm².  With the curvature at the
end of the step, it decays at any Δt.
Source: as for E8a.
"""

from __future__ import annotations

import numpy as np

from deposition.scenario import Scenario
from deposition.transport.time_integration import SECOND_ORDER
from deposition.verification.bench import states
from deposition.verification.case import Case, Family, Findings, Panel, Series, relative
from deposition.verification.ripple import AT_REST, amplitude, growth_rate, rippled

WAVELENGTH, SIZE = 1.0, 0.02
"""Wavelength and edge length h, µm."""

BEYOND = 100.0
"""Time step over the explicit limit."""

STEPS = 5
BOUND = 0.02
BOUND_OF_STEP = 0.03
"""Of one step: the ratio of two amplitudes below h/4, on two meshes; round-off scatters it."""
FILM = "sei.films.even.resistance=10 ohm cm^2"


def explicit_limit() -> float:
    """2/|ω(π/h)|, s."""
    return 2.0 / abs(growth_rate(rippled(2.0 * SIZE, 0.1 * SIZE, AT_REST, FILM)))


def resting(step: float) -> Scenario:
    """Scenario of ``STEPS`` steps of this length, s, without current."""
    return rippled(
        WAVELENGTH,
        SIZE,
        AT_REST,
        FILM,
        f"protocol.duration={STEPS * step} s",
        f"time.first_step={step} s",
        f"time.max_step={step} s",
        steepness=0.03,
    )


def compare() -> Findings:
    """Rate ω of every step, and the final amplitude."""
    limit = explicit_limit()
    settings = resting(BEYOND * limit)
    run = [(state.time, amplitude(settings, state)) for state in states(settings)]
    time, high = np.array(run).T
    exact = growth_rate(settings)
    z = exact * np.diff(time)
    ratio = (1.0 + (1.0 - 2.0 * SECOND_ORDER) * z) / (1.0 - SECOND_ORDER * z) ** 2
    left = np.cumprod(np.concatenate([[1.0], ratio]))
    checks = [
        relative(f"A of step {n} over that before", known, found, BOUND_OF_STEP)
        for n, (known, found) in enumerate(zip(ratio, high[1:] / high[:-1], strict=True), 1)
    ]
    checks.append(relative("A/A0, all steps", left[-1], high[-1] / high[0], BOUND))
    checks.append(relative("Δt over the explicit limit", BEYOND, np.diff(time).min() / limit, 1e-6))
    series = Series("", time, left, time, high / high[0])
    return Findings(tuple(checks), Panel("time / s", "A/A0", (series,)))


CASE = Case("E8c", "decay of a ripple, long steps", Family.MOVING, __doc__, compare)
