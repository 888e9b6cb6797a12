"""From a scenario to the model of the time loop: all laws, and what they need to know."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from deposition.common.constants import MICROMETRE
from deposition.common.errors import SolveError
from deposition.interface.counter_electrode import CounterKeepsFilm
from deposition.interface.film_transport import AdvectedFilm, FilmMotion, StationaryFilm
from deposition.interface.fixed import FixedInterface
from deposition.interface.moving import MovingInterface
from deposition.interface.state import InterfaceState
from deposition.mesh.cell import ELECTROLYTE
from deposition.mesh.sizes import MeshSizes
from deposition.scenario import Scenario
from deposition.scenario.plan import plan_of
from deposition.simulation.initial import Start
from deposition.simulation.model import STEADY, Interface, Model, without_wall_motion
from deposition.simulation.state import State
from deposition.simulation.time_step import StepControl
from deposition.transport.physics import TransportPhysics


def model_of(scenario: Scenario, start: Start) -> Model:
    """The laws of a scenario, for a run from ``start``."""
    return Model(
        transport=_transport(scenario),
        interface=_interface(scenario, start),
        film_conductivity=start.films.conductivity,
        plan=plan_of(scenario.protocol),
        molar_volume=scenario.lithium.molar_volume,
        control=_control(scenario),
        snapshot_every=scenario.output.every,
    )


def _transport(scenario: Scenario) -> TransportPhysics:
    return TransportPhysics(
        electrolyte=scenario.electrolyte_law,
        kinetics=scenario.kinetics_law,
        temperature=scenario.temperature,
        concentration=scenario.electrolyte.concentration,
        surface_energy=scenario.lithium.surface_energy,
        molar_volume=scenario.lithium.molar_volume,
        walls_move=scenario.interface == "moving",
        counter=scenario.counter.kind,
        counter_recedes=scenario.counter.motion == "receding",
        dead_floats=scenario.dead_lithium.floats,
        pores=scenario.pores,
        dissolved=scenario.electrolyte.further_species,
        reactions=tuple(one.reaction for one in scenario.reactions),
    )


def _interface(scenario: Scenario, start: Start) -> Interface:
    if scenario.interface == "fixed":
        return FixedInterface()
    return MovingInterface(
        sizes=MeshSizes.of(scenario.mesh),
        molar_volume=scenario.lithium.molar_volume,
        film_motion=CounterKeepsFilm.of(
            _film_motion(scenario, start), start.cell, start.surface, start.film
        ),
        counter_recedes=scenario.counter.motion == "receding",
        salt_is_kept=scenario.counter.kind == "lithium",
        dead_floats=scenario.dead_lithium.floats,
    )


def _film_motion(scenario: Scenario, start: Start) -> FilmMotion:
    sei = scenario.sei
    if sei.motion == "stationary":
        return StationaryFilm.of(start.cell, start.surface, start.film)
    fresh = np.zeros(len(start.films.names))
    fresh[start.films.index(sei.default_film)] = 1.0
    return AdvectedFilm(fresh, sei.thickness, sei.dilution_length / MICROMETRE)


def _control(scenario: Scenario) -> StepControl:
    time = scenario.time
    moves = scenario.interface == "moving"
    advance = time.max_advance * scenario.mesh.surface_size / MICROMETRE if moves else math.inf
    return StepControl(time.first_step, time.max_step, advance)


def initial_interface_state(model: Model, start: Start) -> InterfaceState:
    """The front before the first step."""
    state = model.interface.start(start.cell, start.film, start.concentration)
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
        fields, voltage = replace(first.fields, current_density=none), np.nan
    else:
        fields, voltage = solution.fields, solution.voltage
    return replace(first, fields=fields, run_state=replace(first.run_state, voltage=voltage))
