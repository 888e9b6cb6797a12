"""Half-cylinder and hemisphere of radius a on flat lithium in a uniform field: tip factors 2 and 3.

    i = i∞ d cosθ / [1 + (d - 1) κR/a],   d = 2, 3,  θ from the tip,  R of a film on the bump alone

The solution includes the film, which covers the bump alone; κR is negligible once, and once one or
two facets long.  Compared with 2 and 3 is the amplitude of cosθ, fitted over the bump, times 1 + (d
- 1) κR/a.  Where κR is much smaller than a facet, i_n scatters from facet to facet about the
correct mean, in 3D by up to 14 %; with κR of a facet or more by 1.5 %.  ``deposition check`` warns
of such films.  The side walls are planes of symmetry: there is a row (a square lattice) of bumps a
distance W apart, whose dipoles reduce the field at each bump by the factor

    1 / (1 + S B (a/W)^d),   B = (1 - κR/a) / [1 + (d - 1) κR/a],   S = Σ 1/n^d = π²/3 or 9.0336

This correction of 0.1 and 4 % is applied.  i∞ is the mean current density.
Source: separation of variables; S in 3D: Borwein et al., Lattice Sums Then and Now, 2013:
4 ζ(3/2) β(3/2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import zeta

from deposition.common.constants import MICROMETRE
from deposition.mesh.cell import Floats
from deposition.simulation.state import State
from deposition.verification.bench import scenario, states
from deposition.verification.case import Case, Check, Family, Findings, Panel, Series, relative

BUMPS = {2: ("e5c_bump", "half-cylinder"), 3: ("e5c_bump_3d", "hemisphere")}
FILMS = {2: (0.001, 0.05), 3: (0.001, 0.05)}
"""κR/a: negligible, and one or two facets."""


@dataclass(frozen=True, eq=False)
class Bump:
    """Facets of a bump: height (f,) cosθ, area (f,) µm^(d-1), current (f,) i/i∞; W/a."""

    height: Floats
    area: Floats
    current: Floats
    spacing: float

    @property
    def amplitude(self) -> float:
        """Amplitude of cosθ in the current, by least squares."""
        weight = self.area * self.height
        return float(weight @ self.current / (weight @ self.height))


def lattice_sum(dim: int) -> float:
    """S: sum of 1/distance^d over all others of a row (2D) or a square lattice (3D)."""
    if dim == 2:
        return float(2.0 * zeta(2))
    beta = 4.0**-1.5 * (zeta(1.5, 0.25) - zeta(1.5, 0.75))
    return float(4.0 * zeta(1.5) * beta)


def correction(dim: int, film: float, spacing: float) -> float:
    """Factor from the tip factor in the lattice with film to that of a single bump without film."""
    slope = 1.0 + (dim - 1) * film
    dipole = (1.0 - film) / slope
    return slope * (1.0 + lattice_sum(dim) * dipole / spacing**dim)


def solve(dim: int, film: float) -> Bump:
    """Bump of the initial state with κR/a = ``film``; the radius is 1 µm."""
    name = BUMPS[dim][0]
    resistance = film * MICROMETRE / scenario(name).conductivity
    return bump_of(next(states(scenario(name, f"sei.films.bump.resistance={resistance} ohm m^2"))))


def bump_of(state: State) -> Bump:
    """Bump of a state: the facets that have the film."""
    surface = state.surface
    on = surface.working & (state.resistance > 1e-9)
    width = float(np.ptp(state.cell.points[:, 0]))
    flow = state.current_density * surface.area
    far = flow[surface.working].sum() / width ** (state.cell.dim - 1)
    place = surface.midpoint[on]
    height = place[:, -1] / np.linalg.norm(place, axis=1)
    return Bump(height, surface.area[on], state.current_density[on] / far, 2.0 * width)


def compare_one(dim: int, film: float) -> tuple[list[Check], Series]:
    """One bump with one film."""
    bump = solve(dim, film)
    share = correction(dim, film, bump.spacing)
    # Integral of 2 cosθ over half of the half-circle, of 3 cosθ over a quarter of the hemisphere.
    total = {2: 2.0, 3: 0.75 * np.pi}[dim]
    label = f"{BUMPS[dim][1]}, κR/a = {film:g}"
    checks = [
        relative(f"{label}: tip factor", dim, bump.amplitude * share, 0.01),
        relative(
            f"{label}: I of the bump", total, float(bump.current @ bump.area) * share, 0.01,
            "i∞ a^(d-1)",
        ),
    ]  # fmt: skip
    line = np.array([0.0, 1.0])
    some = slice(None, None, max(1, len(bump.height) // 25))
    return checks, Series(label, line, dim * line, bump.height[some], share * bump.current[some])


def compare() -> Findings:
    """Both bumps."""
    found = [compare_one(dim, film) for dim, films in FILMS.items() for film in films]
    panel = Panel("cos θ", "i / i∞ (1 + (d - 1) κR/a)", tuple(series for _, series in found))
    return Findings(tuple(check for some, _ in found for check in some), panel)


CASE = Case(
    "E5c", "bump in a uniform field, primary", Family.STATIC, __doc__, compare, seconds=50.0
)
