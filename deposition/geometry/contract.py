"""Checks of a cell as a whole: electrolyte, working electrode, counter electrode, SEI."""

from __future__ import annotations

import numpy as np

from deposition.common.errors import GeometryError
from deposition.geometry.extent import span
from deposition.mesh.cell import (
    COLLECTOR,
    COUNTER,
    DEAD_LITHIUM,
    ELECTROLYTE,
    LITHIUM,
    SEI_PREFIX,
    SEPARATOR,
    Cell,
    match_rows,
)
from deposition.mesh.surface import extract_surface


def check_contract(cell: Cell) -> None:
    """Raise GeometryError if the cell violates the contract of names."""
    _check_regions(cell)
    _check_facets(cell)
    _check_counter(cell)
    _check_working_surface(cell)
    _check_films(cell)
    _check_isolated(cell)


def _check_regions(cell: Cell) -> None:
    present = ", ".join(cell.regions) or "none"
    if not cell.in_region(ELECTROLYTE).any():
        raise GeometryError(
            f'no region is named "{ELECTROLYTE}" or "{SEPARATOR}". The regions are: '
            f"{present}. [E110]"
        )
    metals = (LITHIUM, COLLECTOR, DEAD_LITHIUM)
    if not any(cell.in_region(metal).any() for metal in metals):
        raise GeometryError(
            f'no region is named "{LITHIUM}", "{COLLECTOR}" or "{DEAD_LITHIUM}", so that there is '
            f"no metal. The regions are: {present}."
            " [E111]"
        )


def _check_facets(cell: Cell) -> None:
    """Named facets must be facets of elements."""
    unmatched = cell.all_facets.find(cell.facets) < 0
    if unmatched.any():
        name = cell.boundaries[cell.boundary[unmatched][0]]
        facets = cell.facets[unmatched & (cell.facets >= 0).all(axis=1)]
        where = f" at {span(cell.points[facets])}" if len(facets) else ""
        raise GeometryError(
            f'the boundary "{name}"{where} consists of no facets of any region. Build it from the '
            "curves or surfaces that bound the regions."
            " [E112]"
        )


def _check_counter(cell: Cell) -> None:
    """The counter electrode must be an exterior boundary of the electrolyte."""
    counter = cell.named_facets(COUNTER)
    if len(counter) == 0:
        present = ", ".join(cell.boundaries) or "none"
        raise GeometryError(
            f'no boundary is named "{COUNTER}". The boundaries are: {present}. [E113]'
        )
    row = cell.all_facets.find(counter)
    sides = cell.all_facets.simplices[row]
    inner = sides[:, 1] >= 0
    if inner.any():
        raise GeometryError(
            f'the boundary "{COUNTER}" lies inside the box at {span(cell.points[counter[inner]])}. '
            "Place it on the exterior boundary."
            " [E114]"
        )
    not_electrolyte = ~cell.in_region(ELECTROLYTE)[sides[:, 0]]
    if not_electrolyte.any():
        raise GeometryError(
            f'the boundary "{COUNTER}" bounds the region '
            f'"{cell.regions[cell.region[sides[not_electrolyte][0, 0]]]}" at '
            f"{span(cell.points[counter[not_electrolyte]])}. It must bound the electrolyte."
            " [E115]"
        )


def _check_working_surface(cell: Cell) -> None:
    """The working electrode must be in contact with electrolyte, not with the counter electrode."""
    surface = extract_surface(cell)
    working = surface.facets[surface.working]
    electrode = (cell.in_region(LITHIUM) | cell.in_region(COLLECTOR)).any()
    if len(working) == 0 and (electrode or not surface.on(DEAD_LITHIUM).any()):
        raise GeometryError(
            f"the electrolyte shares no interface with {LITHIUM} or {COLLECTOR}. Build "
            "neighbouring regions from the same curves or surfaces, or use BooleanFragments."
            " [E116]"
        )
    shared = np.intersect1d(working, cell.named_facets(COUNTER))
    if len(shared):
        raise GeometryError(
            "short circuit: the working electrode touches the counter electrode at "
            f"{span(cell.points[shared])}. Separate them by electrolyte."
            " [E117]"
        )


def _check_films(cell: Cell) -> None:
    """SEI must lie on metal or on the counter electrode, with one component per facet."""
    surface = extract_surface(cell)
    taken = np.zeros(surface.size, dtype=np.int64) - 1
    for code, name in enumerate(cell.boundaries):
        if not name.startswith(SEI_PREFIX):
            continue
        facets = cell.named_facets(name)
        row = match_rows(surface.facets, np.sort(facets, axis=1))
        if (row < 0).any():
            raise GeometryError(
                f'the boundary "{name}" at {span(cell.points[facets[row < 0]])} is no interface '
                "of the electrolyte with metal or the counter electrode. Remove the name there."
                " [E118]"
            )
        if (taken[row] >= 0).any():
            both = taken[row] >= 0
            raise GeometryError(
                f'the boundary "{name}" overlaps "{cell.boundaries[taken[row[both][0]]]}" at '
                f"{span(cell.points[facets[both]])}. Keep one SEI name per facet."
                " [E119]"
            )
        taken[row] = code


def _check_isolated(cell: Cell) -> None:
    """Dead lithium must be separated from the working electrode by electrolyte."""
    sides = cell.all_facets.simplices
    inner = np.flatnonzero(sides[:, 1] >= 0)
    dead = cell.in_region(DEAD_LITHIUM)[sides[inner]]
    connected = (cell.in_region(LITHIUM) | cell.in_region(COLLECTOR))[sides[inner]]
    touching = inner[dead.any(axis=1) & connected.any(axis=1)]
    if len(touching):
        raise GeometryError(
            f'a region "{DEAD_LITHIUM}" touches the working electrode at '
            f"{span(cell.points[cell.all_facets.vertices[touching]])}. Leave electrolyte between "
            f'them or name the region "{LITHIUM}".'
            " [E120]"
        )
