"""Floating dead lithium in a state: which bodies there are, at what potential, and where."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from deposition.cell import DEAD_LITHIUM, Cell, Floats, region_kind
from deposition.state import State
from deposition.surface import label_at_facets

Mask = NDArray[np.bool_]


def floating_facets(state: State) -> Mask:
    """(f,) facets of dead lithium that has a potential of its own, not that of the counter."""
    metal = state.metal_potential
    return state.surface.on(DEAD_LITHIUM) & np.isfinite(metal) & (metal != 0.0)


def net_current(state: State) -> float:
    """|Σ i_n A| / Σ |i_n| A of the floating body where it is largest; 0 without one."""
    floats = floating_facets(state)
    flow, body = (state.current_density * state.surface.area)[floats], state.film.body[floats]
    through = np.bincount(body, np.abs(flow))
    share = np.abs(np.bincount(body, flow)) / np.where(through > 0.0, through, 1.0)
    return float(share.max(initial=0.0))


def potentials(state: State) -> dict[str, float]:
    """Potential of the floating metal by the name of its region, V; the mean where it is many."""
    found = {}
    for name in _dead_regions(state.cell):
        here = np.where(_region(state.cell, name), 0, -1)
        facets = floating_facets(state) & (label_at_facets(state.cell, state.surface, here) == 0)
        if facets.any():
            found[name] = float(state.metal_potential[facets].mean())
    return found


def rises(first: State, last: State) -> dict[str, float]:
    """How far floating regions that were there at first have moved along the growth axis, µm."""
    return {
        name: _height(last.cell, name) - _height(first.cell, name)
        for name in potentials(last)
        if name in _dead_regions(first.cell)
    }


def _dead_regions(cell: Cell) -> list[str]:
    return [name for name in cell.regions if region_kind(name) == DEAD_LITHIUM]


def _region(cell: Cell, name: str) -> Mask:
    return np.asarray(cell.region == cell.regions.index(name))


def _height(cell: Cell, name: str) -> float:
    """Height of the centre of a region, µm."""
    mine = _region(cell, name)
    middle: Floats = cell.points[cell.simplices[mine], -1].mean(axis=1)
    return float(middle @ cell.volumes[mine] / cell.volumes[mine].sum())
