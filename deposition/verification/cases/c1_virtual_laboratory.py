"""Virtual measurement of the transport properties of concentrated electrolytes.

A small voltage step ΔV is applied between two planes of lithium without film, L apart.  The
conductivity follows from the initial current I0; the current fraction of Bruce and Vincent, which
is not t+ in a concentrated solution, from the steady-state current Iss; the diffusivity from the
transient:

    I0 L/ΔV = κ,   Iss/I0 = 1/(1 + Ne),   Ne = 2κRT (1 - t+)² (1 + dln f/dln c) / (F² D c)
    I/I0 = 1/(1 + Ne) + Σ 2 exp(-4 D yₖ² t/L²) / (1 + Ne + yₖ²/Ne),   tan yₖ = -yₖ/Ne

The exact values are κ, D, t+ and the thermodynamic factor of the published fits at 1 mol/L and
298.15 K, evaluated independently of the program and stated here as numbers.
Source: Balsara and Newman, J. Electrochem. Soc. 162 (2015) A2720 (1/(1 + Ne)); the transient is the
inverse Laplace transform of the impedance L/κ [1 + Ne tanh(s)/s], s² = jωL²/4D; the fits: see
deposition/laws/concentrated.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from deposition.common.constants import FARADAY, GAS_CONSTANT
from deposition.laws.concentrated import Concentrated
from deposition.mesh.cell import Floats
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
CONCENTRATION, TEMPERATURE = 1000.0, 298.15
"""mol/m³ and K."""


class Properties(NamedTuple):
    """κ (S/m), D (m²/s), t+ and 1 + dln f/dln c."""

    conductivity: float
    diffusivity: float
    t_plus: float
    factor: float

    @property
    def newman_number(self) -> float:
        """Ne."""
        energy = 2.0 * GAS_CONSTANT * TEMPERATURE * self.conductivity
        driven = (1.0 - self.t_plus) ** 2 * self.factor
        return energy * driven / (FARADAY**2 * self.diffusivity * CONCENTRATION)


STATED = "Nyman, stated"
"""The electrolyte of Nyman, with tables and expressions of a scenario."""

AT_ONE_MOLAR = {
    STATED: Properties(0.9487, 1.7694e-10, 0.2594, 1.9912),
    "Valoen-Reimers": Properties(1.19433, 3.22272e-10, 0.38, 2.13195),
    "Nyman": Properties(0.9487, 1.7694e-10, 0.2594, 1.9912),
    "Landesfeind EC:DMC": Properties(1.18187, 2.90496e-10, 0.325028, 2.20113),
    "Landesfeind EC:EMC": Properties(0.913021, 2.89225e-10, 0.220913, 2.18176),
    "Landesfeind EMC:FEC": Properties(0.552947, 3.07326e-10, 0.129124, 1.16276),
}

HALFWAY = 0.2
"""Time at which the transient is compared, in L²/4D."""


def law_of(settings: Scenario) -> Concentrated:
    """Electrolyte law of the case."""
    law = settings.electrolyte_law
    assert isinstance(law, Concentrated)
    return law


def exact_transient(known: Properties, time: Floats) -> Floats:
    """I/I0 at times (s)."""
    return decay(known.newman_number, 4.0 * known.diffusivity / GAP**2 * time)


def fitted(known: Properties, settings: Scenario) -> Iterator[tuple[str, tuple[float, float]]]:
    """Published value of each property, and its value by the law of the program."""
    law, c = law_of(settings), CONCENTRATION
    yield "κ", (known.conductivity, float(law.conductivity_at(c)))
    yield "D", (known.diffusivity, float(law.diffusivity_at(c)))
    yield "t+", (known.t_plus, float(law.transference_at(c)))
    yield "1 + dln f/dln c", (known.factor, float(law.thermodynamic_factor_at(c)))


def compare_one(
    label: str, name: str, file: str = "c1_virtual_laboratory"
) -> tuple[list[Check], Series]:
    """One electrolyte: κ, current fraction and transient."""
    electrolyte = f"electrolyte.name={name}"
    settings = scenario(file, electrolyte)
    known = AT_ONE_MOLAR[label]
    halfway = HALFWAY * GAP**2 / (4.0 * known.diffusivity)
    duration = f"protocol.duration={halfway} s"
    time, current = measure(scenario(file, electrolyte, duration))
    steady = measure(settings)[1][-1] / current[0]
    kappa = float(current[0] * GAP / (settings.protocol.voltage or 0.0))
    exact, share = exact_transient(known, time[1:]), current[1:] / current[0]
    checks = [
        *(
            relative(f"{label}: fit of {name}", *pair, 1e-5)
            for name, pair in fitted(known, settings)
        ),
        relative(f"{label}: κ", known.conductivity, kappa, 1e-3, "S/m"),
        relative(f"{label}: 1/(1 + Ne)", 1.0 / (1.0 + known.newman_number), steady, 1e-3),
        relative(f"{label}: I/I0 at {halfway:.3g} s", exact[-1], share[-1], 0.01),
    ]
    return checks, Series(label, time[1:], exact, time[1:], share)


def compare() -> Findings:
    """All measured electrolytes of the library, and one whose functions a scenario states."""
    found = [compare_one(label, name) for label, name in ELECTROLYTES.items()]
    found.append(compare_one(STATED, "LiPF6 in EC:EMC, stated", "c1_stated_functions"))
    checks = tuple(check for some, _ in found for check in some)
    return Findings(checks, Panel("time / s", "I / I0", tuple(series for _, series in found)))


CASE = Case(
    "C1",
    "virtual laboratory for measured electrolytes",
    Family.STATIC,
    __doc__,
    compare,
    seconds=10.0,
)
