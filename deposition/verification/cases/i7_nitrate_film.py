"""Nitrate forms a film of Li3N and Li2O on bare lithium, which passivates it.

    L/k + L²/(2 D) = V c t,    V = V(Li3N) + 3 V(Li2O) = 7.2e-5 m³/mol

with the thickness L, the rate constant k, the diffusivity D in the film and the concentration c of
nitrate.  The metal dissolves for its electrons, ∫ i_n dt = -8 F n(NO3⁻) = -8 F n(Li3N), and the
film covers the whole surface: its areas are in proportion to the volumes, 38 % Li3N.

Source: Deal & Grove, J. Appl. Phys. 36 (1965) 3770.
"""

from __future__ import annotations

import numpy as np

from deposition.common.constants import FARADAY, NANOMETRE
from deposition.laws.nitrate import PRODUCTS
from deposition.mesh.cell import LITHIUM, Floats
from deposition.scenario import Scenario
from deposition.scenario.reactions import NitrateOnLithium
from deposition.sei.film_library import molar_volume
from deposition.simulation.state import State
from deposition.verification.bench import scenario, states
from deposition.verification.case import Case, Family, Findings, Panel, Series, relative

TIMES = (60.0, 600.0, 3600.0, 36000.0)
"""Times of the comparison, s."""


def film_volume() -> float:
    """V, m³/mol of nitrate."""
    return sum(n * molar_volume(name) for name, n in PRODUCTS.items())


def thickness(settings: Scenario, times: Floats) -> Floats:
    """L at given times (s), m."""
    (reaction,) = settings.reactions
    assert isinstance(reaction, NitrateOnLithium)
    k, d = reaction.rate_constant, reaction.diffusivity
    formed = film_volume() * settings.electrolyte.dissolved["NO3-"].concentration * times
    return np.asarray(2.0 * formed / (1.0 / k + np.sqrt(1.0 / k**2 + 2.0 * formed / d)))


def on_lithium(state: State, values: Floats) -> float:
    """Mean of values (f,) over the lithium."""
    on = state.surface.on(LITHIUM)
    return float(np.average(values[on], weights=state.surface.area[on]))


def compare() -> Findings:
    """The thickness at four times; charge and composition at the end."""
    settings = scenario("i7_nitrate_film")
    run = list(states(settings))
    times = np.array([state.time for state in run])
    found = np.array([on_lithium(state, state.film.thickness) for state in run])
    last, exact = run[-1], np.asarray(thickness(settings, times), dtype=np.float64)
    nitride = last.film.films.index("Li3N")
    moles = on_lithium(last, last.film.volumes[:, nitride]) / molar_volume("Li3N")
    charge = on_lithium(last, last.film.charge)
    share = molar_volume("Li3N") / film_volume()
    # The deviation is compared where the state lies; times of states are not those of the table.
    nearest = [int(np.abs(times[1:] - time).argmin()) + 1 for time in TIMES]
    checks = (
        *(
            relative(
                f"L at {times[k]:.4g} s", exact[k] / NANOMETRE, found[k] / NANOMETRE, 1e-2, "nm"
            )
            for k in dict.fromkeys(nearest)
        ),
        relative("charge of the metal over 8 F n", -8.0 * FARADAY * moles, charge, 1e-6, "C/m²"),
        relative("area of Li3N", share, on_lithium(last, last.film.fractions[:, nitride]), 1e-6),
    )
    few = slice(1, None, max(1, len(times) // 20))
    line, points = (np.asarray(part / NANOMETRE, dtype=np.float64) for part in (exact, found))
    series = Series("nitrate", times[1:], line[1:], times[few], points[few])
    return Findings(checks, Panel("t / s", "L / nm", (series,)))


CASE = Case("I7", "a film of nitrate's products", Family.STATIC, __doc__, compare, seconds=6)
