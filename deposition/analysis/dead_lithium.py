"""Dead lithium as a floating conductor: potential, net current and displacement of its bodies.

A metal body without electronic connection has one potential φ_m (V), at which its net current is
zero:

    Σ i_n A = 0 over its surface,  η = φ_m - φ - E_eq + R i_n

with i_n (A/m², > 0 where it grows) from the same SEI and kinetics as on every electrode surface.
It grows where the electrolyte potential is higher, towards the positive electrode, dissolves on the
opposite side, and so moves at constant volume.  The equation is a row of ``transport.system``;
``transport.pockets`` finds the floating bodies and the electrolyte that surrounds them.

Source: Liu et al., Nature 600 (2021) 659, who observed this motion of isolated lithium.
"""

from __future__ import annotations

import numpy as np

from deposition.mesh.cell import DEAD_LITHIUM, Cell, Floats, Mask, region_kind
from deposition.mesh.surface import label_at_facets
from deposition.simulation.state import State
from deposition.transport.floating import floating, net_share


def floating_facets(state: State) -> Mask:
    """(f,) mask of the facets of floating dead lithium; not of bodies that touch the counter."""
    return floating(state.surface, state.metal_potential)


def net_current(state: State) -> float:
    """Largest |Σ i_n A| / Σ |i_n| A of a floating body of the state, see ``net_share``."""
    return net_share(state.surface, state.film.body, state.fields)


def potentials(state: State) -> dict[str, float]:
    """Potential of the floating metal by name of its region, V; mean over several bodies."""
    result = {}
    for name in _dead_regions(state.cell):
        label = np.where(_region(state.cell, name), 0, -1)
        facets = floating_facets(state) & (label_at_facets(state.cell, state.surface, label) == 0)
        if facets.any():
            result[name] = float(state.metal_potential[facets].mean())
    return result


def displacements(first: State, last: State) -> dict[str, float]:
    """Displacement of the centroid of initial floating regions along the growth axis, µm."""
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
    """Height of the centroid of a region, µm; NaN without growth axis."""
    if not cell.growth.is_defined:
        return np.nan
    region = _region(cell, name)
    height = cell.growth.turned(cell.points)[:, -1]
    midpoint: Floats = height[cell.simplices[region]].mean(axis=1)
    return float(midpoint @ cell.volumes[region] / cell.volumes[region].sum())
