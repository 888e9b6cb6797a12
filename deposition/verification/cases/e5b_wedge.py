"""Wedge cell, similar to a Hull cell: electrodes along the rays θ = 0 and θ = α, insulated arcs.

    i = V / [r (α/κ + 2ρ)],   φ linear in θ,   with films R = ρ r on both electrodes
    I = V ln(r2/r1) / (α/κ + 2ρ) per depth;    ρ = 0 is the primary distribution

Half of the cell is modelled, with α/2, V/2 and one film: the ray in the middle is an equipotential
and the counter electrode.  i_n is constant on facets of length a, which requires κR ≥ a: the
primary current is extrapolated linearly to R = 0 from κR/a = 1 and 2 with a uniform film.  The film
R = ρ r is represented by N patches, each with the R of its middle; the current of each patch is
compared. The error of the total current comes from the curvature of 1/R over a patch: order 2 in
1/N.
Source: Laplace's equation in polar coordinates, φ = Vθ/α; a film R = ρ r keeps that form.
"""

from __future__ import annotations

import numpy as np

from deposition.common.constants import MICROMETRE
from deposition.mesh.cell import Floats
from deposition.scenario import Scenario
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

INNER, OUTER = 10.0, 30.0
"""r1, r2, µm."""

FACET = 0.1
"""Facet length, µm, as in the scenario."""

FILMS = (1.0, 2.0)
"""κR/a for the primary distribution."""

SHARE = 1.0
"""κ 2ρ/α of the graded film: as resistive as the electrolyte."""

PATCHES = 40
FEWER = (2, 4, 8, 16)
"""Numbers of patches of the graded film, and for the order of convergence."""


def exact_current(settings: Scenario, share: float, low: Floats, high: Floats) -> Floats:
    """Mean current density (A/m²) between two radii (µm) of half a cell; ``share`` is κρ/(α/2)."""
    angle = float(settings.geometry.parameters["angle"])
    volts = settings.protocol.voltage or 0.0
    factor = volts * settings.conductivity / (angle * (1.0 + share))
    return np.asarray(factor * np.log(high / low) / ((high - low) * MICROMETRE))


def solve(settings: Scenario) -> tuple[Floats, Floats, Floats]:
    """r (µm) of both ends of the facets of the lithium, sorted, and their current (A/m²)."""
    state = next(states(settings))
    on = np.flatnonzero(state.surface.working)
    ends = np.sort(state.cell.points[state.surface.facets[on], 0], axis=1)
    along = np.argsort(ends[:, 0])
    return ends[along, 0], ends[along, 1], state.current_density[on[along]]


def primary() -> tuple[list[Check], Series]:
    """Checks of the primary distribution, and its curve."""
    settings = scenario("e5b_wedge")
    runs = []
    for film in FILMS:
        resistance = film * FACET * MICROMETRE / settings.conductivity
        runs.append(solve(scenario("e5b_wedge", f"sei.films.thin.resistance={resistance} ohm m^2")))
    low, high, _ = runs[0]
    current = 2.0 * runs[0][2] - runs[1][2]
    exact = exact_current(settings, 0.0, low, high)
    total = float(exact_current(settings, 0.0, np.array(INNER), np.array(OUTER)))
    checks = [
        below("no film: i, largest error", float(np.abs(current / exact - 1.0).max()), 0.01),
        relative("no film: I", total, float(np.average(current, weights=high - low)), 0.01, "A/m²"),
    ]
    some = slice(None, None, 8)
    return checks, Series("no film", low, exact, (0.5 * (low + high))[some], current[some])


def graded(patches: int) -> tuple[Floats, Floats, Floats]:
    """Middle (µm), exact and computed current (A/m²) of each patch of a graded film."""
    edges = np.linspace(INNER, OUTER, patches + 1, dtype=np.float64)
    middle = 0.5 * (edges[1:] + edges[:-1])
    base = scenario("e5b_wedge")
    angle = float(base.geometry.parameters["angle"])
    per_radius = SHARE * angle / base.conductivity
    films = [
        f"sei.films.g{k}.resistance={per_radius * radius * MICROMETRE} ohm m^2"
        for k, radius in enumerate(middle, 1)
    ]
    low, high, current = solve(
        scenario("e5b_wedge", f"geometry.parameters.patches={patches}", *films)
    )
    patch = np.digitize(0.5 * (low + high), edges) - 1
    length = np.bincount(patch, high - low)
    found = np.bincount(patch, current * (high - low)) / length
    return middle, exact_current(base, SHARE, edges[:-1], edges[1:]), found


def order_in_patches() -> Check:
    """Order of the error of the total current in the width of the patches."""
    runs = [graded(patches) for patches in FEWER]
    errors = [abs(float(found.mean() / exact.mean()) - 1.0) for _, exact, found in runs]
    widths = [(OUTER - INNER) / patches for patches in FEWER]
    return order("graded film: order of I in the patch width", widths, errors, 2.0, 0.2)


def compare() -> Findings:
    """Primary distribution, graded film, and its order in the patch width."""
    checks, bare = primary()
    middle, exact, found = graded(PATCHES)
    local = float(np.abs(found / exact - 1.0).max())
    checks += [
        below(f"graded film, {PATCHES} patches: i, largest error", local, 0.01),
        relative(f"graded film, {PATCHES} patches: I", exact.mean(), found.mean(), 0.01, "A/m²"),
        order_in_patches(),
    ]
    film = Series("film R = ρr", middle, exact, middle[::2], found[::2])
    return Findings(tuple(checks), Panel("r / µm", "i / (A/m²)", (bare, film)))


CASE = Case("E5b", "wedge cell, primary and graded film", Family.STATIC, __doc__, compare)
