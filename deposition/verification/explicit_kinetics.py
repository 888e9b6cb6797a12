"""Explicit laws of charge transfer, as in the literature: i_n/i_0 as a function of h = Fη/RT.

The program solves their inverses; these forms are independent of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq

from deposition.mesh.cell import Floats

Explicit = Callable[[float], float]
"""i_n/i_0 as a function of h."""


def butler_volmer(alpha_a: float, alpha_c: float) -> Explicit:
    """exp(-α_c h) - exp(α_a h)."""

    def law(h: float) -> float:
        return math.expm1(-alpha_c * h) - math.expm1(alpha_a * h)

    return law


def linear(order: float) -> Explicit:
    """-(α_a + α_c) h."""

    def law(h: float) -> float:
        return -order * h

    return law


def marcus_hush_chidsey(reduced: float) -> Explicit:
    """[k_red(h) - k_ox(h)]/k(0), k = ∫ exp[-(x - Λ ∓ h)²/4Λ]/(1 + exp x) dx, Λ = λ/RT ``reduced``.

    The upper sign is that of k_red.  Chidsey, Science 251 (1991) 919.
    """
    norm = at_rest(reduced)

    def law(h: float) -> float:
        def difference(x: Floats) -> Floats:
            away = x - reduced
            # red - ox = ox (exp(x' h/Λ) - 1), without cancellation where both are nearly equal.
            ratio = np.expm1(np.clip(away * h / reduced, -1.0, 1.0))
            close = np.abs(away * h) < reduced
            red, ox = _gauss(away - h, reduced), _gauss(away + h, reduced)
            return np.where(close, ox * ratio, red - ox)

        return _integral(difference, reduced, abs(h)) / norm

    return law


def at_rest(reduced: float) -> float:
    """k(0) of ``marcus_hush_chidsey``."""
    return _integral(lambda x: _gauss(x - reduced, reduced), reduced, 0.0)


def _gauss(distance: Floats, reduced: float) -> Floats:
    return np.exp(-(distance**2) / (4.0 * reduced))


def _integral(f: Callable[[Floats], Floats], reduced: float, h: float) -> float:
    """∫ f(x)/(1 + exp x) dx over the range where it is not negligible, by Gauss-Legendre quadrature
    with 24 points per interval of 4 kT."""
    reach = 13.0 * math.sqrt(reduced) + h
    pieces = math.ceil((reduced + 2.0 * reach) / 4.0)
    edges = np.linspace(-reach, reduced + reach, pieces + 1)
    nodes, weights = np.polynomial.legendre.leggauss(24)
    half = 0.5 * (edges[1] - edges[0])
    x = edges[:-1, None] + half * (1.0 + nodes)
    fermi = np.exp(-np.logaddexp(0.0, x))
    return float((half * weights * f(x) * fermi).sum())


def overpotential(law: Explicit, rate: float) -> float:
    """Root h of law(h) = ``rate``, by Brent's method."""
    far = 1.0
    while (law(-far) - rate) * (law(far) - rate) > 0.0:
        far *= 2.0
    return float(brentq(lambda h: law(h) - rate, -far, far, xtol=1e-15, rtol=1e-14))
