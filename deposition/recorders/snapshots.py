"""The snapshot of a live state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from deposition.common.constants import MICROMETRE
from deposition.laws.flux import FluxLaw
from deposition.mesh.cell import ELECTROLYTE, SEPARATOR, Cell, Floats, Ints
from deposition.mesh.p1 import gradients
from deposition.mesh.surface import label_components
from deposition.results.snapshot import (
    BodiesSnapshot,
    ElectrolyteSnapshot,
    Snapshot,
    SurfaceSnapshot,
)
from deposition.simulation.state import State


def snapshot_of(state: State, flux: FluxLaw, species: Sequence[str] = ()) -> Snapshot:
    """The snapshot of a live state.

    flux     Li⁺ flux of the electrolyte
    species  names of the further dissolved species, as the columns of ``Fields.dissolved``
    """
    return Snapshot(
        step=state.step,
        time=state.time,
        capacity=state.net_areal_charge,
        voltage=state.voltage,
        void_area=state.void_area,
        electrolyte=_electrolyte(state, flux, species),
        surface=_surface(state),
        bodies=_bodies(state.cell),
        growth=state.cell.growth,
    )


def _compact(points: Floats, elements: Ints) -> tuple[Floats, Ints, Ints]:
    """The points that ``elements`` use, the elements renumbered to them, and their old numbers."""
    used, inverse = np.unique(elements, return_inverse=True)
    return points[used], inverse.reshape(elements.shape).astype(np.int64), used


def _electrolyte(state: State, flux: FluxLaw, species: Sequence[str]) -> ElectrolyteSnapshot:
    cell = state.cell
    wet = cell.in_region(ELECTROLYTE)
    points, simplices, used = _compact(cell.points, cell.simplices[wet])
    concentration, potential = state.concentration[used], state.potential[used]
    metres = points * MICROMETRE
    li_flux = flux(
        cell,
        concentration[simplices].mean(axis=1),
        gradients(metres, simplices, concentration),
        gradients(metres, simplices, potential),
    )
    dissolved = {name: state.fields.dissolved[used, k] for k, name in enumerate(species)}
    part = ElectrolyteSnapshot(points, simplices, concentration, potential, li_flux, dissolved)
    if not cell.in_region(SEPARATOR).any():
        return part
    porous = state.fields.porous_lithium
    return replace(
        part,
        region=cell.region[wet],
        regions=cell.regions,
        porous_lithium=porous[used] if len(porous) else None,
    )


def _surface(state: State) -> SurfaceSnapshot:
    points, facets, _ = _compact(state.cell.points, state.surface.facets)
    rate, growth = state.fields.chemical_rate, state.fields.sei_growth
    return SurfaceSnapshot(
        points=points,
        facets=facets,
        electrode=state.surface.electrode,
        current_density=state.current_density,
        resistance=state.resistance,
        thickness=state.film.thickness,
        charge=state.film.charge,
        fractions=state.film.fractions,
        body=state.film.body,
        films=state.film.films,
        volumes=state.film.volumes,
        chemical_rate=rate if len(rate) == len(facets) else None,
        sei_growth=growth if growth.shape == state.film.volumes.shape else None,
    )


def _bodies(cell: Cell) -> BodiesSnapshot:
    metal = ~cell.in_region(ELECTROLYTE)
    points, simplices, _ = _compact(cell.points, cell.simplices[metal])
    body = label_components(cell, metal)[metal]
    return BodiesSnapshot(points, simplices, cell.region[metal], body, cell.regions)
