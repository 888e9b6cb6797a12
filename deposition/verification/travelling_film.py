"""Common parts of the cases of film that travels with the surface.

The films are so resistive that they alone set the current: i = V g with the conductance
g = Σ f_k / R_k of the film on a facet, R_k with charge transfer.
"""

from __future__ import annotations

import numpy as np

from deposition.analysis.morphology import envelope
from deposition.common.constants import FARADAY, MICROMETRE
from deposition.mesh.cell import Floats
from deposition.mesh.footprint import Footprint
from deposition.scenario import Scenario
from deposition.simulation.state import State

SAMPLES = 4000
"""Places at which a profile is evaluated."""


def film_area(state: State, name: str) -> float:
    """Area of a component on the markers, µm^(d-1)."""
    markers = state.run_state.interface_state.markers
    return float(markers.area[:, state.film.films.index(name)].sum())


def buried(first: State, last: State, name: str) -> float:
    """Share of a component that is no longer on the surface."""
    return 1.0 - film_area(last, name) / film_area(first, name)


def fraction(state: State, name: str) -> tuple[Floats, Floats]:
    """(w,) fraction of a component on the facets of the lithium, and their areas, µm^(d-1)."""
    on = state.surface.working
    return state.film.fractions[on, state.film.films.index(name)], state.surface.area[on]


def profile(state: State) -> tuple[Floats, Floats]:
    """x (µm) and the height of the highest lithium above it (µm) at places over the whole width."""
    x = state.cell.points[:, :-1]
    footprint = Footprint(x.min(axis=0), x.max(axis=0), (SAMPLES,) * x.shape[1])
    return footprint.samples[:, 0], envelope(state.cell, footprint)


def mean_height(settings: Scenario) -> float:
    """V_m Q/F of the charge of a run, µm."""
    charge = settings.protocol.capacity
    assert charge is not None
    return settings.lithium.molar_volume * charge / FARADAY / MICROMETRE


def conductance(settings: Scenario, name: str) -> float:
    """1/R of a film, S/m²."""
    resistance = settings.sei.films[name].resistance
    assert resistance is not None
    return 1.0 / resistance


def symmetric(x: Floats, height: Floats) -> float:
    """Mean |h(x) - h(width - x)|, µm."""
    assert np.allclose(x + x[::-1], x[0] + x[-1])
    return float(np.abs(height - height[::-1]).mean())
