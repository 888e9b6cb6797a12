"""Marcus-Hush-Chidsey kinetics: electrons of every energy cross, and the current has a limit."""

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
"""Of the nodes, in kT: the trapezoidal rule errs by exp(-2π²/0.5 + π²/4Λ), 1e-17 at Λ = 10."""

REACH = 12.6
"""How far the nodes go beyond both Gaussians, in √Λ: exp(-12.6²/4) = 6e-18."""

POINTS = 1000
"""Of the table from which the inverse starts."""

ENOUGH = 1e-9
"""A last relative correction after which Newton's method has every digit."""

MOST = 20


class Table(NamedTuple):
    """Drives, their rates, and ``_straight`` of these."""

    drive: Floats
    rate: Floats
    straight: Floats


@dataclass(frozen=True)
class MarcusHushChidsey(InvertibleLaw):
    """Electron transfer over the Fermi-Dirac distribution of the metal, harmonic solvent.

    i_n = i_0 [M(u) - M(-u)] / M(0),  M(u) = ∫ exp[-(x - Λ + u)²/4Λ] / (1 + exp x) dx,
    u = -Fη/RT,  Λ = λ/RT

    As M(u) = exp(u) M(-u), f(u) = (1 - exp(-u)) M(u)/M(0).  The norm M(0) makes i_0 what flows both
    ways at rest, and R_ct = RT/(F i_0).  λ → ∞ is Butler-Volmer with α = 1/2; |Fη| >> λ gives the
    largest current, i_0 √(4πΛ)/M(0).  M is a sum over equidistant nodes, whose error is rounding.

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
        """(k,) of the nodes in M/M(0)."""
        scale = self.reduced_energy
        gaussian = np.exp(-(self._nodes**2) / (4.0 * scale))
        return gaussian / (gaussian @ expit(-self._nodes - scale))

    def _one_way(self, drive: Floats) -> tuple[Floats, Floats]:
        """M(u)/M(0) and its derivative, for u (f,)."""
        filled = expit(drive[:, None] - self.reduced_energy - self._nodes)
        return filled @ self._weights, (filled * (1.0 - filled)) @ self._weights

    def _rate(self, drive: Floats) -> tuple[Floats, Floats]:
        """f(u), odd, and f'(u)."""
        size = np.abs(drive)
        forward, steeper = self._one_way(size)
        net = -np.expm1(-size)
        return np.copysign(net * forward, drive), np.exp(-size) * forward + net * steeper

    def limit(self, concentration: Floats) -> Floats:
        """i_0 √(4πΛ)/M(0), A/m²."""
        return self.exchange_at(concentration) * self._weights.sum()

    def drive(self, rate: Floats) -> tuple[Floats, Floats]:
        """u of a rate, and f' there; beyond the last of the table, just below the limit, straight
        on, so that Newton's method may pass through currents that cannot be."""
        end = self._table
        size = np.abs(rate)
        inside = np.minimum(size, end.rate[-1])
        u, slope = self._refined(np.interp(_straight(inside), end.straight, end.drive), inside)
        return np.copysign(u + (size - inside) / slope, rate), slope

    def _refined(self, drive: Floats, rate: Floats) -> tuple[Floats, Floats]:
        """The drive of a rate by Newton's method, from one close by, and f' there."""
        for _ in range(MOST):
            flows, slope = self._rate(drive)
            ahead = _straight(rate) - _straight(flows)
            correction = ahead * np.hypot(1.0, flows / 2.0) / slope
            drive = drive + correction
            if np.all(np.abs(correction) <= ENOUGH * drive):
                break
        return drive, slope

    @cached_property
    def _table(self) -> Table:
        """f up to 1e-5 or less below the limit, by the tails of Gauss and of Fermi."""
        scale = self.reduced_energy
        beyond = max(6.0 * np.sqrt(scale), 12.0 + min(scale, 12.0))
        drive = np.linspace(0.0, scale + beyond, POINTS)
        rate = self.rate(drive)
        return Table(drive, rate, _straight(rate))


def _straight(rate: Floats) -> Floats:
    """2 asinh(y/2), which is u where the law is that of Butler and Volmer."""
    return 2.0 * np.arcsinh(rate / 2.0)
