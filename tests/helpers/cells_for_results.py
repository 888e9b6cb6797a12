"""States with exactly known shape and fields, for the tests of morphology, recorders, results."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from deposition.mesh.cell import COLLECTOR, DEAD_LITHIUM, LITHIUM, Cell, Floats
from deposition.mesh.surface import ELECTRODES, Surface, SurfaceState, extract_surface
from deposition.protocol import Progress
from deposition.protocol.events import Event
from deposition.simulation.state import Balance, State, StepCost
from deposition.transport.fields import Fields
from helpers.boxes import box
from helpers.states import made_state

Where = Callable[[Floats], np.ndarray]

FILMS = ("LiF", "LiI", "none")
SLOPES = {2: (2.0, -3.0), 3: (2.0, 1.0, -3.0)}
"""Gradient of the concentration in every state made here, mol/m³ per µm."""


def nothing(x: Floats) -> np.ndarray:
    return np.zeros(len(x), dtype=bool)


def flat(
    dim: int, deposit: Where = nothing, dead: Where = nothing, collector: bool = False
) -> Cell:
    """Lithium below z = 0 and where ``deposit`` is true, in steps of 1 µm.

    2D: 20 µm wide, z from -2 to 10.  3D: 4 x 4 µm wide, z from -2 to 4.
    """
    low, high = ((0.0, -2.0), (20.0, 10.0)) if dim == 2 else ((0.0, 0.0, -2.0), (4.0, 4.0, 4.0))
    counts = tuple(int(b - a) for a, b in zip(low, high, strict=True))
    regions: dict[str, Where] = {
        LITHIUM: lambda x: (x[:, -1] < 0) | deposit(x),
        DEAD_LITHIUM: dead,
    }
    if collector:
        regions[COLLECTOR] = lambda x: x[:, -1] < -1
    return box(low, high, counts, regions)


def bump(dim: int) -> Where:
    """2D: 5 wide, 3 high (x 5-10).  3D: 2 x 1 wide, 2 high (x 1-3, y 1-2)."""
    if dim == 2:
        return lambda x: (x[:, 0] > 5) & (x[:, 0] < 10) & (x[:, 1] < 3)
    return lambda x: (x[:, 0] > 1) & (x[:, 0] < 3) & (x[:, 1] > 1) & (x[:, 1] < 2) & (x[:, 2] < 2)


def film_on(surface: Surface) -> SurfaceState:
    """LiF left of the middle of the box, LiI (four fifths, one fifth LiF) right, none on top."""
    middle = 10.0 if surface.facets.shape[1] == 2 else 2.0
    fractions = np.where((surface.midpoint[:, 0] < middle)[:, None], [1.0, 0, 0], [0.2, 0.8, 0])
    on_counter = surface.electrode == ELECTRODES.index("counter")
    fractions[on_counter] = [0.0, 0.0, 1.0]
    return SurfaceState.of_thickness(
        fractions=fractions,
        thickness=np.full(surface.size, 20e-9),
        charge=np.arange(surface.size, dtype=float),
        body=np.where(on_counter, -1, 0),
        films=FILMS,
    )


def state_of(
    cell: Cell,
    step: int = 0,
    time: float = 0.0,
    capacity: float = 0.0,
    voltage: float = 0.02,
    is_snapshot: bool = True,
    ended: str = "",
    event: Event | None = None,
) -> State:
    """A state with linear fields: c = 1000 + slopes·x, φ = 1e-3 z (x in µm)."""
    surface = extract_surface(cell)
    wet = np.zeros(len(cell.points), dtype=bool)
    wet[cell.simplices[cell.region == 0]] = True
    concentration = 1000.0 + cell.points @ np.array(SLOPES[cell.dim])
    return made_state(
        cell,
        surface,
        film_on(surface),
        Fields(
            concentration=np.where(wet, concentration, np.nan),
            potential=np.where(wet, 1e-3 * cell.points[:, -1], np.nan),
            current_density=np.where(surface.working, 5.0 + surface.midpoint[:, 0], -5.0),
            metal_potential=np.zeros(surface.size),
        ),
        step=step,
        time=time,
        time_step=2.0,
        resistance=np.full(surface.size, 6e-4),
        applied_current_density=20.0,
        net_areal_charge=capacity,
        voltage=voltage,
        void_area=0.25,
        balance=Balance(
            faraday_error=1e-5,
            salt_error=2e-12,
            salt_correction=3e-4,
            pocket_correction=6e-4,
            volume_correction=4e-3,
            film_error=5e-7,
            dead_lithium_error=3e-8,
            dead_lithium_net_current=4e-15,
        ),
        cost=StepCost(4, 0.5),
        is_snapshot=is_snapshot,
        progress=Progress(0, time, capacity, abs(capacity), ended),
        event=event,
    )


def flux(cell: Cell, concentration: Floats, slope: Floats, field: Floats) -> Floats:
    """Flux law that depends on all its arguments: N = -1e-10 ∇c - 1e-12 c ∇φ."""
    return -1e-10 * slope - 1e-12 * concentration[:, None] * field
