"""Transport laws of electrolytes: fluxes for given c and gradients of c and φ.

A law is written in plain arithmetic, so that the same code evaluates NumPy arrays and UFL
expressions, in which its parameters are constants that change without recompilation.  It has

    nernst                            1 if E_eq contains (RT/F) ln(c/c0), that is if φ is the
                                      Nernst-Planck potential; 0 otherwise
    anion_flux(c, grad_c, grad_phi)   N₋, mol/(m² s)
    current(c, grad_c, grad_phi)      i, A/m²
    conductivity_at(c)                κ, S/m
    diffusivity_at(c)                 D of the salt, m²/s
    transference_at(c)                t₊
    thermodynamic_factor_at(c)        1 + dln f/dln c
    steady_conductivity_at(c)         effective conductivity at steady state, N₋ = 0, S/m

Concentrated solutions are in ``concentrated``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from deposition.common.constants import FARADAY, GAS_CONSTANT

Expression = Any
"""A NumPy array or a UFL expression."""


class ElectrolyteLaw(Protocol):
    """Interface of an electrolyte to the transport problem; a frozen dataclass of floats."""

    nernst: ClassVar[float]

    def anion_flux(self, c: Expression, grad_c: Expression, grad_phi: Expression) -> Expression:
        """N₋, mol/(m² s)."""

    def current(self, c: Expression, grad_c: Expression, grad_phi: Expression) -> Expression:
        """Current density i, A/m²."""

    def conductivity_at(self, c: Expression) -> Expression:
        """κ at concentration c (mol/m³), S/m."""

    def diffusivity_at(self, c: Expression) -> Expression:
        """D of the salt at concentration c (mol/m³), m²/s."""

    def transference_at(self, c: Expression) -> Expression:
        """t₊ at concentration c (mol/m³)."""

    def thermodynamic_factor_at(self, c: Expression) -> Expression:
        """1 + dln f±/dln c at concentration c (mol/m³)."""

    def steady_conductivity_at(self, c: Expression) -> Expression:
        """i L/V at steady state of a thin cell with lithium electrodes at concentration c, S/m."""


@dataclass(frozen=True)
class NernstPlanck:
    """Dilute electroneutral binary salt with constant diffusivities.

    N± = -D± (∇c ± (F/RT) c ∇φ),  i = F (N₊ - N₋)
    D₊ = t₊ κ RT/(F² c0),  D₋ = (1 - t₊) κ RT/(F² c0)

    conductivity κ (S/m) at the concentration c0 (mol/m³), t_plus, temperature (K).
    Source: Newman & Balsara, Electrochemical Systems, 4th ed., ch. 11.
    """

    conductivity: float
    t_plus: float
    concentration: float
    temperature: float

    nernst: ClassVar[float] = 1.0

    @property
    def diffusivity_sum(self) -> Expression:
        """D₊ + D₋ = κ RT/(F² c0), m²/s."""
        squared = FARADAY**2 * self.concentration
        return self.conductivity * GAS_CONSTANT * self.temperature / squared

    @property
    def cation_diffusivity(self) -> Expression:
        """D₊, m²/s."""
        return self.t_plus * self.diffusivity_sum

    @property
    def anion_diffusivity(self) -> Expression:
        """D₋, m²/s."""
        return (1 - self.t_plus) * self.diffusivity_sum

    @property
    def salt_diffusivity(self) -> Expression:
        """D = 2 D₊ D₋ / (D₊ + D₋), m²/s."""
        return 2 * self.t_plus * (1 - self.t_plus) * self.diffusivity_sum

    def anion_flux(self, c: Expression, grad_c: Expression, grad_phi: Expression) -> Expression:
        """N₋ = -D₋ (∇c - (F/RT) c ∇φ), mol/(m² s)."""
        migration = FARADAY / (GAS_CONSTANT * self.temperature) * c * grad_phi
        return -self.anion_diffusivity * (grad_c - migration)

    def current(self, c: Expression, grad_c: Expression, grad_phi: Expression) -> Expression:
        """i = -κ (c/c0) ∇φ - F (D₊ - D₋) ∇c, A/m²."""
        diffusion = FARADAY * (self.cation_diffusivity - self.anion_diffusivity) * grad_c
        return -self.conductivity_at(c) * grad_phi - diffusion

    def conductivity_at(self, c: Expression) -> Expression:
        """κ c/c0, S/m."""
        return self.conductivity / self.concentration * c

    def diffusivity_at(self, c: Expression) -> Expression:
        """D, m²/s, independent of c."""
        return self.salt_diffusivity

    def transference_at(self, c: Expression) -> Expression:
        """t₊, independent of c."""
        return self.t_plus

    def thermodynamic_factor_at(self, c: Expression) -> Expression:
        """1: the solution is ideal."""
        return 1.0

    def steady_conductivity_at(self, c: Expression) -> Expression:
        """t₊ κ c/c0, S/m."""
        return self.t_plus * self.conductivity_at(c)


@dataclass(frozen=True)
class Ohmic:
    """Well-stirred electrolyte of constant conductivity; for exact solutions of Laplace's equation.

    i = -κ ∇φ,  N₋ = -D ∇c

    conductivity κ (S/m); mixing D (m²/s), so large that c stays uniform.  E_eq has no logarithm.
    Source: Ohm's law; Newman & Balsara, Electrochemical Systems, 4th ed., ch. 18.
    """

    conductivity: float
    mixing: float = 1e-6

    nernst: ClassVar[float] = 0.0

    def anion_flux(self, c: Expression, grad_c: Expression, grad_phi: Expression) -> Expression:
        """N₋ = -D ∇c, mol/(m² s)."""
        return -self.mixing * grad_c

    def current(self, c: Expression, grad_c: Expression, grad_phi: Expression) -> Expression:
        """i = -κ ∇φ, A/m²."""
        return -self.conductivity * grad_phi

    def conductivity_at(self, c: Expression) -> Expression:
        """κ, S/m, independent of c."""
        return self.conductivity

    def diffusivity_at(self, c: Expression) -> Expression:
        """∞: the salt is never depleted."""
        return math.inf

    def transference_at(self, c: Expression) -> Expression:
        """0: undefined in an ohmic electrolyte, and not used."""
        return 0.0

    def thermodynamic_factor_at(self, c: Expression) -> Expression:
        """1: undefined in an ohmic electrolyte, and not used."""
        return 1.0

    def steady_conductivity_at(self, c: Expression) -> Expression:
        """κ, S/m: no concentration gradient builds up."""
        return self.conductivity
