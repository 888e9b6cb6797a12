"""Two films of equal resistance on flat lithium: nothing happens to them, whatever the steps.

    A_k(t) = A_k(0),    f_k(x, t) = f_k(x, 0) = G_ℓ ∗ (patches of k)

Ohmic electrolyte, films that limit the current.  The film area is that on the markers; the averaged
fractions are those at the start, interpolated to the last mesh.  If a facet took over the film of
one old facet as a whole, the area would change by 6 % in 13 steps.
Source: balance of the film's amounts.
"""

from __future__ import annotations

import numpy as np

from deposition.mesh.cell import Floats
from deposition.simulation.state import State
from deposition.verification.bench import scenario, states
from deposition.verification.case import Case, Check, Family, Findings, Panel, Series, below
from deposition.verification.travelling_film import film_area

ADVANCES = (0.5, 0.15)
"""Advance of a step, of a surface element."""
FILMS = ("LiI", "twin")


def along(state: State) -> tuple[Floats, Floats]:
    """x (µm), ascending, and the fraction of LiI on the facets of the lithium."""
    on = np.flatnonzero(state.surface.working)
    on = on[np.argsort(state.surface.midpoint[on, 0])]
    return state.surface.midpoint[on, 0], state.film.fractions[on, state.film.films.index("LiI")]


def compare_one(advance: float) -> tuple[list[Check], Series]:
    """One time step."""
    run = list(states(scenario("e12a_flat", f"time.max_advance={advance}")))
    first, last = run[0], run[-1]
    (x, before), (at, after) = along(first), along(last)
    off = np.abs(after - np.interp(at, x, before)).max()
    areas = [film_area(last, name) / film_area(first, name) - 1.0 for name in FILMS]
    name = f"{last.step} steps"
    checks = [
        below(f"area of LiI, change, {name}", areas[0], 1e-9),
        below(f"area of its twin, change, {name}", areas[1], 1e-9),
        below(f"largest change of a fraction, {name}", float(off), 0.01),
        below(f"film balance, {name}", last.balance.film_error, 1e-9),
    ]
    return checks, Series(name, x, before, at[::3], after[::3])


def compare() -> Findings:
    """Both time steps."""
    checks, series = zip(*map(compare_one, ADVANCES), strict=True)
    return Findings((*checks[0], *checks[1]), Panel("x / µm", "fraction of LiI", series))


CASE = Case("E12a", "two equal films", Family.MOVING, __doc__, compare, seconds=6.0)
