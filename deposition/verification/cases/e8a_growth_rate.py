"""Growth and decay rates of a given ripple A cos kx, from the initial current distribution.

    ω = (V_m/F) [i - κ (γ V_m/F) k²] / [κ R + tanh(kH)/k],  R = R_film + R_ct

Computed: the first Fourier component of the interface velocity over that of the surface.  kA =
0.02, i = 10 A/m² or 0, κ = 0.35 S/m, γ = 0.5 J/m².  "bare" has R_ct = 0.007 ohm cm² alone, the
smallest resistance that these meshes resolve; "R → 0" is extrapolated from it and twice its value,
as 1/ω is linear in R; "R = 0" is a scenario of negligible resistance, 3e-7 ohm cm².  In the steady
state of Nernst-Planck, κ becomes t+ κ c_s/c0, with c_s = c0 - i H / (4 F D+) at the electrode: the
gradient of ln c drives the current, and c satisfies Laplace's equation.
Source: linear stability of the secondary current distribution with capillarity, in the manner of
Barton and Bockris, Proc. R. Soc. A 268 (1962) 485; derived in ``ripple.growth_rate``.
"""

from __future__ import annotations

import numpy as np

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.laws.electrolyte import NernstPlanck
from deposition.scenario import Scenario
from deposition.verification.bench import last_state, states
from deposition.verification.case import Case, Check, Family, Findings, Panel, Series, relative
from deposition.verification.ripple import (
    AT_REST,
    BARE,
    NO_CAPILLARITY,
    NO_RESISTANCE,
    TWICE_BARE,
    growth_rate,
    present_rate,
    rippled,
    without_resistance,
)

BOUND = 0.02
SHARE = 80
"""Number of surface edges per wavelength."""

FILMS = {
    "bare": BARE,
    "1 ohm cm²": (),
    "10 ohm cm²": ("sei.films.even.resistance=10 ohm cm^2",),
    "100 ohm cm²": ("sei.films.even.resistance=100 ohm cm^2",),
}
WAVELENGTHS = (12.0, 20.0, 37.0, 80.0)
"""Wavelengths of the plot, µm; at 10 A/m² a ripple below 9.6 µm decays."""

STEADY = (
    "electrolyte.law=nernst-planck",
    "interface=fixed",
    "counter.kind=lithium",
    "counter.motion=fixed",
    "protocol.duration=100000 s",  # 70 000 times H²/(π² D): one step of backward Euler
    "time.first_step=100000 s",
    "time.max_step=100000 s",
)


def compare_initial(case: str, settings: Scenario) -> Check:
    """Check of the initial rate of a ripple."""
    computed = present_rate(settings, next(states(settings)))
    return relative(f"ω, {case}", growth_rate(settings), computed, BOUND, "1/s")


def compare_without_resistance(case: str, *changes: str) -> Check:
    """Check of the initial rate of a ripple of 20 µm, extrapolated to R = 0."""
    ripples = [rippled(20.0, 0.125, *changes, *films) for films in (BARE, TWICE_BARE)]
    once, twice = (present_rate(ripple, next(states(ripple))) for ripple in ripples)
    exact = growth_rate(rippled(20.0, 0.125, *changes, NO_RESISTANCE))
    return relative(f"ω, {case}", exact, without_resistance(once, twice), BOUND, "1/s")


def compare_steady(case: str, *changes: str) -> Check:
    """Check of the rate of a ripple of 20 µm in the steady state of the salt."""
    settings = rippled(20.0, 20.0 / SHARE, *STEADY, *changes)
    computed = present_rate(settings, last_state(settings))
    exact = growth_rate(settings, steady_conductivity(settings))
    return relative(f"ω, {case}", exact, computed, BOUND, "1/s")


def steady_conductivity(settings: Scenario) -> float:
    """t+ κ c_s/c0, S/m, at the salt concentration c_s of the electrode."""
    law = settings.electrolyte_law
    assert isinstance(law, NernstPlanck)
    height = float(settings.geometry.parameters["height"]) * MICROMETRE
    density = settings.protocol.current_density or 0.0
    depleted = density * height / (4.0 * FARADAY * law.cation_diffusivity)
    return float(law.t_plus * law.conductivity * (1.0 - depleted / law.concentration))


def curve(name: str) -> Series:
    """Curve of ω over λ with one film, and its computed points."""
    line = np.asarray(np.geomspace(11.0, 100.0, 60), dtype=np.float64)
    at = np.array(WAVELENGTHS)
    films = FILMS[name]
    exact = [growth_rate(rippled(wave, wave / SHARE, *films)) for wave in line]
    ripples = [rippled(wave, wave / SHARE, *films) for wave in at]
    computed = [present_rate(ripple, next(states(ripple))) for ripple in ripples]
    return Series(name, line, np.array(exact), at, np.array(computed))


FREE = (NO_RESISTANCE, NO_CAPILLARITY)


def compare() -> Findings:
    """Films, wavelengths, meshes, capillarity, a near counter electrode, i = 0, steady state."""
    near = rippled(50.0, 0.5, "geometry.parameters.height=20")
    without_wall_motion = rippled(1.0, 1.0 / SHARE, AT_REST, *FILMS["10 ohm cm²"])
    checks = [
        compare_initial("λ 20 µm, R = 0", rippled(20.0, 0.125, NO_RESISTANCE)),
        compare_initial("λ 20 µm, R = 0, γ = 0", rippled(20.0, 0.125, *FREE)),
        compare_without_resistance("λ 20 µm, R → 0"),
        compare_without_resistance("λ 20 µm, R → 0, γ = 0", NO_CAPILLARITY),
        compare_initial("λ 20 µm, bare", rippled(20.0, 0.125, *BARE)),
        *(
            compare_initial(f"λ 20 µm, {f}", rippled(20.0, 0.25, *FILMS[f]))
            for f in FILMS
            if f[0] != "b"
        ),
        compare_initial(
            "λ 20 µm, 1 ohm cm², γ = 0, h = 0.5 µm", rippled(20.0, 0.5, NO_CAPILLARITY)
        ),
        compare_initial(
            "λ 20 µm, 1 ohm cm², γ = 0, h = 0.25 µm", rippled(20.0, 0.25, NO_CAPILLARITY)
        ),
        compare_initial("λ 50 µm, 1 ohm cm², H = 20 µm", near),
        compare_initial("λ 20 µm, 1 ohm cm², i = 0", rippled(20.0, 0.25, AT_REST)),
        compare_initial("λ 1 µm, 10 ohm cm², i = 0", without_wall_motion),
        compare_initial("λ 1 µm, R = 0, i = 0", rippled(1.0, 1.0 / SHARE, AT_REST, NO_RESISTANCE)),
        compare_steady("λ 20 µm, 1 ohm cm², Nernst-Planck"),
        compare_steady("λ 20 µm, bare, Nernst-Planck", *BARE),
    ]
    panel = Panel("wavelength / µm", "ω / (1/s)", tuple(map(curve, FILMS)), log=True)
    return Findings(tuple(checks), panel)


CASE = Case("E8a", "growth rate of a ripple", Family.MOVING, __doc__, compare)
