"""Morphology of the deposit from a ``Cell`` and its surface, in 2D and 3D.

Heights are along the growth axis of the cell.  The upper envelope of the working electrode is
sampled on a regular grid over the footprint of the cell (its bounding box normal to the growth
axis); heights are measured from the envelope of the initial cell.  Samples above or below a body
that is dead in the initial cell are excluded: the body covers the deposit.

The working electrode consists of the regions lithium and collector.  ``interface.connectivity``
renames a body that loses its connection, so that the names of the regions state the connectivity.
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
    """Find the highest facet at each sample of the footprint.

    Returns its height (size,), µm, and its row in ``facets`` (size,); NaN and -1 at samples without
    a facet.  Vertical facets are ignored.
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
    """Every (facet, sample, height) at which the vertical line through a sample meets a facet.

    Barycentric weights w of the sample x: x - x_0 = Σ w_k (x_k - x_0); inside if w ≥ 0, Σ w ≤ 1.
    """
    corners = points[facets]
    row, index = _candidates(corners[..., :-1], footprint)
    edges = corners[row, 1:, :] - corners[row, :1, :]
    offset = footprint.position(index) - corners[row, 0, :-1]
    weights = np.linalg.solve(np.swapaxes(edges[..., :-1], 1, 2), offset[..., None])[..., 0]
    inside = (weights >= -1e-9).all(axis=1) & (weights.sum(axis=1) <= 1.0 + 1e-9)
    height = corners[row, 0, -1] + np.einsum("ij,ij->i", weights, edges[..., -1])
    sample = np.ravel_multi_index(tuple(index[inside].T), footprint.shape)
    return row[inside], np.asarray(sample, dtype=np.int64), height[inside]


def _candidates(projected: Floats, footprint: Footprint) -> tuple[Ints, Ints]:
    """Pairs of a facet and a sample in its bounding box: rows (p,), grid indices (p, d - 1)."""
    shape = np.array(footprint.shape)
    edges = projected[:, 1:] - projected[:, :1]
    not_vertical = np.abs(np.linalg.det(edges)) > 1e-12 * footprint.area
    scaled = (projected - footprint.low) / footprint.spacing - 0.5
    first = np.clip(np.ceil(scaled.min(axis=1) - 1e-9), 0, shape).astype(np.int64)
    last = np.clip(np.floor(scaled.max(axis=1) + 1e-9), -1, shape - 1).astype(np.int64)
    counts = np.maximum(last - first + 1, 0) * not_vertical[:, None]
    total = counts.prod(axis=1)
    row = np.repeat(np.arange(len(projected)), total)
    rank = np.arange(len(row)) - np.repeat(np.cumsum(total) - total, total)
    index = np.empty((len(row), len(shape)), dtype=np.int64)
    for axis in reversed(range(len(shape))):
        index[:, axis] = first[row, axis] + rank % counts[row, axis]
        rank = rank // counts[row, axis]
    return row, index


ROUNDING = 1e-9
"""Height below which a surface lies where it lay, µm: rounding, as of a layer stripped flat."""


@dataclass(frozen=True, eq=False)
class Reference:
    """Initial cell, from which the deposit is measured.

    footprint  samples of the envelope
    base       (size,) initial envelope, µm; NaN without metal
    shaded     (size,) mask of the samples above or below a body that is dead in the initial cell
    film       (size,) index into ``films`` of the SEI component that covers most; -1 without metal
    films      names of the SEI components
    volume     volume of all lithium of the initial cell, µm^d
    """

    footprint: Footprint
    base: Floats
    shaded: Mask
    film: Ints
    films: tuple[str, ...]
    volume: float

    @classmethod
    def of(cls, cell: Cell, surface: Surface, film: SurfaceState) -> Reference:
        """The reference of an initial cell."""
        footprint = Footprint.of(cell)
        _, dead = _seen_from_counter(cell, skin(cell, cell.in_region(DEAD_LITHIUM)), footprint)
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
        """(size,) mask of the evaluated samples: over metal and not shaded."""
        return np.isfinite(self.base) & ~self.shaded

    def heights(self, cell: Cell) -> Floats:
        """(size,) height of the envelope above the initial envelope, µm; NaN without metal."""
        return envelope(cell, self.footprint) - self.base


def envelope(cell: Cell, footprint: Footprint) -> Floats:
    """(size,) upper envelope of the working electrode, µm; NaN where there is none."""
    joined = cell.in_region(LITHIUM) | cell.in_region(COLLECTOR)
    return _seen_from_counter(cell, skin(cell, joined), footprint)[0]


def _seen_from_counter(cell: Cell, facets: Ints, footprint: Footprint) -> tuple[Floats, Ints]:
    """``upper_envelope`` along the growth axis; no facet anywhere if it is undefined."""
    if not cell.growth.is_defined:
        facets = facets[:0]
    return upper_envelope(cell.growth.turned(cell.points), facets, footprint)


def _film_below(cell: Cell, surface: Surface, film: SurfaceState, footprint: Footprint) -> Ints:
    """(size,) SEI component that covers most of the top facet at each sample; -1 without one."""
    working = np.flatnonzero(surface.working)
    _, owner = _seen_from_counter(cell, surface.facets[working], footprint)
    component = np.full(len(owner), -1, dtype=np.int64)
    found = owner >= 0
    component[found] = np.argmax(film.fractions[working[owner[found]]], axis=1)
    return component


@dataclass(frozen=True)
class Morphology:
    """Morphology of a deposit; lengths in µm.

    height_mean                       deposited volume over projected area, dead lithium included
    height_max, height_min            extremes of the heights h above the initial envelope
    roughness_rms                     √⟨(h - ⟨h⟩)²⟩
    peak_to_valley                    highest minus lowest point of the envelope itself
    height_mean_by_film               ⟨h⟩ above each SEI component of the initial cell
    roughness_factor                  area of the working surface over projected area
    """

    height_mean: float
    height_max: float
    height_min: float
    roughness_rms: float
    peak_to_valley: float
    height_mean_by_film: dict[str, float]
    roughness_factor: float


def measure(reference: Reference, cell: Cell, surface: Surface) -> Morphology:
    """Measure the morphology of a cell relative to the initial cell.

    NaN where nothing is over the working electrode, as in a cell that has none, and in a cell
    without growth axis.
    """
    is_defined = cell.growth.is_defined and surface.working.any()
    area = reference.footprint.area if is_defined else np.nan
    heights = reference.heights(cell)
    heights = np.where(np.abs(heights) < ROUNDING, 0.0, heights)
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
    """Mean height of the evaluated samples above each SEI component that has any."""
    return {
        name: float(heights[chosen].mean())
        for index, name in enumerate(reference.films)
        if (chosen := counted & (reference.film == index)).any()
    }
