"""Domes that merge and enclose an electrolyte pocket: time of contact, area and salt.

Domes of radius R stand at both side walls of a cell of width w; their centres, where they are
widest, are at height b above flat lithium.  A film limits the current to i = V/R_film on every
facet, so that the surface moves by s = V_m i t/F along its normals; with ρ = R + s and flat lithium
at height s,

    contact               s = w/2 - R,  t = s F/(V_m i)
    area of the pocket    w (b - s) - 2 ∫ √(ρ² - (y - b)²) dy  from s to b
    salt of the pocket    ∫ c over the pocket, c of the step that encloses it

In Nernst-Planck the pocket is depleted of salt, as its lithium ions have come through the gap.
With the mean concentration of the electrolyte it would have 14 % too much salt on the coarser mesh
and 35 % on the finer; with c of the previous step 0.4 % and 11 %.  The enclosing step is solved
again here.

The gap is compared while it is wider than h/2; its error is then at most 0.02 h.  In the last step,
at a width of h/4, the distance of the nearest vertices is wrong by 0.02 to 0.12 h: round-off
decides which vertices of the narrow gap Mmg removes.

A pocket is surrounded by one metal and carries no current: its area and its salt are constant.
Where a tip of it, or of the electrolyte outside, is narrower than the mesh, it may part and is
filled, with the salt that it holds: round-off decides in which runs, and no more salt may be
missing in the pocket.  In the step of the contact its surface moves by the mean of its current
before and after, half a step.
Source: plane geometry; Sethian, Level Set Methods and Fast Marching Methods, 2nd ed., ch. 2.
"""

from __future__ import annotations

import numpy as np
from scipy.integrate import quad
from scipy.interpolate import LinearNDInterpolator

from deposition.common.constants import MINUTE
from deposition.interface.connectivity import counter_pockets, electrolyte_pockets
from deposition.interface.salt_transfer import salt_content
from deposition.mesh.cell import ELECTROLYTE, Mask
from deposition.scenario import Scenario
from deposition.simulation.build import model_of
from deposition.simulation.initial import begin
from deposition.simulation.state import State
from deposition.verification.bench import states
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
from deposition.verification.offset_curves import advancing, outline, speed, vanishing

RADIUS, CENTRE, WIDTH = 3.5, 3.0, 8.0
"""R, b and w, µm."""
CONTACT = 0.5 * WIDTH - RADIUS
"""s at contact, µm."""
BEYOND = 1.2
"""Duration of the run over the time of contact."""
SIZES = (0.2, 0.1)
"""Edge lengths h at the surface, µm."""
STEPS = 3.2
"""Number of steps times h: a step advances by less than h/5."""


def pocket_area(s: float) -> float:
    """Area of the electrolyte below the centres after an advance s (µm), µm²."""
    dome, _ = quad(lambda y: np.sqrt((RADIUS + s) ** 2 - (y - CENTRE) ** 2), s, CENTRE)
    return WIDTH * (CENTRE - s) - 2.0 * float(dome)


def in_pocket(state: State) -> Mask:
    """(m,) mask of the simplices of electrolyte without connection to the counter electrode."""
    pockets = electrolyte_pockets(state.cell)
    return (pockets >= 0) & ~np.isin(pockets, counter_pockets(state.cell, pockets))


def enclosed(state: State) -> tuple[float, float]:
    """Area (µm²) and salt (mol/m³ µm²) of the enclosed electrolyte."""
    pocket, salt = in_pocket(state), salt_content(state.cell, state.concentration)
    return float(state.cell.volumes[pocket].sum()), float(salt[pocket].sum())


def void(state: State) -> float:
    """Area of electrolyte that is enclosed or was filled, µm²."""
    assert state.run_state
    return state.run_state.interface_state.void


def trapped(state: State) -> float:
    """Salt in electrolyte that was filled, mol/m³ µm²."""
    assert state.run_state
    return state.run_state.interface_state.balances.salt_trapped


def salt_at_closure(settings: Scenario, before: State, closed: State) -> float:
    """∫ c over the pocket of a step, c of that step at the centroids, mol/m³ µm²."""
    assert before.run_state
    model = model_of(settings, begin(settings))
    step = model.integrate(before.run_state.interface_state, closed.time_step)
    solved = step.end.concentration
    wet, pocket = before.cell.vertices_of(ELECTROLYTE), in_pocket(closed)
    c = LinearNDInterpolator(before.cell.points[wet], solved[wet])
    centroids = closed.cell.points[closed.cell.simplices[pocket]].mean(axis=1)
    return float(c(centroids) @ closed.cell.volumes[pocket])


def gap(state: State) -> float:
    """Gap between the domes at the height of their centres, µm."""
    points = outline(state)
    near = points[np.abs(points[:, 1] - CENTRE) < 0.2 * RADIUS]
    left = near[:, 0] < 0.5 * WIDTH
    return float(near[~left, 0].min() - near[left, 0].max())


def compare_one(size: float) -> tuple[list[Check], Series]:
    """One mesh: the checks, and the gap over time."""
    settings = advancing(
        "e11d_pocket", BEYOND * CONTACT, round(STEPS / size), f"mesh.surface_size={size} um"
    )
    rate = speed(settings)
    run = list(states(settings))
    open_states = [state for state in run if enclosed(state)[0] == 0.0]
    closed, last = run[len(open_states)], run[-1]
    times = np.array([state.time for state in open_states])
    gaps = np.array([gap(state) for state in open_states])
    exact_gaps = 2.0 * (CONTACT - rate * times)
    off = np.abs(gaps - exact_gaps)[exact_gaps > 0.5 * size]
    # Contact is within a step, in half of which the surface of the pocket moves (corrector).
    exact, half = CONTACT / rate, closed.time - 0.5 * closed.time_step
    area, salt = enclosed(closed)
    exact_salt = salt_at_closure(settings, open_states[-1], closed)
    lost = salt - enclosed(last)[1]
    checks = [
        relative("time of contact", exact / MINUTE, vanishing(times, gaps) / MINUTE, 0.02, "min"),
        below(
            "error of the gap, wider than h/2, over its initial width",
            off.max() / (2.0 * CONTACT),
            0.01,
        ),
        relative("area of the pocket", pocket_area(rate * half), area, 0.01, "µm²"),
        relative("salt of the pocket", exact_salt, salt, 5e-3, "mol/m³ µm²"),
        relative(
            "area of the pocket and its filled tips at the end", area, void(last), 2e-3, "µm²"
        ),
        below(
            "salt that the pocket gains, or loses beyond that of filled tips, over its salt",
            max(0.0, lost - trapped(last) + trapped(closed), -lost) / salt,
            1e-9,
        ),
        below("charge balance at the end", last.balance.faraday_error, 1e-3),
    ]
    few = slice(None, None, 1 + len(times) // 15)
    line = np.array([0.0, exact]) / MINUTE, np.array([2.0 * CONTACT, 0.0])
    return checks, Series(f"h = {size} µm", *line, times[few] / MINUTE, gaps[few])


def compare() -> Findings:
    """All meshes; the bounds apply to the finest."""
    checks, series = zip(*map(compare_one, SIZES), strict=True)
    return Findings(tuple(checks[-1]), Panel("time / min", "gap / µm", series))


CASE = Case(
    "E11d-pocket",
    "domes enclose an electrolyte pocket",
    Family.MOVING,
    __doc__,
    compare,
    seconds=15.0,
)
