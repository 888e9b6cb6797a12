"""An SEI of Li2O grows on flat lithium at rest: linear, parabolic, and from one to the other.

    δ/k + δ²/(2 D) = δ0/k + δ0²/(2 D) + V c t/z

with the thickness δ, the molar volume V of the component, the concentration c of what is reduced,
its rate constant k and diffusivity D in the film, and z electrons per mol.  For δ k/D → ∞ this is
δ² - δ0² = 2 V D c t/z, for δ k/D → 0 δ - δ0 = V k c t/z.  No current is applied: the lithium that
dissolves gives the electrons and the Li⁺ of the film, ∫ i_n dt = -z F (n - n0).  The interface is
fixed, so that nothing but growth changes the film.

The numbers are of the SEI on graphite (Safari 2009) or chosen; the steps are those of any run.
Source: Deal & Grove, J. Appl. Phys. 36 (1965) 3770.
"""

from __future__ import annotations

import numpy as np

from deposition.common.constants import FARADAY, NANOMETRE
from deposition.mesh.cell import LITHIUM, Floats
from deposition.scenario import Scenario
from deposition.sei.film_library import molar_volume
from deposition.simulation.state import State
from deposition.verification.bench import scenario, states
from deposition.verification.case import Case, Check, Family, Findings, Panel, Series, relative

LAWS = {"linear": (1e-12, 1e-15), "parabolic": (1e-6, 2e-18), "mixed": (2.4e-9, 2e-18)}
"""Rate constant (m/s) and diffusivity (m²/s)."""


def thickness(
    settings: Scenario, rate: float, diffusivity: float, times: Floats, component: str = "Li2O"
) -> Floats:
    """δ at given times (s), m: the positive root of the quadratic equation."""
    (law,) = settings.sei.growth
    volume, start = molar_volume(component), settings.sei.thickness
    grown = volume * law.growth.concentration * times / law.growth.electrons  # type: ignore[attr-defined]
    total = start / rate + start**2 / (2.0 * diffusivity) + grown
    inverse = 1.0 / rate
    # 2 c/(b + √(b² + 4 a c)): no cancellation where the film is thin.
    return np.asarray(2.0 * total / (inverse + np.sqrt(inverse**2 + 2.0 * total / diffusivity)))


def film(state: State) -> float:
    """Mean thickness of the film on the lithium, m."""
    on = state.surface.on(LITHIUM)
    return float(np.average(state.film.thickness[on], weights=state.surface.area[on]))


def compare_one(label: str, rate: float, diffusivity: float) -> tuple[list[Check], Series]:
    """One law, at the default time steps."""
    numbers = (f'rate_constant = "{rate} m/s"', f'diffusivity = "{diffusivity} m^2/s"')
    law = ", ".join(('component = "Li2O"', *numbers, 'concentration = "4541 mol/m^3"'))
    settings = scenario("r2_sei_growth", f"sei.growth=[{{{law}}}]")
    run = list(states(settings))
    last = run[-1]
    times = np.array([state.time for state in run])
    exact, found = thickness(settings, rate, diffusivity, times), np.array([film(s) for s in run])
    worst = float(np.abs(found - exact).max())
    electrons = settings.sei.growth[0].growth.electrons
    charge = electrons * FARADAY * (found[-1] - found[0]) / molar_volume("Li2O")
    passed = float(last.film.charge[last.surface.on(LITHIUM)].mean())
    checks = [
        relative(f"{label}: largest error of δ", exact[-1], exact[-1] + worst, 1e-4, "m"),
        relative(f"{label}: charge of the film over -∫i_n dt", 1.0, -charge / passed, 1e-6),
    ]
    nanometres = np.asarray(exact / NANOMETRE, dtype=np.float64)
    return checks, Series(label, times, nanometres, times[::4], found[::4] / NANOMETRE)


def compare() -> Findings:
    """All three laws."""
    found = [compare_one(label, *numbers) for label, numbers in LAWS.items()]
    checks = tuple(check for checks, _ in found for check in checks)
    return Findings(checks, Panel("t / s", "δ / nm", tuple(series for _, series in found)))


CASE = Case("R2", "growth of the SEI", Family.STATIC, __doc__, compare, seconds=6)
