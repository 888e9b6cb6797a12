"""Concentrated electrolytes: measured κ, D, t₊ and thermodynamic factor as functions of c and T.

φ is the potential of a lithium reference electrode in the solution (Newman), so that E_eq of
lithium does not depend on the concentration: φ = φ_NP + (RT/F) ln c with the Nernst-Planck
potential φ_NP.  The logarithm belongs either to φ or to E_eq; ``nernst`` = 0 states that it is
in φ.

A parameter set is a class with the coefficients of one solvent; the temperature is its only
parameter.  c is in mol/m³ except inside the formulas of the sources, which use mol/L.
Coefficients are those of public codes and ranges are as commonly quoted; the papers were not
consulted.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from deposition.common.constants import FARADAY, GAS_CONSTANT, LITRE
from deposition.laws.arrhenius import REFERENCE_TEMPERATURE

Expression = Any
"""A NumPy array or a UFL expression."""


@dataclass(frozen=True)
class Range:
    """Range in which a parameter set was measured: concentrations, mol/m³, temperatures, K."""

    concentration: tuple[float, float]
    temperature: tuple[float, float]

    @property
    def concentrations(self) -> str:
        """As text, "from 0.2 to 2 mol/L"."""
        low, high = (LITRE * c for c in self.concentration)
        return f"from {low:g} to {high:g} mol/L"

    @property
    def temperatures(self) -> str:
        """As text, "from 263.15 to 333.15 K" or "at 298.15 K"."""
        low, high = self.temperature
        return f"from {low:g} to {high:g} K" if low < high else f"at {high:g} K"


@dataclass(frozen=True)
class Concentrated(ABC):
    """Concentrated solution of a binary salt.

    i = -κ ∇φ + (2κRT/F)(1 - t₊)(1 + dln f/dln c) ∇ln c,  N₋ = -D ∇c - (1 - t₊) i/F

    temperature (K).  Source: Newman & Balsara, Electrochemical Systems, 4th ed., ch. 12.
    """

    temperature: float

    nernst: ClassVar[float] = 0.0

    @abstractmethod
    def conductivity_at(self, c: Expression) -> Expression:
        """κ, S/m."""

    @abstractmethod
    def diffusivity_at(self, c: Expression) -> Expression:
        """D of the salt, m²/s."""

    @abstractmethod
    def transference_at(self, c: Expression) -> Expression:
        """t₊ with respect to the solvent."""

    @abstractmethod
    def thermodynamic_factor_at(self, c: Expression) -> Expression:
        """1 + dln f±/dln c."""

    def current(self, c: Expression, grad_c: Expression, grad_phi: Expression) -> Expression:
        """i, A/m²."""
        volt = 2 * GAS_CONSTANT * self.temperature / FARADAY
        factor = volt * (1 - self.transference_at(c)) * self.thermodynamic_factor_at(c)
        return -self.conductivity_at(c) * (grad_phi - factor / c * grad_c)

    def anion_flux(self, c: Expression, grad_c: Expression, grad_phi: Expression) -> Expression:
        """N₋, mol/(m² s)."""
        carried = (1 - self.transference_at(c)) / FARADAY * self.current(c, grad_c, grad_phi)
        return -self.diffusivity_at(c) * grad_c - carried

    def newman_number_at(self, c: Expression) -> Expression:
        """Ne = 2κRT (1 - t₊)² (1 + dln f/dln c) / (F² D c).

        Source: Balsara and Newman, J. Electrochem. Soc. 162 (2015) A2720.
        """
        driven = (1 - self.transference_at(c)) ** 2 * self.thermodynamic_factor_at(c)
        energy = 2 * GAS_CONSTANT * self.temperature * self.conductivity_at(c)
        return energy * driven / (FARADAY**2 * self.diffusivity_at(c) * c)

    def steady_conductivity_at(self, c: Expression) -> Expression:
        """κ/(1 + Ne), S/m; 1/(1 + Ne) is the current fraction, the t₊ of Bruce and Vincent."""
        return self.conductivity_at(c) / (1 + self.newman_number_at(c))


@dataclass(frozen=True)
class ConstantConcentrated(Concentrated):
    """Concentrated solution with κ c/c0 and constant D, t₊ and 1 + dln f/dln c.

    conductivity κ (S/m) at the concentration c0 (mol/m³), diffusivity D (m²/s), t_plus,
    thermodynamic_factor.  With D = 2 t₊(1 - t₊) κRT/(F² c0) and a factor of 1 this is
    ``NernstPlanck``.
    Source: the limit of ``Concentrated`` for properties independent of c.
    """

    conductivity: float
    diffusivity: float
    t_plus: float
    thermodynamic_factor: float
    concentration: float

    def conductivity_at(self, c: Expression) -> Expression:
        """κ c/c0, S/m."""
        return self.conductivity / self.concentration * c

    def diffusivity_at(self, c: Expression) -> Expression:
        """D, m²/s, independent of c."""
        return self.diffusivity

    def transference_at(self, c: Expression) -> Expression:
        """t₊, independent of c."""
        return self.t_plus

    def thermodynamic_factor_at(self, c: Expression) -> Expression:
        """1 + dln f/dln c, independent of c."""
        return self.thermodynamic_factor


class Fitted(Concentrated):
    """Concentrated solution with functions fitted to measurements in the range ``measured``."""

    measured: ClassVar[Range]

    def molar(self, c: Expression) -> Expression:
        """min(c, c_max) in mol/L: above the measured range the fits diverge.

        min(a, b) = (a + b - |a - b|)/2, for NumPy and UFL alike.
        """
        m, most = c * LITRE, self.measured.concentration[1] * LITRE
        return 0.5 * (m + most - abs(m - most))

    def fault(self) -> str:
        """Reason why the law is unusable: κ, D or thermodynamic factor that is not finite and
        positive up to c_max; empty if it is sound."""
        laws = {
            "conductivity": self.conductivity_at,
            "diffusivity": self.diffusivity_at,
            "thermodynamic_factor": self.thermodynamic_factor_at,
        }
        found = (self._first(n, law, lambda v: v > 0.0, "0 or less") for n, law in laws.items())
        return next(filter(None, found), "")

    def _first(
        self,
        name: str,
        law: Callable[[Expression], Expression],
        allowed: Callable[[Expression], Expression],
        wrong: str,
    ) -> str:
        """Place of a value that is not allowed, as "κ is … at … mol/L"."""
        c = np.linspace(0.0, self.measured.concentration[1], 401)[1:]
        try:
            with np.errstate(all="ignore"):
                value = np.broadcast_to(law(c), c.shape)
        except (ArithmeticError, ValueError, TypeError) as problem:
            return f"{name} cannot be evaluated: {problem}"
        if np.iscomplexobj(value):
            return f"{name} has a root of a negative number"
        bad = ~(np.isfinite(value) & allowed(value))
        if not bad.any():
            return ""
        first = int(bad.argmax())
        what = wrong if np.isfinite(value[first]) else "not a finite number"
        return f"{name} is {what} at {c[first] * LITRE:.3g} mol/L"


@dataclass(frozen=True)
class ValoenReimers(Fitted):
    """LiPF6 in PC/EC/DMC 10:27:63 (by volume).

    κ = 0.1 c [(-10.5 + 0.0740 T - 6.96e-5 T²) + c (0.668 - 0.0178 T + 2.80e-5 T²)
               + c² (0.494 - 8.86e-4 T)]² S/m
    D = 1e-4 · 10^(-4.43 - 54/(T - 229 - 5c) - 0.22c) m²/s, t₊ = 0.38
    (1 - t₊)(1 + dln f/dln c) = 0.601 - 0.24 c^½ + 0.982 [1 - 0.0052 (T - 294)] c^(3/2)

    Source: Valøen and Reimers, J. Electrochem. Soc. 152 (2005) A882; the "ln" of D there means the
    decimal logarithm.  Measured up to 3.9 mol/L, from 263 to 333 K; constant above 3.9 mol/L.
    """

    measured: ClassVar[Range] = Range((0.0, 3900.0), (263.15, 333.15))
    t_plus: ClassVar[float] = 0.38

    def fault(self) -> str:
        """As ``Fitted``, and above the pole of D: below it D is finite and positive but wrong."""
        pole = 229.0 + 5.0 * self.measured.concentration[1] * LITRE
        return super().fault() if self.temperature > pole else f"diffusivity has a pole at {pole} K"

    def conductivity_at(self, c: Expression) -> Expression:
        """κ, S/m."""
        m, t = self.molar(c), self.temperature
        root = (
            (-10.5 + 0.0740 * t - 6.96e-5 * t**2)
            + m * (0.668 - 0.0178 * t + 2.80e-5 * t**2)
            + m**2 * (0.494 - 8.86e-4 * t)
        )
        return 0.1 * m * root**2

    def diffusivity_at(self, c: Expression) -> Expression:
        """D, m²/s."""
        m = self.molar(c)
        return 1e-4 * 10.0 ** (-4.43 - 54.0 / (self.temperature - 229.0 - 5.0 * m) - 0.22 * m)

    def transference_at(self, c: Expression) -> Expression:
        """t₊ = 0.38."""
        return self.t_plus

    def thermodynamic_factor_at(self, c: Expression) -> Expression:
        """1 + dln f/dln c."""
        m = self.molar(c)
        thermal = 1.0 - 0.0052 * (self.temperature - 294.0)
        return (0.601 - 0.24 * m**0.5 + 0.982 * thermal * m**1.5) / (1 - self.t_plus)


@dataclass(frozen=True)
class Nyman(Fitted):
    """LiPF6 in EC/EMC 3:7 (by weight).

    κ = a (0.1297 c³ - 2.51 c^(3/2) + 3.329 c) S/m
    D = a (8.794e-11 c² - 3.972e-10 c + 4.862e-10) m²/s
    t₊ = -0.1287 c³ + 0.4106 c² - 0.4717 c + 0.4492
    (1 - t₊)(1 + dln f/dln c) = 0.28687 c² + 0.74678 c + 0.44103
    a = exp[(E/R)(1/298.15 - 1/T)], E = 17 kJ/mol

    Source: Nyman, Behm and Lindbergh, Electrochim. Acta 53 (2008) 6356, measured at 298 K from 0.2
    to 2 mol/L; constant above 2 mol/L.  The coefficients are those of public codes (κ, D: PyBaMM;
    t₊ and the factor: MPET, where 0.74678 has a minus sign, which would make the factor negative;
    with plus it is within 5 % of the table of Zavalis, Behm and Lindbergh, J. Electrochem. Soc. 159
    (2012) A848).  E is that of PyBaMM, from Ecker et al., J. Electrochem. Soc. 162 (2015) A1836.
    """

    measured: ClassVar[Range] = Range((200.0, 2000.0), (298.15, 298.15))
    activation_energy: ClassVar[float] = 17e3

    @property
    def _thermal(self) -> Expression:
        """a = exp[(E/R)(1/298.15 - 1/T)]."""
        inverse = 1.0 / REFERENCE_TEMPERATURE - 1.0 / self.temperature
        return math.e ** (self.activation_energy / GAS_CONSTANT * inverse)

    def conductivity_at(self, c: Expression) -> Expression:
        """κ, S/m."""
        m = self.molar(c)
        return self._thermal * (0.1297 * m**3 - 2.51 * m**1.5 + 3.329 * m)

    def diffusivity_at(self, c: Expression) -> Expression:
        """D, m²/s."""
        m = self.molar(c)
        return self._thermal * (8.794e-11 * m**2 - 3.972e-10 * m + 4.862e-10)

    def transference_at(self, c: Expression) -> Expression:
        """t₊."""
        m = self.molar(c)
        return -0.1287 * m**3 + 0.4106 * m**2 - 0.4717 * m + 0.4492

    def thermodynamic_factor_at(self, c: Expression) -> Expression:
        """1 + dln f/dln c."""
        m = self.molar(c)
        return (0.28687 * m**2 + 0.74678 * m + 0.44103) / (1 - self.transference_at(c))


@dataclass(frozen=True)
class Landesfeind(Fitted):
    """LiPF6 in one of three solvents; the subclasses have the coefficients p.

    κ = 0.1 p1 [1 + (T - p2)] c {1 + p3 c^½ + p4 [1 + p5 e^(1000/T)] c} / {1 + c⁴ p6 e^(1000/T)} S/m
    D = 1e-10 p1 e^(p2 c) e^(p3/T) e^(p4 c/T) m²/s
    t₊, 1 + dln f/dln c = p1 + p2 c + p3 T + p4 c² + p5 cT + p6 T² + p7 c³ + p8 c²T + p9 cT²

    Source: Landesfeind and Gasteiger, J. Electrochem. Soc. 166 (2019) A3079, coefficients as in
    PyBaMM.  Measured from 0.1 to 3 mol/L and 263 to 323 K; constant above 3 mol/L.
    """

    measured: ClassVar[Range] = Range((100.0, 3000.0), (263.15, 323.15))
    of_conductivity: ClassVar[tuple[float, ...]]
    of_diffusivity: ClassVar[tuple[float, ...]]
    of_transference: ClassVar[tuple[float, ...]]
    of_thermodynamic_factor: ClassVar[tuple[float, ...]]

    def conductivity_at(self, c: Expression) -> Expression:
        """κ, S/m."""
        p1, p2, p3, p4, p5, p6 = self.of_conductivity
        m, boltzmann = self.molar(c), math.e ** (1000.0 / self.temperature)
        numerator = 1 + p3 * m**0.5 + p4 * (1 + p5 * boltzmann) * m
        return 0.1 * p1 * (1 + self.temperature - p2) * m * numerator / (1 + p6 * boltzmann * m**4)

    def diffusivity_at(self, c: Expression) -> Expression:
        """D, m²/s."""
        p1, p2, p3, p4 = self.of_diffusivity
        m = self.molar(c)
        return 1e-10 * p1 * math.e ** (p2 * m + (p3 + p4 * m) / self.temperature)

    def transference_at(self, c: Expression) -> Expression:
        """t₊."""
        return self._polynomial(self.of_transference, c)

    def thermodynamic_factor_at(self, c: Expression) -> Expression:
        """1 + dln f/dln c."""
        return self._polynomial(self.of_thermodynamic_factor, c)

    def _polynomial(self, p: tuple[float, ...], c: Expression) -> Expression:
        """p1 + p2 c + p3 T + p4 c² + p5 cT + p6 T² + p7 c³ + p8 c²T + p9 cT²."""
        m, t = self.molar(c), self.temperature
        constant = p[0] + p[2] * t + p[5] * t**2
        linear = p[1] + p[4] * t + p[8] * t**2
        return constant + linear * m + (p[3] + p[7] * t) * m**2 + p[6] * m**3


class LandesfeindEcDmc(Landesfeind):
    """LiPF6 in EC/DMC 1:1 (by weight); see ``Landesfeind``."""

    of_conductivity = (0.798, 228, -1.22, 0.509, -4e-3, 3.79e-3)
    of_diffusivity = (1470, 1.33, -1690, -563)
    of_transference = (
        *(-7.91, 0.245, 0.0528, 0.698, -0.0108),
        *(-8.21e-5, 7.43e-4, -2.22e-3, 3.07e-5),
    )
    of_thermodynamic_factor = (
        *(-5.58, 7.17, 0.038, 1.91, -0.0665),
        *(-5.08e-5, 0.11, -6.1e-3, 1.51e-4),
    )


class LandesfeindEcEmc(Landesfeind):
    """LiPF6 in EC/EMC 3:7 (by weight); see ``Landesfeind``."""

    of_conductivity = (0.521, 228, -1.06, 0.353, -3.59e-3, 1.48e-3)
    of_diffusivity = (1010, 1.01, -1560, -487)
    of_transference = (
        *(-12.8, -6.12, 0.0821, 0.904, 0.0318),
        *(-1.27e-4, 0.0175, -3.12e-3, -3.96e-5),
    )
    of_thermodynamic_factor = (
        *(25.7, -45.1, -0.177, 1.94, 0.295),
        *(3.08e-4, 0.259, -9.46e-3, -4.54e-4),
    )


class LandesfeindEmcFec(Landesfeind):
    """LiPF6 in EMC/FEC 19:1 (by weight); see ``Landesfeind``."""

    of_conductivity = (0.0251, 175, 1.23, 0.205, -0.0881, 2.83e-3)
    of_diffusivity = (586, 1.33, -1380, -582)
    of_transference = (
        *(-12.2, -3.05, 0.0838, 1.78, 1.51e-3),
        *(-1.37e-4, -0.0245, -5.15e-3, 2.14e-5),
    )
    of_thermodynamic_factor = (
        *(3.22, -10.1, -0.0158, 6.12, 0.0296),
        *(2.42e-5, -0.222, -0.0157, 6.3e-6),
    )
