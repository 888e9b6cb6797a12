"""Lithium that triiodide corrodes through a film: its potential, and where it dissolves.

In the mixed-potential picture the reduction j = 2 F k c(I3⁻) takes its electrons from the body, and
the body dissolves for it where the film conducts best:

    V = φ_counter - φ_working = -j R,    1/R = Σ_k f_k/(R_k + R_ct),
    -i_n = j R/(R_k + R_ct)   on film k: in proportion to 1/R_k, wherever the iodine is reduced

at rest, in an electrolyte so conductive that its potential is uniform.  Where only the metal below
the resistive film is reactive, the same holds with j times the area fraction of that film.
Lithium is lost once: the chemical rate is zero, ∫ (i_n + j) dA = 0.

Source: Wagner & Traud, Z. Elektrochem. 44 (1938) 391 (mixed potential).
"""

from __future__ import annotations

import numpy as np

from deposition.common.constants import FARADAY
from deposition.laws.iodine import TRIIODIDE
from deposition.laws.kinetics import transfer_resistance
from deposition.mesh.cell import LITHIUM
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

ON_RESISTIVE = (
    'reactions=[{law = "iodine-on-lithium", through = {low = "0 m/s", high = "1e-6 m/s"}, '
    'galvanic = true, on = ["lithium"]}]'
)
"""Metal that reacts below the resistive film alone."""


def resistances(settings: Scenario) -> dict[str, float]:
    """R_k + R_ct of each film, ohm m²."""
    law = settings.kinetics_law
    transfer = transfer_resistance(law, settings.electrolyte.concentration)
    films = settings.sei.films.items()
    return {name: float(film.resistance or 0.0) + transfer for name, film in films}


def compare_one(label: str, *overrides: str) -> tuple[list[Check], State]:
    """One set of reactive surfaces."""
    settings = scenario("i8_corrosion_potential", *overrides)
    state = next(states(settings))
    on, film = state.surface.on(LITHIUM), state.film
    area = state.surface.area[on]
    share = {n: film.fractions[on, k] @ area / area.sum() for k, n in enumerate(film.films)}
    each = resistances(settings)
    mean = 1.0 / sum(share[name] / r for name, r in each.items())
    j = 2.0 * FARADAY * 1e-6 * settings.electrolyte.dissolved[TRIIODIDE].concentration
    j *= share["high"] if overrides else 1.0
    current, checks = state.current_density[on], []
    for name, r in each.items():
        pure = film.fractions[on, film.films.index(name)] > 0.999
        found = float(np.average(current[pure], weights=area[pure]))
        checks.append(relative(f"{label}: i_n on {name}", -j * mean / r, found, 5e-3, "A/m²"))
    fields = state.run_state.interface_state.fields
    net = float(area @ fields.total_current_density[on]) / area.sum()
    checks += [
        relative(f"{label}: V", -j * mean, state.voltage, 5e-3, "V"),
        below(f"{label}: net current over j", net / j, 1e-9),
        below(f"{label}: chemical loss of lithium", float(np.abs(fields.chemical_rate).max()), 0.0),
    ]
    return checks, state


def compare() -> Findings:
    """All metal reactive, and that below the resistive film alone."""
    everywhere, state = compare_one("all reactive")
    checks = (*everywhere, *compare_one("reactive below the resistive film", ON_RESISTIVE)[0])
    on, film = np.flatnonzero(state.surface.on(LITHIUM)), state.film
    order = on[np.argsort(state.surface.midpoint[on, 0])]
    each = resistances(scenario("i8_corrosion_potential"))
    inverse = sum(film.fractions[order, film.films.index(n)] / r for n, r in each.items())
    exact = np.asarray(state.voltage * inverse)
    x = state.surface.midpoint[order, 0]
    series = Series("all reactive", x, exact, x, state.current_density[order])
    return Findings(checks, Panel("x / µm", "i_n / (A/m²)", (series,)))


CASE = Case("I8", "corrosion potential", Family.STATIC, __doc__, compare, seconds=4)
