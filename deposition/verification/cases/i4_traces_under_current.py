"""Anions that are traces, in the steady binary cell of E1.

With N₋ = 0 of the salt, (F/RT) ∇φ = ∇ln c, and a trace anion of flux N obeys d(c_k/c)/dx = -N/(D
c):

    inert:     c_k/c = const.
    consumed at once at x = L, held at a reservoir at x = 0:
               c_k/c = [c_k(0)/c(0)] ln[c(x)/c(L)] / ln[c(0)/c(L)]
               N = D c_k(0) [c(0) - c(L)] / {L c(0) ln[c(0)/c(L)]}

with c linear between c(0) and c(L).  In the reservoir c(0) = c0 here; with the mean c0 of E1 the
same current gives N L/(D c_k(0)) = 0.836 for c(0)/c(L) = 1.183/0.817.

The exact profile is that of a migrating trace with a varying field: its error falls as h².  The
ratio of an inert one is exact on any mesh, because trace and salt are discretised alike.
Source: Newman & Balsara, Electrochemical Systems, 4th ed., ch. 11 (minor components).
"""

from __future__ import annotations

import numpy as np

from deposition.common.constants import MICROMETRE
from deposition.laws.iodine import IODIDE, TRIIODIDE
from deposition.mesh.cell import Floats
from deposition.scenario import Scenario
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
from deposition.verification.dissolved import dissolved, length

SIZES = (4.0, 2.0, 1.0)
"""Edge length, µm."""

CONSUMED = (
    'reactions=[{law = "iodine-on-lithium", rate_constant = "1 m/s", on = ["lithium"]}]',
    "counter.kind=reservoir",
)


def solved(size: float, *overrides: str) -> tuple[Scenario, State]:
    """The steady state with edges of ``size``, µm."""
    edges = (f"mesh.{name}={size} um" for name in ("surface_size", "coarse_size", "counter_size"))
    settings = scenario("i4_traces_under_current", *edges, *overrides)
    return settings, last_state(settings)


def exact(settings: Scenario, state: State) -> tuple[Floats, float]:
    """Profile (n,) of I3⁻ that the lithium consumes, mol/m³, and its flux, mol/(m² s)."""
    ion, gap = settings.electrolyte.dissolved[TRIIODIDE], length(settings, "height")
    height = state.cell.points[:, -1] * MICROMETRE
    top = settings.electrolyte.concentration
    bottom = float(state.concentration[np.abs(height) < 1e-12].mean())
    c = bottom + (top - bottom) * height / gap
    with np.errstate(invalid="ignore", divide="ignore"):
        profile = ion.concentration / top * c * np.log(c / bottom) / np.log(top / bottom)
    across = (top - bottom) / (top * np.log(top / bottom))
    return np.asarray(profile), ion.diffusivity * ion.concentration / gap * across


def compare() -> Findings:
    """The inert and the reacting trace on three meshes."""
    of_inert, of_profile = [], []
    for size in SIZES:
        settings, state = solved(size)
        wet = np.isfinite(state.concentration)
        ratio = dissolved(settings, state, IODIDE)[wet] / state.concentration[wet]
        of_inert.append(float(np.abs(ratio / ratio.mean() - 1.0).max()))
        settings, state = solved(size, *CONSUMED)
        profile, flux = exact(settings, state)
        found = dissolved(settings, state, TRIIODIDE)
        wet = np.isfinite(found)
        of_profile.append(float(np.sqrt(np.mean((found - profile)[wet] ** 2))))
    on = state.surface.on("lithium")
    rate = state.run_state.interface_state.fields.chemical_rate[on]
    taken = -0.5 * float(np.average(rate, weights=state.surface.area[on]))
    of_iodine = settings.electrolyte.dissolved[TRIIODIDE].concentration
    checks: tuple[Check, ...] = (
        below("inert: deviation of c_k/c from its mean", max(of_inert), 1e-10),
        relative("consumed: flux", flux, taken, 1e-3, "mol/(m² s)"),
        relative("consumed: profile", of_iodine, of_iodine + of_profile[-1], 1e-3, "mol/m³"),
        order("consumed: order in h", SIZES, of_profile, 2.0, 0.3),
    )
    height = state.cell.points[:, -1]
    some = np.flatnonzero(wet)[np.argsort(height[wet], kind="stable")]
    few = some[:: max(1, len(some) // 20)]
    series = Series("consumed", height[some], profile[some], height[few], found[few])
    return Findings(checks, Panel("height above the lithium / µm", "c(I3⁻) / (mol/m³)", (series,)))


CASE = Case("I4", "traces under current", Family.STATIC, __doc__, compare, seconds=10)
