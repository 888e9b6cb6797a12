"""Flat lithium dissolved by an oxidant that diffuses from a reservoir at a distance L.

    N = c/(L/D + 1/k),   dL/dt = ν V_m N   ⇒   (L² - L0²)/(2D) + (L - L0)/k = ν V_m c t

with the flux N of the oxidant (mol/(m² s)), its concentration c in the reservoir, diffusivity D,
rate constant k of its reaction at the surface and ν mol of lithium per mol of oxidant.  For k → ∞
the oxidant is consumed at once, N = D c/L.  (Flat lithium resolves that; in general facets share
the flux unevenly where k > D/h.)  The
profile of the oxidant is quasi-steady: ν V_m c = 2.6e-4 is the error of the formula, and what the
gap holds at the start adds ν V_m c L0/2 at most.  No current flows.

The lithium that the metal loses is compared with ν times the oxidant consumed, step by step.
Source: Fick's first law with a reaction of first order at the wall, Levich, Physicochemical
Hydrodynamics, 1962, §2; the Stefan problem, Crank, Free and Moving Boundary Problems, 1984, ch. 1.
"""

from __future__ import annotations

import numpy as np

from deposition.common.constants import MICROMETRE
from deposition.mesh.cell import LITHIUM, metal_volume
from deposition.scenario import Scenario
from deposition.scenario.reactions import FirstOrderReaction
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

RATES = {"at once": 10.0, "k L/D = 24": 2e-4, "k L/D = 1.2": 1e-5}
"""Rate constants, m/s: consumed at once (k L0/D = 1e6), control by diffusion, mixed control."""

NEWTON = 1e-4
"""Current density to which Newton's method solves a cell at rest, A/m²."""


def gap(settings: Scenario, rate: float, time: float) -> float:
    """L at a time (s), m: the positive root of the quadratic equation."""
    oxidant = settings.electrolyte.dissolved["oxidant"]
    d, c = oxidant.diffusivity, oxidant.concentration
    (reaction,) = settings.reactions
    assert isinstance(reaction, FirstOrderReaction)
    initial = size(settings, "height") * MICROMETRE
    gained = reaction.lithium * settings.lithium.molar_volume * c * time
    total = initial**2 / (2.0 * d) + initial / rate + gained
    return float(d * (-1.0 / rate + np.sqrt(1.0 / rate**2 + 2.0 * total / d)))


def flux(settings: Scenario, rate: float, length: float) -> float:
    """N at a gap L (m), mol/(m² s)."""
    oxidant = settings.electrolyte.dissolved["oxidant"]
    return oxidant.concentration / (length / oxidant.diffusivity + 1.0 / rate)


def consumed(state: State) -> float:
    """N, mol/(m² s), mean over the surface, from the lithium that reacts."""
    lithium = state.surface.on(LITHIUM)
    area = state.surface.area[lithium]
    rate = state.run_state.interface_state.fields.chemical_rate[lithium]
    return -float(area @ rate / area.sum())


def compare_one(label: str, rate: float, *overrides: str) -> tuple[list[Check], Series]:
    """One rate constant."""
    reaction = (
        f'reactions=[{{species = "oxidant", rate_constant = "{rate} m/s", lithium = 2.0}}]',
        *overrides,
    )
    settings = scenario("r1_oxidant", *reaction)
    width = size(settings, "width")
    run = [state for state in states(settings) if state.time_step > 0.0]
    times = np.array([state.time for state in run])
    initial = width * size(settings, "base")
    lost = initial - np.array([metal_volume(state.cell) for state in run])
    reacted = np.cumsum([s.time_step * consumed(s) for s in run]) * settings.lithium.molar_volume
    exact = np.array([gap(settings, rate, t) for t in times]) / MICROMETRE
    found = size(settings, "height") + lost / width
    last = run[-1]
    growth = exact[-1] - size(settings, "height")
    # The flux of a step is its mean.
    of_flux = 2.0 * flux(settings, rate, 0.5 * (exact[-2] + exact[-1]) * MICROMETRE)
    checks = [
        relative(f"{label}: L - L0", growth, found[-1] - exact[-1] + growth, 3e-3, "µm"),
        relative(f"{label}: flux of lithium", of_flux, consumed(last), 2e-3, "mol/(m² s)"),
        relative(
            f"{label}: volume lost over V_m ν ∫N dt",
            1.0,
            lost[-1] / width * MICROMETRE / reacted[-1],
            1e-4,
        ),
        below(f"{label}: balance of metal volume", last.balance.faraday_error, 1e-6),
        below(
            f"{label}: current density", float(np.abs(last.current_density).max()), NEWTON, "A/m²"
        ),
    ]
    return checks, Series(label, times, exact, times[::5], found[::5])


def size(settings: Scenario, name: str) -> float:
    """A parameter of the geometry, µm."""
    return float(settings.geometry.parameters[name])


def compare() -> Findings:
    """All rate constants."""
    found = [compare_one(label, rate) for label, rate in RATES.items()]
    checks = tuple(check for checks, _ in found for check in checks)
    return Findings(checks, Panel("t / s", "L / µm", tuple(series for _, series in found)))


CASE = Case("R1", "chemical dissolution by an oxidant", Family.MOVING, __doc__, compare, seconds=15)
