"""Jacobian of Newton's method against central differences of the residual.

    J(x) d  =  [r(x + εd) - r(x - εd)] / 2ε

at random states x, with c from 0.5 to 1.5 c0 and currents of both signs, in random directions d;
and with i_n = 0 on every facet, where a careless asinh loses its derivative.  The error is relative
to Σ |J_jk d_k| of its row.  Film, charge transfer, capillarity and moving interfaces; three
electrolyte laws (a concentrated one in a separator), both counter electrodes, 2D and 3D; given
current, and once a given voltage.
Source: Taylor's theorem; the remaining error is round-off, about 1e-16/ε.
"""

from __future__ import annotations

import itertools

import numpy as np

from deposition.laws.film import film_resistance
from deposition.mesh.cell import Floats
from deposition.mesh.footprint import projected_area_m2
from deposition.simulation.build import model_of
from deposition.simulation.initial import begin
from deposition.transport.controls import CellVoltage, Control
from deposition.transport.problem import TransportProblem
from deposition.transport.system import System
from deposition.verification.bench import CASES, scenario
from deposition.verification.case import Case, Check, Family, Findings, below

GEOMETRIES = {"2D": "e5c_bump.geo", "3D": "e5c_bump_3d.geo"}
LAWS = {
    "Nernst-Planck": (),
    "concentrated": (
        "electrolyte.name=LiPF6 in EC:DMC (Landesfeind)",
        "separator.porosity=0.5",
    ),
    "ohmic": (
        "electrolyte.name=stirred",
        "electrolyte.law=ohmic",
        "electrolyte.conductivity=0.35 S/m",
        "electrolyte.concentration=1 mol/L",
    ),
}
COUNTERS = ("lithium", "reservoir")
STEP = 1e-6
"""ε, in the scaled unknowns."""

DIRECTIONS = 4
TIME_STEP = 10.0
"""s."""

VOLTAGE = 0.02
"""Given voltage, V; the Jacobian does not depend on its value."""


def random_state(system: System, random: np.random.Generator, at_rest: bool) -> Floats:
    """Random scaled unknowns, concentrations > 0; all i_n are zero if ``at_rest``."""
    x = random.uniform(-1.0, 1.0, system.size)
    nodes = x[: system.block * system.nodes].reshape(system.nodes, system.block)
    nodes[:, :-1] = random.uniform(0.5, 1.5, (system.nodes, system.block - 1))
    if at_rest:
        x[system.block * system.nodes : -1] = 0.0
    return x


def tangent_error(system: System, x: Floats, random: np.random.Generator) -> float:
    """Largest error of J(x) d over random directions d, relative to Σ |J| of its row."""
    entries = system.pattern.gather(system.tangent(x))
    rows = np.repeat(np.arange(system.size), np.diff(system.pattern.starts))
    scale = np.bincount(rows, np.abs(entries), minlength=system.size)
    worst = 0.0
    for _ in range(DIRECTIONS):
        direction = random.standard_normal(system.size)
        terms = entries * direction[system.pattern.columns]
        predicted = np.bincount(rows, terms, minlength=system.size)
        ahead, behind = x + STEP * direction, x - STEP * direction
        change = (system.residual(ahead) - system.residual(behind)) / (2.0 * STEP)
        # The larger of two numbers, of which NaN is the largest.
        worst = float(np.maximum(worst, (np.abs(change - predicted) / scale).max()))
    return worst


def system_of(
    geometry: str, law: tuple[str, ...], counter: str, held: Control | None = None
) -> System:
    """Nonlinear system of the first step of a run; ``held`` replaces its control."""
    settings = scenario(
        "k2_tangent", f"geometry.file={CASES / geometry}", f"counter.kind={counter}", *law
    )
    start = begin(settings)
    model = model_of(settings, start)
    return TransportProblem(start.cell, start.surface, model.transport).system(
        start.concentration,
        film_resistance(start.film, model.film_conductivity, model.transfer_resistance),
        held or model.plan.protocol_steps[0].applied.control(projected_area_m2(start.cell)),
        TIME_STEP,
    )


def check_both(label: str, system: System) -> list[Check]:
    """Checks of a system at a random state and with i_n = 0."""
    checks = []
    for at_rest in (False, True):
        random = np.random.default_rng(5)
        error = tangent_error(system, random_state(system, random, at_rest), random)
        where = "i_n = 0" if at_rest else "any i_n"
        checks.append(below(f"{label}, {where}", error, 1e-8))
    return checks


def compare() -> Findings:
    """All combinations with a given current, and one with a given voltage."""
    checks = []
    for dim, law, counter in itertools.product(GEOMETRIES, LAWS, COUNTERS):
        checks += check_both(
            f"{dim}, {law}, {counter}", system_of(GEOMETRIES[dim], LAWS[law], counter)
        )
    held = system_of(GEOMETRIES["2D"], (), "lithium", CellVoltage(VOLTAGE))
    checks += check_both("2D, Nernst-Planck, lithium, given voltage", held)
    return Findings(tuple(checks))


CASE = Case("K2", "Jacobian of Newton's method", Family.NUMERICS, __doc__, compare)
