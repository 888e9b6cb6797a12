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

SCATTER = 0.15
"""Slack of an observed first order where the interface is remeshed.

Round-off decides between equivalent edges in Mmg: another BLAS kernel, or a relative change of h by
1e-13, gives another mesh.  The factor of h in the error then scatters from mesh to mesh by 4 to
15 %, and the slope over three to five meshes with a standard deviation of 0.02 to 0.1 about a mean
of 0.98 or more; the cases state the measured range.  If the advance is 5 % too short, the slope is
at most 0.3."""

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
    settings += [f"protocol.voltage={volts:.17g} V", "time.tolerance=1"]
    return scenario(name, *overrides, *settings)


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
