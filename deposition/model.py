"""From a scenario to what the time loop needs: the model, and the cell it starts from."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from deposition.cell import ELECTROLYTE, Cell, Floats
from deposition.constants import FARADAY, MICROMETRE
from deposition.front.advance import Front
from deposition.front.film import FilmFrame, MaterialFrame, SpatialFrame
from deposition.front.size import MeshSizes
from deposition.front.still import StillInterface
from deposition.geometry import load_cell
from deposition.laws.electrolyte import ElectrolyteLaw, NernstPlanck
from deposition.laws.film import film_resistance
from deposition.laws.kinetics import ButlerVolmer
from deposition.laws.thermodynamics import wagner
from deposition.patches import initial_film, named_films
from deposition.scenario import Scenario
from deposition.scenario.films import FilmTable
from deposition.simulation import Interface, Model
from deposition.snapshot import FluxLaw
from deposition.surface import Surface, SurfaceState, extract_surface
from deposition.timestep import StepControl
from deposition.transport import TransportPhysics


@dataclass(frozen=True, eq=False)
class Start:
    """The cell before the first step, its surface, film and concentration (n,) mol/m³."""

    cell: Cell
    surface: Surface
    film: SurfaceState
    concentration: Floats


def prepare(scenario: Scenario) -> tuple[Model, Start]:
    """Mesh the geometry of a scenario, lay its film out, and gather its laws.

    Raises GeometryError and LibraryError.
    """
    cell = load_cell(scenario)
    surface = extract_surface(cell)
    films = scenario.film_table(named_films(cell))
    film = initial_film(cell, surface, films.names, scenario.sei)
    start = Start(cell, surface, film, _uniform(cell, scenario.electrolyte.concentration))
    return _model(scenario, films, start), start


def _uniform(cell: Cell, concentration: float) -> Floats:
    field = np.full(len(cell.points), np.nan)
    field[cell.simplices[cell.in_region(ELECTROLYTE)]] = concentration
    return field


def _model(scenario: Scenario, films: FilmTable, start: Start) -> Model:
    return Model(
        transport=_transport(scenario),
        interface=_interface(scenario, films, start),
        film_conductivity=films.conductivity,
        current_density=scenario.protocol.current_density,
        capacity=scenario.protocol.capacity,
        molar_volume=scenario.lithium.molar_volume,
        control=_control(scenario),
        frame_every=scenario.output.every,
    )


def electrolyte_law(scenario: Scenario) -> NernstPlanck:
    """How ions move in the scenario's electrolyte."""
    salt = scenario.electrolyte
    return NernstPlanck(
        conductivity=salt.conductivity,
        t_plus=salt.t_plus,
        concentration=salt.concentration,
        temperature=scenario.temperature,
    )


def lithium_flux(law: ElectrolyteLaw) -> FluxLaw:
    """N₊ = N₋ + i/F (m, d) mol/(m² s), from c (m,) and the gradients of c and φ (m, d)."""

    def flux(c: Floats, grad_c: Floats, grad_phi: Floats) -> Floats:
        column = c[:, None]
        anions = law.anion_flux(column, grad_c, grad_phi)
        return anions + law.current(column, grad_c, grad_phi) / FARADAY

    return flux


def _kinetics(scenario: Scenario) -> ButlerVolmer:
    return ButlerVolmer(
        exchange_current_density=scenario.kinetics.exchange_current_density,
        concentration=scenario.electrolyte.concentration,
        temperature=scenario.temperature,
    )


def _transport(scenario: Scenario) -> TransportPhysics:
    return TransportPhysics(
        electrolyte=electrolyte_law(scenario),
        kinetics=_kinetics(scenario),
        temperature=scenario.temperature,
        concentration=scenario.electrolyte.concentration,
        surface_energy=scenario.lithium.surface_energy,
        molar_volume=scenario.lithium.molar_volume,
        walls_move=scenario.interface == "moving",
        counter=scenario.counter.kind,
        counter_recedes=scenario.counter.motion == "receding",
    )


def _interface(scenario: Scenario, films: FilmTable, start: Start) -> Interface:
    if scenario.interface == "fixed":
        return StillInterface()
    return Front(
        sizes=_sizes(scenario),
        molar_volume=scenario.lithium.molar_volume,
        frame=_frame(scenario, films, start),
        counter_recedes=scenario.counter.motion == "receding",
        salt_is_kept=scenario.counter.kind == "lithium",
    )


def _frame(scenario: Scenario, films: FilmTable, start: Start) -> FilmFrame:
    sei = scenario.sei
    if sei.frame == "spatial":
        return SpatialFrame.of(start.cell, start.surface, start.film)
    fresh = np.zeros(len(films.names))
    fresh[films.index(sei.fresh)] = 1.0
    return MaterialFrame(fresh, sei.thickness, sei.dilution_length / MICROMETRE)


def _sizes(scenario: Scenario) -> MeshSizes:
    mesh = scenario.mesh
    return MeshSizes(mesh.surface_size / MICROMETRE, mesh.coarse_size / MICROMETRE, mesh.gradation)


def _control(scenario: Scenario) -> StepControl:
    time = scenario.time
    advance = time.max_advance * scenario.mesh.surface_size / MICROMETRE
    return StepControl(time.first_step, time.max_step, advance)


def still(model: Model) -> Model:
    """The same model with walls that push no salt: a very long step then gives the steady state."""
    return replace(model, transport=replace(model.transport, walls_move=False))


def wagner_numbers(scenario: Scenario, model: Model, start: Start) -> dict[str, float]:
    """Wa = κR/L on the initial surface and what it comes from, by name with unit.

    R: parallel mean of film and charge transfer over the working surface; L: width of the box.
    """
    working = start.surface.working
    law = _kinetics(scenario)
    salt = scenario.electrolyte
    at_rest = law.resistance(np.zeros(1), np.array([salt.concentration]))
    film = film_resistance(start.film, model.film_conductivity)[working]
    width = float(np.ptp(start.cell.points[:, 0])) * MICROMETRE
    area = start.surface.area[working]
    found = wagner(film + at_rest, area, salt.conductivity, salt.t_plus, width)
    return {
        "wagner": found.number,
        "kappa_R_um": found.length / MICROMETRE,
        "t_plus_kappa_S_m": found.cation_conductivity,
    }
