"""Dead lithium as a floating conductor: which bodies there are, at what potential, and where.

A body without a connection has one potential φ_m (V), at which no net current enters it:

    Σ i_n A = 0 over its surface,  η = φ_m - φ - E_eq + R i_n

with i_n (A/m², > 0 where it grows) by the same film and kinetics as on every wall.  It grows where
the electrolyte is at the higher potential, towards the positive electrode, dissolves on the other
side, and so moves, keeping its volume.  The equation is a row of ``transport.system``; which bodies
float, and together with which electrolyte, says ``transport.pools``.

Source: Liu et al., Nature 600 (2021) 659, who saw isolated lithium move so.
"""

from __future__ import annotations

import numpy as np

from deposition.mesh.cell import DEAD_LITHIUM, Cell, Floats, Mask, region_kind
from deposition.mesh.surface import label_at_facets
from deposition.simulation.state import State
from deposition.transport.floating import floating, net_share


def floating_facets(state: State) -> Mask:
    """(f,) facets of dead lithium that has a potential of its own, not that of the counter."""
    return floating(state.surface, state.metal_potential)


def net_current(state: State) -> float:
    """``net_share`` of the current of a state."""
    return net_share(state.surface, state.film.body, state.fields)


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
