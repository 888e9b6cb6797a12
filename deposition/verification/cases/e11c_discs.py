"""Two lithium discs of radius R, 2m apart, that merge by growth or separate by stripping.

A film limits the current to i = V/R_film on every facet, so that the surface moves by s = V_m i t/F
along its normals (Huygens).  Per quadrant, with angles at the centre of a disc:

    growing     ρ = R + s > m, cos β = m/ρ:   area ρ² (π - β)/2 + m √(ρ² - m²)/2,  length ρ (π - β)
    stripping   ρ = R - s, cos α = m/R, y = √(R² - m²) > s, the neck is rounded by arcs of radius s:
                area ρ² (π - α)/2 + m y/2 - s² (π/2 - α)/2,  length ρ (π - α) + s (π/2 - α)

Half of the discs is modelled; the lower boundary is a plane of symmetry.  Errors are of first order
in the edges h of the mesh, because a step advances by h/2.  At a contact the positions of vertices
and steps change them by a factor of two, so that no order is fitted: the error over h must stay
below one bound on all five meshes.  Measured on two BLAS kernels:

    h, µm                        0.4    0.3    0.2    0.15   0.1
    merging, area over h, µm     0.26   0.16   0.45   0.27   0.25
             length over h       0.035  0.020  0.067  0.040  0.037
    separation, area over h, µm  0.068  0.046  0.021  0.005  0.001
             length over h       0.066  0.052  0.048  0.050  0.034

Source: union and erosion of discs, plane geometry; Sethian, Level Set Methods and Fast Marching
Methods, 2nd ed., ch. 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import acos, pi, sqrt

import numpy as np

from deposition.mesh.cell import LITHIUM, Floats
from deposition.verification.bench import last_state
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
from deposition.verification.offset_curves import advancing, outline, outline_size

SIZES = (0.4, 0.3, 0.2, 0.15, 0.1)
"""Edge lengths h at the surface, µm; a step advances by h/2."""


@dataclass(frozen=True)
class Discs:
    """Initial radius R, half distance m of the centres, and advance s, µm."""

    radius: float
    middle: float
    advance: float

    @property
    def reach(self) -> float:
        """ρ, µm."""
        return self.radius + self.advance

    @property
    def rounding(self) -> float:
        """Radius of the arcs at the neck, µm; 0 when growing."""
        return max(-self.advance, 0.0)

    @property
    def cusp(self) -> float:
        """Height of the intersection of the circles, µm: the centre of the arcs at the neck."""
        return sqrt((self.reach + self.rounding) ** 2 - self.middle**2)

    @property
    def angle(self) -> float:
        """α or β."""
        return acos(self.middle / (self.reach + self.rounding))

    @property
    def area(self) -> float:
        """Area of a quadrant, µm²."""
        sector = 0.5 * self.reach**2 * (pi - self.angle)
        return (
            sector + 0.5 * self.middle * self.cusp - 0.5 * self.rounding**2 * (pi / 2 - self.angle)
        )

    @property
    def length(self) -> float:
        """Length of the surface of a quadrant, µm."""
        return self.reach * (pi - self.angle) + self.rounding * (pi / 2 - self.angle)

    @property
    def curve(self) -> Floats:
        """(n, 2) points along the surface of a quadrant, µm."""
        outer = np.linspace(0.0, pi - self.angle, 60)
        inner = np.linspace(-self.angle, -pi / 2, 30)
        disc = self.reach * np.column_stack([np.cos(outer), np.sin(outer)]) + [self.middle, 0.0]
        neck = self.rounding * np.column_stack([np.cos(inner), np.sin(inner)]) + [0.0, self.cusp]
        return np.vstack([disc, neck])


MERGING = Discs(radius=2.0, middle=2.6, advance=1.6)
SEPARATION = Discs(radius=3.0, middle=2.0, advance=-1.0)


BOUNDS = {"merging": (1.0, 0.15), "separation": (0.15, 0.15)}
"""Of the errors of area (µm) and length over h: twice the measured ones."""


def over_h(found: Floats, exact: float) -> float:
    """The largest error of the meshes, over h."""
    return float((np.abs(found - exact) / SIZES).max())


def compare_one(exact: Discs, name: str) -> tuple[list[Check], Series]:
    """Merging or separation on all meshes."""
    start = (
        f"geometry.parameters.radius={exact.radius}",
        f"geometry.parameters.middle={exact.middle}",
    )
    states = [
        last_state(
            advancing(
                "e11c_discs",
                exact.advance,
                round(abs(exact.advance) / (0.5 * size)),
                *start,
                f"mesh.surface_size={size} um",
            )
        )
        for size in SIZES
    ]
    areas = np.array([state.cell.volume(LITHIUM) for state in states])
    lengths = np.array([outline_size(state) for state in states])
    area, length = 2.0 * exact.area, 2.0 * exact.length
    checks = [
        relative(f"{name}: area", area, areas[-1], 0.01, "µm²"),
        relative(f"{name}: length", length, lengths[-1], 0.01, "µm"),
        below(
            f"{name}: error of the area over h, all meshes, µm",
            over_h(areas, area),
            BOUNDS[name][0],
        ),
        below(
            f"{name}: error of the length over h, all meshes",
            over_h(lengths, length),
            BOUNDS[name][1],
        ),
    ]
    points = outline(states[-1])[::2]
    points = points[points[:, 0] >= 0.0]
    line = exact.curve
    return checks, Series(name, line[:, 0], line[:, 1], points[:, 0], points[:, 1])


def compare() -> Findings:
    """Merging and separation."""
    merged = compare_one(MERGING, "merging")
    parted = compare_one(SEPARATION, "separation")
    panel = Panel("x / µm", "y / µm", (merged[1], parted[1]))
    return Findings((*merged[0], *parted[0]), panel)


CASE = Case(
    "E11c-discs",
    "merging and separation",
    Family.MOVING,
    __doc__,
    compare,
    seconds=35.0,
)
