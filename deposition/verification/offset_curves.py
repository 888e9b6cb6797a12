"""Common parts of the cases of exact offset curves.

The film is so resistive that the potential drop of the electrolyte is negligible: at a voltage V
the whole lithium surface moves at one speed.
"""

from __future__ import annotations

import numpy as np

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.mesh.cell import Floats
from deposition.scenario import Scenario
from deposition.simulation.state import State
from deposition.verification.bench import scenario

FEW = 0.02
"""By how much the slope over a few meshes may fall short of 1 where the factor of h changes from
mesh to mesh: see E11c of a corner for what was measured."""

FILM = "film"
"""Name of the film that limits the current, in ``cases/film_limited.toml``."""


def speed(settings: Scenario) -> float:
    """v = V_m V / (F R), µm/s, > 0 for growth."""
    resistance = settings.sei.films[FILM].resistance
    assert settings.protocol.voltage is not None and resistance is not None
    density = settings.protocol.voltage / resistance
    return settings.lithium.molar_volume * density / FARADAY / MICROMETRE


def advancing(name: str, distance: float, steps: int, *overrides: str) -> Scenario:
    """Scenario ``cases/NAME.toml`` that ends when the surface has advanced by ``distance`` (µm; < 0
    for stripping) in equal steps."""
    plating = scenario(name, *overrides)
    volts = np.sign(distance) * (plating.protocol.voltage or 0.0)
    seconds = abs(distance) / speed(plating)
    times = {
        "protocol.duration": seconds,
        "time.first_step": seconds / steps,
        "time.max_step": seconds / steps,
    }
    settings = [f"{key}={value:.17g} s" for key, value in times.items()]
    return scenario(name, *overrides, f"protocol.voltage={volts:.17g} V", *settings)


def outline(state: State) -> Floats:
    """(n, d) vertices of the lithium surface, µm."""
    return state.cell.points[np.unique(state.surface.facets[state.surface.working])]


def outline_size(state: State) -> float:
    """Length (2D) or area (3D) of the lithium surface, µm^(d-1)."""
    return float(state.surface.area[state.surface.working].sum())


def vanishing(times: Floats, widths: Floats, least: float = 0.0) -> float:
    """Time (s) at which a decreasing width (µm) is 0, by a linear fit to its last five values above
    ``least``."""
    wide = widths > least
    slope, intercept = np.polyfit(times[wide][-5:], widths[wide][-5:], 1)
    return float(-intercept / slope)
