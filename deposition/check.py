"""What ``deposition check`` looks at: the scenario and its geometry together, before a run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deposition.cell import DEAD_LITHIUM, ELECTROLYTE, Cell, region_kind
from deposition.constants import MICROMETRE
from deposition.errors import GeometryError, LibraryError
from deposition.nearest import listing
from deposition.patches import named_films
from deposition.scenario import Scenario
from deposition.scenario.films import NO_FILM
from deposition.surface import extract_surface
from deposition.tables import control_length


@dataclass(frozen=True)
class Report:
    """facts: what the run will work on; warnings: what would make its result doubtful."""

    facts: tuple[str, ...]
    warnings: tuple[str, ...]


def check_scenario(scenario: Scenario) -> Report:
    """Mesh the geometry and hold it against the scenario.

    Raises GeometryError if the geometry breaks the contract of names or names an unknown film.
    """
    from deposition.geometry import load_cell  # Gmsh: only when something is meshed

    cell = load_cell(scenario)
    named = list(named_films(cell))
    try:
        scenario.film_table(named)
    except LibraryError as error:
        raise GeometryError(f"{scenario.geometry.file}: {error}") from None
    return Report(_facts(cell, named), tuple(_warnings(scenario, named)))


def _facts(cell: Cell, named: list[str]) -> tuple[str, ...]:
    low, high = cell.points.min(axis=0), cell.points.max(axis=0)
    box = " x ".join(f"{size:g}" for size in high - low)
    surface = extract_surface(cell)
    unit = "um^2" if cell.dim == 2 else "um^3"
    dead = sum(region_kind(name) == DEAD_LITHIUM for name in cell.regions)
    return (
        f"{cell.dim}D box of {box} um, {cell.volume(ELECTROLYTE):.5g} {unit} of electrolyte",
        f"{len(cell.points)} vertices, {len(cell.simplices)} cells, "
        f"{np.count_nonzero(surface.working)} facets of lithium surface",
        f"films named by the geometry: {listing(named) or 'none'}; pieces of dead lithium: {dead}",
    )


def _warnings(scenario: Scenario, named: list[str]) -> list[str]:
    sei = scenario.sei
    laid = {*named, sei.fresh, *(sei.composition or {})}
    warnings = [
        f'the film "{name}" of [sei.films] lies on no surface: the geometry names '
        f"{listing(named) or 'none'}, the fresh film is {sei.fresh}"
        for name in sei.films
        if name not in laid
    ]
    films = scenario.film_table(named)
    size = scenario.mesh.surface_size
    for name in sorted(laid - {NO_FILM}):
        reach = control_length(scenario, sei.thickness / films.conductivity[films.index(name)])
        if reach < size:
            warnings.append(
                f"κ(R+R_ct) of the film {name} is {reach / MICROMETRE:.3g} um, less than "
                f"mesh.surface_size ({size / MICROMETRE:.3g} um): the current on it will not be "
                "resolved; refine the mesh or raise the resistance"
            )
    return warnings
