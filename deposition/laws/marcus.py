"""Marcus-Hush-Chidsey kinetics: electron transfer at all energies, with a limiting current."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from deposition.common.constants import GAS_CONSTANT
from deposition.laws.kinetics import InvertibleLaw
from deposition.mesh.cell import Floats

SPACING = 0.5
"""Spacing of the quadrature nodes, kT; the error of the trapezoidal rule is
exp(-2π²/0.5 + π²/4Λ), 1e-17 at Λ = 10."""

REACH = 12.6
"""Distance of the outermost nodes from both Gaussian centres, √Λ: exp(-12.6²/4) = 6e-18."""

POINTS = 1000
"""Length of the table that gives the initial value of the inverse."""

TOLERANCE = 1e-9
"""Relative Newton correction after which, by quadratic convergence, the error is rounding."""

MAX_ITERATIONS = 20


class Table(NamedTuple):
    """Drives u, rates f(u), and ``_linearized`` rates."""

    drive: Floats
    rate: Floats
    linearized: Floats


@dataclass(frozen=True)
class MarcusHushChidsey(InvertibleLaw):
    """Marcus electron transfer integrated over the Fermi-Dirac distribution of the metal.

    i_n = i_0 [M(u) - M(-u)] / M(0),  M(u) = ∫ exp[-(x - Λ + u)²/4Λ] / (1 + exp x) dx,
    u = -Fη/RT,  Λ = λ/RT

    As M(u) = exp(u) M(-u), f(u) = (1 - exp(-u)) M(u)/M(0).  With the norm M(0), i_0 is the exchange
    current density at equilibrium and R_ct = RT/(F i_0).  λ → ∞ is Butler-Volmer with α = 1/2;
    |Fη| >> λ gives the limiting current i_0 √(4πΛ)/M(0).  M is evaluated by the trapezoidal rule,
    to rounding error.

    reorganisation_energy λ, J/mol.
    Sources: Chidsey, Science 251 (1991) 919; on lithium Boyle et al., ACS Energy Lett. 5 (2020) 701
    and Sripad et al., arXiv 2008.00112.
    """

    reorganisation_energy: float = field(kw_only=True)

    @property
    def reduced_energy(self) -> float:
        """Λ = λ/RT."""
        return self.reorganisation_energy / (GAS_CONSTANT * self.temperature)

    def rate(self, drive: Floats) -> Floats:
        """f(u)."""
        return self._rate(drive)[0]

    @cached_property
    def _nodes(self) -> Floats:
        """(k,) z = x - Λ + u."""
        scale = self.reduced_energy
        reach = REACH * np.sqrt(scale)
        return np.arange(-scale - reach, reach, SPACING)

    @cached_property
    def _weights(self) -> Floats:
        """(k,) quadrature weights of M/M(0)."""
        scale = self.reduced_energy
        gaussian = np.exp(-(self._nodes**2) / (4.0 * scale))
        return gaussian / (gaussian @ expit(-self._nodes - scale))

    def _one_way(self, drive: Floats) -> tuple[Floats, Floats]:
        """M(u)/M(0) and its derivative, for u (f,)."""
        occupation = expit(drive[:, None] - self.reduced_energy - self._nodes)
        slope = (occupation * (1.0 - occupation)) @ self._weights
        return occupation @ self._weights, slope

    def _rate(self, drive: Floats) -> tuple[Floats, Floats]:
        """f(u), odd, and f'(u)."""
        size = np.abs(drive)
        forward, slope = self._one_way(size)
        net = -np.expm1(-size)
        # f = (1 - e^-u) M/M(0),  f' = e^-u M/M(0) + (1 - e^-u) M'/M(0)
        return np.copysign(net * forward, drive), np.exp(-size) * forward + net * slope

    def limit(self, concentration: Floats) -> Floats:
        """i_0 √(4πΛ)/M(0), A/m²."""
        return self.exchange_at(concentration) * self._weights.sum()

    def drive(self, rate: Floats) -> tuple[Floats, Floats]:
        """u = f⁻¹(y) and f'(u).

        Beyond the table, which ends just below the limit, u is extrapolated linearly, so that the
        iterates of Newton's method may exceed the limiting current.
        """
        table = self._table
        size = np.abs(rate)
        inside = np.minimum(size, table.rate[-1])
        start = np.interp(_linearized(inside), table.linearized, table.drive)
        u, slope = self._refined(start, inside)
        return np.copysign(u + (size - inside) / slope, rate), slope

    def _refined(self, drive: Floats, rate: Floats) -> tuple[Floats, Floats]:
        """u = f⁻¹(y) by Newton's method for 2 asinh(f(u)/2) from an initial value; and f'(u)."""
        for _ in range(MAX_ITERATIONS):
            f, slope = self._rate(drive)
            # Δu = [2 asinh(y/2) - 2 asinh(f/2)] √(1 + f²/4) / f'
            missing = _linearized(rate) - _linearized(f)
            correction = missing * np.hypot(1.0, f / 2.0) / slope
            drive = drive + correction
            if np.all(np.abs(correction) <= TOLERANCE * drive):
                break
        return drive, slope

    @cached_property
    def _table(self) -> Table:
        """f(u) up to a relative distance of 1e-5 or less from the limit."""
        # The tail is that of the Gaussian (6 √Λ) or of the Fermi function (12 kT), if longer.
        scale = self.reduced_energy
        tail = max(6.0 * np.sqrt(scale), 12.0 + min(scale, 12.0))
        drive = np.linspace(0.0, scale + tail, POINTS)
        rate = self.rate(drive)
        return Table(drive, rate, _linearized(rate))


def _linearized(rate: Floats) -> Floats:
    """2 asinh(y/2), which is u itself for Butler-Volmer kinetics with α = 1/2."""
    return 2.0 * np.arcsinh(rate / 2.0)
