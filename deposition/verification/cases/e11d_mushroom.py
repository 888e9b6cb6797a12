"""A film-limited mushroom: the share of its head that stripping leaves as dead lithium.

A head of radius r on a stem of half width w stands on flat lithium.  Under films whose resistances
have the contrast s = R_head/R_stem it is stripped at a voltage V, at which every facet recedes by
V_m V t/(F R):

    the stem parts at t = w/v_stem;   dead share of the head (1 - w/(s r))²

whatever the current: the film alone sets the share, and its contrast is the lever.  (In 3D, where a
stem is a rod, the exponent is 3.)  Where new surface appears in the corners between stem and head
it has the default film, that of the head, so that a corner sweeps nothing that the head has not
swept.  At s = 1 all recede alike, and what is further than w from the electrolyte is left: with the
disc a neck, bounded by it and the arcs around the two corners, of the area

    w √(r² - w²) - (r - w)² φ - w² (π/2 - φ),    sin φ = w/r

1.9 % of the disc that is left.  At s > 1 it has no closed form and is left out.

The head loses its connection within a step of 1/60 of the run, and is stripped to the middle of
that step.  The stem parts when it is thinner than the mesh resolves: up to a step early or late.
Source: erosion of plane figures, as E11d-neck.
"""

from __future__ import annotations

from math import asin, cos, pi

from deposition.mesh.cell import DEAD_LITHIUM
from deposition.verification.bench import states
from deposition.verification.case import Case, Check, Family, Findings, relative
from deposition.verification.offset_curves import advancing, speed

RADIUS, HALF = 3.0, 1.0
"""r and w, µm."""
CONTRASTS = (1.0, 2.0, 5.0)
BEYOND = 1.1
"""Duration of the run over the time of parting."""
STEPS = 60
"""Steps to the end of the run: the stem recedes by less than h/10 in each, and one step more or
less until it parts changes the share by less than 2 %."""
ANGLE = asin(HALF / RADIUS)
NECK = HALF * RADIUS * cos(ANGLE) - (RADIUS - HALF) ** 2 * ANGLE - HALF**2 * (pi / 2 - ANGLE)
"""φ, and the area of the neck that is left at s = 1, µm²."""
RESISTANCE = 1e4
"""Of the head, ohm cm²."""


def compare_one(contrast: float, volts: float = 10.0) -> list[Check]:
    """The share at a contrast and a voltage (V)."""
    overrides = (
        f"sei.films.stem.resistance={RESISTANCE / contrast} ohm cm^2",
        f"protocol.voltage={volts} V",
    )
    settings = advancing("e11d_mushroom", -BEYOND * HALF / contrast, STEPS, *overrides)
    run = list(states(settings))
    detached = next(state for state in run if state.cell.volume(DEAD_LITHIUM) > 0.0)
    parted = HALF / (contrast * -speed(settings))
    share = run[-1].cell.volume(DEAD_LITHIUM) / (pi * RADIUS**2)
    exact = (1.0 - HALF / (contrast * RADIUS)) ** 2
    if contrast == 1.0:
        exact += NECK / (pi * RADIUS**2)
    label = f"s = {contrast:g}" + ("" if volts == 10.0 else f", {volts:g} V")
    return [
        relative(f"{label}: time of parting", 1.0, detached.time / parted, 0.05),
        relative(f"{label}: dead share", exact, share, 0.04),
    ]


def compare() -> Findings:
    """All contrasts, and one at twice the current."""
    found = [compare_one(contrast) for contrast in CONTRASTS]
    found.append(compare_one(CONTRASTS[1], 20.0))
    return Findings(tuple(check for checks in found for check in checks))


CASE = Case(
    "E11d-mushroom", "dead share of a mushroom", Family.MOVING, __doc__, compare, seconds=45.0
)
