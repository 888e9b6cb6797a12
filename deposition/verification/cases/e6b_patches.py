"""Current distribution of films so resistive that they alone deterpatch it.

    i_j = i_avg (1/R_j) / Σ_k f_k/R_k      on a patch of the film j;  f_k: area fraction of film k

valid for κR ≫ the size of the cell: here 7 cm and 40 µm.  The patches are generated from ``[sei]
composition``, and f_k are the fractions stated there, not those of the mesh; Nernst-Planck, a given
current.  The Wagner number is κR/L with the parallel R; R_ct is 10⁻⁶ of it.
Source: conductors in parallel.
"""

from __future__ import annotations

import numpy as np

from deposition.check.wagner import wagner_of
from deposition.common.constants import MICROMETRE
from deposition.mesh.cell import Floats
from deposition.scenario import Scenario
from deposition.simulation.initial import begin
from deposition.simulation.state import State
from deposition.verification.bench import last_state, scenario
from deposition.verification.case import Case, Family, Findings, Panel, Series, below, relative


def mean_resistance(settings: Scenario) -> float:
    """1 / Σ_k f_k/R_k of the stated composition, ohm m², independent of the mesh."""
    films, shares = settings.sei.films, settings.sei.composition or {}
    return 1.0 / sum(share / (films[name].resistance or 0.0) for name, share in shares.items())


def along(state: State) -> tuple[Floats, Floats, Floats, Floats]:
    """x (µm), ascending, R (ohm m²), length (µm) and i (A/m²) of the facets of the lithium."""
    surface = state.surface
    on = np.flatnonzero(surface.working)
    on = on[np.argsort(surface.midpoint[on, 0])]
    x, length = surface.midpoint[on, 0], surface.area[on]
    return x, state.resistance[on], length, state.current_density[on]


def compare() -> Findings:
    """Three films, at the end of the run; the Wagner number."""
    settings = scenario("e6b_patches")
    mean = settings.protocol.current_density or 0.0
    x, resistance, length, current = along(last_state(settings))
    parallel = mean_resistance(settings)
    exact = np.asarray(mean * parallel / resistance, dtype=np.float64)
    checks = []
    for name, film in settings.sei.films.items():
        patch = np.isclose(resistance, film.resistance or 0.0)
        found = float(np.average(current[patch], weights=length[patch]))
        local = float(np.abs(current / exact - 1.0)[patch].max())
        checks += [
            relative(f"{name}: i", exact[patch][0], found, 0.01, "A/m²"),
            below(f"{name}: i, largest error", local, 0.01),
        ]
    some = slice(2, None, 4)
    series = Series("", x, exact, x[some], current[some])
    found = wagner_of(settings, begin(settings)).number
    number = settings.conductivity * parallel / length.sum() / MICROMETRE
    checks.append(relative("Wagner number κR/L", float(number), found, 1e-3))
    return Findings(tuple(checks), Panel("x / µm", "i / (A/m²)", (series,)))


CASE = Case("E6b", "film-limited patches", Family.STATIC, __doc__, compare)
