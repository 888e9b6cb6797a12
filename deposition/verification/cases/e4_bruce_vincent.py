"""Virtual Bruce-Vincent measurement: t+ from the initial current I0 and the steady-state Iss.

    t+ = Iss (ΔV - I0 R) / (I0 (ΔV - Iss R)),   R of the film;  t+ = Iss / I0 without one

as in the experiment, for small ΔV.  The exact currents of Nernst-Planck at any ΔV are

    I0 = ΔV / (L/κ + R),   ΔV = Iss R + 4 (RT/F) artanh(Iss / i_lim),   i_lim = 4 F D+ c0 / L

so that t+ at 10 mV is too small by (F ΔV / 4RT)²/3 = 0.3 % at R = 0.  The transient, for small ΔV,
R = 0 and a = 1/t+ - 1, is

    I/I0 = t+ + Σ 2 exp(-4 D yₖ² t/L²) / (1 + a + yₖ²/a),   tan yₖ = -yₖ/a

Source: Bruce and Vincent, J. Electroanal. Chem. 225 (1987) 1 (t+); Iss as in case E1; the transient
is the inverse Laplace transform of the impedance L/κ [1 + a tanh(s)/s], s² = jωL²/4D.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from deposition.common.constants import FARADAY
from deposition.laws.electrolyte import NernstPlanck
from deposition.laws.thermodynamics import thermal_voltage
from deposition.mesh.cell import Floats
from deposition.scenario import Scenario
from deposition.simulation.state import State
from deposition.verification.bench import scenario, states
from deposition.verification.case import Case, Check, Family, Findings, Panel, Series, relative

ELECTROLYTES = ("BE", "C-I-BE", "C-I-BE-LN")
FILMS = ("none", "film")
GAP = 50e-6
"""L, m."""

TIMES = (0.3, 1.5, 5.0)
"""Times of the checks of I/I0, s."""

TERMS = 200


def law_of(settings: Scenario) -> NernstPlanck:
    """Electrolyte law of the case."""
    law = settings.electrolyte_law
    assert isinstance(law, NernstPlanck)
    return law


def transference(first: float, steady: float, volts: float, resistance: float) -> float:
    """t+ by the corrected formula of Bruce and Vincent; currents in A/m², resistance ohm m²."""
    return steady * (volts - first * resistance) / (first * (volts - steady * resistance))


def exact_currents(law: NernstPlanck, volts: float, resistance: float) -> tuple[float, float]:
    """I0 and Iss, A/m²."""
    limit = 4.0 * FARADAY * law.cation_diffusivity * law.concentration / GAP
    volt = thermal_voltage(law.temperature)

    def excess(share: float) -> float:
        return float(share * limit * resistance + 4.0 * volt * np.arctanh(share) - volts)

    first = volts / (GAP / law.conductivity + resistance)
    return first, limit * float(brentq(excess, 0.0, 1.0 - 1e-12, xtol=1e-14))


def decay(ratio: float, time: Floats) -> Floats:
    """I/I0 for a small ΔV without film; a = ``ratio`` = I0/Iss - 1, times in L²/4D."""
    span = np.pi * np.arange(1, TERMS + 1)
    root = [
        brentq(lambda y: np.sin(y) + y / ratio * np.cos(y), end - 0.5 * np.pi, end) for end in span
    ]
    y = np.array(root)[:, None]
    terms = 2.0 * np.exp(-(y**2) * time) / (1.0 + ratio + y**2 / ratio)
    return np.asarray(1.0 / (1.0 + ratio) + terms.sum(axis=0))


def exact_transient(law: NernstPlanck, time: Floats) -> Floats:
    """I/I0 at times (s) for a small ΔV without film."""
    return decay(1.0 / law.t_plus - 1.0, 4.0 * law.salt_diffusivity / GAP**2 * time)


def mean_current(state: State) -> float:
    """Mean of i_n over the cathode, A/m²."""
    working = state.surface.working
    return float(np.average(state.current_density[working], weights=state.surface.area[working]))


def measure(settings: Scenario) -> tuple[Floats, Floats]:
    """Time (s) and current density (A/m²) of every state; the first is the initial one."""
    time, current = np.array([(state.time, mean_current(state)) for state in states(settings)]).T
    return time, current


def transient(name: str, law: NernstPlanck, time: Floats, current: Floats) -> list[Check]:
    """Checks of I/I0 at ``TIMES``, without a film."""
    exact = exact_transient(law, np.array(TIMES))
    found = np.interp(TIMES, time, current / current[0])
    return [
        relative(f"{name}: I/I0 at {at:g} s", known, share, 0.01)
        for at, known, share in zip(TIMES, exact, found, strict=True)
    ]


def compare_one(name: str, film: str) -> tuple[list[Check], Series]:
    """One electrolyte, with or without a film."""
    changes = (
        f"electrolyte.name={name}",
        f"sei.default_film={film}",
    )
    settings = scenario("e4_bruce_vincent", *changes)
    law, volts = law_of(settings), settings.protocol.voltage or 0.0
    resistance = (settings.sei.films[film].resistance or 0.0) if film != "none" else 0.0
    time, current = measure(settings)
    first, steady = exact_currents(law, volts, resistance)
    label = name if film == "none" else f"{name}, film"
    found = transference(current[0], current[-1], volts, resistance)
    checks = [
        relative(f"{label}: I0", first, current[0], 1e-3, "A/m²"),
        relative(f"{label}: Iss", steady, current[-1], 1e-3, "A/m²"),
        relative(f"{label}: t+", law.t_plus, found, 0.01),
        *(transient(name, law, time, current) if film == "none" else ()),
    ]
    line = np.geomspace(1e-2, time[-1], 200, dtype=np.float64)
    exact = exact_transient(law, line)
    return checks, Series(name, line, exact, time[1::24], current[1::24] / current[0])


def compare() -> Findings:
    """Three electrolytes, without and with a film."""
    found = {film: [compare_one(name, film) for name in ELECTROLYTES] for film in FILMS}
    checks = tuple(check for rows in found.values() for some, _ in rows for check in some)
    panel = Panel("time / s", "I / I0", tuple(series for _, series in found["none"]))
    return Findings(checks, panel)


CASE = Case("E4", "virtual Bruce-Vincent", Family.STATIC, __doc__, compare, seconds=40.0)
