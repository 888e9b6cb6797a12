"""Kinetics laws in inverse form against their explicit form in the literature, over 12 decades.

    inverse:   g(η, i, c) = η - η*(i, c),  η* the inverse of the law
    explicit:  i = i0 [exp(-αc Fη/RT) - exp(αa Fη/RT)]      Butler-Volmer
               i = -i0 (αa + αc) Fη/RT                      linear
               i = i0 [k_red(η) - k_ox(η)]/k(0)             Marcus-Hush-Chidsey

with i0 = i00 (c/c0)^m.  Currents of 10⁻⁶ to 10⁶ A/m², plating and stripping, or up to 0.99 of the
limiting current of Marcus-Hush-Chidsey (λ = 0.3 eV); the integrals k by Gauss-Legendre quadrature.
The derivatives with respect to i and c are compared with central differences.

Limits of Marcus-Hush-Chidsey: R_ct = RT/(F i00) at equilibrium; i0 √(4πΛ)/k(0), Λ = λ/RT, at
|Fη| >> λ; Butler-Volmer with α = ½ for large λ, with an error of first order in 1/λ; and within 5 %
the approximation of Zeng et al., J. Electroanal. Chem. 735 (2014) 77, in closed form.
Source: definitions of the laws; Chidsey, Science 251 (1991) 919.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from deposition.common.constants import FARADAY, GAS_CONSTANT
from deposition.laws.butler_volmer import UnequalButlerVolmer
from deposition.laws.kinetics import ButlerVolmer, InvertibleLaw, Linear
from deposition.laws.marcus import MarcusHushChidsey
from deposition.laws.thermodynamics import thermal_voltage
from deposition.mesh.cell import Floats
from deposition.verification import explicit_kinetics as written
from deposition.verification.case import (
    Case,
    Check,
    Family,
    Findings,
    Panel,
    Series,
    below,
    order,
    relative,
)

T, C0, I_00 = 298.15, 1000.0, 100.0
EXPONENT = 0.3
AT = 730.0
"""Concentration at which the laws are evaluated, mol/m³."""

LAMBDA = 0.3 * FARADAY
"""0.3 eV, J/mol."""


class Pair(NamedTuple):
    """Inverse and explicit form of a law; currents up to ``largest`` A/m²."""

    solved: InvertibleLaw
    written: written.Explicit
    largest: float = 1e6


def reduced(energy: float) -> float:
    """Λ = λ/RT."""
    return energy / (GAS_CONSTANT * T)


def pairs() -> dict[str, Pair]:
    """Laws by their names in the table."""
    state = (I_00, C0, T, EXPONENT)
    marcus = MarcusHushChidsey(*state, reorganisation_energy=LAMBDA)
    largest = 0.99 * float(marcus.limit(np.array([AT]))[0])
    return {
        "α = 0.35": Pair(ButlerVolmer(*state, 0.35), written.butler_volmer(0.35, 0.35)),
        "αa = 0.3, αc = 0.7": Pair(
            UnequalButlerVolmer(*state, 0.3, 0.7), written.butler_volmer(0.3, 0.7)
        ),
        "αa = 1.2, αc = 0.4": Pair(
            UnequalButlerVolmer(*state, 1.2, 0.4), written.butler_volmer(1.2, 0.4)
        ),
        "linear": Pair(Linear(*state, 0.9), written.linear(0.9)),
        "Marcus-Hush-Chidsey": Pair(marcus, written.marcus_hush_chidsey(reduced(LAMBDA)), largest),
    }


def sizes(pair: Pair) -> Floats:
    """|i|, A/m²: the twelve decades up to the largest."""
    return np.geomspace(1e-12 * pair.largest, pair.largest, 25, dtype=np.float64)


def overpotentials(pair: Pair, current: Floats) -> Floats:
    """η* of the currents: minus the residual at η = 0."""
    zero, even = np.zeros_like(current), np.full_like(current, AT)
    return -pair.solved.residual(zero, current, even).value


def currents(pair: Pair, eta: Floats) -> Floats:
    """i (A/m²) from η (V) by the explicit law."""
    exchange = I_00 * (AT / C0) ** EXPONENT
    thermal = thermal_voltage(T)
    return np.array([exchange * pair.written(float(one) / thermal) for one in eta])


def derivative_error(pair: Pair, current: Floats) -> float:
    """Largest relative error of ∂g/∂i and ∂g/∂c against central differences."""
    zero, even = np.zeros_like(current), np.full_like(current, AT)
    g = pair.solved.residual(zero, current, even)
    di, dc = 1e-5 * current, 1e-5 * even
    by_i = overpotentials(pair, current - di) - overpotentials(pair, current + di)
    ahead, behind = (pair.solved.residual(zero, current, even + s * dc).value for s in (1, -1))
    errors = [
        by_i / (2.0 * di) / g.by_current - 1.0,
        (ahead - behind) / (2.0 * dc) / g.by_concentration - 1.0,
    ]
    return float(np.abs(errors).max())


def compare_law(name: str, pair: Pair) -> tuple[list[Check], Series]:
    """One law, plating and stripping."""
    checks = []
    for sign, direction in ((1.0, "plating"), (-1.0, "stripping")):
        current = sign * sizes(pair)
        eta = overpotentials(pair, current)
        error = float(np.abs(currents(pair, eta) / current - 1.0).max())
        checks += [
            below(f"{name}, {direction}: i, over 12 decades", error, 1e-10),
            below(f"{name}, {direction}: derivatives", derivative_error(pair, current), 1e-6),
        ]
    return checks, curve(name, pair)


def curve(name: str, pair: Pair) -> Series:
    """Curve of log i over η when plating, up to 0.5 V."""
    shown = np.geomspace(1.0, min(pair.largest, 1e5), 60, dtype=np.float64)
    eta = np.abs(overpotentials(pair, shown))
    shown, eta = shown[eta < 0.5], eta[eta < 0.5]
    exact = np.log10(currents(pair, -eta))
    return Series(name, eta, exact, eta[::6], np.log10(shown[::6]))


def zeng(drive: float, scale: float) -> float:
    """[k_red - k_ox] of u = -Fη/RT > 0 and Λ by the approximation of Zeng et al."""
    reach = math.sqrt(1.0 + math.sqrt(scale) + drive**2)
    whole = math.sqrt(math.pi * scale) * math.erfc((scale - reach) / (2.0 * math.sqrt(scale)))
    return whole * math.tanh(drive / 2.0)


def compare_limits() -> list[Check]:
    """Checks of the limits of Marcus-Hush-Chidsey."""
    law = MarcusHushChidsey(I_00, C0, T, reorganisation_energy=LAMBDA)
    one, rest = np.array([C0]), np.zeros(1)
    scale = reduced(LAMBDA)
    at_rest = written.at_rest(scale)
    transfer = float(law.residual(rest, rest, one).by_current[0])
    largest = I_00 * math.sqrt(4.0 * math.pi * scale) / at_rest
    far = float(law.current(np.array([-2.0]), one)[0])
    drives = np.array([0.5, 2.0, 5.0, 10.0, 15.0, 25.0])
    close = [zeng(float(u), scale) / at_rest for u in drives]
    return [
        relative("MHC: R_ct at equilibrium", thermal_voltage(T) / I_00, transfer, 1e-12, "Ω m²"),
        relative("MHC: limiting current", largest, far, 1e-10, "A/m²"),
        below("MHC: against Zeng's approximation", _worst(law.rate(drives), close), 0.05),
        _towards_butler_volmer(),
    ]


def _worst(computed: Floats, exact: list[float]) -> float:
    return float(np.abs(computed / np.array(exact) - 1.0).max())


def _towards_butler_volmer() -> Check:
    """Order in 1/λ of the difference from Butler-Volmer, at η = -0.1 V."""
    electronvolts = (2.0, 4.0, 8.0)
    eta, one = np.array([-0.1]), np.array([C0])
    limit = ButlerVolmer(I_00, C0, T).current(eta, one)
    found = [
        MarcusHushChidsey(I_00, C0, T, reorganisation_energy=e * FARADAY).current(eta, one)
        for e in electronvolts
    ]
    errors = [float(abs(i[0] / limit[0] - 1.0)) for i in found]
    return order(
        "MHC: order in 1/λ of the difference from Butler-Volmer",
        [1.0 / e for e in electronvolts],
        errors,
        1.0,
        0.05,
    )


def compare() -> Findings:
    """All laws, and the limits of Marcus-Hush-Chidsey."""
    checks, series = zip(*(compare_law(*pair) for pair in pairs().items()), strict=True)
    panel = Panel("-η / V", "log10 of i / (A/m²)", tuple(series))
    return Findings((*(check for some in checks for check in some), *compare_limits()), panel)


CASE = Case("K3", "laws of charge transfer", Family.NUMERICS, __doc__, compare)
