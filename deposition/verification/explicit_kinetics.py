"""Laws of charge transfer as the literature writes them: i_n/i_0 of h = Fη/RT.

What the program solves are their inverses; here nothing is inverted, and the integrals are those of
the source.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq

from deposition.mesh.cell import Floats

Explicit = Callable[[float], float]
"""i_n/i_0 of h."""


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

    The upper sign is k_red's.  Chidsey, Science 251 (1991) 919.
    """
    norm = at_rest(reduced)

    def law(h: float) -> float:
        def difference(x: Floats) -> Floats:
            away = x - reduced
            # Where the two Gaussians are nearly equal, a small h would lose all digits.
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
    """Of f times the Fermi function over all that is not negligible: Gauss-Legendre, 24 points on
    every 4 kT."""
    reach = 13.0 * math.sqrt(reduced) + h
    pieces = math.ceil((reduced + 2.0 * reach) / 4.0)
    edges = np.linspace(-reach, reduced + reach, pieces + 1)
    nodes, weights = np.polynomial.legendre.leggauss(24)
    half = 0.5 * (edges[1] - edges[0])
    x = edges[:-1, None] + half * (1.0 + nodes)
    empty = np.exp(-np.logaddexp(0.0, x))
    return float((half * weights * f(x) * empty).sum())


def overpotential(law: Explicit, rate: float) -> float:
    """h at which the law gives i_n/i_0 = ``rate``, by bisection and secants (Brent)."""
    far = 1.0
    while (law(-far) - rate) * (law(far) - rate) > 0.0:
        far *= 2.0
    return float(brentq(lambda h: law(h) - rate, -far, far, xtol=1e-15, rtol=1e-14))
