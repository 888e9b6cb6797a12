"""Flat lithium recedes before a half-space of triiodide that it consumes at once.

    h = 2 λ √(D t),    √π λ e^(λ²) erfc(-λ) = 2 V_m c

with the way h of the surface, the concentration c of I3⁻ far away and its diffusivity D: λ = 0.0144
for 1 mol/L and 0.126 for 10 mol/L, where the surface moves a noticeable part of the diffusion
layer. There is no convection: electrolyte that takes the place of the metal is empty of I3⁻.  The
exact solution follows from diffusion in the half-space x > -h(t) with c = 0 at x = -h.  What a
dilute species is at 10 mol/L does not matter to the equations.

Errors of opposite signs partly cancel, so that no order is stated: with edges of 1, 0.5 and 0.25
µm and steps of 40, 20 and 10 ms, h of 10 mol/L is 0.5, 0.6 and 0.9 % short.  Each mesh that is cut
anew takes the profile over by interpolation, which spreads it as a diffusivity of the order of
edge²/(12 Δt) would; the factor that restores the total holds for all of the gap, and takes 0.5 and
0.3 % of the I3⁻ far away with edges of 1 and 0.5 µm; n equal implicit steps are short by 1/(8 n).

Source: Crank, Free and Moving Boundary Problems, 1984, ch. 1 (Stefan's problem).
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.special import erfc

from deposition.common.constants import MICROMETRE
from deposition.laws.iodine import IODIDE, TRIIODIDE
from deposition.mesh.cell import ELECTROLYTE, Floats, metal_volume
from deposition.scenario import Scenario
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
from deposition.verification.dissolved import dissolved

CONCENTRATIONS = (1e3, 1e4)
"""mol/m³."""

SIZE, STEP = 0.5, 20.0
"""Edge length of the whole cell, µm, and time step, ms."""


def parameter(settings: Scenario) -> float:
    """λ."""
    c = settings.electrolyte.dissolved[TRIIODIDE].concentration
    given = 2.0 * settings.lithium.molar_volume * c

    def residual(x: float) -> float:
        return float(np.sqrt(np.pi) * x * np.exp(x * x) * erfc(-x)) - given

    return float(brentq(residual, 0.0, 2.0))


def content(settings: Scenario, state: State, name: str) -> float:
    """Content of a species over the width, mol/m³ µm."""
    cell = state.cell
    wet = cell.in_region(ELECTROLYTE)
    c = dissolved(settings, state, name)[cell.simplices[wet]].mean(axis=1)
    return float(c @ cell.volumes[wet]) / float(settings.geometry.parameters["width"])


def compare_one(c: float) -> tuple[list[Check], Series]:
    """One concentration (mol/m³)."""
    label = f"{c / 1e3:g} mol/L"
    settings = scenario(
        "i3_stefan",
        f'electrolyte.dissolved."I3-".concentration={c} mol/m^3',
        *(f"mesh.{name}_size={SIZE} um" for name in ("surface", "coarse", "counter")),
        f"time.max_step={STEP} ms",
        f"time.first_step={0.1 * STEP} ms",
    )
    run = list(states(settings))
    times = np.array([state.time for state in run])
    metal = np.array([metal_volume(state.cell) for state in run])
    way = (metal[0] - metal) / float(settings.geometry.parameters["width"])
    d = settings.electrolyte.dissolved[TRIIODIDE].diffusivity
    per_root = 2.0 * parameter(settings) * np.sqrt(d) / MICROMETRE
    exact: Floats = np.array([per_root * np.sqrt(time) for time in times])
    reacted = way[-1] / settings.lithium.molar_volume / 2.0
    iodide = content(settings, run[-1], IODIDE)
    checks = [
        relative(f"{label}: h", exact[-1], way[-1], 1e-2, "µm"),
        # Three I⁻ for each I3⁻, of which nothing has reached the reservoir yet.
        relative(f"{label}: I⁻ formed over 3/2 of the lithium lost", 3.0 * reacted, iodide, 1e-3),
        below(f"{label}: balance of metal volume", run[-1].balance.faraday_error, 1e-6),
    ]
    few = slice(None, None, 4)
    return checks, Series(label, times, exact, times[few], way[few])


def compare() -> Findings:
    """Both concentrations."""
    found = [compare_one(c) for c in CONCENTRATIONS]
    checks = tuple(check for checks, _ in found for check in checks)
    return Findings(checks, Panel("t / s", "h / µm", tuple(series for _, series in found)))


CASE = Case("I3", "planar recession (Stefan)", Family.MOVING, __doc__, compare, seconds=10)
