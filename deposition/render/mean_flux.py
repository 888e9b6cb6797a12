"""Mean current density and mean Li⁺ flux of a recorded state."""

from __future__ import annotations

import numpy as np

from deposition.common.constants import AT_REST, FARADAY
from deposition.mesh.cell import facet_measures, simplex_volumes
from deposition.results.snapshot import Snapshot

NET_FLUX_THRESHOLD = 0.01
"""Minimum net flux through the cell for flux lines to be drawn, relative to the flux exchanged at
the surface, ∫|i| dA/F, and to the mean magnitude of the flux in the electrolyte."""


def mean_current_density(snapshot: Snapshot) -> float:
    """Net current into the working electrode per projected area, A/m²; > 0 when plating."""
    surface = snapshot.surface
    working = surface.on("lithium", "collector")
    area = facet_measures(surface.points, surface.facets[working])
    projected = float(np.prod(np.ptp(snapshot.bounds, axis=0)[:-1]))
    return float(area @ surface.current_density[working]) / projected


def mean_flux(snapshot: Snapshot) -> float:
    """Mean Li⁺ flux into the working electrode per projected area, mol/(m² s); 0 at rest."""
    surface = snapshot.surface
    working = surface.on("lithium", "collector")
    area = facet_measures(surface.points, surface.facets[working])
    projected = float(np.prod(np.ptp(snapshot.bounds, axis=0)[:-1]))
    net = abs(mean_current_density(snapshot)) * projected
    exchanged = float(area @ np.abs(surface.current_density[working]))
    if net < max(NET_FLUX_THRESHOLD * exchanged, AT_REST * projected):
        return 0.0
    flux = net / (FARADAY * projected)
    return flux if flux > NET_FLUX_THRESHOLD * _flux_within(snapshot) else 0.0


def carried_by_electrolyte(snapshot: Snapshot) -> float:
    """Li⁺ flux in the electrolyte over that into the working electrode: below 1 while the salt
    gradient forms, as the salt near the electrode supplies the rest; 1 without a net flux.

    The flux in the electrolyte is the mean of the component along the growth axis in the upper half
    of the space over the metal.
    """
    mean, part = mean_flux(snapshot), snapshot.electrolyte
    height = part.points[part.simplices][..., -1].min(axis=1)
    metal = snapshot.bodies.points[np.unique(snapshot.bodies.simplices), -1]
    top = float(metal.max(initial=part.points[:, -1].min()))
    upper = height > 0.5 * (top + float(part.points[:, -1].max()))
    if mean == 0.0 or not upper.any():
        return 1.0
    volume = simplex_volumes(part.points, part.simplices)[upper]
    return abs(float(volume @ part.flux[upper, -1])) / float(volume.sum()) / mean


def _flux_within(snapshot: Snapshot) -> float:
    """Volume mean of |N₊| in the electrolyte, mol/(m² s), which includes relaxation of the salt
    without a current."""
    part = snapshot.electrolyte
    volume = simplex_volumes(part.points, part.simplices)
    return float(volume @ np.linalg.norm(part.flux, axis=1) / volume.sum())
