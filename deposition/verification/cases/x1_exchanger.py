"""A layered double hydroxide (LDH) exchanges iodide for nitrate in a closed cell at rest.

    c_I = m q x* (1 - e^(-k_x t))                        nitrate in excess, x* = 1
    K c_N (1 - x) = m q x²                               at the end, c_N = c_N0 - m q x
    c_I = m q (1 - Σ 4/α_j² e^(-α_j² D t/a²))            platelets, nitrate in excess

with the dose m, capacity q, selectivity K, rate constant k_x of the exchange; the radius a of
platelets, the diffusivity D in them and the zeros α_j of J_0.  Dissolved and stored iodine, and
nitrogen, add up.
Source: Helfferich, Ion Exchange, 1962, ch. 5 and 6; Crank, The Mathematics of Diffusion, 2nd ed.,
1975, eq. 5.22.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.special import jn_zeros

from deposition.analysis.elements import ElementContents
from deposition.mesh.cell import Floats
from deposition.scenario import Scenario
from deposition.simulation.build import model_of
from deposition.simulation.initial import begin
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

PLATELETS = ("ldh.diffusivity=1e-16 m^2/s", "ldh.radius=1 um")
TAUS = (0.01, 0.063, 0.1, 0.3)
"""D t/a² at which the uptake of platelets is compared."""

SURFACE = ("ldh.rate_constant=1e-3 1/s",)
SATURATED = (
    *SURFACE,
    "ldh.selectivity=74.3",
    "electrolyte.dissolved.NO3-.concentration=37 mol/m^3",
)


def sites(settings: Scenario) -> float:
    """m q, mol/m³."""
    assert settings.ldh is not None
    return settings.ldh.dose * settings.ldh.capacity


def course(settings: Scenario) -> tuple[Floats, Floats, list[State]]:
    """Time, s, mean concentration of I⁻, mol/m³, of each state, and the states."""
    run = list(states(settings))
    names = list(settings.electrolyte.dissolved)
    iodide = [np.nanmean(state.fields.dissolved[:, names.index("I-")]) for state in run]
    return np.array([s.time for s in run], dtype=np.float64), np.array(iodide), run


def batch() -> tuple[list[Check], Series]:
    """Exchange of first order with nitrate in excess."""
    settings = scenario("x1_exchanger", *SURFACE, "time.tolerance=1e-4")
    times, found, run = course(settings)
    assert settings.ldh is not None and settings.ldh.rate_constant is not None
    exact = sites(settings) * (1.0 - np.exp(-settings.ldh.rate_constant * times))
    start = begin(settings)
    films = start.films
    contents = ElementContents.of(
        model_of(settings, start).transport, films.names, films.molar_volume
    )
    first, last = (contents.contents(state) for state in (run[0], run[-1]))
    errors = [last[symbol].error(first[symbol]) for symbol in ("I", "N")]
    checks = [
        relative("batch: largest error of c_I", exact[-1], exact[-1] + worst(found, exact), 1e-3),
        below("batch: balance of iodine and nitrogen", max(errors), 1e-9),
    ]
    return checks, Series("batch", times, exact, times[::5], found[::5])


def worst(found: Floats, exact: Floats) -> float:
    """Largest deviation."""
    return float(np.abs(found - exact).max())


def saturation() -> Check:
    """Loading at the end, of a limited amount of nitrate."""
    settings = scenario("x1_exchanger", *SATURATED, "protocol.rest=10 h")
    last = course(settings)[2][-1]
    ldh, m_q = settings.ldh, sites(settings)
    assert ldh is not None
    nitrate = settings.electrolyte.dissolved["NO3-"].concentration
    exact = brentq(
        lambda x: ldh.selectivity * (nitrate - m_q * x) * (1.0 - x) - m_q * x**2, 0.0, 1.0
    )
    return relative("saturation: x", float(exact), float(last.fields.loading.sum()), 1e-5)


def platelets() -> tuple[list[Check], Series]:
    """Uptake by diffusion in platelets with nitrate in excess."""
    roots = jn_zeros(0, 2000)

    def uptake(tau: Floats) -> Floats:
        decayed = np.exp(-np.multiply.outer(tau, roots**2)) @ (4.0 / roots**2)
        return np.asarray(1.0 - decayed, dtype=np.float64)

    settings = scenario("x1_exchanger", *PLATELETS, "time.tolerance=1e-4", "time.first_step=0.01 s")
    assert settings.ldh is not None
    ldh = settings.ldh
    assert ldh.diffusivity is not None and ldh.radius is not None
    times, found, _ = course(settings)
    taus = np.asarray(times * (ldh.diffusivity / ldh.radius**2), dtype=np.float64)
    share, exact = found / sites(settings), uptake(np.array(TAUS))
    at = np.interp(TAUS, taus, share - uptake(taus)) + exact
    checks = [
        relative(f"platelets: uptake at D t/a² = {tau:g}", float(wanted), float(value), 2e-3)
        for tau, wanted, value in zip(TAUS, exact, at, strict=True)
    ]
    scale = sites(settings)
    return checks, Series("platelets", times, scale * uptake(taus), times[::8], found[::8])


def compare() -> Findings:
    """Batch, saturation and platelets."""
    (one, first), (two, second) = batch(), platelets()
    return Findings((*one, saturation(), *two), Panel("t / s", "c(I⁻) / (mol/m³)", (first, second)))


CASE = Case("X1", "a layered double hydroxide in a batch", Family.STATIC, __doc__, compare)
