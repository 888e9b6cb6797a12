"""Cell with each kinetics law: two planes of lithium in the steady state, a film on one.

    V = 2 (RT/F) ln[(1+J)/(1-J)] + R i + |η(i, c_w)| + |η(-i, c_c)|,   J = i/i_lim,
    i_lim = 4 F D+ c0/L,   c_w = c0 (1-J),   c_c = c0 (1+J)

The working electrode is plated at c = c_w, the counter electrode stripped at c = c_c; the first
term is that of the electrolyte with both equilibrium potentials (case E1).  η is the root of the
explicit law i = i00 (c/c0)^m f(η), found by Brent's method.  For small currents V = i L/(κ t+) + (R
+ 2 R_ct) i.
Source: Newman and Balsara, Electrochemical Systems, 4th ed., ch. 8 and 11; Chidsey, Science 251
(1991) 919.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from deposition.common.constants import FARADAY, GAS_CONSTANT, MICROMETRE, MILLIVOLT
from deposition.laws.electrolyte import NernstPlanck
from deposition.laws.thermodynamics import thermal_voltage
from deposition.scenario import Scenario
from deposition.verification import explicit_kinetics as written
from deposition.verification.bench import last_state, scenario
from deposition.verification.case import Case, Check, Family, Findings, Panel, Series, relative

CURRENTS = (1.0, 10.0, 100.0, 300.0)
"""A/m²; i00 is 10 A/m²."""

LAMBDA = 0.3 * FARADAY
"""0.3 eV, J/mol."""


class Law(NamedTuple):
    """Overrides of the scenario, and the explicit law as a function of the temperature (K)."""

    changes: tuple[str, ...]
    written: Callable[[float], written.Explicit]


def _alphas(a: float, c: float) -> tuple[str, ...]:
    return (f"kinetics.alpha_a={a}", f"kinetics.alpha_c={c}")


LAWS = {
    "α = ½": Law((), lambda _: written.butler_volmer(0.5, 0.5)),
    "αa = 0.3, αc = 0.7": Law(_alphas(0.3, 0.7), lambda _: written.butler_volmer(0.3, 0.7)),
    "linear": Law(("kinetics.law=linear", *_alphas(0.3, 0.6)), lambda _: written.linear(0.9)),
    "Marcus-Hush-Chidsey": Law(
        ("kinetics.law=marcus-hush-chidsey", "kinetics.reorganisation_energy=0.3 eV"),
        lambda temperature: written.marcus_hush_chidsey(LAMBDA / (GAS_CONSTANT * temperature)),
    ),
}


def voltage(settings: Scenario, law: written.Explicit, density: float) -> float:
    """Exact V at a current density (A/m²)."""
    electrolyte = settings.electrolyte_law
    assert isinstance(electrolyte, NernstPlanck)
    gap = float(settings.geometry.parameters["height"]) * MICROMETRE
    limit = 4.0 * FARADAY * electrolyte.cation_diffusivity * electrolyte.concentration / gap
    share = float(density / limit)
    thermal = thermal_voltage(settings.temperature)
    resistance = settings.sei.films["film"].resistance or 0.0
    transfer = 0.0
    for sign, relative_salt in ((1.0, 1.0 - share), (-1.0, 1.0 + share)):
        kinetics = settings.kinetics
        exchange = kinetics.exchange_at(settings.temperature)
        exchange *= relative_salt**kinetics.concentration_exponent
        transfer += thermal * abs(written.overpotential(law, sign * density / exchange))
    salt = 2.0 * thermal * math.log((1.0 + share) / (1.0 - share))
    return salt + resistance * density + transfer


def compare_law(name: str, law: Law) -> tuple[list[Check], Series]:
    """One law at all currents."""
    checks, computed = [], []
    explicit = law.written(scenario("k4_cell_with_each_law").temperature)
    for density in CURRENTS:
        change = f"protocol.current_density={density} A/m^2"
        settings = scenario("k4_cell_with_each_law", *law.changes, change)
        computed.append(last_state(settings).voltage)
        exact = voltage(settings, explicit, density)
        what = f"{name}: V at {density:g} A/m²"
        checks.append(relative(what, exact / MILLIVOLT, computed[-1] / MILLIVOLT, 1e-3, "mV"))
    line = np.geomspace(CURRENTS[0], CURRENTS[-1], 12, dtype=np.float64)
    exact_line = np.array([voltage(settings, explicit, float(i)) for i in line])
    return checks, Series(name, line, exact_line, np.array(CURRENTS), np.array(computed))


def compare() -> Findings:
    """All laws."""
    checks, series = zip(*(compare_law(*pair) for pair in LAWS.items()), strict=True)
    panel = Panel("i / (A/m²)", "V / V", tuple(series), log=True)
    return Findings(tuple(check for some in checks for check in some), panel)


CASE = Case("K4", "cell with each law of charge transfer", Family.NUMERICS, __doc__, compare)
