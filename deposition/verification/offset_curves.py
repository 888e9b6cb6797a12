"""What the cases of exact offset curves share: a film so resistive that the electrolyte does not
matter, so that at a voltage V every place of the lithium surface moves at the same speed."""

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
"""The film that limits the current, in ``cases/film_limited.toml``."""


def speed(settings: Scenario) -> float:
    """v = V_m V / (F R), µm/s, > 0 when the lithium grows."""
    resistance = settings.sei.films[FILM].resistance
    assert settings.protocol.voltage is not None and resistance is not None
    density = settings.protocol.voltage / resistance
    return settings.lithium.molar_volume * density / FARADAY / MICROMETRE


def advancing(name: str, distance: float, steps: int, *overrides: str) -> Scenario:
    """The scenario ``cases/NAME.toml``, ended when the surface has advanced by ``distance`` (µm;
    < 0 strips) in so many equal steps."""
    plating = scenario(name, *overrides)
    volts = np.sign(distance) * (plating.protocol.voltage or 0.0)
    seconds = abs(distance) / speed(plating)
    lasting = {
        "protocol.duration": seconds,
        "time.first_step": seconds / steps,
        "time.max_step": seconds / steps,
    }
    ending = [f"{key}={value:.17g} s" for key, value in lasting.items()]
    return scenario(name, *overrides, f"protocol.voltage={volts:.17g} V", *ending)


def outline(state: State) -> Floats:
    """(n, d) vertices of the lithium surface, µm."""
    return state.cell.points[np.unique(state.surface.facets[state.surface.working])]


def outline_size(state: State) -> float:
    """Length (2D) or area (3D) of the lithium surface, µm^(d-1)."""
    return float(state.surface.area[state.surface.working].sum())


def vanishing(times: Floats, widths: Floats, least: float = 0.0) -> float:
    """When a width that falls steadily (µm) is 0, from its last five values above ``least``; s."""
    wide = widths > least
    slope, there = np.polyfit(times[wide][-5:], widths[wide][-5:], 1)
    return float(-there / slope)
