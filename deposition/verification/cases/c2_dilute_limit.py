"""Dilute limit of concentrated-solution theory: Nernst-Planck, with another potential.

    κ ∝ c,   D = 2 D+ D- / (D+ + D-),   1 + dln f/dln c = 1:   φ_N = φ_NP + (RT/F) ln(c/c0)

Both must give the same c, currents and voltage, in a steep transient under two films: BE, 400 A/m²
on average, fixed interfaces.  If the logarithm were counted twice, or not at all, the voltage would
change by half of its diffusion part.  P1 functions cannot represent both potentials exactly: the
solutions differ by their discretization errors, which are of order 2 in the element size.
Source: Newman and Balsara, Electrochemical Systems, 4th ed., ch. 11 and 12.
"""

from __future__ import annotations

import numpy as np

from deposition.common.constants import MILLIVOLT
from deposition.laws.electrolyte import NernstPlanck
from deposition.laws.thermodynamics import thermal_voltage
from deposition.mesh.cell import Floats
from deposition.simulation.state import State
from deposition.verification.bench import last_state, scenario
from deposition.verification.case import Case, Check, Family, Findings, Panel, Series, below, order

SIZES = (1.0, 0.5, 0.25)
"""Edge lengths of the elements, µm."""


def dilute() -> tuple[str, ...]:
    """Overrides that describe BE as a concentrated electrolyte."""
    law = scenario("c2_dilute_limit").electrolyte_law
    assert isinstance(law, NernstPlanck)
    return (
        "electrolyte.law=concentrated",
        f"electrolyte.diffusivity={law.salt_diffusivity!r} m^2/s",
        "electrolyte.thermodynamic_factor=1",
    )


def both(size: float) -> tuple[State, State]:
    """Last states by Nernst-Planck and by concentrated-solution theory; element size in µm."""
    mesh = (f"mesh.surface_size={size} um", f"mesh.coarse_size={size} um")
    return (
        last_state(scenario("c2_dilute_limit", *mesh)),
        last_state(scenario("c2_dilute_limit", *mesh, *dilute())),
    )


def rms(values: Floats) -> float:
    """Root mean square of the values."""
    return float(np.sqrt(np.mean(values**2)))


def difference(one: State, other: State) -> tuple[float, float, float, float]:
    """Relative differences of V, c, i_n and φ_N - (RT/F) ln(c/c0); φ relative to RT/F."""
    wet = np.isfinite(one.concentration)
    c, start = one.concentration[wet], scenario("c2_dilute_limit").electrolyte.concentration
    volt = thermal_voltage(scenario("c2_dilute_limit").temperature)
    shift = (other.potential[wet] - one.potential[wet]) / volt - np.log(c / start)
    current = one.current_density
    return (
        abs(other.voltage / one.voltage - 1.0),
        rms(other.concentration[wet] - c) / start,
        rms(other.current_density - current) / rms(current),
        rms(shift),
    )


def compare() -> Findings:
    """Differences on the finest mesh, and their orders."""
    pairs = [both(size) for size in SIZES]
    differences = np.array([difference(*pair) for pair in pairs])
    bounds = {"V": 1e-4, "c": 1e-4, "i_n": 1e-3, "φ": 1e-3}
    checks: list[Check] = []
    for (name, bound), errors in zip(bounds.items(), differences.T, strict=True):
        checks.append(below(f"difference of {name}, h = {SIZES[-1]:g} µm", errors[-1], bound))
        if name != "i_n":  # i_n is discontinuous where the film changes
            checks.append(order(f"order of {name} in the mesh size", SIZES, list(errors), 2.0, 0.3))
    one, other = pairs[-1]
    edge = np.flatnonzero(np.isfinite(one.concentration))
    edge = edge[one.cell.points[edge, 0] == 0.0]
    edge = edge[np.argsort(one.cell.points[edge, 1])]
    volt = thermal_voltage(scenario("c2_dilute_limit").temperature)
    start = scenario("c2_dilute_limit").electrolyte.concentration
    height = one.cell.points[edge, 1]
    expected = one.potential[edge] + volt * np.log(one.concentration[edge] / start)
    series = Series(
        "φ_N", height, expected / MILLIVOLT, height[::4], other.potential[edge][::4] / MILLIVOLT
    )
    return Findings(tuple(checks), Panel("height / µm", "φ / mV", (series,)))


CASE = Case("C2", "dilute limit: two potentials, one cell", Family.STATIC, __doc__, compare)
