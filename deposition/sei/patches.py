"""What covers the electrodes at the start: films named in the geometry, patches, or the fresh film.

Patches are the Voronoi cells of seed points spread over the surface, no two nearer than a set
distance.  The seeds follow from the patch size, the random seed and the shape of the surface, not
from its mesh; so two meshes of one geometry get the same layout, up to a facet at the borders.
"""

from __future__ import annotations

from collections.abc import Mapping
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

_SPACING = {2: 0.7476, 3: 0.834}
"""Smallest distance of two seeds over the patch size, in 2D (a line of patches) and in 3D.

Points put down at random until no more fit fill a line to 0.7476 (Rényi's parking constant) and a
plane to 0.547, so that the mean patch is as long, or as large as a square of side, patch size.
"""
_TRIALS = 60
"""Trial points per expected patch: enough that few more would fit."""
_SWEEPS = 200

CounterFilm = Literal["none", "sei"]


class FilmSettings(Protocol):
    """The part of ``[sei]`` of a scenario that is needed here; lengths in m."""

    @property
    def default_film(self) -> str: ...
    @property
    def thickness(self) -> float: ...
    @property
    def composition(self) -> Mapping[str, float] | None: ...
    @property
    def patch_size(self) -> float | None: ...
    @property
    def seed(self) -> int | None: ...


@dataclass(frozen=True)
class PatchLayout:
    """Patches of several films: their area fractions, their size (µm) and the random seed."""

    composition: Mapping[str, float]
    patch_size: float
    seed: int | tuple[int, ...]


def lay_patches(cell: Cell, surface: Surface, layout: PatchLayout, on: Mask) -> Ints:
    """(f,) index into ``layout.composition`` on the facets ``on`` (f,), -1 on the others.

    The area fractions on ``on`` come out as asked to within a facet or two for each film: every
    film has one weight in the comparison of squared distances that moves its borders (a power
    diagram).  Raises ScenarioError if there is room for fewer patches than films, or if patches
    are smaller than facets.
    """
    names = list(layout.composition)
    present = np.flatnonzero([layout.composition[name] > 0 for name in names])
    share = np.array([layout.composition[names[k]] for k in present])
    share = share / share.sum()
    rng = np.random.default_rng(layout.seed)
    seeds = _spread(cell, surface, layout.patch_size, on, rng)
    if len(seeds) < len(present):
        raise ScenarioError(
            f"[sei] patch_size = {layout.patch_size:g} µm leaves room for {len(seeds)} patches on "
            f"{surface.area[on].sum():.4g} µm^{cell.dim - 1} of surface, but the composition has "
            f"{len(present)} films; make it smaller"
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
    """(k, d) seeds on the surface, in random order, as many as fit at the smallest distance.

    Trial points fall into the box around the surface and are moved onto the plane of the nearest
    facet.
    """
    corners = cell.points[surface.facets[on]].reshape(-1, cell.dim)
    expected = max(round(_expected(surface.area[on], patch_size, cell.dim)), 1)
    trials = rng.uniform(
        corners.min(axis=0), corners.max(axis=0), size=(_TRIALS * expected, cell.dim)
    )
    nearest = np.flatnonzero(on)[cKDTree(surface.midpoint[on]).query(trials)[1]]
    normal = surface.normal[nearest]
    height = np.einsum("ij,ij->i", trials - surface.midpoint[nearest], normal)
    return _thinned(trials - height[:, None] * normal, _SPACING[cell.dim] * patch_size)


def _expected(area: Floats, patch_size: float, dim: int) -> float:
    """How many patches lie on facets of these areas.  Raises ScenarioError: more than facets."""
    expected = float(area.sum()) / patch_size ** (dim - 1)
    if expected > len(area):
        facet = area.mean() ** (1 / (dim - 1))
        raise ScenarioError(
            f"[sei] patch_size = {patch_size:g} µm is less than the facets of the surface, which "
            f"are of {facet:.3g} µm and carry one film each; make it larger, or "
            "mesh.surface_size smaller"
            " [E294]"
        )
    return expected


def _thinned(points: Floats, distance: float) -> Floats:
    """The points that remain if each in turn is dropped when it is too near to one kept before."""
    pairs = cKDTree(points).query_pairs(distance, output_type="ndarray")
    earlier, later = pairs.min(axis=1), pairs.max(axis=1)
    kept = np.zeros(len(points), dtype=bool)
    open_ = np.ones(len(points), dtype=bool)
    while open_.any():
        waits = np.zeros(len(points), dtype=bool)
        waits[later[open_[earlier] & open_[later]]] = True
        kept |= open_ & ~waits
        open_ &= waits
        open_[later[kept[earlier]]] = False
    return points[kept]


def _counts(share: Floats, total: int) -> Ints:
    """(k,) how many of ``total`` patches each film gets: at least one, as near as can be."""
    counts = np.maximum(np.floor(share * total), 1).astype(np.int64)
    while counts.sum() != total:
        step = 1 if counts.sum() < total else -1
        lack = np.where(counts + step >= 1, step * (share * total - counts), -np.inf)
        counts[np.argmax(lack)] += step
    return counts


def _balanced(cost: Floats, area: Floats, share: Floats) -> Ints:
    """(p,) the film of each facet: the least ``cost - weight``, with weights that meet ``share``.

    cost (p, k).  One film after the other takes the facets that suit it best until it has its
    area, again and again until nothing changes.
    """
    weight = np.zeros(len(share))
    target = share * area.sum()
    for _ in range(_SWEEPS if len(share) > 1 else 0):
        before = weight.copy()
        for k in range(len(share)):
            others = np.delete(cost - weight, k, axis=1).min(axis=1)
            weight[k] = _threshold(cost[:, k] - others, area, target[k])
        weight -= weight.mean()
        if np.abs(weight - before).max() <= 1e-9 * cost.max():
            break
    return np.argmin(cost - weight, axis=1)


def _threshold(value: Floats, area: Floats, target: float) -> float:
    """The bound below which the values hold an area as near to ``target`` as can be."""
    order = np.argsort(value, kind="stable")
    sorted_ = value[order]
    held = np.concatenate([[0.0], np.cumsum(area[order])])
    count = int(np.argmin(np.abs(held - target)).clip(1, len(value) - 1))
    return float(sorted_[count - 1] + sorted_[count]) / 2


def named_films(cell: Cell) -> tuple[str, ...]:
    """The films that the geometry names: NAME of each boundary ``sei:NAME``."""
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
    """What covers the surface of a new cell.

    films: names of all films that may occur, ``NO_FILM`` among them; they become the columns of
    ``SurfaceState.fractions``.
    counter: what covers an unnamed counter electrode, nothing or what unnamed metal gets.

    A ``sei:`` name of the geometry goes before everything.  Other metal gets the patches of the
    composition if there is one, and the fresh film if not.  The counter electrode has its own
    layout, of the same area fractions; without film it has ``NO_FILM``, of thickness 0.
    Raises GeometryError for a ``sei:`` name that is no film, ScenarioError for a fresh film or a
    composition that names none, or that cannot be laid out.
    """
    film = _film_by_name(cell, surface, films)
    opposite = surface.on(COUNTER)
    if counter == "none":
        film[opposite & (film < 0)] = films.index(NO_FILM)
    for side in (~opposite, opposite):
        bare = side & (film < 0)
        if bare.any():
            film[bare] = _unnamed(cell, surface, films, sei, bare)
    return SurfaceState(
        fractions=np.eye(len(films))[film],
        thickness=np.where(film == films.index(NO_FILM), 0.0, sei.thickness),
        charge=np.zeros(surface.size),
        body=facet_bodies(cell, surface),
        films=films,
    )


def _unnamed(
    cell: Cell, surface: Surface, films: tuple[str, ...], sei: FilmSettings, bare: Mask
) -> Ints:
    """Index of the film on each facet of ``bare``, which are of one electrode."""
    fresh = np.full(np.count_nonzero(bare), _index(sei.default_film, films))
    if sei.composition is None or sei.patch_size is None or sei.seed is None:
        return fresh
    # Two electrodes know nothing of one another: each has random numbers of its own.
    seed = (sei.seed, 1) if (bare & surface.on(COUNTER)).any() else sei.seed
    layout = PatchLayout(sei.composition, sei.patch_size / MICROMETRE, seed)
    column = np.array([_index(name, films) for name in layout.composition])
    return column[lay_patches(cell, surface, layout, bare)[bare]]


def _index(name: str, films: tuple[str, ...]) -> int:
    if name not in films:
        raise ScenarioError(_no_film(f'[sei] names the film "{name}", which', name, films))
    return films.index(name)


def _film_by_name(cell: Cell, surface: Surface, films: tuple[str, ...]) -> Ints:
    """(f,) index of the film that the geometry names on each facet; -1 where it names none."""
    film = np.full(surface.size, -1, dtype=np.int64)
    for name in named_films(cell):
        boundary = SEI_PREFIX + name
        if name not in films:
            raise GeometryError(_no_film(f'the boundary "{boundary}"', name, films))
        row = match_rows(surface.facets, np.sort(cell.named_facets(boundary), axis=1))
        film[row[row >= 0]] = films.index(name)
    return film


def _no_film(what: str, name: str, films: tuple[str, ...]) -> str:
    return (
        f"{what} is no film of the scenario; its films are {listing(films)}. Define "
        f"[sei.films.{name}], or use one of these.{did_you_mean(name, films)}"
        " [E295]"
    )
