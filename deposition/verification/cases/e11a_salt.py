"""Salt between two planes of lithium, L apart, that both move at v = V_m i/F under a current i.

The walls push the anions, N₋·n = -c v.  With z from the growing wall, moving along,
N₋ = -D ∂c/∂z + t₋ i/F, and D = 2 D₊ D₋/(D₊ + D₋):

    ∂c/∂t = D ∂²c/∂z² + v ∂c/∂z,   D ∂c/∂z + v c = t₋ i/F at both walls
    steady   c = t₋/V_m + B exp(-v z/D),  B such that the mean is c0
    before   c = steady + Σ a_n exp(-v z/2D) u_n(z) exp(-[D k² + v²/4D] t)
             u_n = cos kz - (v/2Dk) sin kz,  k = nπ/L,  a_n from c = c0 at t = 0

In walls that do not push, c0 - c is 2 % larger.  A step of the transport problem, before anything
is cut, must contain the salt it had and what the walls have pushed into it, c v Δt per area, to the
tolerance of Newton's method; the walls then sweep that salt.  What the re-cut mesh has lost is
restored: that share shrinks with the step.
Source: the equations above; separation of variables (Carslaw and Jaeger, Conduction of Heat in
Solids, 2nd ed., § 3.8).
"""

from __future__ import annotations

import numpy as np

from deposition.cell import COUNTER, ELECTROLYTE, Floats
from deposition.constants import FARADAY, MICROMETRE
from deposition.front.salt import salt_content
from deposition.laws.electrolyte import NernstPlanck
from deposition.model import model_of
from deposition.scenario import Scenario
from deposition.start import begin
from deposition.state import State
from deposition.verification.bench import last_state, scenario
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

GAP = 50e-6
"""L, m."""
TIMES = (1.0, 5.0, 20.0)
"""s; L²/(π² D) is 6 s."""
STEPS = 40
"""Equal steps up to each of ``TIMES``."""
LONG, FEWER = 80.0, (2, 4, 8)
"""Time (s) and steps for the restored share: in steps shorter than L²/(π² D), the first one has a
layer so thin that the share falls by their root only."""
TERMS = 200
POINTS = 4001
"""Of the grid on which a_n are integrated."""


def law_of(settings: Scenario) -> NernstPlanck:
    """The electrolyte of the case."""
    law = settings.electrolyte_law
    assert isinstance(law, NernstPlanck)
    return law


def speed(settings: Scenario) -> float:
    """v, m/s."""
    return settings.lithium.molar_volume * (settings.protocol.current_density or 0.0) / FARADAY


def steady(settings: Scenario, z: Floats) -> Floats:
    """c (mol/m³) after a long time, at z (m)."""
    law, rate = law_of(settings), speed(settings)
    decay = rate / law.salt_diffusivity
    level = (1.0 - law.t_plus) / settings.lithium.molar_volume
    amplitude = (law.concentration - level) * decay * GAP / -np.expm1(-decay * GAP)
    return np.asarray(level + amplitude * np.exp(-decay * z))


def concentration(settings: Scenario, z: Floats, time: float) -> Floats:
    """c (mol/m³) at z (m) and a time (s)."""
    diffusivity, rate = law_of(settings).salt_diffusivity, speed(settings)
    half = 0.5 * rate / diffusivity
    k = np.arange(1, TERMS)[:, None] * np.pi / GAP
    grid = np.linspace(0.0, GAP, POINTS, dtype=np.float64)
    gone = law_of(settings).concentration - steady(settings, grid)
    shape = np.cos(k * grid) - half / k * np.sin(k * grid)
    norm = 0.5 * GAP * (1.0 + (half / k[:, 0]) ** 2)
    weight = np.trapezoid(np.exp(half * grid) * gone * shape, grid) / norm
    decay = np.exp(-diffusivity * (k[:, 0] ** 2 + half**2) * time)
    modes = np.exp(-half * z) * (np.cos(k * z) - half / k * np.sin(k * z))
    return steady(settings, z) + (weight * decay) @ modes


def profile(state: State) -> tuple[Floats, Floats]:
    """(n,) z (m) from the lithium, and c, by z."""
    wet = state.cell.vertices_of(ELECTROLYTE)
    z, c = state.cell.points[wet, 1], state.concentration[wet]
    order_of_z = np.argsort(z)
    return (z - z.min())[order_of_z] * MICROMETRE, c[order_of_z]


def in_steps(time: float, count: int, *overrides: str) -> Scenario:
    """The scenario up to a time (s) in so many steps."""
    step = f"{time / count:.17g} s"
    return scenario(
        "e11a_salt",
        f"protocol.duration={time} s",
        f"time.first_step={step}",
        f"time.max_step={step}",
        *overrides,
    )


def compare_one(time: float) -> tuple[list[Check], Series]:
    """c at both walls at one time, and across."""
    settings = in_steps(time, STEPS)
    state = last_state(settings)
    z, c = profile(state)
    exact = concentration(settings, z[[0, -1]], time)
    checks = [
        relative(f"{time:g} s: c, growing wall", exact[0], c[0], 1e-3, "mol/m³"),
        relative(f"{time:g} s: c, receding wall", exact[1], c[-1], 1e-3, "mol/m³"),
        below(f"{time:g} s: largest share of salt restored", state.balance.salt_correction, 1e-4),
    ]
    line = np.linspace(0.0, GAP, 101, dtype=np.float64)
    few = slice(None, None, max(1, len(z) // 15))
    curve = concentration(settings, line, time)
    return checks, Series(
        f"{time:g} s", np.asarray(line / MICROMETRE), curve, np.asarray(z[few] / MICROMETRE), c[few]
    )


def unbalanced(motion: str) -> float:
    """Salt that a step of the transport problem loses, over what the walls push in it."""
    settings = in_steps(5.0, 20, f"counter.motion={motion}")
    start = begin(settings)
    model = model_of(settings, start)
    before = last_state(settings).moment
    assert before is not None
    front, step = before.front, before.time_step
    fields = model.solve(front, step).fields
    area, facets = front.surface.area, front.surface.facets
    advance = speed_of(settings, fields.current_density) * step / MICROMETRE
    if motion == "fixed":
        advance[front.surface.on(COUNTER)] = 0.0
    pushed = advance * area * fields.concentration[facets].mean(axis=1)
    gained = salt_content(front.cell, fields.concentration).sum() - front.salt
    return float((gained - pushed.sum()) / np.abs(pushed).sum())


def speed_of(settings: Scenario, density: Floats) -> Floats:
    """v of facets with a current density (A/m²), m/s."""
    return np.asarray(settings.lithium.molar_volume * density / FARADAY)


def compare() -> Findings:
    """c at three times, the balance of a step, and what is restored."""
    checks, series = zip(*map(compare_one, TIMES), strict=True)
    steps = [LONG / count for count in FEWER]
    restored = [last_state(in_steps(LONG, count)).balance.salt_correction for count in FEWER]
    more = (
        below("salt lost by a transport step, counter receding", unbalanced("receding"), 1e-6),
        below("salt lost by a transport step, counter fixed", unbalanced("fixed"), 1e-6),
        order("restored share: order in the step", steps, restored, 1.0, 0.0),
    )
    panel = Panel("height above the lithium / µm", "c / (mol/m³)", tuple(series))
    return Findings((*(check for some in checks for check in some), *more), panel)


CASE = Case("E11a-c", "planar growth: salt at moving walls", Family.MOVING, __doc__, compare)
