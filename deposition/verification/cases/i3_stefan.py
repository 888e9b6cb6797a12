"""Flat lithium recedes before a half-space of triiodide that it consumes at once.

    h = 2 λ √(D t),    √π λ e^(λ²) erfc(-λ) = 2 V_m c

with the way h of the surface, the concentration c of I3⁻ far away and its diffusivity D: λ = 0.0144
for 1 mol/L and 0.126 for 10 mol/L, where the surface moves a noticeable part of the diffusion
layer. There is no convection: electrolyte that takes the place of the metal is empty of I3⁻.  The
exact solution follows from diffusion in the half-space x > -h(t) with c = 0 at x = -h.  What a
dilute species is at 10 mol/L does not matter to the equations.

Lithium that recedes leaves the salt behind, too.  With t₊ = 1/2 both ions of the salt diffuse
alike; else the junction potential of its profile would move I3⁻ (t₊ = 0.38: 1.6 % of h less).

The error falls with edges and steps together: in a step s the mesh with edges h rounds the kink of
the concentration at the old surface, which holds s h ∂c/∂x too much, of first order.

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
    order,
    relative,
)
from deposition.verification.dissolved import dissolved

DILUTE, CONCENTRATED = 1e3, 1e4
"""mol/m³."""

SIZES, STEP = (1.0, 0.5, 0.25), 40.0
"""Edge length of the whole cell, µm, and time step at 1 µm, ms, in proportion to it."""
SLACK = 0.2
"""By how much the order may be smaller: each run cuts its mesh at other times."""


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


def compare_one(c: float, size: float) -> tuple[list[Check], Series]:
    """One concentration (mol/m³) and edge length (µm)."""
    label, step = f"{c / 1e3:g} mol/L, h = {size:g} µm", STEP * size
    settings = scenario(
        "i3_stefan",
        f'electrolyte.dissolved."I3-".concentration={c} mol/m^3',
        *(f"mesh.{name}_size={size} um" for name in ("surface", "coarse", "counter")),
        f"time.max_step={step} ms",
        f"time.first_step={0.1 * step} ms",
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
        relative(f"{label}: way of the surface", exact[-1], way[-1], 1e-2, "µm"),
        # Three I⁻ for each I3⁻, of which nothing has reached the reservoir yet.
        relative(f"{label}: I⁻ formed over 3/2 of the lithium lost", 3.0 * reacted, iodide, 1e-3),
        below(f"{label}: balance of metal volume", run[-1].balance.faraday_error, 1e-6),
    ]
    few = slice(None, None, 4)
    return checks, Series(label, times, exact, times[few], way[few])


def compare() -> Findings:
    """Both concentrations; the higher one on three meshes."""
    dilute, curve = compare_one(DILUTE, 0.5)
    refined = [compare_one(CONCENTRATED, size) for size in SIZES]
    errors = [checks[0].error for checks, _ in refined]
    checks = (
        *dilute,
        *refined[-1][0],
        order("10 mol/L: order of the way in h and Δt", SIZES, errors, 1.0, SLACK),
    )
    return Findings(checks, Panel("t / s", "way / µm", (curve, refined[-1][1])))


CASE = Case("I3", "planar recession (Stefan)", Family.MOVING, __doc__, compare, seconds=20)
