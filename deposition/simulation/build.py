"""From a scenario to the model of the time loop: all laws, and what they need to know."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from deposition.common.constants import MICROMETRE
from deposition.common.errors import SolveError
from deposition.interface.counter_electrode import CounterKeepsFilm
from deposition.interface.film_spread import Cover, DefaultFilm
from deposition.interface.film_transport import AdvectedFilm, FilmMotion, StationaryFilm
from deposition.interface.fixed import FixedInterface
from deposition.interface.moving import MovingInterface
from deposition.interface.state import InterfaceState
from deposition.interface.stretched_film import Cracking, StretchedFilm
from deposition.laws.ion_exchange import IonExchanger
from deposition.laws.sei_growth import SeiGrowthLaws
from deposition.mesh.cell import ELECTROLYTE, Cell
from deposition.mesh.footprint import projected_area_m2
from deposition.mesh.sizes import MeshSizes
from deposition.scenario import FilmTable, Scenario
from deposition.scenario.plan import plan_of
from deposition.sei.film_library import NO_FILM
from deposition.simulation.initial import Start
from deposition.simulation.model import STEADY, Interface, Model, without_wall_motion
from deposition.simulation.state import State
from deposition.simulation.time_step import StepControl
from deposition.transport.losses import NO_LOSSES
from deposition.transport.physics import TransportPhysics
from deposition.transport.porous_lithium import initial_lithium

THINNEST = 0.02
"""Thickness of the first deposit on a bare collector, of ``mesh.surface_size``."""


def model_of(scenario: Scenario, start: Start) -> Model:
    """The laws of a scenario, for a run from ``start``."""
    return Model(
        transport=_transport(scenario, start),
        interface=_interface(scenario, start),
        film_conductivity=start.films.conductivity,
        plan=plan_of(scenario.with_current_densities(start.cell).protocol),
        control=_control(scenario),
        snapshot_every=scenario.output.every,
    )


def _transport(scenario: Scenario, start: Start) -> TransportPhysics:
    films = start.films
    return TransportPhysics(
        electrolyte=scenario.electrolyte_law,
        kinetics=scenario.kinetics_law,
        temperature=scenario.temperature,
        concentration=scenario.electrolyte.concentration,
        electrodes=scenario.electrodes,
        pores=scenario.pores,
        dissolved=scenario.electrolyte.further_species,
        reactions=tuple(one.reaction for one in scenario.reactions),
        growth=SeiGrowthLaws(
            tuple(one.growth for one in scenario.sei.growth), films.names, films.molar_volume
        ),
        exchanger=_exchanger(scenario, start.cell),
        porous_lithium=scenario.porous_lithium,
    )


def _exchanger(scenario: Scenario, cell: Cell) -> IonExchanger | None:
    """The ion exchanger in the electrolyte of a cell, pores of a separator filled."""
    if scenario.ldh is None:
        return None
    porosity = scenario.pores.in_cell(cell).porosity
    wet = float((porosity * cell.volumes)[cell.in_region(ELECTROLYTE)].sum())
    return scenario.ldh.exchanger.filling(wet * MICROMETRE**cell.dim)


def _interface(scenario: Scenario, start: Start) -> Interface:
    if scenario.interface == "fixed":
        products = _products(scenario, start.films)
        return FixedInterface(scenario.electrodes.salt_is_kept, products)
    return MovingInterface(
        sizes=MeshSizes.of(scenario.mesh),
        film_motion=CounterKeepsFilm.of(
            _film_motion(scenario, start), start.cell, start.surface, start.film
        ),
        electrodes=scenario.electrodes,
    )


def _film_motion(scenario: Scenario, start: Start) -> FilmMotion:
    sei = scenario.sei
    if sei.motion == "stationary":
        return StationaryFilm.of(start.cell, start.surface, start.film)
    return AdvectedFilm(
        _cover(scenario, start.films),
        sei.dilution_length / MICROMETRE,
        products=_products(scenario, start.films),
    )


def _products(scenario: Scenario, films: FilmTable) -> tuple[int, ...]:
    """Columns of the films that reactions form on bare metal."""
    formed = dict.fromkeys(film for one in scenario.reactions for film in one.forms)
    return tuple(films.index(film) for film in formed)


def _cover(scenario: Scenario, films: FilmTable) -> Cover:
    """Film that covers surface that stretches."""
    sei = scenario.sei
    own = films.index(sei.default_film)
    # Where SEI grows or reacts, no film is laid without charge: new surface is bare.
    changes = bool(sei.growth) or any(one.films for one in scenario.reactions)
    thickness = 0.0 if sei.default_film == NO_FILM or changes else sei.thickness
    if sei.stretch == "renewed":
        return DefaultFilm(own, thickness)
    if sei.cracking is None:
        return StretchedFilm(films.index(NO_FILM), own)
    cracks = Cracking(sei.cracking.strain, sei.cracking.healing_time, thickness)
    return StretchedFilm(films.index(NO_FILM), own, cracks)


def _control(scenario: Scenario) -> StepControl:
    time = scenario.time
    moves = scenario.interface == "moving"
    advance = time.max_advance * scenario.mesh.surface_size / MICROMETRE if moves else math.inf
    first = time.first_step
    if first is None:
        # √(D t) is two surface elements; an ohmic electrolyte diffuses at once.
        across = (2.0 * scenario.mesh.surface_size) ** 2
        first = across / scenario.electrolyte_law.diffusivity_at(scenario.electrolyte.concentration)
        first = first if first > 0.0 else 1.0
    longest = math.inf if time.max_step is None else time.max_step
    thinnest = THINNEST * scenario.mesh.surface_size / MICROMETRE if moves else 0.0
    surface = time.surface_tolerance if moves else math.inf
    return StepControl(min(first, longest), longest, advance, time.tolerance, thinnest, surface)


def initial_interface_state(model: Model, start: Start) -> InterfaceState:
    """The interface before the first step."""
    state = model.interface.start(start.cell, start.film, start.concentration)
    lithiation = model.transport.electrodes.lithiation
    exchanger = model.transport.exchanger
    loading = np.empty(0) if exchanger is None else exchanger.start
    porous = initial_lithium(model.transport.porous_lithium, start.cell)
    fields = replace(state.fields, lithiation=lithiation, loading=loading, porous_lithium=porous)
    state = replace(state, fields=fields)
    if not model.transport.dissolved:
        return state
    wet = start.cell.vertices_of(ELECTROLYTE)[:, None]
    initial = np.where(wet, [s.initial for s in model.transport.dissolved], np.nan)
    return replace(state, fields=replace(state.fields, dissolved=initial))


def steady_state(model: Model, interface_state: InterfaceState, first: State) -> State:
    """The initial cell with its steady current; the walls push no salt meanwhile.

    Current and voltage are NaN if the electrolyte cannot carry it for long: nothing is steady then.
    """
    try:
        solution = without_wall_motion(model).solve(interface_state, STEADY)
    except SolveError:
        none = np.full(first.surface.size, np.nan)
        fields, voltage, losses = replace(first.fields, current_density=none), np.nan, NO_LOSSES
    else:
        fields, voltage = solution.fields, solution.voltage
        losses = solution.losses().per(projected_area_m2(first.cell))
    run_state = replace(first.run_state, voltage=voltage, losses=losses)
    return replace(first, fields=fields, run_state=run_state)
