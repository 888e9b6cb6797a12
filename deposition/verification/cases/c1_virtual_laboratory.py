"""Properties of measured electrolytes, measured again in a virtual cell.

A small voltage ΔV is switched on between two planes of lithium without film, L apart.  The current
at once, I0, gives the conductivity; what is left of it when steady, Iss/I0, the current fraction of
Bruce and Vincent, which in a concentrated solution is not t+; the way in between the diffusivity:

    I0 L/ΔV = κ,   Iss/I0 = 1/(1 + Ne),   Ne = 2κRT (1 - t+)² (1 + dln f/dln c) / (F² D c)
    I/I0 = 1/(1 + Ne) + Σ 2 exp(-4 D yₖ² t/L²) / (1 + Ne + yₖ²/Ne),   tan yₖ = -yₖ/Ne

Exact are the fits of the sources at 1 mol/L, whose published values the tests hold.
Source: Balsara and Newman, J. Electrochem. Soc. 162 (2015) A2720 (1/(1 + Ne)); the transient is the
inverse Laplace transform of the impedance L/κ [1 + Ne tanh(s)/s], s² = jωL²/4D; the fits: see
deposition/laws/concentrated.py.
"""

from __future__ import annotations

from deposition.cell import Floats
from deposition.laws.concentrated import Concentrated
from deposition.scenario import Scenario
from deposition.verification.bench import scenario
from deposition.verification.case import Case, Check, Family, Findings, Panel, Series, relative
from deposition.verification.cases.e4_bruce_vincent import GAP, decay, measure

ELECTROLYTES = {
    "Valoen-Reimers": "LiPF6 in PC:EC:DMC (Valoen-Reimers)",
    "Nyman": "LiPF6 in EC:EMC (Nyman)",
    "Landesfeind EC:DMC": "LiPF6 in EC:DMC (Landesfeind)",
    "Landesfeind EC:EMC": "LiPF6 in EC:EMC (Landesfeind)",
    "Landesfeind EMC:FEC": "LiPF6 in EMC:FEC (Landesfeind)",
}
HALFWAY = 0.2
"""Time of the check of D, in L²/4D."""

STEPS = 60
"""Equal steps up to there."""


def law_of(settings: Scenario) -> Concentrated:
    """The electrolyte of the case."""
    law = settings.electrolyte_law
    assert isinstance(law, Concentrated)
    return law


def exact_transient(law: Concentrated, c: float, time: Floats) -> Floats:
    """I/I0 at times (s) at a concentration (mol/m³)."""
    rate = float(4.0 * law.diffusivity_at(c) / GAP**2)
    return decay(float(law.newman_number_at(c)), rate * time)


def compare_one(label: str, name: str) -> tuple[list[Check], Series]:
    """One electrolyte: κ, current fraction, and the current on the way."""
    electrolyte = f"electrolyte.name={name}"
    settings = scenario("c1_virtual_laboratory", electrolyte)
    law, c = law_of(settings), settings.electrolyte.concentration
    halfway = float(HALFWAY * GAP**2 / (4.0 * law.diffusivity_at(c)))
    step = f"{halfway / STEPS} s"
    steps = (f"time.first_step={step}", f"time.max_step={step}")
    duration = f"protocol.duration={halfway} s"
    time, current = measure(scenario("c1_virtual_laboratory", electrolyte, duration, *steps))
    steady = measure(settings)[1][-1] / current[0]
    kappa = float(law.conductivity_at(c))
    fraction = float(law.steady_conductivity_at(c)) / kappa
    exact, share = exact_transient(law, c, time[1:]), current[1:] / current[0]
    checks = [
        relative(
            f"{label}: κ", kappa, current[0] * GAP / (settings.protocol.voltage or 0.0), 1e-3, "S/m"
        ),
        relative(f"{label}: 1/(1 + Ne)", fraction, steady, 1e-3),
        relative(f"{label}: I/I0 at {halfway:.3g} s", exact[-1], share[-1], 0.01),
    ]
    return checks, Series(label, time[1:], exact, time[6::6], share[5::6])


def compare() -> Findings:
    """All measured electrolytes of the library."""
    found = [compare_one(label, name) for label, name in ELECTROLYTES.items()]
    checks = tuple(check for some, _ in found for check in some)
    return Findings(checks, Panel("time / s", "I / I0", tuple(series for _, series in found)))


CASE = Case("C1", "virtual laboratory for measured electrolytes", Family.STATIC, __doc__, compare)
