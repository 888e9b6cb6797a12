"""Film and charge transfer: the inverse law that is solved, against Butler-Volmer itself.

    inverse:   φ_m - φ + R i + (2RT/F) asinh(i / 2i0) = 0
    explicit:  i = i0 [exp(-Fη/2RT) - exp(Fη/2RT)],   η = φ_m - φ + R i

Currents of 10⁻⁶ to 10⁶ A/m², plating and stripping, i0 = 100 A/m²; η follows from the computed
potentials of an ohmic cell.
Source: the explicit form defines the law (α = ½); the other is its exact inverse.
"""

from __future__ import annotations

import numpy as np

from deposition.laws.thermodynamics import thermal_voltage
from deposition.mesh.cell import Floats
from deposition.verification.bench import scenario, states
from deposition.verification.case import Case, Family, Findings, Panel, Series, below

SIZES = np.logspace(-6, 6, 13, dtype=np.float64)
"""|i|, A/m²."""


def butler_volmer(exchange: Floats, overpotential: Floats, temperature: float) -> Floats:
    """i (A/m²) from i0 (A/m²) and η (V) by the explicit law."""
    half = overpotential / (2.0 * thermal_voltage(temperature))
    return exchange * (np.expm1(-half) - np.expm1(half))


def overpotential(density: float) -> float:
    """Mean computed η (V) of the lithium at a current density (A/m²)."""
    settings = scenario("k1_film_law", f"protocol.current_density={density!r} A/m^2")
    state = next(states(settings))
    on = state.surface.working
    phi = state.potential[state.surface.facets[on]].mean(axis=1)
    eta = -state.voltage - phi + state.resistance[on] * state.current_density[on]
    return float(eta.mean())


def compare() -> Findings:
    """All currents, in both directions."""
    settings = scenario("k1_film_law")
    exchange = np.array(settings.kinetics.exchange_at(settings.temperature))
    checks, series = [], []
    for sign, direction in ((1.0, "plating"), (-1.0, "stripping")):
        eta = np.array([overpotential(float(sign * size)) for size in SIZES])
        direct = sign * butler_volmer(exchange, eta, settings.temperature)
        error = float(np.abs(direct / SIZES - 1.0).max())
        checks.append(below(f"{direction}: i, largest error over 12 decades", error, 1e-9))
        line = np.geomspace(np.abs(eta).min(), np.abs(eta).max(), 200)
        exact = np.abs(butler_volmer(exchange, line, settings.temperature))
        series.append(Series(direction, line, exact, np.abs(eta), SIZES))
    return Findings(tuple(checks), Panel("|η| / V", "|i| / (A/m²)", tuple(series), log=True))


CASE = Case("K1", "inverse film law", Family.NUMERICS, __doc__, compare)
