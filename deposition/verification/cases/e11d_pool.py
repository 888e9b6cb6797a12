"""Domes that grow together and cut off a pool of electrolyte: when, how large, and its salt.

Domes of radius R stand at either wall of a box of width w, their centres at height b above flat
lithium, where they are widest.  A film limits the current to i = V/R_film on every facet, so that
the surface moves by s = V_m i t/F along its normals; with ρ = R + s and floor height s,

    the domes meet at   s = w/2 - R,  t = s F/(V_m i)
    area of the pool    w (b - s) - 2 ∫ √(ρ² - (y - b)²) dy  from s to b
    salt in it          its area times c, which in this film is even everywhere: all salt over all
                        electrolyte

A pool that is cut off has the same metal all around and carries no current: it keeps its area and
its salt.
Source: plane geometry; Sethian, Level Set Methods and Fast Marching Methods, 2nd ed., ch. 2.
"""

from __future__ import annotations

import numpy as np
from scipy.integrate import quad

from deposition.cell import ELECTROLYTE, Floats
from deposition.front.bodies import counter_pools, electrolyte_pools
from deposition.front.salt import salt_content
from deposition.state import State
from deposition.verification.bench import states
from deposition.verification.case import (
    Case,
    Check,
    Family,
    Findings,
    Panel,
    Series,
    order,
    relative,
)
from deposition.verification.offset_curves import advancing, outline, speed

RADIUS, CENTRE, WIDTH = 2.5, 2.0, 6.0
"""R, b and w, µm."""
CONTACT = 0.5 * WIDTH - RADIUS
"""s when the domes meet, µm."""
BEYOND = 1.5
"""How far the run goes on, in times of the contact."""
SIZES = (0.2, 0.1, 0.05)
"""Edge lengths at the surface, µm; a step advances by a quarter of one."""


def pool_area(s: float) -> float:
    """Of the electrolyte below the centres after an advance s (µm), µm²."""
    dome, _ = quad(lambda y: np.sqrt((RADIUS + s) ** 2 - (y - CENTRE) ** 2), s, CENTRE)
    return WIDTH * (CENTRE - s) - 2.0 * float(dome)


def enclosed(state: State) -> tuple[float, float]:
    """Area (µm²) and salt (mol/m³ µm²) of the electrolyte that is cut off."""
    pools = electrolyte_pools(state.cell)
    cut_off = (pools >= 0) & ~np.isin(pools, counter_pools(state.cell, pools))
    salt = salt_content(state.cell, state.concentration)
    return float(state.cell.volumes[cut_off].sum()), float(salt[cut_off].sum())


def gap(state: State) -> float:
    """Between the domes at the height of their centres, µm."""
    points = outline(state)
    near = points[np.abs(points[:, 1] - CENTRE) < 0.2 * RADIUS]
    left = near[:, 0] < 0.5 * WIDTH
    return float(near[~left, 0].min() - near[left, 0].max())
