"""Translation of a floating disc that dissolves on one side and grows on the other.

    v_n = (V_m/F) i1 cos θ,   θ from the upstream direction,   i1 as in F1

is the normal velocity of a circle in translation: the disc moves against the current, towards the
positive electrode, at U = V_m i1/F.  Its area is constant, as its net current is zero.  It moves by
its radius, once with a film and once with R_ct = RT/(F i_00) of the same value and no film.  A step
along normals turns a circle into a limaçon: errors of speed and shape are of first order in the
step.
Source: as F1; Faraday's law.
"""

from __future__ import annotations

import numpy as np

from deposition.common.constants import FARADAY, MICROMETRE
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
from deposition.verification.cases.f1_floating_disc import amplitudes

RADIUS = 3.0
"""a, µm; the other lengths as in F1 relative to a."""

SIZES = (0.6, 0.3)
"""Edge lengths at the surface, µm; a step advances by a quarter of one."""


def speed(settings: Scenario, resistance: float) -> float:
    """U, µm/s; ``resistance`` R_film or R_ct, ohm m²."""
    current = float(amplitudes(settings, resistance, RADIUS)[0])
    return settings.lithium.molar_volume * current / FARADAY / MICROMETRE


def moving(size: float, bare: bool) -> tuple[Scenario, float]:
    """Scenario on a mesh of this edge length (µm), ended when the disc has moved by its radius; and
    the exact speed, µm/s."""
    changes = [f"mesh.surface_size={size} um", "time.max_advance=0.25"]
    film = scenario("f2_moving_disc").sei.films["disc"].resistance or 0.0
    if bare:
        transfer = thermal_voltage(scenario("f2_moving_disc").temperature) / film
        changes += [
            "sei.default_film=none",
            "sei.films.disc.resistance=1e-9 ohm cm^2",
            f"kinetics.exchange_current_density={transfer:.17g} A/m^2",
        ]
    exact = speed(scenario("f2_moving_disc"), film)
    changes.append(f"protocol.duration={RADIUS / exact:.17g} s")
    return scenario("f2_moving_disc", *changes), exact


def middle(state: State) -> Floats:
    """(2,) centroid of the disc, µm."""
    disc = state.cell.in_region(DEAD_LITHIUM)
    volume = state.cell.volumes[disc]
    centre = state.cell.points[state.cell.simplices[disc]].mean(axis=1)
    return np.asarray(volume @ centre / volume.sum(), dtype=np.float64)


def spread(state: State) -> float:
    """Standard deviation of the distance of the vertices of the disc from its centroid, µm."""
    surface = state.surface
    outline = state.cell.points[np.unique(surface.facets[surface.on(DEAD_LITHIUM)])]
    return float(np.linalg.norm(outline - middle(state), axis=1).std())


def compare_one(size: float, bare: bool) -> tuple[float, list[Check], Series]:
    """One mesh: relative error of the displacement, checks, and displacement over time."""
    settings, exact = moving(size, bare)
    run = list(states(settings))
    first, last = run[0], run[-1]
    time = np.array([state.time for state in run])
    displacement = np.array([middle(state)[1] - middle(first)[1] for state in run])
    area = first.cell.volume(DEAD_LITHIUM), last.cell.volume(DEAD_LITHIUM)
    name = "no film" if bare else "film"
    net = last.balance.dead_lithium_net_current
    checks = [
        relative(f"displacement, {name}", RADIUS, float(displacement[-1]), 0.02, "µm"),
        relative(f"area, {name}", *area, 1e-6, "µm²"),
        below(f"spread of the radius, {name}, over h", spread(last) / size, 0.1),
        below(f"net current over ∫|i_n|, {name}", net, 1e-10),
    ]
    few = slice(None, None, 1 + len(time) // 15)
    series = Series(f"{name}, h = {size} µm", time, exact * time, time[few], displacement[few])
    return abs(displacement[-1] / RADIUS - 1.0), checks, series


def compare() -> Findings:
    """Film on all meshes, no film on the finest; the bounds apply to the finest."""
    errors, checks, series = zip(*(compare_one(size, False) for size in SIZES), strict=True)
    _, more, line = compare_one(SIZES[-1], True)
    falls = order("order of the displacement", SIZES, errors, 1.0, 0.2)
    panel = Panel("time / s", "displacement / µm", (*series, line))
    return Findings((*checks[-1], *more, falls), panel)


CASE = Case("F2", "translation of a floating disc", Family.MOVING, __doc__, compare, seconds=40.0)
