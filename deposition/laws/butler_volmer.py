"""Butler-Volmer kinetics with different anodic and cathodic transfer coefficients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deposition.laws.kinetics import InvertibleLaw
from deposition.mesh.cell import Floats

TOLERANCE = 1e-12
"""Relative Newton correction at which the iteration has converged to machine precision."""

MAX_ITERATIONS = 60


@dataclass(frozen=True)
class UnequalButlerVolmer(InvertibleLaw):
    """Butler-Volmer law with transfer coefficients α_a ≠ α_c, whose sum need not be 1.

    i_n = i_0 [exp(-α_c Fη/RT) - exp(α_a Fη/RT)],  g = η - η*(i_n, c),  η* by Newton's method

    R_ct = RT/((α_a + α_c) F i_0) at rest.
    Source: Newman & Balsara, Electrochemical Systems, 4th ed., ch. 8.
    """

    alpha_a: float = 0.5
    alpha_c: float = 0.5

    def rate(self, drive: Floats) -> Floats:
        """exp(α_c u) - exp(-α_a u)."""
        return np.expm1(self.alpha_c * drive) - np.expm1(-self.alpha_a * drive)

    def drive(self, rate: Floats) -> tuple[Floats, Floats]:
        """u = f⁻¹(y) and f'(u); for stripping, f(-u) is -f(u) with the coefficients exchanged."""
        forward = np.where(rate >= 0.0, self.alpha_c, self.alpha_a)
        reverse = np.where(rate >= 0.0, self.alpha_a, self.alpha_c)
        size = _drive(np.abs(rate), forward, reverse)
        slope = forward * np.exp(forward * size) + reverse * np.exp(-reverse * size)
        return np.copysign(size, rate), slope


def _drive(rate: Floats, forward: Floats, reverse: Floats) -> Floats:
    """u ≥ 0 with f(u) = exp(a u) - exp(-b u) = ``rate`` ≥ 0; a: ``forward``, b: ``reverse``.

    Newton's method for the nearly linear function asinh(f(u)/2), with bisection as safeguard.
    """
    # f(u) ≥ exp(a u) - 1, hence u ≤ ln(1 + y)/a.
    target = np.arcsinh(rate / 2.0)
    low, high = np.zeros_like(rate), np.log1p(rate) / forward
    u = np.minimum(2.0 * target / (forward + reverse), high)
    for _ in range(MAX_ITERATIONS):
        f = np.expm1(forward * u) - np.expm1(-reverse * u)
        slope = forward * np.exp(forward * u) + reverse * np.exp(-reverse * u)
        # Δu = [asinh(y/2) - asinh(f/2)] / [d asinh(f/2)/du],  d asinh(f/2)/du = f'/(2 √(1 + f²/4))
        correction = (target - np.arcsinh(f / 2.0)) * 2.0 * np.hypot(1.0, f / 2.0) / slope
        low, high = np.where(f <= rate, u, low), np.where(f >= rate, u, high)
        converged = np.abs(correction) <= TOLERANCE * u
        inside = (u + correction >= low) & (u + correction <= high)
        u = np.where(converged | inside, u + correction, 0.5 * (low + high))
        if np.all(converged):
            break
    return u
