"""A layer of mossy dead lithium that triiodide dissolves from its face, where it is held.

With the time integral ψ = ∫ c dt of the concentration of I3⁻, quasi-steady diffusion and grains of
one size become one equation in x:

    D_eff d²ψ/dx² = (L_0/2) [1 - (1 - βψ)₊³],    ψ(0) = c t,    dψ/dx(H) = 0

    lithium dissolved per area = -2 D_eff dψ/dx(0)

with the lithium L_0 = ε_s/V_m per volume and β = 2 k a/(3 L_0), integrated from the back of the
layer. For a Thiele modulus φ = H √(k a/D_eff) ≫ 1 a front moves by h = √(4 V_m c D_eff t/ε_s), and
has passed the layer at t = H² ε_s/(4 V_m c D_eff), 7693 s.  The profile is quasi-steady, as
2 V_m c/ε_s = 9e-4.  Behind the layer lie 1 µm of electrolyte and lithium that does not react.

Source: Ausman & Watson, Chem. Eng. Sci. 17 (1962) 323, for ψ; Levenspiel, Chemical Reaction
Engineering, 3rd ed., 1999, ch. 25, for the front.
"""

from __future__ import annotations

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from deposition.analysis.elements import ElementContents
from deposition.common.constants import MICROMETRE
from deposition.laws.iodine import TRIIODIDE
from deposition.laws.porous_lithium import PorousLithium
from deposition.mesh.cell import Floats
from deposition.scenario import Scenario
from deposition.simulation.build import model_of
from deposition.simulation.initial import begin
from deposition.simulation.state import State
from deposition.transport.porous_lithium import lithium_content
from deposition.verification.bench import scenario, states
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
from deposition.verification.dissolved import length

FAST, SLOW = 1e-4, 7.3e-7
"""k, m/s: φ = 36.5 and 3.1."""

SIZES, STEP = (4.0, 2.0, 1.0), 200.0
"""Edge length of the layer, µm, and time step at 4 µm, s, in proportion to it."""
SLACK = 0.2
"""By how much the order may be smaller: it is that of three runs."""


def law_of(settings: Scenario) -> PorousLithium:
    """The law of the lithium in the layer."""
    law = settings.porous_lithium
    assert law is not None
    return law


def dissolved_share(settings: Scenario, time: float) -> float:
    """Exact share of the lithium that is dissolved at a time (s)."""
    law, thickness = law_of(settings), length(settings, "separator")
    ion = settings.electrolyte.dissolved[TRIIODIDE]
    diffusivity = ion.diffusivity * settings.pores.transport_efficiency
    face = ion.concentration * time

    def from_the_back(psi: float) -> tuple[float, float]:
        """ψ and dψ/dx at the face, of a ψ at the back."""

        def slopes(_: float, y: Floats) -> tuple[float, float]:
            left = np.maximum(0.0, 1.0 - law.consumption * y[0]) ** 3
            return y[1], 0.5 * law.content / diffusivity * (1.0 - left)

        end = solve_ivp(
            slopes, (0.0, thickness), (psi, 0.0), method="LSODA", rtol=1e-10, atol=1e-12 * face
        )
        return float(end.y[0, -1]), float(end.y[1, -1])

    # Where a front is far from the back, ψ is tiny there: sought by its logarithm.
    back = brentq(lambda x: from_the_back(np.exp(x))[0] - face, np.log(face) - 200.0, np.log(face))
    lost = 2.0 * diffusivity * from_the_back(np.exp(back))[1]
    return float(lost / (law.content * thickness))


def run_with(rate_constant: float, size: float) -> tuple[Scenario, list[State]]:
    """The scenario with a rate constant (m/s) and edges (µm), and its states."""
    step = STEP * size / SIZES[0]
    settings = scenario(
        "i9_mossy_layer",
        f"separator.dead_lithium.rate_constant={rate_constant} m/s",
        *(f"mesh.{name}_size={size} um" for name in ("surface", "coarse", "counter")),
        f"time.max_step={step} s",
        f"time.first_step={0.05 * step} s",
    )
    return settings, list(states(settings))


def found_share(run: list[State]) -> Floats:
    """Share of the lithium that is dissolved, in each state."""
    left = [
        lithium_content(state.cell, state.run_state.interface_state.fields.porous_lithium)
        for state in run
    ]
    return np.asarray(1.0 - np.array(left) / left[0], dtype=np.float64)


def iodine_error(settings: Scenario, run: list[State]) -> float:
    """Change of all iodine, relative to what has come from the reservoir."""
    start = begin(settings)
    contents = ElementContents.of(
        model_of(settings, start).transport, start.films.names, start.films.molar_volume
    )
    first, last = (contents.contents(state)["I"] for state in (run[0], run[-1]))
    return (last.content - first.content) / (abs(last.received) + first.dissolved)


def compare_one(settings: Scenario, run: list[State], label: str) -> tuple[list[Check], Series]:
    """One rate constant."""
    times, found = np.array([state.time for state in run[1:]]), found_share(run)[1:]
    few = slice(None, None, 8)
    exact: Floats = np.array([dissolved_share(settings, time) for time in times[few]])
    left = run[-1].run_state.interface_state.fields.porous_lithium
    end = dissolved_share(settings, times[-1])
    checks = [
        relative(f"{label}: share dissolved", end, float(found[-1]), 5e-3),
        below(f"{label}: iodine", iodine_error(settings, run), 1e-9),
        below(f"{label}: lithium below zero", float(left.min(initial=0.0)), 0.0),
    ]
    return checks, Series(label, times[few], exact, times[few], found[few])


def front(settings: Scenario, run: list[State]) -> Check:
    """The way of the front, in the limit φ ≫ 1."""
    ion, thickness = settings.electrolyte.dissolved[TRIIODIDE], length(settings, "separator")
    diffusivity = ion.diffusivity * settings.pores.transport_efficiency
    whole = law_of(settings).front_time(thickness, diffusivity, ion.concentration)
    way = thickness * np.sqrt(run[-1].time / whole) / MICROMETRE
    found = float(found_share(run)[-1]) * thickness / MICROMETRE
    return relative("φ = 36: way of the front", float(way), found, 1e-2, "µm")


def compare() -> Findings:
    """A front, and a reaction throughout the layer on three meshes."""
    with_front = run_with(FAST, SIZES[-1])
    throughout = [run_with(SLOW, size) for size in SIZES]
    one, curve = compare_one(*with_front, "φ = 36")
    other, line = compare_one(*throughout[-1], "φ = 3.1")
    errors = [
        abs(float(found_share(run)[-1]) / dissolved_share(settings, run[-1].time) - 1.0)
        for settings, run in throughout
    ]
    checks = (
        front(*with_front),
        *one,
        *other,
        order("φ = 3.1: order of the share in h and Δt", SIZES, errors, 1.0, SLACK),
    )
    return Findings(checks, Panel("t / s", "share dissolved", (curve, line)))


CASE = Case("I9", "a layer of mossy dead lithium", Family.STATIC, __doc__, compare, seconds=15)
