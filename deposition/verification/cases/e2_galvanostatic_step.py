"""Step of the current to i at t = 0 between two planes of lithium, L apart.

    c = c0 + [(1 - t+) i L / (F D)] {1/2 - x/L - Σ (4/n²π²) cos(nπx/L) exp(-n²π²Dt/L²)},  n odd

with x from the anode and the diffusivity of the salt D = 2 D+ D- / (D+ + D-).  The voltage, without
film and charge transfer, is the potential drop of the electrolyte plus the difference of E_eq:

    V = [RT i / (F²(D+ + D-))] ∫ dx/c + (2 t+ - 1)(RT/F) ln[c(L)/c(0)] + (RT/F) ln[c(0)/c(L)]

Mesh and time steps are the default ones.  At 0.1 s the diffusion layers at the electrodes are
√(Dt) = 5 µm thick.  The second order of the time integration is checked with a series of equal
steps.
Source: Carslaw and Jaeger, Conduction of Heat in Solids, 2nd ed., § 3.8 (flux through both faces);
V: the Nernst-Planck current law integrated over x.
"""

from __future__ import annotations

import numpy as np

from deposition.common.constants import FARADAY, MILLIVOLT
from deposition.laws.electrolyte import NernstPlanck
from deposition.laws.thermodynamics import thermal_voltage
from deposition.mesh.cell import Floats
from deposition.scenario import Scenario
from deposition.simulation.state import State
from deposition.verification.bench import last_state, scenario, states
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

GAP = 50e-6
"""L, m."""

TIMES = (0.1, 1.0, 5.0, 20.0, 60.0)
STEPS = (10, 20, 40)
"""Numbers of equal steps up to 5 s for the order in time."""

FROM = 0.1
"""Time from which all recorded states are compared, s."""

FINE = "mesh.coarse_size=0.3 um"
"""Mesh that is as fine everywhere as at the electrodes."""

TERMS = 400


def law_of(settings: Scenario) -> NernstPlanck:
    """Electrolyte law of the case."""
    law = settings.electrolyte_law
    assert isinstance(law, NernstPlanck)
    return law


def exact_concentration(law: NernstPlanck, density: float, x: Floats, time: float) -> Floats:
    """c (mol/m³) at x (m, from the anode) and time (s) under a current density (A/m²)."""
    n = np.arange(1, 2 * TERMS, 2)[:, None] * np.pi
    decay = np.exp(-(n**2) * law.salt_diffusivity * time / GAP**2)
    series = (4.0 / n**2 * np.cos(n * x / GAP) * decay).sum(axis=0)
    scale = (1.0 - law.t_plus) * density * GAP / (FARADAY * law.salt_diffusivity)
    return np.asarray(law.concentration + scale * (0.5 - x / GAP - series))


def cathode(law: NernstPlanck, density: float, time: float) -> float:
    """c (mol/m³) at the cathode."""
    return float(exact_concentration(law, density, np.array([GAP]), time)[0])


def exact_voltage(law: NernstPlanck, density: float, time: float) -> float:
    """V at a time (s) under a current density (A/m²)."""
    x = np.linspace(0.0, GAP, 20001, dtype=np.float64)
    return voltage_across(law, density, x, exact_concentration(law, density, x, time))


def voltage_across(law: NernstPlanck, density: float, x: Floats, c: Floats) -> float:
    """V under a current density (A/m²) for a concentration c (mol/m³) at x (m, from the anode)."""
    volt = thermal_voltage(law.temperature)
    ohmic = volt * density / (FARADAY * law.diffusivity_sum) * np.trapezoid(1.0 / c, x)
    ends = np.log(c[-1] / c[0])
    return float(ohmic + (2.0 * law.t_plus - 1.0) * volt * ends - volt * ends)


def at_cathode(state: State) -> float:
    """c at the cathode, mol/m³."""
    facets = state.surface.facets[state.surface.working]
    return float(state.concentration[facets].mean())


def equal_steps(time: float, steps: int) -> float:
    """c at the cathode (mol/m³) after ``steps`` equal steps to ``time`` (s), on a fine mesh."""
    settings = scenario(
        "e2_galvanostatic_step",
        f"protocol.duration={time} s",
        f"time.first_step={time / steps} s",
        f"time.max_step={time / steps} s",
        "time.tolerance=1",
        FINE,
    )
    return at_cathode(last_state(settings))


def order_in_time(time: float) -> Check:
    """Order of c at the cathode in the time step, by the differences of successive runs."""
    c = [equal_steps(time, steps) for steps in (*STEPS, 2 * STEPS[-1])]
    differences = list(np.abs(np.diff(c)))
    return order("order in the time step", [time / steps for steps in STEPS], differences, 2.0, 0.1)


def worst(law: NernstPlanck, density: float, run: list[State]) -> tuple[float, float]:
    """Largest relative errors of c - c0 at the cathode and of V, of all states from ``FROM`` on."""
    errors = []
    for state in (state for state in run if state.time >= FROM):
        exact = cathode(law, density, state.time), exact_voltage(law, density, state.time)
        low = (at_cathode(state) - exact[0]) / (exact[0] - law.concentration)
        errors.append((abs(low), abs(state.voltage / exact[1] - 1.0)))
    return tuple(map(float, np.max(errors, axis=0)))  # type: ignore[return-value]


def compare_one(time: float) -> tuple[Check, Check]:
    """Checks of c and V at one time (s)."""
    settings = scenario("e2_galvanostatic_step", f"protocol.duration={time} s")
    law, density = law_of(settings), settings.protocol.current_density or 0.0
    state = last_state(settings)
    exact = cathode(law, density, time), exact_voltage(law, density, time) / MILLIVOLT
    return (
        relative(f"c, cathode, {time:g} s", exact[0], at_cathode(state), 1e-3, "mol/m³"),
        relative(f"V, {time:g} s", exact[1], state.voltage / MILLIVOLT, 3e-3, "mV"),
    )


def compare() -> Findings:
    """BE at 50 A/m²."""
    settings = scenario("e2_galvanostatic_step")
    law, density = law_of(settings), settings.protocol.current_density or 0.0
    run = list(states(settings))
    low, voltage = worst(law, density, run)
    checks = [check for time in TIMES for check in compare_one(time)]
    checks += [
        below("largest error of c0 - c, cathode, from 0.1 s on", low, 5e-3),
        below("largest error of V, from 0.1 s on", voltage, 5e-3),
        order_in_time(5.0),
    ]
    line = np.geomspace(0.05, TIMES[-1], 200, dtype=np.float64)
    exact = np.array([cathode(law, density, time) for time in line])
    times = np.array([state.time for state in run[1:]])
    series = Series("", line, exact, times, np.array([at_cathode(state) for state in run[1:]]))
    return Findings(tuple(checks), Panel("time / s", "c at the cathode / (mol/m³)", (series,)))


CASE = Case("E2", "galvanostatic transient", Family.STATIC, __doc__, compare, seconds=35.0)
