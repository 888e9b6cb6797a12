"""The Butler-Volmer law with transfer coefficients that differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deposition.laws.kinetics import InvertibleLaw
from deposition.mesh.cell import Floats

ENOUGH = 1e-12
"""A last relative correction after which Newton's method has every digit."""

MOST = 60


@dataclass(frozen=True)
class UnequalButlerVolmer(InvertibleLaw):
    """Butler-Volmer law whose transfer coefficients α_a and α_c differ, and need not add up to 1.

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
        """The drive of a rate, and f' there; stripping is plating with the coefficients swapped."""
        with_it = np.where(rate >= 0.0, self.alpha_c, self.alpha_a)
        against = np.where(rate >= 0.0, self.alpha_a, self.alpha_c)
        size = _drive(np.abs(rate), with_it, against)
        slope = with_it * np.exp(with_it * size) + against * np.exp(-against * size)
        return np.copysign(size, rate), slope


def _drive(rate: Floats, with_it: Floats, against: Floats) -> Floats:
    """u ≥ 0 at which exp(a u) - exp(-b u) is ``rate`` ≥ 0; a, b: ``with_it``, ``against``.

    Newton's method for asinh(f/2), which is nearly straight, between bounds that only close in:
    f(u) ≥ exp(a u) - 1 bounds u from above.
    """
    target = np.arcsinh(rate / 2.0)
    low, high = np.zeros_like(rate), np.log1p(rate) / with_it
    u = np.minimum(2.0 * target / (with_it + against), high)
    for _ in range(MOST):
        f = np.expm1(with_it * u) - np.expm1(-against * u)
        slope = with_it * np.exp(with_it * u) + against * np.exp(-against * u)
        correction = (target - np.arcsinh(f / 2.0)) * 2.0 * np.hypot(1.0, f / 2.0) / slope
        low, high = np.where(f <= rate, u, low), np.where(f >= rate, u, high)
        done = np.abs(correction) <= ENOUGH * u
        inside = (u + correction >= low) & (u + correction <= high)
        u = np.where(done | inside, u + correction, 0.5 * (low + high))
        if np.all(done):
            break
    return u
