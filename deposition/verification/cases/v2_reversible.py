"""Plating of lithium at a potential that is swept at the rate v, reversible and without resistance.

The electrode holds the concentration at its surface, c_s = c0 exp(-σ t), from which the current
follows by diffusion in a layer that grows into a thick electrolyte:

    σ = v/[2 (1 - t₊)(1 + dln f/dln c) RT/F]
    i(t) = F c0 √(D σ)/(1 - t₊) χ(σ t),   χ(s) = (1/√π) ∫₀^s exp(-u)/√(s - u) du = (2/√π) D_w(√s)

with Dawson's integral D_w.  The peak is at σ t = 0.854033, i_p = 0.610503 F c0 √(D σ)/(1 - t₊).
The factor 2 (1 - t₊) and the division by 1 - t₊ are those of a binary electrolyte without
supporting salt.
Source: Berzins & Delahay, J. Am. Chem. Soc. 75 (1953) 555, for the deposition of a metal; Newman &
Balsara, Electrochemical Systems, 4th ed., ch. 11 and 12, for migration.
"""

from __future__ import annotations

import numpy as np
from scipy.special import dawsn

from deposition.common.constants import FARADAY
from deposition.laws.thermodynamics import thermal_voltage
from deposition.mesh.cell import Floats
from deposition.scenario import Scenario
from deposition.verification.bench import scenario, states
from deposition.verification.case import Case, Family, Findings, Panel, Series, relative

PEAK_TIME, PEAK = 0.854033, 0.610503
"""σ t and i (1 - t₊)/(F c0 √(D σ)) at the peak."""


def scales(settings: Scenario) -> tuple[float, float]:
    """σ, 1/s, and F c0 √(D σ)/(1 - t₊), A/m²."""
    law, c = settings.electrolyte_law, settings.electrolyte.concentration
    anions, rate = 1.0 - law.transference_at(c), settings.protocol.sweep
    assert rate is not None
    volt = thermal_voltage(settings.temperature) * law.thermodynamic_factor_at(c)
    sigma = float(rate / (2.0 * anions * volt))
    return sigma, float(FARADAY * c * np.sqrt(law.diffusivity_at(c) * sigma) / anions)


def exact(settings: Scenario, time: Floats) -> Floats:
    """i(t), A/m²."""
    sigma, scale = scales(settings)
    return np.asarray(scale * 2.0 / np.sqrt(np.pi) * dawsn(np.sqrt(sigma * time)))


def compare() -> Findings:
    """A sweep of 60 mV."""
    settings = scenario("v2_reversible")
    rows = [(s.time, s.applied_current_density, s.voltage) for s in states(settings)]
    time, current, voltage = np.array(rows)[1:].T
    sigma, scale = scales(settings)
    top = int(current.argmax())
    # The peak lies between time steps: a parabola through the three highest points.
    near = slice(max(top - 3, 0), top + 4)
    fit = np.polynomial.Polynomial.fit(time[near], current[near], 2)
    at = float(fit.deriv().roots()[0].real)
    rate = settings.protocol.sweep
    checks = [
        relative("i_p", PEAK * scale, float(fit(at)), 1e-2, "A/m²"),
        relative("potential of the peak", -(rate or 0.0) * PEAK_TIME / sigma * 1e3,
                 -(rate or 0.0) * at * 1e3, 1e-2, "mV"),
    ]  # fmt: skip
    for share in (0.25, 0.5, 1.0):
        moment = float(time[-1]) * share
        there = float(np.interp(moment, time, current))
        label = f"i at {1e3 * (rate or 0.0) * moment:.0f} mV"
        expected = float(exact(settings, np.array([moment]))[0])
        checks.append(relative(label, expected, there, 1e-2, "A/m²", of=PEAK * scale))
    fine: Floats = np.linspace(0.0, float(time[-1]), 200, dtype=np.float64)
    curve = Series("1 mV/s", -1e3 * (rate or 0.0) * fine, -exact(settings, fine),
                   -1e3 * voltage[::6], -current[::6])  # fmt: skip
    panel = Panel("potential / mV", "current density / (A/m²)", (curve,))
    return Findings(tuple(checks), panel)


CASE = Case("V2", "reversible voltammogram", Family.STATIC, __doc__, compare, seconds=10)
