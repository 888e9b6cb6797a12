"""Activation energies of transport, film and charge transfer from cell voltages.

    V/i = L/(κ t+) + R_film + 2 R_ct

at a small current, in the steady state, with a film on one of the two electrodes: three cells that
differ in gap L or film thickness δ give the three resistances by differences, as in an experiment,

    L/(κ t+) = r(2L, δ) - r(L, δ),  R_film = r(L, 2δ) - r(L, δ),  2 R_ct = the rest,

at five temperatures from 253 to 333 K.  The slope of ln R over 1/T is E_a/R; E_a must be the
measured value (BE: implied by the paper; transport: assumed).  For charge transfer this tests the
factor T/298.15 K of i00(T), with which R_ct, and not i00, follows Arrhenius' law.
Source: Wang et al., Sci. Bull. 2025, doi 10.1016/j.scib.2025.04.016, for the two energies of the
interface.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from deposition.common.constants import GAS_CONSTANT, KILOJOULE, OHM_CM2
from deposition.mesh.cell import Floats
from deposition.verification.bench import last_state, scenario
from deposition.verification.case import Case, Check, Family, Findings, Panel, Series, relative

ENERGIES = {
    "BE": {"transport": 13.4e3, "film": 45.7e3, "charge transfer": 40.4e3},
    "C-I-BE-LN": {"transport": 13.4e3, "film": 30.59e3, "charge transfer": 29.09e3},
}
"""J/mol."""
TEMPERATURES: Floats = np.array([253.15, 273.15, 298.15, 313.15, 333.15])
ROOM = 2
"""Index of 298.15 K."""

GAP, THICKNESS = 20.0, 20.0
"""µm and nm."""


class Resistances(NamedTuple):
    """Resistances of a cell, ohm m²: transport, film, charge transfer."""

    transport: float
    film: float
    transfer: float


def cell_resistance(name: str, temperature: float, gap: float, thickness: float) -> float:
    """Steady-state V/i of a cell, ohm m²."""
    settings = scenario(
        "k5_activation_energies",
        f"electrolyte.name={name}",
        f"temperature={temperature} K",
        f"geometry.parameters.height={gap}",
        f"sei.thickness={thickness} nm",
    )
    return last_state(settings).voltage / (settings.protocol.current_density or 0.0)


def resistances(name: str, temperature: float) -> Resistances:
    """Resistances by differences between three cells."""
    first = cell_resistance(name, temperature, GAP, THICKNESS)
    transport = cell_resistance(name, temperature, 2.0 * GAP, THICKNESS) - first
    film = cell_resistance(name, temperature, GAP, 2.0 * THICKNESS) - first
    return Resistances(transport, film, 0.5 * (first - transport - film))


def activation_energy(found: Floats) -> float:
    """R d(ln R)/d(1/T), J/mol, of resistances at ``TEMPERATURES``, by least squares."""
    return float(GAS_CONSTANT * np.polyfit(1.0 / TEMPERATURES, np.log(found), 1)[0])


def compare_one(name: str) -> tuple[list[Check], list[Series]]:
    """One electrolyte: three energies, and the three resistances over 1/T."""
    found = np.array([resistances(name, float(T)) for T in TEMPERATURES]).T
    checks, series = [], []
    line = np.linspace(TEMPERATURES[0], TEMPERATURES[-1], 50)
    for (what, energy), values in zip(ENERGIES[name].items(), found, strict=True):
        computed = activation_energy(values)
        what = f"{name}: {what}"
        checks.append(relative(what, energy / KILOJOULE, computed / KILOJOULE, 0.01, "kJ/mol"))
        exact = values[ROOM] * np.exp(energy / GAS_CONSTANT * (1.0 / line - 1.0 / 298.15))
        inverse, points = np.divide(1e3, line), np.divide(1e3, TEMPERATURES)
        curves = np.log10(exact / OHM_CM2), np.log10(values / OHM_CM2)
        series.append(Series(what, inverse, curves[0], points, curves[1]))
    return checks, series


def compare() -> Findings:
    """Both electrolytes."""
    checks, series = zip(*map(compare_one, ENERGIES), strict=True)
    panel = Panel(
        "1000 K / T", "log10 of R / (Ω cm²)", tuple(curve for some in series for curve in some)
    )
    return Findings(tuple(check for some in checks for check in some), panel)


CASE = Case("K5", "activation energies of a cell", Family.STATIC, __doc__, compare)
