"""Domes that grow together and cut off a pool of electrolyte: when, how large, and its salt.

Domes of radius R stand at either wall of a box of width w, their centres at height b above flat
lithium, where they are widest.  A film limits the current to i = V/R_film on every facet, so that
the surface moves by s = V_m i t/F along its normals; with ρ = R + s and
the floor at height s,

    the domes meet at   s = w/2 - R,  t = s F/(V_m i)
    area of the pool    w (b - s) - 2 ∫ √(ρ² - (y - b)²) dy  from s to b
    salt in it          ∫ c over the place of the pool, c as solved in the step that closes it

In Nernst-Planck the pool is short of salt, for all its lithium ions have come through the gap.
Were it given the salt of its share of the area, it would have 14 % too much on the coarser mesh and
35 % on the finer; with c of the step before 0.4 % and 11 %.  That step is solved again here.

A pool that is cut off has the same metal all around and carries no current: it keeps its area and
its salt.
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
"""s when the domes meet, µm."""
BEYOND = 1.2
"""How far the run goes on, in times of the contact."""
SIZES = (0.2, 0.1)
"""Edge lengths h at the surface, µm."""
STEPS = 3.2
"""Times 1/h: a step advances by less than a fifth of an edge."""


def pool_area(s: float) -> float:
    """Of the electrolyte below the centres after an advance s (µm), µm²."""
    dome, _ = quad(lambda y: np.sqrt((RADIUS + s) ** 2 - (y - CENTRE) ** 2), s, CENTRE)
    return WIDTH * (CENTRE - s) - 2.0 * float(dome)


def cut_off(state: State) -> Mask:
    """(m,) simplices of electrolyte that does not reach the counter electrode."""
    pools = electrolyte_pockets(state.cell)
    return (pools >= 0) & ~np.isin(pools, counter_pockets(state.cell, pools))


def enclosed(state: State) -> tuple[float, float]:
    """Area (µm²) and salt (mol/m³ µm²) of the electrolyte that is cut off."""
    pocket, salt = cut_off(state), salt_content(state.cell, state.concentration)
    return float(state.cell.volumes[pocket].sum()), float(salt[pocket].sum())


def salt_in_the_place(settings: Scenario, before: State, closed: State) -> float:
    """∫ c over what a step has cut off, c solved in that step; one point each, mol/m³ µm²."""
    assert before.run_state
    model = model_of(settings, begin(settings))
    solved = model.solve(before.run_state.interface_state, closed.time_step).fields.concentration
    wet, pocket = before.cell.vertices_of(ELECTROLYTE), cut_off(closed)
    c = LinearNDInterpolator(before.cell.points[wet], solved[wet])
    centroids = closed.cell.points[closed.cell.simplices[pocket]].mean(axis=1)
    return float(c(centroids) @ closed.cell.volumes[pocket])


def gap(state: State) -> float:
    """Between the domes at the height of their centres, µm."""
    points = outline(state)
    near = points[np.abs(points[:, 1] - CENTRE) < 0.2 * RADIUS]
    left = near[:, 0] < 0.5 * WIDTH
    return float(near[~left, 0].min() - near[left, 0].max())


def compare_one(size: float) -> tuple[list[Check], Series]:
    """One mesh: the checks, and the gap over time."""
    settings = advancing(
        "e11d_pool", BEYOND * CONTACT, round(STEPS / size), f"mesh.surface_size={size} um"
    )
    rate = speed(settings)
    run = list(states(settings))
    ahead = [state for state in run if enclosed(state)[0] == 0.0]
    closed, last = run[len(ahead)], run[-1]
    times = np.array([state.time for state in ahead])
    gaps = np.array([gap(state) for state in ahead])
    off = np.abs(gaps - 2.0 * (CONTACT - rate * times))
    # They meet within a step, and grow to the end of that step.
    exact = CONTACT / rate
    area, salt = enclosed(closed)
    there = salt_in_the_place(settings, ahead[-1], closed)
    checks = [
        relative("time of contact", exact / MINUTE, vanishing(times, gaps) / MINUTE, 0.02, "min"),
        below("error of the gap, over its width at first", off.max() / (2.0 * CONTACT), 0.01),
        relative("area of the pool", pool_area(rate * closed.time), area, 0.01, "µm²"),
        relative("its salt", there, salt, 1e-3, "mol/m³ µm²"),
        relative("its area at the end", area, enclosed(last)[0], 1e-3, "µm²"),
        relative("its salt at the end", salt, enclosed(last)[1], 1e-9, "mol/m³ µm²"),
        below("charge balance at the end", last.balance.faraday_error, 1e-3),
    ]
    few = slice(None, None, 1 + len(times) // 15)
    line = np.array([0.0, exact]) / MINUTE, np.array([2.0 * CONTACT, 0.0])
    return checks, Series(f"h = {size} µm", *line, times[few] / MINUTE, gaps[few])


def compare() -> Findings:
    """All meshes; the bounds hold on the finest."""
    checks, series = zip(*map(compare_one, SIZES), strict=True)
    return Findings(tuple(checks[-1]), Panel("time / min", "gap / µm", series))


CASE = Case("E11d-pool", "domes cut off a pool", Family.MOVING, __doc__, compare)
