"""Shuttle of triiodide and iodide between flat lithium and a positive electrode, at rest.

    2 Li + I3⁻ → 2 Li⁺ + 3 I⁻        r = k c(I3⁻) on lithium
    3 I⁻ + 2 Li⁺ → I3⁻ + 2 Li (host)  at once at the positive electrode, c(I⁻) = 0

    i = 2 F r = 2 F I / {3 [1/k + L/(2 D_3) + L/(2 D_1)]}          steady

with all iodine atoms I per volume, 3 c(I3⁻) + c(I⁻) on the mean over the gap L, and the
diffusivities D_3 of I3⁻ and D_1 of I⁻.  The concentrations are linear.  What lithium loses, the
electrolyte and the positive electrode gain, without a current through the cell.
Source: Fick's first law with a reaction of first order at one wall and a couple at the other;
Levich, Physicochemical Hydrodynamics, 1962, §2.
"""

from __future__ import annotations

import numpy as np

from deposition.analysis.elements import ElementContents
from deposition.analysis.inventory import LithiumContents
from deposition.common.constants import FARADAY, MICROMETRE
from deposition.mesh.cell import LITHIUM, Floats
from deposition.scenario import Scenario
from deposition.sei.film_library import lithium_content
from deposition.simulation.build import model_of
from deposition.simulation.initial import begin
from deposition.simulation.state import State
from deposition.verification.bench import scenario, states
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

RATES = {"k = 0.01 m/s": 1e-2, "k = 1e-6 m/s": 1e-6, "k = 1e-9 m/s": 1e-9}
"""Rate constants on lithium: control by diffusion, mixed, and by the reaction."""


def exact_current(settings: Scenario, rate: float) -> float:
    """i, A/m²."""
    three, one = (settings.electrolyte.dissolved[name] for name in ("I3-", "I-"))
    gap = float(settings.geometry.parameters["height"]) * MICROMETRE
    iodine = 3.0 * three.concentration + one.concentration
    resistance = 1.0 / rate + 0.5 * gap / three.diffusivity + 0.5 * gap / one.diffusivity
    return 2.0 * FARADAY * iodine / (3.0 * resistance)


def current(state: State) -> float:
    """2 F r on lithium, A/m²."""
    on = state.surface.on(LITHIUM)
    rate = state.run_state.interface_state.fields.chemical_rate
    return -FARADAY * float(rate[on].mean()) if len(rate) > 1 else 0.0


def compare_one(label: str, rate: float, *overrides: str) -> tuple[list[Check], Series]:
    """One rate constant."""
    settings = scenario("x2_shuttle", f"reactions.1.rate_constant={rate} m/s", *overrides)
    run = list(states(settings))
    found = np.array([current(state) for state in run])
    exact = exact_current(settings, rate)
    first, last = run[0], run[-1]
    start = begin(settings)
    films = (start.films.names, start.films.molar_volume)
    physics = model_of(settings, start).transport
    elements = ElementContents.of(physics, *films)
    iodine = elements.contents(last)["I"].error(elements.contents(first)["I"])
    lithium = LithiumContents.of(physics, *films, lithium_content())
    held = [lithium.inventory(state) for state in (first, last)]
    reacted = lithium.reacted(last)
    checks = [
        relative(f"{label}: i", exact, float(found[-1]), 1e-4, "A/m²"),
        below(f"{label}: balance of lithium", held[1].error(held[0], reacted), 1e-9),
        below(f"{label}: balance of iodine", iodine, 1e-10),
        below(f"{label}: charge through the cell", held[1].passed / reacted, 1e-9),
    ]
    times: Floats = np.array([state.time for state in run])
    return checks, Series(label, times[1:], np.full(len(times) - 1, exact), times[1:], found[1:])


def compare() -> Findings:
    """All rate constants, and unequal diffusivities."""
    found = [compare_one(label, rate) for label, rate in RATES.items()]
    unequal = "electrolyte.dissolved.I-.diffusivity=3e-10 m^2/s"
    found.append(compare_one("D_1 = 3 D_3", 1e-6, unequal))
    checks = tuple(check for checks, _ in found for check in checks)
    series = tuple(one for _, one in found[:2])

    return Findings(checks, Panel("t / s", "i / (A/m²)", series))


CASE = Case("X2", "a shuttle of triiodide and iodide", Family.STATIC, __doc__, compare)
