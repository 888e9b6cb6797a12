"""Floating metal sphere in a uniform current density i0, with a film R or without.

    φ = φ_b - (i0/κ)(r + B/r²) cos θ,   B/a³ = (κR - a)/(2κR + a),   θ from the direction of i0
    i_n = -i1 cos θ,  i1 = 3 i0/(1 + 2κR/a)

R is that of the film, or R_ct = RT/(F i_00) without one.  φ_b is φ half-way between the electrodes.
By the symmetry of the insulated side walls there is a square lattice of spheres, a distance W
apart; as in E5c the dipoles of the others reduce the field,

    i0 → i0/(1 - S B/W³),   S = Σ 1/n³ = 9.0336

The plane through the centre is at φ_b: the upper half is the hemisphere of E5c.  The electrodes are
W from it; their effect is exp(-4π), 3e-6.  Ohmic electrolyte.
Source: Laplace's equation outside a sphere; Jackson, Classical Electrodynamics, 3rd ed., § 2.5, for
the perfect conductor; S as in E5c.
"""

from __future__ import annotations

import numpy as np

from deposition.analysis.dead_lithium import net_current
from deposition.common.constants import MICROMETRE, MILLIVOLT
from deposition.laws.thermodynamics import thermal_voltage
from deposition.mesh.cell import DEAD_LITHIUM, Floats
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
from deposition.verification.cases.e5c_bump import correction
from deposition.verification.cases.f1_floating_disc import middle

RADIUS, SPACING = 1.0, 8.0
"""a, W, µm."""

BARE = 0.3
"""κ R_ct/a of the sphere without a film; κ R_ct is at least two facets long."""

SIZES = (0.3, 0.2)
"""Edge lengths at the surface of the coarser meshes, µm."""


def exact_amplitude(settings: Scenario, resistance: float) -> float:
    """i1, A/m²; ``resistance`` R_film or R_ct, ohm m²."""
    ratio = settings.conductivity * resistance / (RADIUS * MICROMETRE)
    density = settings.protocol.current_density or 0.0
    return 3.0 * density / correction(3, ratio, SPACING / RADIUS)


def covered(*overrides: str) -> tuple[Scenario, float]:
    """Scenario with a film, and its resistance, ohm m²."""
    settings = scenario("f3_floating_sphere", *overrides)
    return settings, settings.sei.films["ball"].resistance or 0.0


def bare(*overrides: str) -> tuple[Scenario, float]:
    """Scenario with charge transfer and no film, and R_ct, ohm m²."""
    settings = scenario("f3_floating_sphere")
    resistance = BARE * RADIUS * MICROMETRE / settings.conductivity
    exchange = thermal_voltage(settings.temperature) / resistance
    none = "sei.films.ball.resistance=1e-9 ohm cm^2"
    law = f"kinetics.exchange_current_density={exchange:.17g} A/m^2"
    return scenario("f3_floating_sphere", none, law, *overrides), resistance


def around(state: State) -> tuple[Floats, Floats, Floats]:
    """cos θ, i_n (A/m²) and area (µm²) of the facets of the sphere; current flows down."""
    ball = state.surface.on(DEAD_LITHIUM)
    x = state.surface.midpoint[ball]
    up = x[:, 2] - 0.5 * state.cell.points[:, 2].max()
    cosine = -up / np.hypot(up, np.hypot(x[:, 0], x[:, 1]))
    return cosine, state.current_density[ball], state.surface.area[ball]


def amplitude(state: State) -> float:
    """Amplitude of -cos θ in i_n, by least squares, A/m²."""
    cosine, current, area = around(state)
    return -float((area * cosine) @ current / ((area * cosine) @ cosine))


def compare_one(label: str, settings: Scenario, resistance: float) -> tuple[list[Check], Series]:
    """One sphere."""
    state = next(states(settings))
    exact = exact_amplitude(settings, resistance)
    cosine, current, _ = around(state)
    metal = state.metal_potential[state.surface.on(DEAD_LITHIUM)]
    phi = middle(settings, state.voltage) / MILLIVOLT
    worst = float(np.abs(current + exact * cosine).max() / exact)
    checks = [
        relative(f"i1, {label}", exact, amplitude(state), 0.01, "A/m²"),
        below(f"i_n on the sphere, largest error over i1, {label}", worst, 0.02),
        relative(f"φ_b, {label}", phi, float(metal.mean()) / MILLIVOLT, 0.001, "mV"),
        below(f"spread of φ_b over the sphere, {label}", float(np.ptp(metal)), 0.0, "V"),
        below(f"net current over ∫|i_n|, {label}", net_current(state), 1e-10),
    ]
    line, some = np.array([-1.0, 1.0]), np.argsort(cosine)[:: 1 + len(cosine) // 25]
    return checks, Series(label, line, -exact * line, cosine[some], current[some])


def error(size: float) -> float:
    """Relative error of i1 without a film, on a mesh of this edge length (µm)."""
    settings, resistance = bare(f"mesh.surface_size={size} um")
    return abs(amplitude(next(states(settings))) / exact_amplitude(settings, resistance) - 1.0)


def compare() -> Findings:
    """Film, no film, and the order of the latter in the mesh size."""
    with_film, one = compare_one("film", *covered())
    without, other = compare_one("no film", *bare())
    settings, _ = bare()
    sizes = (*SIZES, settings.mesh.surface_size / MICROMETRE)
    errors = (*map(error, SIZES), without[0].error)
    falls = order("order of i1 in the mesh size, no film", sizes, errors, 1.0, 0.0)
    panel = Panel("cos θ", "i_n / (A/m²)", (one, other))
    return Findings((*with_film, *without, falls), panel)


CASE = Case(
    "F3", "floating sphere in a uniform field", Family.STATIC, __doc__, compare, seconds=25.0
)
