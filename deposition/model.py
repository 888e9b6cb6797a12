"""From a scenario to the model of the time loop: all laws, and what they need to know."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from deposition.cell import Floats
from deposition.constants import FARADAY, MICROMETRE
from deposition.front.advance import Front
from deposition.front.counter import CounterKeepsFilm
from deposition.front.film import FilmFrame, MaterialFrame, SpatialFrame
from deposition.front.still import StillInterface
from deposition.laws.electrolyte import ElectrolyteLaw
from deposition.laws.separator import FREE, Pores
from deposition.mesh_sizes import MeshSizes
from deposition.protocol import plan_of
from deposition.scenario import Scenario
from deposition.simulation import Interface, Model
from deposition.snapshot import FluxLaw
from deposition.start import Start
from deposition.timestep import StepControl
from deposition.transport import TransportPhysics


def model_of(scenario: Scenario, start: Start) -> Model:
    """The laws of a scenario, for a run from ``start``."""
    return Model(
        transport=_transport(scenario),
        interface=_interface(scenario, start),
        film_conductivity=start.films.conductivity,
        plan=plan_of(scenario),
        molar_volume=scenario.lithium.molar_volume,
        control=_control(scenario),
        frame_every=scenario.output.every,
    )


def lithium_flux(law: ElectrolyteLaw, pores: Pores = FREE) -> FluxLaw:
    """N₊ = ε^b (N₋ + i/F) (m, d) mol/(m² s), from c (m,) and the gradients of c and φ (m, d)."""

    def flux(c: Floats, grad_c: Floats, grad_phi: Floats) -> Floats:
        column = c[:, None]
        anions = law.anion_flux(column, grad_c, grad_phi)
        free = anions + law.current(column, grad_c, grad_phi) / FARADAY
        return pores.passage * free

    return flux


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
    )


def _interface(scenario: Scenario, start: Start) -> Interface:
    if scenario.interface == "fixed":
        return StillInterface()
    return Front(
        sizes=MeshSizes.of(scenario.mesh),
        molar_volume=scenario.lithium.molar_volume,
        frame=CounterKeepsFilm.of(_frame(scenario, start), start.cell, start.surface, start.film),
        counter_recedes=scenario.counter.motion == "receding",
        salt_is_kept=scenario.counter.kind == "lithium",
        dead_floats=scenario.dead_lithium.floats,
    )


def _frame(scenario: Scenario, start: Start) -> FilmFrame:
    sei = scenario.sei
    if sei.frame == "spatial":
        return SpatialFrame.of(start.cell, start.surface, start.film)
    fresh = np.zeros(len(start.films.names))
    fresh[start.films.index(sei.fresh)] = 1.0
    return MaterialFrame(fresh, sei.thickness, sei.dilution_length / MICROMETRE)


def _control(scenario: Scenario) -> StepControl:
    time = scenario.time
    moves = scenario.interface == "moving"
    advance = time.max_advance * scenario.mesh.surface_size / MICROMETRE if moves else math.inf
    return StepControl(time.first_step, time.max_step, advance)


def still(model: Model) -> Model:
    """The same model with walls that push no salt: a very long step then gives the steady state."""
    return replace(model, transport=replace(model.transport, walls_move=False))
