"""Small moving interfaces: cells that are carved, and steps with a given advance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.interface.film_spread import DefaultFilm
from deposition.interface.film_transport import AdvectedFilm
from deposition.interface.moving import MovingInterface
from deposition.interface.numerics import ByDimension
from deposition.interface.remesh import cut
from deposition.interface.state import InterfaceState
from deposition.interface.volume_balance import StepTooLong
from deposition.mesh.cell import COUNTER, ELECTROLYTE, LITHIUM, Cell
from deposition.mesh.sizes import MeshSizes
from deposition.mesh.surface import SurfaceState, extract_surface, facet_bodies
from deposition.simulation.model import Interface
from deposition.transport.fields import Fields
from helpers.boxes import box
from helpers.electrodes import electrodes

MOLAR_VOLUME = 1.2998e-5


SIZE = 0.25


def carve(level, sizes: MeshSizes, low=(-8.0, -8.0), high=(8.0, 8.0), regions=None) -> Cell:
    """A box whose lithium is where ``level`` (a function of points) is negative."""
    counts = tuple(int((b - a) / (2 * sizes.surface)) for a, b in zip(low, high, strict=True))
    cell = box(low, high, counts, regions or {LITHIUM: lambda x: x[:, 0] < -np.inf})
    psi = level(cell.points)
    wanted = sizes.surface + sizes.slope * np.abs(psi)
    for _ in range(2):
        cell = cut(cell, level(cell.points), np.minimum(wanted, sizes.coarse), sizes.surface)
        wanted = sizes.surface + sizes.slope * np.abs(level(cell.points))
    return cell


def begin(cell: Cell, interface: Interface, films=("one",), fractions=None) -> InterfaceState:
    surface = extract_surface(cell)
    if fractions is None:
        fractions = np.ones((surface.size, 1))
    film = SurfaceState.of_thickness(
        fractions,
        np.full(surface.size, 2e-8),
        np.zeros(surface.size),
        facet_bodies(cell, surface),
        films,
    )
    concentration = np.full(len(cell.points), np.nan)
    concentration[cell.simplices[cell.in_region(ELECTROLYTE)]] = 1000.0
    return interface.start(cell, film, concentration)


def with_advance(state: InterfaceState, advance_um) -> Fields:
    """The fields whose current advances the working facets in 1 s by a function of their midpoints
    (µm), the counter balancing."""
    surface = state.surface
    current = np.zeros(surface.size)
    current[surface.working] = advance_um(surface.midpoint[surface.working])
    counter = surface.on(COUNTER)
    current[counter] = -(current * surface.area).sum() / surface.area[counter].sum()
    density = current * (MICROMETRE * FARADAY / MOLAR_VOLUME)
    return replace(state.fields, current_density=density)


def step(interface: MovingInterface, state: InterfaceState, advance_um) -> InterfaceState:
    """Advance the working facets by a function of their midpoints (µm), the counter balancing."""
    try:
        return interface.advance(state, with_advance(state, advance_um), 1.0)
    except StepTooLong:
        halfway = step(interface, state, lambda x: 0.5 * advance_um(x))
        return step(interface, halfway, lambda x: 0.5 * advance_um(x))


def plain_interface(size: float = SIZE, film_motion=None) -> MovingInterface:
    film_motion = film_motion or AdvectedFilm(DefaultFilm(0, 2e-8), 1.0)
    return MovingInterface(MeshSizes(size, 1.5, 1.3), film_motion, electrodes(recedes=False))


def cutting(interface: MovingInterface) -> MovingInterface:
    """The same interface, with a cut of the mesh in every step."""
    always = replace(interface.numerics, slide_limit=ByDimension(0.0, 0.0))
    return replace(interface, numerics=always)


def corner() -> Cell:
    """A square of lithium in a corner of the box."""
    square = {LITHIUM: lambda x: (x < 0.0).all(axis=1)}
    return box((-4.0, -4.0), (4.0, 4.0), (32, 32), square)


def tip(at: float = 0.0) -> Cell:
    """Lithium with a tip of 53 degrees, at x = ``at`` and y = 0 but for the chord of a cell."""
    low, high = (-4.0, -4.0), (4.0, 4.0)
    return carve(lambda x: 2.0 * np.abs(x[:, 0] - at) + x[:, 1], plain_interface().sizes, low, high)
