"""A closed gap of triiodide that lithium at one wall consumes; nothing happens at the other wall.

    c̄/c0 = Σ_n 2 Da²/[b_n² (b_n² + Da² + Da)] e^(-b_n² D t/L²),   b_n tan b_n = Da,   Da = k L/D

with the mean concentration c̄, the rate constant k, the diffusivity D and the gap L.  Iodine is
balanced: each I3⁻ that is missing is there as three I⁻. Source: Carslaw & Jaeger, Conduction of
Heat in Solids, 2nd ed., 1959, §3.11 (radiation at one wall).
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from deposition.laws.iodine import IODIDE, TRIIODIDE
from deposition.mesh.cell import ELECTROLYTE, Floats
from deposition.scenario import Scenario
from deposition.simulation.state import State
from deposition.verification.bench import scenario, states
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
from deposition.verification.dissolved import dissolved, length

NUMBERS = {0.1: (0.1, 1.0), 1.0: (1.0,), 10.0: (0.1, 1.0)}
"""D t/L² at which the mean is compared, by Da."""


def mean(damkoehler: float, times: Floats) -> Floats:
    """c̄/c0 at dimensionless times D t/L²."""

    def residual(b: float) -> float:
        return float(b * np.sin(b) - damkoehler * np.cos(b))

    roots = [brentq(residual, n * np.pi, (n + 0.5) * np.pi) for n in range(200)]
    b = np.array(roots)[:, None]
    share = 2.0 * damkoehler**2 / (b**2 * (b**2 + damkoehler**2 + damkoehler))
    return np.asarray((share * np.exp(-(b**2) * times)).sum(axis=0), dtype=np.float64)


def of(settings: Scenario, state: State, name: str) -> float:
    """Mean concentration of a species over the gap, mol/m³."""
    cell = state.cell
    wet = cell.in_region(ELECTROLYTE)
    c = dissolved(settings, state, name)[cell.simplices[wet]].mean(axis=1)
    return float(np.average(c, weights=cell.volumes[wet]))


def compare_one(damkoehler: float, until: tuple[float, ...]) -> tuple[list[Check], Series]:
    """One Damköhler number."""
    ion = scenario("i5_closed_gap").electrolyte.dissolved[TRIIODIDE]
    checks, label = [], f"Da = {damkoehler:g}"
    for end in until:
        gap = length(scenario("i5_closed_gap"), "height")
        settings = scenario(
            "i5_closed_gap",
            f"reactions.1.rate_constant={damkoehler * ion.diffusivity / gap} m/s",
            f"protocol.rest={end * gap**2 / ion.diffusivity} s",
        )
        run = list(states(settings))
        times: Floats = np.array([s.time * ion.diffusivity / gap**2 for s in run[1:]])
        found: Floats = np.array([of(settings, s, TRIIODIDE) / ion.concentration for s in run[1:]])
        exact = mean(damkoehler, times)
        iodine = 3.0 * found[-1] * ion.concentration + of(settings, run[-1], IODIDE)
        least = min(float(np.nanmin(dissolved(settings, s, TRIIODIDE))) for s in run)
        checks += [
            relative(f"{label}, Dt/L² = {end:g}: mean", exact[-1], float(found[-1]), 5e-3),
            relative(f"{label}, Dt/L² = {end:g}: iodine", 3.0 * ion.concentration, iodine, 1e-9),
            below(
                f"{label}, Dt/L² = {end:g}: below zero", min(least, 0.0) / ion.concentration, 1e-9
            ),
        ]
    few = slice(None, None, 1 + len(times) // 15)
    return checks, Series(label, times, exact, times[few], found[few])


def compare() -> Findings:
    """All Damköhler numbers."""
    found = [compare_one(number, until) for number, until in NUMBERS.items()]
    checks = tuple(check for checks, _ in found for check in checks)
    return Findings(checks, Panel("D t/L²", "mean c/c0", tuple(series for _, series in found)))


CASE = Case("I5", "a closed gap of triiodide", Family.STATIC, __doc__, compare, seconds=20)
