"""What a cell must have to be one: electrolyte, a working electrode, a counter electrode."""

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
    Cell,
    match_rows,
)
from deposition.mesh.surface import extract_surface


def check_contract(cell: Cell) -> None:
    """Raise GeometryError unless the cell keeps the contract of names as a whole."""
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
            f'no region is named "{ELECTROLYTE}"; the regions are: {present} [E110]'
        )
    if not (cell.in_region(LITHIUM) | cell.in_region(COLLECTOR)).any():
        raise GeometryError(
            f'no region is named "{LITHIUM}" or "{COLLECTOR}", so there is nothing to plate on; '
            f"the regions are: {present}"
            " [E111]"
        )


def _check_facets(cell: Cell) -> None:
    """Every named facet must belong to an element."""
    lost = cell.all_facets.find(cell.facets) < 0
    if lost.any():
        name = cell.boundaries[cell.boundary[lost][0]]
        facets = cell.facets[lost & (cell.facets >= 0).all(axis=1)]
        where = f", at {span(cell.points[facets])}" if len(facets) else " and touches none"
        raise GeometryError(
            f'the boundary "{name}" is no edge of any region{where}; it must be built from the '
            "edges of the regions"
            " [E112]"
        )


def _check_counter(cell: Cell) -> None:
    """The counter electrode must be an outer edge of the electrolyte."""
    counter = cell.named_facets(COUNTER)
    if len(counter) == 0:
        present = ", ".join(cell.boundaries) or "none"
        raise GeometryError(
            f'no boundary is named "{COUNTER}"; the boundaries are: {present} [E113]'
        )
    row = cell.all_facets.find(counter)
    sides = cell.all_facets.simplices[row]
    inner = sides[:, 1] >= 0
    if inner.any():
        raise GeometryError(
            f'the boundary "{COUNTER}" must be an outer edge of the box, but it lies inside at '
            f"{span(cell.points[counter[inner]])}"
            " [E114]"
        )
    dry = ~cell.in_region(ELECTROLYTE)[sides[:, 0]]
    if dry.any():
        raise GeometryError(
            f'the boundary "{COUNTER}" must be an edge of the electrolyte, but the region '
            f'"{cell.regions[cell.region[sides[dry][0, 0]]]}" lies along it at '
            f"{span(cell.points[counter[dry]])}"
            " [E115]"
        )


def _check_working_surface(cell: Cell) -> None:
    """Electrolyte must meet the working electrode, which must not meet the counter electrode."""
    surface = extract_surface(cell)
    working = surface.facets[surface.working]
    if len(working) == 0:
        raise GeometryError(
            f"the electrolyte touches no {LITHIUM} and no {COLLECTOR}; neighbouring regions must "
            "share their interface (build both from the same curves, or use BooleanFragments)"
            " [E116]"
        )
    shared = np.intersect1d(working, cell.named_facets(COUNTER))
    if len(shared):
        raise GeometryError(
            f"the working electrode touches the counter electrode at {span(cell.points[shared])}: "
            "a short circuit"
            " [E117]"
        )


def _check_films(cell: Cell) -> None:
    """A film lies on metal or on the counter electrode, and no facet has two."""
    surface = extract_surface(cell)
    taken = np.zeros(surface.size, dtype=np.int64) - 1
    for code, name in enumerate(cell.boundaries):
        if not name.startswith(SEI_PREFIX):
            continue
        facets = cell.named_facets(name)
        row = match_rows(surface.facets, np.sort(facets, axis=1))
        if (row < 0).any():
            raise GeometryError(
                f'the boundary "{name}" must lie where the electrolyte meets metal or the counter '
                f"electrode, but it does not at {span(cell.points[facets[row < 0]])}"
                " [E118]"
            )
        if (taken[row] >= 0).any():
            both = taken[row] >= 0
            raise GeometryError(
                f'the boundary "{name}" overlaps "{cell.boundaries[taken[row[both][0]]]}" at '
                f"{span(cell.points[facets[both]])}; keep one film name"
                " [E119]"
            )
        taken[row] = code


def _check_isolated(cell: Cell) -> None:
    """Dead lithium must not touch the living metal: it would be part of it."""
    sides = cell.all_facets.simplices
    inner = np.flatnonzero(sides[:, 1] >= 0)
    dead = cell.in_region(DEAD_LITHIUM)[sides[inner]]
    alive = (cell.in_region(LITHIUM) | cell.in_region(COLLECTOR))[sides[inner]]
    touching = inner[dead.any(axis=1) & alive.any(axis=1)]
    if len(touching):
        raise GeometryError(
            f'a region "{DEAD_LITHIUM}" touches the electrode at '
            f"{span(cell.points[cell.all_facets.vertices[touching]])}; dead lithium is isolated, "
            f'so leave a gap of electrolyte or name it "{LITHIUM}"'
            " [E120]"
        )
