"""Offset of a lithium corner of 90 degrees that grows, or is stripped.

A film limits the current to i = V/R on every facet, so that the surface moves by s = V_m i t/F
along its normals: the new surface is the set of points at distance s from the initial one
(Huygens).  For two sides of length a that meet at a right angle:

    growing     an arc of radius s between the sides:  area a² + 2 a s + π s²/4,  length 2 a + π s/2
    stripping   a corner again:                        area (a - s)²,             length 2 (a - s)

The vertices of the surface lie at distance s from the initial one.

A step that uses the current on the surface at its start loses an area θ s d/2 at a corner of the
turning angle θ that advances by s in steps d, h/2 here: 0.70 h µm.  The corrector takes that back.
What is left changes sign and size with the few vertices with which the mesh resolves the corner, so
that it has no order; over h it is bounded.  Measured over these meshes and 0.075 µm, growth: area
-0.030 to -0.049 µm, length -0.018 to -0.034, vertices 0.005 to 0.010; stripping: 0.006 to 0.022,
-0.001 to 0.002 and 0.001 to 0.005, which falls faster than h.
Source: Sethian, Level Set Methods and Fast Marching Methods, 2nd ed., ch. 2.
"""

from __future__ import annotations

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

SIDE = 4.0
"""a, µm."""
ADVANCE = 1.5
"""s, µm."""
SIZES = (0.3, 0.2, 0.15, 0.1)
"""Edge lengths h at the surface, µm."""
STEPS = ADVANCE / 0.5
"""Number of steps times h: a step advances by h/2."""


def area(s: float) -> float:
    """Area of the lithium after an advance s (µm, < 0 when stripped), µm²."""
    return (SIDE + s) ** 2 - (1.0 - 0.25 * np.pi) * max(s, 0.0) ** 2


def length(s: float) -> float:
    """Length of the surface after an advance s, µm."""
    return 2.0 * (SIDE + s) - (2.0 - 0.5 * np.pi) * max(s, 0.0)


def deviation(points: Floats, s: float) -> Floats:
    """(n,) signed distance of points from the exact surface, > 0 outside, µm."""
    beyond = points - SIDE
    around = (beyond > 0.0).all(axis=1) & (s > 0.0)
    return np.where(around, np.linalg.norm(beyond, axis=1), beyond.max(axis=1)) - s


def curve(s: float) -> Floats:
    """(n, 2) points of the exact surface, µm."""
    angle = np.linspace(0.0, 0.5 * np.pi, 40)
    arc = SIDE + max(s, 0.0) * np.column_stack([np.cos(angle), np.sin(angle)]) + min(s, 0.0)
    return np.vstack([[SIDE + s, 0.0], arc, [0.0, SIDE + s]])


def compare_one(s: float, name: str) -> tuple[list[Check], Series]:
    """Growth (s > 0) or stripping on all meshes."""
    states = [
        last_state(advancing("e11c_corner", s, round(STEPS / size), f"mesh.surface_size={size} um"))
        for size in SIZES
    ]
    areas = np.array([state.cell.volume(LITHIUM) for state in states])
    off = [deviation(outline(state), s) for state in states]
    rms = [float(np.sqrt(np.mean(distance**2))) for distance in off]
    lengths = np.array([outline_size(state) for state in states])
    checks = [
        relative(f"{name}: area", area(s), areas[-1], 0.01, "µm²"),
        relative(f"{name}: length", length(s), lengths[-1], 0.01, "µm"),
        below(
            f"{name}: distance of vertices from the curve, over s",
            np.abs(off[-1]).max() / abs(s),
            0.02,
        ),
        _over_size(f"{name}: error of the area over h, all meshes, µm", areas - area(s), 0.1),
        _over_size(f"{name}: error of the length over h, all meshes", lengths - length(s), 0.08),
        _over_size(f"{name}: rms distance of vertices over h, all meshes", np.array(rms), 0.02),
    ]
    line, points = curve(s), outline(states[-1])[::2]
    return checks, Series(name, line[:, 0], line[:, 1], points[:, 0], points[:, 1])


def _over_size(name: str, errors: Floats, bound: float) -> Check:
    """The largest error (k,) over the size of its mesh."""
    return below(name, float(np.abs(errors / SIZES).max()), bound)


def compare() -> Findings:
    """Growth and stripping."""
    grown = compare_one(ADVANCE, "growing")
    stripped = compare_one(-ADVANCE, "stripping")
    panel = Panel("x / µm", "y / µm", (grown[1], stripped[1]))
    return Findings((*grown[0], *stripped[0]), panel)


CASE = Case("E11c-corner", "offset of a corner", Family.MOVING, __doc__, compare, seconds=45.0)
