"""Laws and a recorder of one's own, each in a few lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deposition.common.constants import FARADAY
from deposition.laws.kinetics import InvertibleLaw
from deposition.laws.reactions import CATION, Rates


@dataclass(frozen=True)
class Cubic(InvertibleLaw):
    """i_n = i_0 (u + β u³), whose inverse is found by Cardano's formula."""

    beta: float = 0.1

    def rate(self, drive):
        return drive + self.beta * drive**3

    def drive(self, rate):
        p, q = 1.0 / (3.0 * self.beta), rate / (2.0 * self.beta)
        root = np.sqrt(q**2 + p**3)
        u = np.cbrt(q + root) + np.cbrt(q - root)
        return u, 1.0 + 3.0 * self.beta * u**2


@dataclass(frozen=True)
class Buffered:
    """i = -κ ∇φ, N₋ = -D ∇c: an electrolyte of constant conductivity."""

    conductivity: float
    diffusivity: float
    concentration: float
    temperature: float
    nernst = 0.0

    def anion_flux(self, c, grad_c, grad_phi):
        return -self.diffusivity * grad_c

    def current(self, c, grad_c, grad_phi):
        return -self.conductivity * grad_phi

    def conductivity_at(self, c):
        return self.conductivity

    steady_conductivity_at = conductivity_at

    def diffusivity_at(self, c):
        return self.diffusivity

    def transference_at(self, c):
        return 0.5

    def thermodynamic_factor_at(self, c):
        return 1.0


@dataclass(frozen=True)
class Corrosion:
    """An oxidant takes electrons from lithium, which leaves as Li⁺: ox + e⁻ → ox⁻ (insoluble)."""

    species: str
    rate: float
    on: tuple[str, ...] = ("lithium",)

    def rates(self, at):
        dissolved = at.concentration[self.species] * self.rate
        return Rates({self.species: dissolved}, metal=-dissolved, products=dissolved)


@dataclass(frozen=True)
class Exchange:
    """One species becomes another at the surface."""

    one: str
    other: str
    rate: float
    on: tuple[str, ...] = ("lithium",)

    def rates(self, at):
        consumed = at.concentration[self.one] * self.rate
        return Rates({self.one: consumed, self.other: -consumed})


@dataclass(frozen=True)
class Tunnelling:
    """Electrons tunnel through the film: r = r_0 exp(-β δ)."""

    component: str
    rate_0: float
    beta: float
    electrons = 2.0
    lithium = 2.0

    def rate(self, film, at):
        decay = (film.thickness(self.component) * -self.beta).exp()
        return {self.component: decay * (self.rate_0 * film.fractions[self.component])}


@dataclass(frozen=True)
class Leak:
    """A reaction that makes Li⁺ of nothing."""

    on: tuple[str, ...] = ("lithium",)

    def rates(self, at):
        return Rates({CATION: at.current * (1.0 / FARADAY)}, charge=at.current)


class Voltages:
    """Writes voltages.txt: time and voltage of every step."""

    def __init__(self, file):
        self.file = file

    @classmethod
    def open(cls, run, after_step):
        return cls((run.results.path / "voltages.txt").open("w" if after_step is None else "a"))

    def record(self, state):
        self.file.write(f"{state.step} {state.time} {state.voltage}\n")

    def close(self):
        self.file.close()


class Broken(Voltages):
    """Fails at the third step."""

    def record(self, state):
        if state.step == 3:
            raise RuntimeError("the third step")


class WrongShape(Cubic):
    """Returns one number too few."""

    def residual(self, overpotential, current, concentration):
        found = super().residual(overpotential, current, concentration)
        return found._replace(value=found.value[:-1])
