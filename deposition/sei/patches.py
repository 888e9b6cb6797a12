"""Initial film on the electrodes: films named in the geometry, patches, or the default film.

Patches are weighted Voronoi cells (a power diagram) of seed points on the surface, which keep a
minimum distance.  The seeds depend on the patch size, the random seed and the shape of the surface,
not on its mesh; two meshes of one geometry have the same layout up to one facet at the borders.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from scipy.spatial import cKDTree

from deposition.common.constants import MICROMETRE
from deposition.common.errors import GeometryError, ScenarioError
from deposition.common.suggest import did_you_mean, listing
from deposition.mesh.cell import COUNTER, SEI_PREFIX, Cell, Floats, Ints, Mask, match_rows
from deposition.mesh.surface import Surface, SurfaceState, facet_bodies
from deposition.sei.film_library import NO_FILM
from deposition.sei.placed_patches import PlacedPatch, placed_patches

_SPACING = {2: 0.7476, 3: 0.834}
"""Minimum distance of two seeds over the patch size, in 2D (patches on a line) and in 3D.

Random sequential addition saturates at a coverage of 0.7476 on a line (Rényi's parking constant)
and of 0.547 in a plane.  With these distances the mean patch has the length of the patch size, or
the area of a square with this side.
"""
_TRIALS = 60
"""Trial points per expected patch; with more, the number of seeds hardly increases."""
_SWEEPS = 200
"""Upper bound of the sweeps over all films that adjust the weights of the power diagram."""

CounterFilm = Literal["none", "sei"]


class FilmSettings(Protocol):
    """Settings of ``[sei]`` that the initial film depends on; lengths in m."""

    @property
    def default_film(self) -> str: ...
    @property
    def thickness(self) -> float: ...
    @property
    def area_fractions(self) -> Mapping[str, float] | None: ...
    @property
    def patch(self) -> Sequence[PlacedPatch]: ...
    @property
    def patch_size(self) -> float | None: ...
    @property
    def seed(self) -> int | None: ...


@dataclass(frozen=True)
class PatchLayout:
    """Patches of several films: area fractions, patch size (µm) and random seed."""

    composition: Mapping[str, float]
    patch_size: float
    seed: int | tuple[int, ...]


def lay_patches(cell: Cell, surface: Surface, layout: PatchLayout, on: Mask) -> Ints:
    """(f,) index into ``layout.composition`` on the facets ``on`` (f,), -1 on the others.

    The area fractions on ``on`` equal the composition up to one or two facets per film: a facet
    belongs to the film k with the least d_k² - w_k, d_k its distance to the nearest seed of the
    film and w_k a weight that is adjusted to the area.  Raises ScenarioError if there are fewer
    patches than films, or if patches are smaller than facets.
    """
    names = list(layout.composition)
    present = np.flatnonzero([layout.composition[name] > 0 for name in names])
    share = np.array([layout.composition[names[k]] for k in present])
    share = share / share.sum()
    rng = np.random.default_rng(layout.seed)
    seeds = _spread(cell, surface, layout.patch_size, on, rng)
    if len(seeds) < len(present):
        raise ScenarioError(
            f"[sei] patch_size = {layout.patch_size:g} µm is too large: {len(seeds)} patches fit "
            f"on {surface.area[on].sum():.4g} µm^{cell.dim - 1} of surface, but the composition "
            f"has {len(present)} films. Reduce sei.patch_size"
            " [E293]"
        )
    film = rng.permutation(np.repeat(np.arange(len(present)), _counts(share, len(seeds))))
    near = np.column_stack(
        [cKDTree(seeds[film == k]).query(surface.midpoint[on])[0] for k in range(len(present))]
    )
    index = np.full(surface.size, -1, dtype=np.int64)
    index[on] = present[_balanced(near**2, surface.area[on], share)]
    return index


def _spread(
    cell: Cell, surface: Surface, patch_size: float, on: Mask, rng: np.random.Generator
) -> Floats:
    """(k, d) seeds on the surface, in random order, as many as fit at the minimum distance.

    Trial points are uniform in the bounding box of the surface, along and across the growth axis so
    that a turned cell has the same layout, and are projected onto the plane of
    the nearest facet.
    """
    turned = cell.growth.turned
    corners = turned(cell.points[surface.facets[on]].reshape(-1, cell.dim))
    expected = max(round(_expected(surface.area[on], patch_size, cell.dim)), 1)
    trials = rng.uniform(
        corners.min(axis=0), corners.max(axis=0), size=(_TRIALS * expected, cell.dim)
    )
    nearest = np.flatnonzero(on)[cKDTree(turned(surface.midpoint[on])).query(trials)[1]]
    normal = turned(surface.normal[nearest])
    height = np.einsum("ij,ij->i", trials - turned(surface.midpoint[nearest]), normal)
    projected = trials - height[:, None] * normal
    return _thinned(projected, _SPACING[cell.dim] * patch_size) @ cell.growth.rows(cell.dim)


def _expected(area: Floats, patch_size: float, dim: int) -> float:
    """Expected number of patches, Σ A / (patch size)^(d-1).  ScenarioError if it exceeds the number
    of facets."""
    expected = float(area.sum()) / patch_size ** (dim - 1)
    if expected > len(area):
        facet = area.mean() ** (1 / (dim - 1))
        raise ScenarioError(
            f"[sei] patch_size = {patch_size:g} µm is below the facet size of {facet:.3g} µm. "
            "A facet carries one film. Increase sei.patch_size, or reduce mesh.surface_size"
            " [E294]"
        )
    return expected


def _thinned(points: Floats, distance: float) -> Floats:
    """Points of a random sequential addition: each is kept unless an earlier kept one is nearer
    than ``distance``."""
    pairs = cKDTree(points).query_pairs(distance, output_type="ndarray")
    earlier, later = pairs.min(axis=1), pairs.max(axis=1)
    kept = np.zeros(len(points), dtype=bool)
    undecided = np.ones(len(points), dtype=bool)
    while undecided.any():
        # An undecided point without undecided earlier neighbours is kept and excludes later ones.
        blocked = np.zeros(len(points), dtype=bool)
        blocked[later[undecided[earlier] & undecided[later]]] = True
        kept |= undecided & ~blocked
        undecided &= blocked
        undecided[later[kept[earlier]]] = False
    return points[kept]


def _counts(share: Floats, total: int) -> Ints:
    """(k,) number of patches of each film, at least one, nearest to ``share`` of ``total``."""
    counts = np.maximum(np.floor(share * total), 1).astype(np.int64)
    while counts.sum() != total:
        step = 1 if counts.sum() < total else -1
        deficit = np.where(counts + step >= 1, step * (share * total - counts), -np.inf)
        counts[np.argmax(deficit)] += step
    return counts


def _balanced(cost: Floats, area: Floats, share: Floats) -> Ints:
    """(p,) film of each facet, argmin_k (cost_k - w_k), with weights w_k that yield ``share``.

    cost (p, k).  Gauss-Seidel iteration: the weight of one film after the other is set so that the
    film has its area, until the weights are stationary.
    """
    weight = np.zeros(len(share))
    target = share * area.sum()
    for _ in range(_SWEEPS if len(share) > 1 else 0):
        before = weight.copy()
        for k in range(len(share)):
            # Film k takes the facets with cost_k - min_{j≠k}(cost_j - w_j) < w_k.
            others = np.delete(cost - weight, k, axis=1).min(axis=1)
            weight[k] = _threshold(cost[:, k] - others, area, target[k])
        weight -= weight.mean()
        if np.abs(weight - before).max() <= 1e-9 * cost.max():
            break
    return np.argmin(cost - weight, axis=1)


def _threshold(value: Floats, area: Floats, target: float) -> float:
    """Bound below which the facets have a total area nearest to ``target``."""
    order = np.argsort(value, kind="stable")
    sorted_ = value[order]
    total = np.concatenate([[0.0], np.cumsum(area[order])])
    count = int(np.argmin(np.abs(total - target)).clip(1, len(value) - 1))
    return float(sorted_[count - 1] + sorted_[count]) / 2


def named_films(cell: Cell) -> tuple[str, ...]:
    """Films named by the geometry: NAME of each boundary ``sei:NAME``."""
    return tuple(
        name.removeprefix(SEI_PREFIX) for name in cell.boundaries if name.startswith(SEI_PREFIX)
    )


def initial_film(
    cell: Cell,
    surface: Surface,
    films: tuple[str, ...],
    sei: FilmSettings,
    counter: CounterFilm = "none",
) -> SurfaceState:
    """Initial film on the surface of a cell.

    films    names of all films that may occur, ``NO_FILM`` included: the columns of
             ``SurfaceState.fractions``
    counter  film of an unnamed counter electrode: none, or as on unnamed lithium

    Patches at stated places (``sei.patch``) take precedence, then ``sei:`` names of the geometry.
    Other metal has the patches of the
    composition if there is one, else the default film.  The counter electrode has a layout of its
    own, with the same area fractions; without film it has ``NO_FILM``, of thickness 0.
    Raises GeometryError for a ``sei:`` name that is no film; ScenarioError for an unknown film in
    the settings, or for a composition that cannot be laid out.
    """
    film = _film_by_name(cell, surface, films)
    placed = placed_patches(cell, surface, sei.patch)
    of_patch = np.array([_index(patch.film, films) for patch in sei.patch], dtype=np.int64)
    film[placed >= 0] = of_patch[placed[placed >= 0]]
    on_counter = surface.on(COUNTER)
    if counter == "none":
        film[on_counter & (film < 0)] = films.index(NO_FILM)
    for electrode in (~on_counter, on_counter):
        unnamed = electrode & (film < 0)
        if unnamed.any():
            film[unnamed] = _unnamed(cell, surface, films, sei, unnamed)
    return SurfaceState.of_thickness(
        fractions=np.eye(len(films))[film],
        thickness=np.where(film == films.index(NO_FILM), 0.0, sei.thickness),
        charge=np.zeros(surface.size),
        body=facet_bodies(cell, surface),
        films=films,
    )


def _unnamed(
    cell: Cell, surface: Surface, films: tuple[str, ...], sei: FilmSettings, unnamed: Mask
) -> Ints:
    """Index of the film on each facet of ``unnamed``, which are of one electrode."""
    default = np.full(np.count_nonzero(unnamed), _index(sei.default_film, films))
    if sei.area_fractions is None or sei.patch_size is None or sei.seed is None:
        return default
    # The layouts of the two electrodes are independent: each has a random stream of its own.
    seed = (sei.seed, 1) if (unnamed & surface.on(COUNTER)).any() else sei.seed
    layout = PatchLayout(sei.area_fractions, sei.patch_size / MICROMETRE, seed)
    column = np.array([_index(name, films) for name in layout.composition])
    return column[lay_patches(cell, surface, layout, unnamed)[unnamed]]


def _index(name: str, films: tuple[str, ...]) -> int:
    if name not in films:
        raise ScenarioError(_no_film(f'[sei] names the film "{name}"', name, films))
    return films.index(name)


def _film_by_name(cell: Cell, surface: Surface, films: tuple[str, ...]) -> Ints:
    """(f,) index of the film that the geometry names on each facet; -1 if it names none."""
    film = np.full(surface.size, -1, dtype=np.int64)
    for name in named_films(cell):
        boundary = SEI_PREFIX + name
        if name not in films:
            raise GeometryError(_no_film(f'the geometry names "{boundary}"', name, films))
        row = match_rows(surface.facets, np.sort(cell.named_facets(boundary), axis=1))
        film[row[row >= 0]] = films.index(name)
    return film


def _no_film(problem: str, name: str, films: tuple[str, ...]) -> str:
    return (
        f"{problem}, but the scenario has no such film; its films are {listing(films)}. Define "
        f"[sei.films.{name}], or use one of these.{did_you_mean(name, films)}"
        " [E295]"
    )
