"""Initial state of a run: meshed geometry, initial film, uniform salt.  Needs no solver."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from deposition.common.errors import GeometryError, LibraryError, ScenarioError
from deposition.common.suggest import listing
from deposition.geometry import load_cell
from deposition.mesh.cell import (
    COLLECTOR,
    COUNTER,
    DEAD_LITHIUM,
    ELECTROLYTE,
    LITHIUM,
    SEPARATOR,
    Cell,
    Floats,
    touching,
)
from deposition.mesh.footprint import projected_area
from deposition.mesh.gap_vertices import with_gap_vertices
from deposition.mesh.sizes import MeshSizes
from deposition.mesh.surface import Surface, SurfaceState, extract_surface
from deposition.protocol import REST
from deposition.scenario import FilmTable, Scenario
from deposition.scenario.plan import plan_of
from deposition.sei.patches import initial_film, named_films
from deposition.simulation.negative_electrode import check_n_to_p
from deposition.simulation.nucleation import with_seeds


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
    ScenarioError if the patches cannot be laid out, if a cell without working electrode is to pass
    a current, or if its lithium does not make the N/P that is stated.
    """
    cell = _with_porosity(scenario, load_cell(scenario))
    if scenario.geometry.seeds is not None:
        sizes = MeshSizes.of(scenario.mesh)
        cell = with_seeds(cell, scenario.geometry.seeds, sizes, scenario.geometry.source)
    if scenario.interface == "moving" and scenario.electrodes.dead_lithium.moves:
        cell = with_gap_vertices(cell)
    surface = extract_surface(cell)
    if not surface.working.any():
        _check_without_working_electrode(scenario)
    _check_reacting_surfaces(scenario, surface)
    check_n_to_p(scenario, cell)
    try:
        films = scenario.film_table(named_films(cell))
    except LibraryError as error:
        raise GeometryError(f"{scenario.geometry.source}: {error} [E423]") from None
    film = initial_film(cell, surface, films.names, scenario.sei, scenario.counter.film)
    if scenario.sei.resistance is not None and surface.working.any():
        shares = film_shares(cell, surface, film)
        films = scenario.film_table(named_films(cell), shares)
    even = np.where(cell.vertices_of(ELECTROLYTE), scenario.electrolyte.concentration, np.nan)
    return Start(cell, surface, film, films, even)


def film_shares(cell: Cell, surface: Surface, film: SurfaceState) -> dict[str, float]:
    """Area of each film on the working electrode over its projected area; films that cover none are
    left out."""
    area = surface.area[surface.working] @ film.fractions[surface.working]
    shares = area / projected_area(cell)
    return {name: float(s) for name, s in zip(film.films, shares, strict=True) if s > 0.0}


def _with_porosity(scenario: Scenario, cell: Cell) -> Cell:
    """The cell with the porosity of its region ``separator``, if it has one."""
    if not cell.in_region(SEPARATOR).any():
        if scenario.separator.dead_lithium is not None:
            raise ScenarioError(
                f"{scenario.geometry.source}: separator.dead_lithium lies in a region "
                f'"{SEPARATOR}", which the geometry does not have. Name a region so, or leave '
                "separator.dead_lithium out [E530]"
            )
        return cell
    if not scenario.separator.is_stated:
        raise ScenarioError(
            f'{scenario.geometry.source}: the geometry has a region "{SEPARATOR}", and the '
            "scenario states no porosity of it. State separator.porosity, such as 0.4, or name "
            f'the region "{ELECTROLYTE}". [E427]'
        )
    if scenario.interface == "moving":
        _check_free(scenario, cell)
    return replace(cell, porosity=scenario.separator.porosity)


def _check_free(scenario: Scenario, cell: Cell) -> None:
    """The separator stays where it is: no metal that moves may touch it."""
    surface, electrodes = extract_surface(cell), scenario.electrodes
    beside = touching(cell.vertices_of(SEPARATOR), surface.facets)
    counter = surface.on(COUNTER)
    moves = surface.working | (surface.on(DEAD_LITHIUM) & electrodes.dead_lithium.moves)
    if (beside & moves).any():
        place = ", ".join(f"{x:.3g}" for x in surface.midpoint[beside & moves][0])
        raise ScenarioError(
            f"{scenario.geometry.source}: lithium touches the separator near ({place}) µm, and the "
            "interface moves: how lithium grows in pores is not modelled. Leave free electrolyte "
            'between them, or state interface = "fixed". [E428]'
        )
    if electrodes.counter_recedes and (beside & counter).any():
        raise ScenarioError(
            f"{scenario.geometry.source}: the counter electrode touches the separator, which does "
            'not follow one that recedes. State counter.motion = "fixed", or a counter.kind that '
            "does not move. [E429]"
        )


def _check_reacting_surfaces(scenario: Scenario, surface: Surface) -> None:
    """Every reaction has a surface, or one that can arise: lithium by plating a collector, dead
    lithium by stripping."""
    moves = scenario.interface == "moving"
    arising = set()
    if moves and surface.on(COLLECTOR).any():
        arising.add(LITHIUM)
    strips = (step.sign < 0.0 for step in plan_of(scenario.protocol).protocol_steps)
    if moves and surface.working.any() and any(strips):
        arising.add(DEAD_LITHIUM)
    for one in scenario.reactions:
        kinds = one.reaction.on
        if not (surface.on(*kinds).any() or arising & set(kinds)):
            words = listing(kind.replace("_", " ") for kind in kinds)
            raise ScenarioError(
                f"reactions: {one.law} takes place on {words}, and {scenario.geometry.source} has "
                "no such surface, nor can one arise. Correct on, or the geometry. [E895]"
            )


def _check_without_working_electrode(scenario: Scenario) -> None:
    """Dead lithium alone can rest in contact with a reservoir; it has no current and no voltage."""
    if scenario.counter.kind != "reservoir":
        raise ScenarioError(
            f"{scenario.geometry.source}: the geometry has no working electrode, only dead "
            'lithium. State counter.kind = "reservoir", or name a region "lithium" or '
            '"collector". [E425]'
        )
    if any(step.applied != REST for step in plan_of(scenario.protocol).protocol_steps):
        raise ScenarioError(
            f"{scenario.geometry.source}: the geometry has no working electrode, only dead "
            "lithium, and the protocol applies a current or voltage. State protocol.rest = "
            '"1 h" alone, or name a region "lithium" or "collector". [E426]'
        )
