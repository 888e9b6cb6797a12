"""Amplitude of a ripple A cos kx over a whole run.

    A = A0 e^(ωt),  ω = (V_m/F) [i - κ (γ V_m/F) k²] / [κ R + tanh(kH)/k],  R = R_film + R_ct

Computed: ln(A/A0)/t from the first and the last surface.  Initially kA = 0.02; i = 10 A/m², κ =
0.35 S/m, γ = 0.5 J/m² or 0.  At 1 ohm cm², 5 µm are plated on ripples of 20 µm and of 37 µm, the
fastest-growing wavelength; on bare lithium (R_ct = 0.007 ohm cm²) and at R = 0, 1 µm on a ripple of
20 µm.  H is so large that tanh(kH) = 1 to 1e-5, whether or not the counter electrode recedes.

With neither resistance nor capillarity ω = V_m i k/F is unbounded in k: the problem is ill-posed.
While the ripple of 20 µm grows by e^0.31, perturbations of the wavelength 2h grow by e^(0.31 λ/2h),
which is e^25 at h = 0.125 µm.  That row is therefore extrapolated from the rates on bare lithium
and at twice its R_ct, as 1/ω is linear in R.  With capillarity such perturbations decay, and R = 0
is computed directly.
Source: as for E8a.
"""

from __future__ import annotations

import math

import numpy as np

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.scenario import Scenario
from deposition.verification.bench import states
from deposition.verification.case import Case, Check, Family, Findings, Panel, Series, relative
from deposition.verification.ripple import (
    BARE,
    NO_CAPILLARITY,
    NO_RESISTANCE,
    TWICE_BARE,
    amplitude,
    growth_rate,
    rippled,
    without_resistance,
)

BOUND = 0.02


def plating(wavelength: float, size: float, microns: float, *changes: str) -> Scenario:
    """Scenario that plates ``microns`` of lithium."""
    settings = rippled(wavelength, size, *changes)
    per_second = settings.lithium.molar_volume / FARADAY / MICROMETRE
    duration = microns / (per_second * (settings.protocol.current_density or math.nan))
    steps = ("time.first_step=1000 s", "time.max_step=1000 s")
    return rippled(wavelength, size, *steps, f"protocol.duration={duration} s", *changes)


def history(case: str, settings: Scenario) -> tuple[Check, Series]:
    """Check of the mean rate of a run; ln(A/A0) over time."""
    found = [(state.time, amplitude(settings, state)) for state in states(settings)]
    time, high = np.array(found).T
    growth = np.log(high / high[0])
    exact = growth_rate(settings)
    check = relative(f"ω, {case}", exact, growth[-1] / time[-1], BOUND, "1/s")
    few = slice(None, None, max(1, len(time) // 12))
    return check, Series(case, time, exact * time, time[few], growth[few])


def at_no_resistance(case: str, bare: Check) -> Check:
    """Check of the rate at R = 0 and γ = 0, extrapolated from R and 2 R of bare lithium."""
    twice, _ = history("", plating(20.0, 0.125, 1.0, *TWICE_BARE, NO_CAPILLARITY))
    exact = growth_rate(rippled(20.0, 0.125, NO_RESISTANCE, NO_CAPILLARITY))
    computed = without_resistance(bare.computed, twice.computed)
    return relative(f"ω, {case}", exact, computed, BOUND, "1/s")


def compare() -> Findings:
    """Film, bare lithium and R = 0, with and without capillarity."""
    free = (*BARE, NO_CAPILLARITY)
    runs = [
        history("1 ohm cm², λ 20 µm", plating(20.0, 0.25, 5.0)),
        history("1 ohm cm², λ 20 µm, γ = 0", plating(20.0, 0.25, 5.0, NO_CAPILLARITY)),
        history("1 ohm cm², λ 37 µm", plating(37.0, 0.2, 5.0)),
        history("R = 0, λ 20 µm", plating(20.0, 0.125, 1.0, NO_RESISTANCE)),
        history("bare, λ 20 µm", plating(20.0, 0.125, 1.0, *BARE)),
        history("bare, λ 20 µm, γ = 0, h = 0.25 µm", plating(20.0, 0.25, 1.0, *free)),
        history("bare, λ 20 µm, γ = 0, h = 0.125 µm", plating(20.0, 0.125, 1.0, *free)),
    ]
    checks, series = zip(*runs, strict=True)
    limit = at_no_resistance("R → 0, λ 20 µm, γ = 0", checks[-1])
    shown = (*series[:5], series[-1])
    return Findings((*checks, limit), Panel("time / s", "ln(A/A0)", shown))


CASE = Case("E8b", "amplitude of a ripple", Family.MOVING, __doc__, compare, seconds=40.0)
