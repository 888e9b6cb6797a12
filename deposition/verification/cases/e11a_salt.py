"""Salt between two planes of lithium, L apart, that both move at v = V_m i/F under a current i.

Electrolyte and separator (porosity ε, if there is one) move with the interfaces, which displace the
anions: N₋·n = -ε c v, n into the metal.  In the moving frame, with z from the growing interface,

    N₋ = -ε^b D ∂c/∂z + t₋ i/F,   ε ∂c/∂t = -∂N₋/∂z + ε v ∂c/∂z,   N₋ = ε c v at both interfaces

and so, with D' = ε^(b-1) D and t' = t₋/ε,

    ∂c/∂t = D' ∂²c/∂z² + v ∂c/∂z,   D' ∂c/∂z + v c = t' i/F at both interfaces
    steady     c = t'/V_m + B exp(-v z/D'),  B such that the mean is c0
    transient  c = steady + Σ a_n exp(-v z/2D') u_n(z) exp(-[D' k² + v²/4D'] t)
               u_n = cos kz - (v/2D'k) sin kz,  k = nπ/L,  a_n from c = c0 at t = 0

The dilute electrolyte BE, where D = 2 D₊ D₋/(D₊ + D₋), at three times; a concentrated one of
constant D and t₋ once, free and in a separator.  Without the displacement of anions, c0 - c of BE
would be 2 % larger.

A step of the transport problem, before remeshing, must contain the previous salt plus the salt that
the interfaces displace, c v Δt per area, to the tolerance of Newton's method.  The fields then move
on with the interfaces, so that the salt correction is the difference of what the two displace,
(c(L) - c(0)) v Δt, 10 to 57 % of what one displaces in a step; in every run it is that to 5 % of
the latter.

The largest correction of a step decreases with the step, in first order.
Source: the equations above; separation of variables (Carslaw and Jaeger, Conduction of Heat in
Solids, 2nd ed., § 3.8); the factors of ε as in case C5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.interface.salt_transfer import salt_content
from deposition.laws.concentrated import ConstantConcentrated
from deposition.laws.electrolyte import NernstPlanck
from deposition.mesh.cell import COUNTER, ELECTROLYTE, Floats
from deposition.scenario import Scenario
from deposition.simulation.build import model_of
from deposition.simulation.initial import begin
from deposition.simulation.state import State
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
TIMES = {1.0: 20, 5.0: 40, 20.0: 40}
"""Times (s) and the numbers of equal steps up to them; L²/(π² D) is 6 s."""
CONCENTRATED = {
    "concentrated": "separator.porosity=1",
    "concentrated, ε = 0.5": "separator.porosity=0.5",
}
MIDDLE, MORE = 2.0, 100
"""Time (s) and number of steps, concentrated electrolyte; L²/(π² D') is 0.9 and 1.2 s."""
CORRECTED = 0.05
"""Bound of the salt correction of a step less what both interfaces displace, over that of one."""
LONG, FEWER = 20.0, (4, 8, 16)
"""Time (s) and numbers of steps for the order of the salt correction."""
TERMS = 200
POINTS = 4001
"""Number of grid points for the integrals a_n."""


@dataclass(frozen=True)
class Salt:
    """Parameters of the exact solution.

    diffusivity  D', m²/s
    t_minus      t'
    mean         c0, mol/m³
    speed        v of the interfaces, m/s
    per_charge   V_m, m³/mol
    """

    diffusivity: float
    t_minus: float
    mean: float
    speed: float
    per_charge: float

    @classmethod
    def of(cls, settings: Scenario) -> Salt:
        """Parameters of a scenario with constant properties."""
        law, pores, volume = settings.electrolyte_law, settings.pores, settings.lithium.molar_volume
        assert isinstance(law, NernstPlanck | ConstantConcentrated)
        free = law.salt_diffusivity if isinstance(law, NernstPlanck) else law.diffusivity
        return cls(
            pores.porosity ** (pores.bruggeman - 1.0) * free,
            (1.0 - law.t_plus) / pores.porosity,
            law.concentration,
            speed_of(settings, settings.protocol.current_density or 0.0),
            volume,
        )


def speed_of(settings: Scenario, density: Any) -> Any:
    """v = V_m i/F at a current density (A/m²), m/s."""
    return settings.lithium.molar_volume * density / FARADAY


def steady(salt: Salt, z: Floats) -> Floats:
    """Steady c (mol/m³) at z (m)."""
    decay = salt.speed / salt.diffusivity
    level = salt.t_minus / salt.per_charge
    amplitude = (salt.mean - level) * decay * GAP / -np.expm1(-decay * GAP)
    return np.asarray(level + amplitude * np.exp(-decay * z))


def concentration(salt: Salt, z: Floats, time: float) -> Floats:
    """c (mol/m³) at z (m) and a time (s)."""
    half = 0.5 * salt.speed / salt.diffusivity
    k = np.arange(1, TERMS)[:, None] * np.pi / GAP
    grid = np.linspace(0.0, GAP, POINTS, dtype=np.float64)
    gone = salt.mean - steady(salt, grid)
    shape = np.cos(k * grid) - half / k * np.sin(k * grid)
    norm = 0.5 * GAP * (1.0 + (half / k[:, 0]) ** 2)
    weight = np.trapezoid(np.exp(half * grid) * gone * shape, grid) / norm
    decay = np.exp(-salt.diffusivity * (k[:, 0] ** 2 + half**2) * time)
    modes = np.exp(-half * z) * (np.cos(k * z) - half / k * np.sin(k * z))
    return steady(salt, z) + (weight * decay) @ modes


def profile(state: State) -> tuple[Floats, Floats]:
    """(n,) z (m) from the lithium, ascending, and c (mol/m³)."""
    wet = state.cell.vertices_of(ELECTROLYTE)
    z, c = state.cell.points[wet, 1], state.concentration[wet]
    order_of_z = np.argsort(z)
    return (z - z.min())[order_of_z] * MICROMETRE, c[order_of_z]


def in_steps(time: float, count: int, *overrides: str, name: str = "e11a_salt") -> Scenario:
    """Scenario ``cases/NAME.toml`` up to a time (s) in ``count`` equal steps."""
    step = f"{time / count:.17g} s"
    return scenario(
        name,
        f"protocol.duration={time} s",
        f"time.first_step={step}",
        f"time.max_step={step}",
        *overrides,
    )


def compare_one(label: str, settings: Scenario) -> tuple[list[Check], Series]:
    """Checks of c at the end of a run and of its salt correction; c over the height."""
    state, salt = last_state(settings), Salt.of(settings)
    z, c = profile(state)
    exact = concentration(salt, z, state.time)
    largest = np.abs(c - exact).max() / salt.mean
    corrected = state.balance.salt_correction * GAP / (salt.speed * state.time_step)
    checks = [
        relative(f"{label}: c, growing interface", exact[0], c[0], 1e-3, "mol/m³"),
        relative(f"{label}: c, receding interface", exact[-1], c[-1], 1e-3, "mol/m³"),
        below(f"{label}: largest error across, over c0", largest, 1e-3),
        below(
            f"{label}: salt correction less the difference of both interfaces, over one",
            abs(corrected - abs(c[-1] - c[0]) / salt.mean),
            CORRECTED,
        ),
    ]
    line = np.linspace(0.0, GAP, 101, dtype=np.float64)
    few = slice(None, None, max(1, len(z) // 15))
    curve = concentration(salt, line, state.time)
    return checks, Series(
        label, np.asarray(line / MICROMETRE), curve, np.asarray(z[few] / MICROMETRE), c[few]
    )


def runs() -> dict[str, Scenario]:
    """Scenarios of all runs, by their names in the table."""
    dilute = {f"{time:g} s": in_steps(time, count) for time, count in TIMES.items()}
    others = {
        f"{label}, {MIDDLE:g} s": in_steps(MIDDLE, MORE, pores, name="e11a_concentrated")
        for label, pores in CONCENTRATED.items()
    }
    return dilute | others


def unbalanced(motion: str) -> float:
    """Salt balance error of a step of the transport problem, over the displaced salt."""
    settings = in_steps(5.0, 20, f"counter.motion={motion}")
    start = begin(settings)
    model = model_of(settings, start)
    before = last_state(settings).run_state
    assert before is not None
    interface_state, step = before.interface_state, before.time_step
    fields = model.solve(interface_state, step).fields
    area, facets = interface_state.surface.area, interface_state.surface.facets
    advance = speed_of(settings, fields.current_density) * step / MICROMETRE
    if motion == "fixed":
        advance[interface_state.surface.on(COUNTER)] = 0.0
    displaced = advance * area * fields.concentration[facets].mean(axis=1)
    gained = salt_content(interface_state.cell, fields.concentration).sum() - interface_state.salt
    return float((gained - displaced.sum()) / np.abs(displaced).sum())


def compare() -> Findings:
    """c of all runs, the salt balance of a step, and the order of the salt correction."""
    checks, series = zip(*(compare_one(*run) for run in runs().items()), strict=True)
    steps = [LONG / count for count in FEWER]
    corrected = [last_state(in_steps(LONG, count)).balance.salt_correction for count in FEWER]
    more = (
        below("salt balance of a transport step, counter receding", unbalanced("receding"), 1e-6),
        below("salt balance of a transport step, counter fixed", unbalanced("fixed"), 1e-6),
        order("order of the salt correction in the step", steps, corrected, 1.0, 0.05),
    )
    panel = Panel("height above the lithium / µm", "c / (mol/m³)", tuple(series))
    return Findings((*(check for some in checks for check in some), *more), panel)


CASE = Case(
    "E11a-c",
    "planar growth: salt at moving interfaces",
    Family.MOVING,
    __doc__,
    compare,
    seconds=30.0,
)
