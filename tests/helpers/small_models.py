"""Models of the time loop on small boxes of NumPy arrays, for tests that need no Gmsh."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from deposition.common.constants import FARADAY, GAS_CONSTANT, MICROMETRE
from deposition.interface.film_spread import DefaultFilm
from deposition.interface.film_transport import AdvectedFilm
from deposition.interface.moving import MovingInterface
from deposition.interface.state import InterfaceState
from deposition.laws.electrolyte import NernstPlanck
from deposition.laws.kinetics import ButlerVolmer
from deposition.mesh.cell import COUNTER, ELECTROLYTE, Cell, Floats
from deposition.mesh.sizes import MeshSizes
from deposition.mesh.surface import SurfaceState, extract_surface, facet_bodies
from deposition.protocol import ConstantCurrent, ProtocolPlan, ProtocolStep
from deposition.simulation.model import Model
from deposition.simulation.state import State
from deposition.simulation.time_step import StepControl
from deposition.transport.physics import TransportPhysics
from helpers.boxes import box
from helpers.electrodes import with_electrodes

T, C0, V_M = 298.15, 1000.0, 1.2998e-5
BE = NernstPlanck(0.35, 0.38, C0, T)
I_00 = 1e4
SIZE = 0.5
"""Edge length at the surface, µm."""
THICKNESS = 2e-8
FILMS = ("good", "poor", "none")
RESISTANCE = (1e-4, 4e-4)
"""Of the films "good" and "poor", ohm m²: far above κ⁻¹ times the size of the box, so that the film
alone says where the current goes."""


def physics(**changes: Any) -> TransportPhysics:
    """The electrolyte BE between lithium electrodes."""
    electrodes, others = with_electrodes(changes)
    return TransportPhysics(BE, ButlerVolmer(I_00, C0, T), T, C0, electrodes, **others)


def moving_interface(**changes: Any) -> MovingInterface:
    """A moving interface with film that travels."""
    electrodes, others = with_electrodes(changes)
    settings: dict[str, Any] = {
        "sizes": MeshSizes(SIZE, 2.0, 1.3),
        "film_motion": AdvectedFilm(DefaultFilm(1, THICKNESS), 1.0),
        "electrodes": electrodes,
        **others,
    }
    return MovingInterface(**settings)


def model(
    current_density: float = 5.0, microns: float = 1.0, capacity: float = 0.0, **changes: Any
) -> Model:
    """Plates (or strips) so many µm of dense lithium on average, or a capacity, C/m²."""
    charge = capacity or microns * MICROMETRE * FARADAY / V_M
    settings: dict[str, Any] = {
        "transport": physics(),
        "interface": moving_interface(),
        "film_conductivity": np.array([*(THICKNESS / np.array(RESISTANCE)), np.inf]),
        "plan": ProtocolPlan((ProtocolStep(ConstantCurrent(current_density), capacity=charge),)),
        "control": StepControl(first=1e4, longest=1e4, advance=0.5 * SIZE),
        "snapshot_every": charge / 2,
        **changes,
    }
    return Model(**settings)


@dataclass(frozen=True)
class Patched:
    """Where the film is "good"; elsewhere it is "poor", and the counter electrode has none."""

    left: float
    right: float

    def on(self, cell: Cell) -> SurfaceState:
        """The film on a new cell."""
        surface = extract_surface(cell)
        inside = (self.left < surface.midpoint[:, 0]) & (surface.midpoint[:, 0] < self.right)
        film = np.where(surface.on(COUNTER), 2, np.where(inside, 0, 1))
        return SurfaceState.of_thickness(
            np.eye(len(FILMS))[film],
            np.where(film == 2, 0.0, THICKNESS),
            np.zeros(surface.size),
            facet_bodies(cell, surface),
            FILMS,
        )


EVERYWHERE = Patched(-np.inf, np.inf)


def slab(gap: float = 8.0, width: float = 4.0, metal: float = 1.0, size: float = SIZE) -> Cell:
    """A flat electrode of ``metal`` µm under ``gap`` µm of electrolyte."""
    return box((0.0, -metal), (width, gap), (round(width / size), round((gap + metal) / size)))


def begin(a: Model, cell: Cell, film: Patched = EVERYWHERE) -> InterfaceState:
    """The state before the first step, with a uniform concentration."""
    concentration = np.full(len(cell.points), np.nan)
    concentration[cell.simplices[cell.in_region(ELECTROLYTE)]] = C0
    return a.interface.start(cell, film.on(cell), concentration)


def currents(state: State) -> tuple[float, float]:
    """Current (A/m × µm) into the working and into the counter electrode."""
    flow = state.current_density * state.surface.area
    return float(flow[state.surface.working].sum()), float(flow[state.surface.on(COUNTER)].sum())


def thermal() -> float:
    """RT/F, V."""
    return GAS_CONSTANT * T / FARADAY


def heights(state: State) -> Floats:
    """Heights of the vertices of the working surface, µm."""
    return state.cell.points[np.unique(state.surface.facets[state.surface.working]), -1]


def duration(model: Model) -> float:
    """Time that its only stage takes, s."""
    (protocol_step,) = model.plan.protocol_steps
    assert isinstance(protocol_step.applied, ConstantCurrent)
    return protocol_step.left(0.0, 0.0, protocol_step.applied.density)
