"""Steady state of a concentrated electrolyte between two planes of lithium, a distance L apart.

With i constant and N- = 0, x from the anode,

    dc/dx = -(1 - t+(c)) i / (F D(c)),   ∫ c dx = c0 L
    dφ/dx = -i/κ(c) + (2RT/F)(1 - t+)(1 + dln f/dln c) dln c/dx,   V = φ(0) - φ(L)

integrated by SciPy along x, from the c(0) that conserves the salt.  No film, negligible R_ct; κ, D,
t+ and the thermodynamic factor all vary by tens of percent across the gap.
Source: Newman and Balsara, Electrochemical Systems, 4th ed., ch. 12.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from deposition.common.constants import FARADAY, MICROMETRE, MILLIVOLT
from deposition.laws.concentrated import Concentrated
from deposition.laws.thermodynamics import thermal_voltage
from deposition.mesh.cell import Floats
from deposition.verification.bench import last_state, scenario
from deposition.verification.case import Case, Check, Family, Findings, Panel, Series, relative
from deposition.verification.cases.c1_virtual_laboratory import ELECTROLYTES, law_of

GAP = 50e-6
"""L, m."""


@dataclass(frozen=True, eq=False)
class Profile:
    """x (n,) from the anode, m; c (n,) mol/m³; drop (n,) φ(0) - φ(x), V."""

    x: Floats
    c: Floats
    drop: Floats


def slopes(law: Concentrated, density: float, c: float) -> tuple[float, float]:
    """dc/dx (mol/m⁴) and -dφ/dx (V/m) where i = ``density`` (A/m²) and N- = 0."""
    t_minus = 1.0 - law.transference_at(c)
    rise = -t_minus * density / (FARADAY * law.diffusivity_at(c))
    volt = 2.0 * thermal_voltage(law.temperature) * t_minus * law.thermodynamic_factor_at(c)
    return float(rise), float(density / law.conductivity_at(c) - volt * rise / c)


def from_anode(law: Concentrated, density: float, highest: float) -> tuple[Profile, float]:
    """Profile with c(0) = ``highest`` (mol/m³), and its mean c."""

    def along(_: float, y: Floats) -> Floats:
        rise, fall = slopes(law, density, max(y[0], 1e-3))
        return np.array([rise, fall, y[0]])

    x = np.linspace(0.0, GAP, 201, dtype=np.float64)
    start = np.array([highest, 0.0, 0.0])
    found = solve_ivp(along, (0.0, GAP), start, t_eval=x, rtol=1e-10, atol=1e-10)
    return Profile(x, found.y[0], found.y[1]), float(found.y[2, -1] / GAP)


def exact(law: Concentrated, density: float, mean: float) -> Profile:
    """Steady profile of a given mean c (mol/m³)."""
    highest = brentq(
        lambda c: from_anode(law, density, c)[1] - mean, mean, 3.0 * mean, xtol=1e-9, rtol=1e-12
    )
    return from_anode(law, density, float(highest))[0]


def compare_one(label: str, name: str) -> tuple[list[Check], Series]:
    """One electrolyte: c at both electrodes, and V."""
    settings = scenario("c3_steady_concentrated", f"electrolyte.name={name}")
    density = settings.protocol.current_density or 0.0
    profile = exact(law_of(settings), density, settings.electrolyte.concentration)
    state = last_state(settings)
    wet = np.flatnonzero(np.isfinite(state.concentration))
    height, c = state.cell.points[wet, 1], state.concentration[wet]
    checks = [
        relative(f"{label}: c, cathode", profile.c[-1], c[height.argmin()], 1e-3, "mol/m³"),
        relative(f"{label}: c, anode", profile.c[0], c[height.argmax()], 1e-3, "mol/m³"),
        relative(
            f"{label}: V", profile.drop[-1] / MILLIVOLT, state.voltage / MILLIVOLT, 1e-3, "mV"
        ),
    ]
    some = slice(None, None, max(1, len(wet) // 12))
    above = np.asarray((GAP - profile.x) / MICROMETRE, dtype=np.float64)
    return checks, Series(label, above, profile.c, height[some], c[some])


def compare() -> Findings:
    """All measured electrolytes of the library at 400 A/m²."""
    found = [compare_one(label, name) for label, name in ELECTROLYTES.items()]
    checks = tuple(check for some, _ in found for check in some)
    panel = Panel("height above the cathode / µm", "c / (mol/m³)", tuple(s for _, s in found))
    return Findings(checks, panel)


CASE = Case("C3", "steady cell, concentrated electrolytes", Family.STATIC, __doc__, compare)
