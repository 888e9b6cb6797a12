"""Initial state of a run: meshed geometry, initial film, uniform salt.  Needs no solver."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deposition.common.errors import GeometryError, LibraryError
from deposition.geometry import load_cell
from deposition.mesh.cell import ELECTROLYTE, Cell, Floats
from deposition.mesh.surface import Surface, SurfaceState, extract_surface
from deposition.scenario import FilmTable, Scenario
from deposition.sei.patches import initial_film, named_films


@dataclass(frozen=True, eq=False)
class Start:
    """The cell before the first step.

    cell, surface  geometry
    film           what covers the surface; its columns are the rows of ``films``
    films          every film that may occur
    concentration  (n,) mol/m³, NaN outside the electrolyte
    """

    cell: Cell
    surface: Surface
    film: SurfaceState
    films: FilmTable
    concentration: Floats


def begin(scenario: Scenario) -> Start:
    """Mesh the geometry of a scenario and lay its film out.

    Raises GeometryError if the geometry breaks the contract of names or names an unknown film,
    ScenarioError if the patches cannot be laid out.
    """
    cell = load_cell(scenario)
    surface = extract_surface(cell)
    try:
        films = scenario.film_table(named_films(cell))
    except LibraryError as error:
        raise GeometryError(f"{scenario.geometry.file}: {error} [E423]") from None
    film = initial_film(cell, surface, films.names, scenario.sei, scenario.counter.film)
    even = np.where(cell.vertices_of(ELECTROLYTE), scenario.electrolyte.concentration, np.nan)
    return Start(cell, surface, film, films, even)
