"""Current step in a concentrated electrolyte, whose D and t+ depend on c.

    ∂c/∂t = ∂/∂x [D(c) ∂c/∂x + (1 - t+(c)) i/F],   N- = 0 at both planes of lithium, L apart

The reference is the method of lines: 400 finite volumes and SciPy's LSODA to 1e-9, which share only
the fits of D, t+, κ and the thermodynamic factor with the simulator.  V is the integral of dφ/dx as
in case C3.  The salt of the cell must be conserved.
Source: Newman and Balsara, Electrochemical Systems, 4th ed., ch. 12.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.integrate import solve_ivp

from deposition.common.constants import FARADAY, MILLIVOLT
from deposition.interface.salt_transfer import salt_content
from deposition.laws.concentrated import Concentrated
from deposition.laws.thermodynamics import thermal_voltage
from deposition.mesh.cell import Floats
from deposition.simulation.state import State
from deposition.verification.bench import last_state, scenario
from deposition.verification.case import (
    Case,
    Check,
    Family,
    Findings,
    Panel,
    Series,
    below,
    relative,
)
from deposition.verification.cases.c1_virtual_laboratory import law_of

ELECTROLYTES = {
    "Valoen-Reimers": "LiPF6 in PC:EC:DMC (Valoen-Reimers)",
    "Landesfeind EC:DMC": "LiPF6 in EC:DMC (Landesfeind)",
}
GAP = 50e-6
"""L, m."""

VOLUMES = 400
TIMES = (0.2, 1.0, 5.0)
"""s; L²/(π² D) is 0.8 s."""


def method_of_lines(law: Concentrated, density: float, c0: float, times: Floats) -> Floats:
    """(volumes, times) c (mol/m³), beginning at the anode, at times (s) under a current (A/m²)."""
    size = GAP / VOLUMES

    def change(_: float, c: Floats) -> Floats:
        face = 0.5 * (c[1:] + c[:-1])
        carried = (1.0 - law.transference_at(face)) * density / FARADAY
        flux = -law.diffusivity_at(face) * np.diff(c) / size - carried
        return -np.diff(flux, prepend=0.0, append=0.0) / size

    start = np.full(VOLUMES, c0)
    band = {"lband": 1, "uband": 1}
    found = solve_ivp(
        change, (0.0, times[-1]), start, "LSODA", t_eval=times, rtol=1e-9, atol=1e-6, **band
    )
    return np.asarray(found.y)


def ends(law: Concentrated, density: float, c: Floats) -> tuple[float, float]:
    """c (mol/m³) at the electrodes: N- = 0 gives the slope over the outermost half volumes."""
    half = 0.5 * GAP / VOLUMES

    def slope(at: float) -> float:
        t_minus = 1.0 - law.transference_at(at)
        return float(-t_minus * density / (FARADAY * law.diffusivity_at(at)))

    return float(c[0] - half * slope(c[0])), float(c[-1] + half * slope(c[-1]))


def voltage(law: Concentrated, density: float, c: Floats) -> float:
    """φ(0) - φ(L), V, of a profile (volumes,)."""
    anode, cathode = ends(law, density, c)
    c = np.concatenate([[anode], c, [cathode]])
    x = np.concatenate([[0.0], (np.arange(VOLUMES) + 0.5) / VOLUMES, [1.0]]) * GAP
    volt = 2.0 * thermal_voltage(law.temperature)
    per_ln_c = volt * (1.0 - law.transference_at(c)) * law.thermodynamic_factor_at(c)
    ohmic = np.trapezoid(density / law.conductivity_at(c), x)
    return float(ohmic - np.trapezoid(per_ln_c, np.log(c)))


def run(name: str, time: float) -> State:
    """State at ``time`` (s)."""
    electrolyte = f"electrolyte.name={name}"
    duration = f"protocol.duration={time} s"
    return last_state(scenario("c4_transient_concentrated", electrolyte, duration))


def compare_one(
    label: str, name: str, times_of_check: Sequence[float] = TIMES
) -> tuple[list[Check], Series]:
    """One electrolyte: c at the cathode, V and salt at ``times_of_check`` (s)."""
    settings = scenario("c4_transient_concentrated", f"electrolyte.name={name}")
    law, density = law_of(settings), settings.protocol.current_density or 0.0
    c0 = settings.electrolyte.concentration
    line = np.geomspace(0.02, times_of_check[-1], 60, dtype=np.float64)
    times = np.unique(np.concatenate([line, times_of_check]))
    profiles = method_of_lines(law, density, c0, times)
    checks, found = [], []
    for time in times_of_check:
        profile, state = profiles[:, np.searchsorted(times, time)], run(name, time)
        cathode = state.surface.facets[state.surface.working]
        found.append(float(state.concentration[cathode].mean()))
        exact = voltage(law, density, profile) / MILLIVOLT
        content = salt_content(state.cell, state.concentration).sum()
        wet = state.cell.volume("electrolyte")
        checks += [
            relative(
                f"{label}: c, cathode, {time:g} s",
                ends(law, density, profile)[1],
                found[-1],
                1e-3,
                "mol/m³",
            ),
            relative(f"{label}: V, {time:g} s", exact, state.voltage / MILLIVOLT, 1e-3, "mV"),
            below(
                f"{label}: relative change of the salt, {time:g} s",
                content / (c0 * wet) - 1.0,
                1e-10,
            ),
        ]
    low = np.array([ends(law, density, profile)[1] for profile in profiles.T])
    return checks, Series(label, times, low, np.array(times_of_check), np.array(found))


def compare() -> Findings:
    """Two electrolytes at 600 A/m²."""
    found = [compare_one(label, name) for label, name in ELECTROLYTES.items()]
    checks = tuple(check for some, _ in found for check in some)
    panel = Panel("time / s", "c at the cathode / (mol/m³)", tuple(s for _, s in found))
    return Findings(checks, panel)


CASE = Case(
    "C4", "transient, concentrated electrolytes", Family.STATIC, __doc__, compare, seconds=40.0
)
