"""A film on a growing cylinder: it thins as its surface stretches, grows, cracks and heals.

Radius a and thickness δ of a film that grows by s per time, with the area A of the surface and its
rate of stretch e = A'/A (a'/a on a cylinder, 2 a'/a on a sphere),

    a' = (V_m/F) [I/A - z F s/V],   δ' = s - δ e      ⇒   δ A = δ0 A0 + s ∫ A dt

with the current I, of which growth takes z F s/V per area.  Without growth δ = δ0 A0/A.  A film
that breaks at an areal strain ε does so at A = A0 (1 + ε); then its bare share χ obeys
χ' = e (1 - χ) - χ/τ, and the healed film has the thickness of new film.

The radius and the integrals are those of an ODE solver, at the times of the run; mesh and steps are
those of any run.
Source: balance of the film's volume and area; Faraday's law.
"""

from __future__ import annotations

from collections.abc import Callable
from math import pi

import numpy as np
from scipy.integrate import solve_ivp

from deposition.common.constants import FARADAY, MICROMETRE, NANOMETRE
from deposition.mesh.cell import LITHIUM, Floats
from deposition.scenario import Scenario
from deposition.sei.film_library import NO_FILM, lithium_content, molar_volume
from deposition.simulation.state import State
from deposition.verification.bench import scenario, states
from deposition.verification.case import Case, Check, Family, Findings, Panel, Series, relative
from deposition.verification.cases.e11b_cylinder import INNER, current

GROWTH = 1e-12
"""s, m/s."""

STRAIN, HEALING = 0.1, 600.0
"""ε, and τ in s."""


def growth_law(rate: float) -> str:
    """``--set`` text of a law of growth of Li2O by ``rate`` (m/s), whatever its thickness."""
    constant = rate * lithium_content()["Li2O"] / molar_volume("Li2O") / 1000.0
    return (
        f'sei.growth=[{{component = "Li2O", rate_constant = "{constant:.17g} m/s", '
        'diffusivity = "1 m^2/s", concentration = "1 mol/L"}]'
    )


def exact(
    settings: Scenario, times: Floats, rate: float, total: float, dim: int = 2
) -> tuple[Floats, Floats, Floats]:
    """Radius (m), thickness (m) and bare share at the given times, s.

    total  current of the whole cylinder or sphere, A/m or A; dim of the cell
    """
    metal = settings.lithium.molar_volume
    side = lithium_content()["Li2O"] * FARADAY * rate / molar_volume("Li2O")
    start = INNER * MICROMETRE
    strained = start * (1.0 + STRAIN) ** (1.0 / (dim - 1))

    def change(_: float, y: Floats) -> list[float]:
        a, delta, share = y
        area = 2.0 * pi * a if dim == 2 else 4.0 * pi * a**2
        speed = metal / FARADAY * (total / area - side)
        stretch = (dim - 1) * speed / a
        cracks = stretch * (1.0 - share) - share / HEALING if a > strained else 0.0
        return [speed, rate - delta * stretch, cracks]

    found = solve_ivp(
        change,
        (0.0, times[-1]),
        [start, settings.sei.thickness, 0.0],
        t_eval=times,
        rtol=1e-9,
        atol=1e-16,
        max_step=times[-1] / 2000.0,
    )
    radius, thickness, share = found.y
    return radius, thickness, share


def film(state: State) -> float:
    """Volume of the film on the lithium over its area, m."""
    on = state.surface.on(LITHIUM)
    return float(np.average(state.film.thickness[on], weights=state.surface.area[on]))


def bare(state: State) -> float:
    """Bare share of the lithium."""
    on, column = state.surface.on(LITHIUM), state.film.films.index(NO_FILM)
    return float(np.average(state.film.fractions[on, column], weights=state.surface.area[on]))


def thinning(
    label: str, rate: float, case: str, total: Callable[[Scenario], float], bound: float
) -> tuple[list[Check], Series]:
    """The thickness of a film that grows by ``rate`` (m/s) or not at all.

    total  current of the whole cylinder or sphere; bound of the relative error
    """
    settings = scenario(case, *([growth_law(rate)] if rate else []))
    run = list(states(settings))
    times = np.array([state.time for state in run])
    _, expected, _ = exact(settings, times, rate, total(settings), run[0].cell.dim)
    found = np.array([film(state) for state in run])
    worst = float(np.abs(found / expected - 1.0).max())
    checks = [relative(f"{label}: δ", 1.0, 1.0 + worst, bound)]
    few = slice(None, None, 1 + len(times) // 15)
    nanometres = np.asarray(expected / NANOMETRE, dtype=np.float64)
    return checks, Series(label, times, nanometres, times[few], found[few] / NANOMETRE)


def cracking() -> list[Check]:
    """Time of the first crack, and the bare share afterwards."""
    settings = scenario(
        "s1_stretched_film",
        f"sei.cracking.strain={STRAIN}",
        f"sei.cracking.healing_time={HEALING} s",
    )
    run = list(states(settings))
    times, found = np.array([s.time for s in run]), np.array([bare(s) for s in run])
    radius, _, expected = exact(settings, times, 0.0, current(settings))
    first = float(np.interp(INNER * (1.0 + STRAIN), radius / MICROMETRE, times))
    seen = int(np.flatnonzero(found > 1e-6)[0])
    # The share grows linearly at first, from the time of the crack.
    rate = (found[seen + 1] - found[seen]) / (times[seen + 1] - times[seen])
    worst = float(np.abs(found - expected).max())
    return [
        relative("time of the first crack", first, times[seen] - found[seen] / rate, 0.02, "s"),
        relative("bare share: largest error, over its largest value", 1.0,
                 1.0 + worst / float(expected.max()), 0.02),
        relative("bare share at the end", expected[-1], found[-1], 0.03),
    ]  # fmt: skip


def compare() -> Findings:
    """Film without and with growth, and with cracks."""
    laws = {"no growth": 0.0, "growth": GROWTH}
    found = [
        thinning(label, rate, "s1_stretched_film", current, 5e-3) for label, rate in laws.items()
    ]
    checks = [check for checks, _ in found for check in checks]
    panel = Panel("t / s", "δ / nm", tuple(series for _, series in found))
    return Findings((*checks, *cracking()), panel)


CASE = Case("S1", "a film on a growing cylinder", Family.MOVING, __doc__, compare, seconds=30.0)
