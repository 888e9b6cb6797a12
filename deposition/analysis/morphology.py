"""The shape of the deposit in numbers, from a ``Cell`` and its surface; 2D and 3D alike.

The growth axis is the last coordinate, up.  The upper envelope of the working electrode is sampled
on a regular grid over the footprint of the cell (its bounding box across the growth axis); heights
are measured from the envelope of the initial cell.  Samples under a body that was dead from the
start are left out, because the deposit there grows in its shadow.

The working electrode is what is named lithium or collector: a piece that loses its connection is
renamed (``interface.connectivity``), so that nobody has to find out again what hangs together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from deposition.mesh.cell import (
    COLLECTOR,
    DEAD_LITHIUM,
    LITHIUM,
    Cell,
    Floats,
    Ints,
    Mask,
    metal_volume,
    skin,
)
from deposition.mesh.footprint import Footprint
from deposition.mesh.surface import Surface, SurfaceState


def upper_envelope(points: Floats, facets: Ints, footprint: Footprint) -> tuple[Floats, Ints]:
    """The highest facet over each sample of the footprint.

    Returns its height (size,), µm, NaN where there is none, and its row in ``facets`` (size,), -1
    where there is none.  Facets that are vertical cover nothing.
    """
    row, sample, height = _crossings(points, facets, footprint)
    order = np.lexsort((height, sample))
    last = order[np.flatnonzero(np.diff(sample[order], append=footprint.size))]
    top = np.full(footprint.size, np.nan)
    owner = np.full(footprint.size, -1, dtype=np.int64)
    top[sample[last]] = height[last]
    owner[sample[last]] = row[last]
    return top, owner


def _crossings(points: Floats, facets: Ints, footprint: Footprint) -> tuple[Ints, Ints, Floats]:
    """Every (facet, sample, height) where the vertical line through a sample meets a facet."""
    corners = points[facets]
    row, index = _candidates(corners[..., :-1], footprint)
    edges = corners[row, 1:, :] - corners[row, :1, :]
    place = footprint.position(index) - corners[row, 0, :-1]
    weights = np.linalg.solve(np.swapaxes(edges[..., :-1], 1, 2), place[..., None])[..., 0]
    inside = (weights >= -1e-9).all(axis=1) & (weights.sum(axis=1) <= 1.0 + 1e-9)
    height = corners[row, 0, -1] + np.einsum("ij,ij->i", weights, edges[..., -1])
    sample = np.ravel_multi_index(tuple(index[inside].T), footprint.shape)
    return row[inside], np.asarray(sample, dtype=np.int64), height[inside]


def _candidates(projected: Floats, footprint: Footprint) -> tuple[Ints, Ints]:
    """Each facet with each sample in its bounding box: rows (p,), grid indices (p, d - 1)."""
    shape = np.array(footprint.shape)
    edges = projected[:, 1:] - projected[:, :1]
    lying = np.abs(np.linalg.det(edges)) > 1e-12 * footprint.area
    scaled = (projected - footprint.low) / footprint.spacing - 0.5
    first = np.clip(np.ceil(scaled.min(axis=1) - 1e-9), 0, shape).astype(np.int64)
    last = np.clip(np.floor(scaled.max(axis=1) + 1e-9), -1, shape - 1).astype(np.int64)
    counts = np.maximum(last - first + 1, 0) * lying[:, None]
    total = counts.prod(axis=1)
    row = np.repeat(np.arange(len(projected)), total)
    rank = np.arange(len(row)) - np.repeat(np.cumsum(total) - total, total)
    index = np.empty((len(row), len(shape)), dtype=np.int64)
    for axis in reversed(range(len(shape))):
        index[:, axis] = first[row, axis] + rank % counts[row, axis]
        rank = rank // counts[row, axis]
    return row, index


@dataclass(frozen=True, eq=False)
class Reference:
    """What the deposit is measured from: the initial cell.

    footprint  where the envelope is sampled
    base       (size,) initial envelope, µm; NaN where there is no metal
    shaded     (size,) whether a body that is dead from the start stands over or under the sample
    film       (size,) index into ``films`` of the component that covers most there; -1 for none
    films      names of the film components
    volume     all lithium of the initial cell, µm^d
    """

    footprint: Footprint
    base: Floats
    shaded: Mask
    film: Ints
    films: tuple[str, ...]
    volume: float

    @classmethod
    def of(cls, cell: Cell, surface: Surface, film: SurfaceState) -> Reference:
        """Measure the initial cell."""
        footprint = Footprint.of(cell)
        _, dead = upper_envelope(cell.points, skin(cell, cell.in_region(DEAD_LITHIUM)), footprint)
        return cls(
            footprint=footprint,
            base=envelope(cell, footprint),
            shaded=dead >= 0,
            film=_film_below(cell, surface, film, footprint),
            films=film.films,
            volume=metal_volume(cell),
        )

    @cached_property
    def counted(self) -> Mask:
        """(size,) the samples that count: metal below, no dead body in the way."""
        return np.isfinite(self.base) & ~self.shaded

    def heights(self, cell: Cell) -> Floats:
        """(size,) height of the envelope above the initial one, µm; NaN without metal."""
        return envelope(cell, self.footprint) - self.base


def envelope(cell: Cell, footprint: Footprint) -> Floats:
    """(size,) upper envelope of the working electrode, µm; NaN where there is none."""
    joined = cell.in_region(LITHIUM) | cell.in_region(COLLECTOR)
    return upper_envelope(cell.points, skin(cell, joined), footprint)[0]


def _film_below(cell: Cell, surface: Surface, film: SurfaceState, footprint: Footprint) -> Ints:
    """(size,) component that covers most of the working surface at each sample, -1 for none."""
    working = np.flatnonzero(surface.working)
    _, owner = upper_envelope(cell.points, surface.facets[working], footprint)
    component = np.full(len(owner), -1, dtype=np.int64)
    found = owner >= 0
    component[found] = np.argmax(film.fractions[working[owner[found]]], axis=1)
    return component


@dataclass(frozen=True)
class Morphology:
    """The deposit at one time; lengths in µm.

    height_mean           deposited volume over projected area (all lithium, joined or not)
    height_max, height_min, roughness_rms   of the envelope's heights; rms about their mean
    relief                highest minus lowest point of the envelope itself, whatever it was before
    height_mean_by_film   mean height above each initial film component
    roughness_factor  measure of the working surface over the projected area
    """

    height_mean: float
    height_max: float
    height_min: float
    roughness_rms: float
    peak_to_valley: float
    height_mean_by_film: dict[str, float]
    roughness_factor: float


def measure(reference: Reference, cell: Cell, surface: Surface) -> Morphology:
    """The morphology of a cell against the initial one."""
    area = reference.footprint.area
    heights = reference.heights(cell)
    counted = reference.counted & np.isfinite(heights)
    chosen, top = np.full((2, 1), np.nan)
    if counted.any():
        chosen, top = heights[counted], (heights + reference.base)[counted]
    return Morphology(
        height_mean=(metal_volume(cell) - reference.volume) / area,
        height_max=float(chosen.max()),
        height_min=float(chosen.min()),
        roughness_rms=float(chosen.std()),
        peak_to_valley=float(np.ptp(top)),
        height_mean_by_film=_mean_by_film(reference, heights, counted),
        roughness_factor=float(surface.area[surface.working].sum()) / area,
    )


def _mean_by_film(reference: Reference, heights: Floats, counted: Mask) -> dict[str, float]:
    """Mean height of the counted samples above each film component that has any."""
    return {
        name: float(heights[chosen].mean())
        for index, name in enumerate(reference.films)
        if (chosen := counted & (reference.film == index)).any()
    }
