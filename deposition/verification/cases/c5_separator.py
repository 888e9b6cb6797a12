"""Current step in a separator of porosity ε between two planes of lithium, L apart.

κ and D become ε^b κ and ε^b D, the salt per volume ε c.  The gradients of case E2 are then those of
the diffusivity ε^b D, and the time scale that of ε^(b-1) D: with the exact c and V of E2,

    c(x, t; D, κ, ε) = c_E2(x, t/ε; ε^b D),   V likewise

BE at 25 A/m² for two separators, fixed interfaces.
Source: Newman and Balsara, Electrochemical Systems, 4th ed., ch. 22 (porous media); Bruggeman, Ann.
Phys. 416 (1935) 636; E2 for the series.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from deposition.common.constants import MILLIVOLT
from deposition.laws.electrolyte import NernstPlanck
from deposition.scenario import Scenario
from deposition.verification.bench import last_state, scenario
from deposition.verification.case import Case, Check, Family, Findings, Panel, Series, relative
from deposition.verification.cases.e2_galvanostatic_step import cathode, exact_voltage, law_of

SEPARATORS = ((0.4, 1.5), (0.55, 2.2))
"""ε and b."""

TIMES = (1.0, 10.0, 100.0)
"""s."""


def effective(settings: Scenario, porosity: float, bruggeman: float) -> NernstPlanck:
    """Law of a free electrolyte with the same gradients."""
    law = law_of(settings)
    return replace(law, conductivity=porosity**bruggeman * law.conductivity)


def run(porosity: float, bruggeman: float, time: float) -> tuple[float, float]:
    """c at the cathode (mol/m³) and V at ``time`` (s)."""
    state = last_state(
        scenario(
            "c5_separator",
            f"separator.porosity={porosity}",
            f"separator.bruggeman={bruggeman}",
            f"protocol.duration={time} s",
        )
    )
    facets = state.surface.facets[state.surface.working]
    return float(state.concentration[facets].mean()), state.voltage


def compare_one(
    porosity: float, bruggeman: float, times: Sequence[float] = TIMES
) -> tuple[list[Check], Series]:
    """One separator: c at the cathode and V at ``times`` (s)."""
    settings = scenario("c5_separator")
    density = settings.protocol.current_density or 0.0
    law = effective(settings, porosity, bruggeman)
    label, checks, found = f"ε = {porosity:g}, b = {bruggeman:g}", [], []
    for time in times:
        c, voltage = run(porosity, bruggeman, time)
        exact = exact_voltage(law, density, time / porosity) / MILLIVOLT
        low = cathode(law, density, time / porosity)
        found.append(c)
        checks += [
            relative(f"{label}: c, cathode, {time:g} s", low, c, 1e-3, "mol/m³"),
            relative(f"{label}: V, {time:g} s", exact, voltage / MILLIVOLT, 1e-3, "mV"),
        ]
    line = np.geomspace(0.1, times[-1], 200, dtype=np.float64)
    exact_c = np.array([cathode(law, density, time / porosity) for time in line])
    return checks, Series(label, line, exact_c, np.array(times), np.array(found))


def compare() -> Findings:
    """Two separators."""
    found = [compare_one(*separator) for separator in SEPARATORS]
    checks = tuple(check for some, _ in found for check in some)
    panel = Panel("time / s", "c at the cathode / (mol/m³)", tuple(s for _, s in found))
    return Findings(checks, panel)


CASE = Case("C5", "separator", Family.STATIC, __doc__, compare, seconds=40.0)
