"""The impedance of a recorded state: its cell and film, from the files of a result."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from deposition.impedance.spectrum import Capacitances, Spectrum, spectrum_of
from deposition.interface.fixed import FixedInterface
from deposition.interface.state import InterfaceState
from deposition.mesh.cell import COUNTER, ELECTROLYTE, Cell, Floats, Ints
from deposition.mesh.surface import SurfaceState, extract_surface
from deposition.results.result import SCENARIO, Result
from deposition.results.snapshot import Snapshot
from deposition.scenario import FilmTable, Scenario
from deposition.simulation.build import initial_interface_state, model_of
from deposition.simulation.initial import Start, begin


def impedance_of_result(
    result: Result | str | Path,
    snapshot: int = -1,
    frequencies: Floats | None = None,
    bias: float = 0.0,
) -> Spectrum:
    """The spectrum of a recorded state of a result; see ``impedance``.

    result    a ``Result``, its folder, or its name below ``results``
    snapshot  number of the state, negative from the end

    >>> first = impedance_of_result("c-i-be-ln", 0, np.array([1e-3]))
    >>> last = impedance_of_result("c-i-be-ln", -1, np.array([1e-3]))
    >>> bool(abs(last.impedance[0] / first.impedance[0] - 1.0) < 0.05)
    True
    """
    result = result if isinstance(result, Result) else Result.open(result)
    scenario = Scenario.load(result.folder / SCENARIO)
    recorded = result.snapshot(snapshot)
    cell = cell_of(recorded, scenario.separator.porosity)
    surface = extract_surface(cell)
    films = _films(scenario, recorded)
    film = _film(recorded, cell, films.names)
    even = np.where(cell.vertices_of(ELECTROLYTE), scenario.electrolyte.concentration, np.nan)
    began = Start(cell, surface, film, films, even)
    # The film is recorded as kinetics sees it: a moving interface would average it once more.
    model = replace(model_of(scenario, began), interface=FixedInterface())
    state = initial_interface_state(model, began)
    state = _with_lithiation(state, result, recorded.time)
    capacitances = Capacitances.of(scenario, films.names)
    return spectrum_of(model, state, capacitances, frequencies, bias)


def _films(scenario: Scenario, recorded: Snapshot) -> FilmTable:
    """The films of the run; ``sei.resistance`` refers to its initial electrode."""
    if scenario.sei.resistance is not None:
        return begin(scenario).films
    return scenario.film_table(recorded.surface.films)


def cell_of(recorded: Snapshot, porosity: float = 1.0) -> Cell:
    """The mesh of a snapshot: its electrolyte and metal, joined at their common points."""
    wet, metal, surface = recorded.electrolyte, recorded.bodies, recorded.surface
    points, place = np.unique(
        np.concatenate([wet.points, metal.points, surface.points]), axis=0, return_inverse=True
    )
    of_wet, of_metal, of_surface = np.split(
        place.ravel(), np.cumsum([len(wet.points), len(metal.points)])
    )
    regions = metal.regions
    electrolyte = np.full(len(wet.simplices), regions.index(ELECTROLYTE))
    counter = of_surface[surface.facets[surface.on(COUNTER)]]
    return Cell(
        points,
        np.concatenate([of_wet[wet.simplices], of_metal[metal.simplices]]),
        np.concatenate([electrolyte if wet.region is None else wet.region, metal.region]),
        regions,
        counter,
        np.zeros(len(counter), dtype=np.int64),
        (COUNTER,),
        recorded.growth,
        porosity,
    )


def _film(recorded: Snapshot, cell: Cell, films: tuple[str, ...]) -> SurfaceState:
    """The film of a snapshot on the surface facets of its cell, with the columns ``films``."""
    part, surface = recorded.surface, extract_surface(cell)
    row = _same_facets(cell.points[surface.facets], part.points[part.facets])
    columns = np.array([part.films.index(name) for name in films])
    volumes = part.volumes
    if volumes is None:  # results of earlier versions have one thickness for all films of a facet
        volumes = part.fractions * part.thickness[:, None]
    return SurfaceState(
        part.fractions[np.ix_(row, columns)],
        volumes[np.ix_(row, columns)],
        part.charge[row],
        part.body[row],
        films,
    )


def _same_facets(wanted: Floats, given: Floats) -> Ints:
    """(f,) row of ``given`` (f, d, dim) of each facet of ``wanted``: that with the same corners."""
    order = [np.lexsort(_middle(facets).T) for facets in (wanted, given)]
    row = np.empty(len(wanted), dtype=np.int64)
    row[order[0]] = order[1]
    return row


def _middle(facets: Floats) -> Floats:
    """(f, dim) midpoints, rounded so that the order of the corners does not matter."""
    return np.asarray(np.round(facets.mean(axis=1), 9))


def _with_lithiation(state: InterfaceState, result: Result, time: float) -> InterfaceState:
    """The state with the lithiation of its positive electrode at that time (s)."""
    history = result.history
    if "lithiation" not in history:
        return state
    x = float(np.interp(time, history["time_s"], history["lithiation"]))
    return replace(state, fields=replace(state.fields, lithiation=x))
