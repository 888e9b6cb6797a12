"""Initial films: precedence of their sources, and patches that keep their area fractions.

The layout must not depend on the mesh, or refinement would change the physics; this property is
tested in both dimensions.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from deposition.common import package_data as shipped
from deposition.common.errors import GeometryError, ScenarioError
from deposition.geometry import MeshSizes, read_geometry
from deposition.interface.balances import FilmChange
from deposition.interface.counter_electrode import CounterKeepsFilm
from deposition.interface.film_markers import FilmMarkers
from deposition.interface.film_transport import CarriedFilm, FilmStep
from deposition.interface.parents import FacetParents
from deposition.interface.remesh import target_sizes
from deposition.mesh.cell import Cell
from deposition.mesh.surface import Surface, SurfaceState, extract_surface
from deposition.sei.film_library import NO_FILM
from deposition.sei.patches import PatchLayout, initial_film, lay_patches, named_films
from deposition.sei.placed_patches import PlacedPatch

FILMS = ("matrix", "hot_spot", "LiF", "LiI", NO_FILM)


@dataclass(frozen=True)
class Sei:
    """``[sei]`` of a scenario."""

    default_film: str = "matrix"
    thickness: float = 20e-9
    area_fractions: dict[str, float] | None = None
    patch_size: float | None = None
    seed: int | None = None
    patch: tuple[PlacedPatch, ...] = ()


def load(name: str, size: float) -> tuple[Cell, Surface]:
    cell = read_geometry(shipped.geometries()[name], MeshSizes(size, 4.0))
    return cell, extract_surface(cell)


@pytest.fixture(scope="module")
def flat() -> tuple[Cell, Surface]:
    return load("flat.geo", 0.25)


@pytest.fixture(scope="module")
def solid() -> tuple[Cell, Surface]:
    return load("be-3d.geo", 0.8)


def fractions(surface: Surface, index: np.ndarray, count: int) -> np.ndarray:
    on = index >= 0
    return np.bincount(index[on], surface.area[on], count) / surface.area[on].sum()


@given(
    shares=st.lists(st.floats(0.05, 1.0), min_size=1, max_size=5),
    patch_size=st.floats(1.5, 4.0),
    seed=st.integers(0, 2**32),
)
def test_patches_have_the_area_fractions_of_the_composition(
    flat: tuple[Cell, Surface], shares: list[float], patch_size: float, seed: int
) -> None:
    cell, surface = flat
    composition = np.array(shares) / sum(shares)
    layout = PatchLayout({str(i): x for i, x in enumerate(composition)}, patch_size, seed)
    index = lay_patches(cell, surface, layout, surface.on("lithium"))
    facet = surface.area[surface.on("lithium")].max() / 40
    assert np.all(index[~surface.on("lithium")] == -1)
    found = fractions(surface, index, len(composition))
    assert np.abs(found - composition).max() < 2.5 * facet


def test_patches_have_the_area_fractions_of_the_composition_in_3d(
    solid: tuple[Cell, Surface],
) -> None:
    cell, surface = solid
    on = surface.on("lithium", "dead_lithium")
    layout = PatchLayout({"a": 0.55, "b": 0.25, "c": 0.2}, 2.5, 4)
    index = lay_patches(cell, surface, layout, on)
    assert np.array_equal(index >= 0, on)
    assert fractions(surface, index, 3) == pytest.approx([0.55, 0.25, 0.2], abs=2e-3)


@pytest.mark.parametrize(
    ("name", "fine", "size", "differing"),
    [("flat.geo", 0.1, 4.0, 0.04), ("be-3d.geo", 0.4, 3.0, 0.1)],
)
def test_the_layout_does_not_depend_on_the_mesh(
    name: str, fine: float, size: float, differing: float
) -> None:
    layout = PatchLayout({"a": 0.5, "b": 0.3, "c": 0.2}, size, 7)
    kept = []
    for mesh_size in (2 * fine, fine):
        cell, surface = load(name, mesh_size)
        on = surface.on("lithium")
        kept.append((surface.midpoint[on], lay_patches(cell, surface, layout, on)[on]))
    (coarse_at, coarse), (fine_at, film) = kept
    nearest = coarse[cKDTree(coarse_at).query(fine_at)[1]]
    # Only facets at the borders may differ: one facet along all of them.
    assert np.mean(nearest != film) < differing


def test_the_seed_decides_the_layout(flat: tuple[Cell, Surface]) -> None:
    cell, surface = flat
    on = surface.on("lithium")

    def lay(seed: int, size: float) -> np.ndarray:
        return lay_patches(cell, surface, PatchLayout({"a": 0.5, "b": 0.5}, size, seed), on)

    assert np.array_equal(lay(1, 4.0), lay(1, 4.0))
    assert not np.array_equal(lay(1, 4.0), lay(2, 4.0))
    assert not np.array_equal(lay(1, 4.0), lay(1, 2.0))


@pytest.mark.parametrize(("size", "films"), [(1.0, 10), (2.0, 10), (4.0, 5)])
def test_patches_have_the_patch_size(flat: tuple[Cell, Surface], size: float, films: int) -> None:
    """A run of one film is a patch, except that one in ``films`` neighbours has the same film."""
    cell, surface = flat
    on = np.flatnonzero(surface.on("lithium"))
    from_left = on[np.argsort(surface.midpoint[on, 0])]
    runs = []
    for seed in range(20):
        layout = PatchLayout({str(i): 1 / films for i in range(films)}, size, seed)
        index = lay_patches(cell, surface, layout, surface.on("lithium"))[from_left]
        runs.append(40 / (1 + np.count_nonzero(np.diff(index))))
    assert np.mean(runs) == pytest.approx(size / (1 - 1 / films), rel=0.15)


def test_too_few_patches_for_the_films_is_an_error(flat: tuple[Cell, Surface]) -> None:
    cell, surface = flat
    layout = PatchLayout({"a": 0.4, "b": 0.3, "c": 0.3}, 100.0, 1)
    with pytest.raises(ScenarioError, match=r"patch_size = 100 µm .* 1 patches .* 3 films.*E293"):
        lay_patches(cell, surface, layout, surface.on("lithium"))


def test_every_facet_has_one_film_and_its_thickness() -> None:
    cell, surface = load("be-dead-li.geo", 0.5)
    assert named_films(cell) == ("hot_spot",)
    film = initial_film(cell, surface, FILMS, Sei())
    assert np.all(film.fractions.sum(axis=1) == 1) and np.isin(film.fractions, (0, 1)).all()
    name = np.array(FILMS)[film.fractions.argmax(axis=1)]
    x, y = surface.midpoint.T
    hot = np.zeros(surface.size, dtype=bool)
    for low, high in ((2, 3), (9, 10), (14, 15), (20.5, 21.5), (29, 30), (35, 36)):
        hot |= (y == 0) & (x > low) & (x < high)
    assert np.array_equal(name == "hot_spot", hot)
    assert np.array_equal(name == NO_FILM, surface.on("counter"))
    assert np.array_equal(film.thickness == 0, surface.on("counter"))
    assert set(film.thickness) == {0.0, 20e-9}
    assert np.all(film.charge == 0)


def test_bodies_are_told_apart() -> None:
    cell, surface = load("be-dead-li.geo", 0.5)
    body = initial_film(cell, surface, FILMS, Sei()).body
    labels = [set(body[surface.on(name)]) for name in ("counter", "lithium", "dead_lithium")]
    assert labels[0] == {-1}
    assert labels[1] | labels[2] == {0, 1}
    assert labels[1] & labels[2] == set()


def test_patches_leave_named_films_alone() -> None:
    cell, surface = load("be.geo", 0.5)
    plain = initial_film(cell, surface, FILMS, Sei())
    sei = Sei(area_fractions={"LiF": 0.5, "LiI": 0.5}, patch_size=2e-6, seed=1)
    film = initial_film(cell, surface, FILMS, sei)
    hot = FILMS.index("hot_spot")
    assert np.array_equal(film.fractions[:, hot], plain.fractions[:, hot])
    covered = (film.fractions * surface.area[:, None])[surface.on("lithium")].sum(axis=0)
    assert covered[FILMS.index("matrix")] == 0
    assert covered[FILMS.index("LiF")] == pytest.approx(17, abs=0.6)


@pytest.mark.process
def test_a_counter_electrode_keeps_the_film_that_it_is_given(tmp_path: Path) -> None:
    file = tmp_path / "case.geo"
    text = shipped.geometries()["flat.geo"].read_text()
    file.write_text(text + 'Physical Curve("sei:LiF") = {3};\n')
    cell = read_geometry(file, MeshSizes(0.5, 4.0))
    surface = extract_surface(cell)
    film = initial_film(cell, surface, FILMS, Sei())
    assert np.all(film.fractions[surface.on("counter"), FILMS.index("LiF")] == 1)
    assert np.all(film.thickness == 20e-9)


def test_an_unknown_film_is_an_error(flat: tuple[Cell, Surface]) -> None:
    cell, surface = load("be.geo", 1.0)
    with pytest.raises(GeometryError, match=r'"sei:hot_spot".*sei\.films\.hot_spot.*E295'):
        initial_film(cell, surface, ("matrix", NO_FILM), Sei())
    with pytest.raises(ScenarioError, match=r'"Matrix".*Did you mean "matrix".*E295'):
        initial_film(*flat, FILMS, Sei(default_film="Matrix"))


# --- the counter electrode -------------------------------------------------------------------

PATCHES = Sei(area_fractions={"LiF": 0.7, "LiI": 0.3}, patch_size=4e-6, seed=1)


def thin_cell() -> tuple[Cell, Surface]:
    sizes = MeshSizes(0.25, 2.0, counter=0.25)
    cell = read_geometry(shipped.geometries()["flat.geo"], sizes, {"height": 25})
    return cell, extract_surface(cell)


def test_a_counter_electrode_gets_patches_of_its_own_on_request() -> None:
    cell, surface = thin_cell()
    film = initial_film(cell, surface, FILMS, PATCHES, "sei").fractions
    plain = initial_film(cell, surface, FILMS, PATCHES).fractions
    lithium, counter = surface.on("lithium"), surface.on("counter")
    assert np.array_equal(film[lithium], plain[lithium]), "the lithium is unaffected"
    for side in (lithium, counter):
        shares = surface.area[side] @ film[side] / 40
        assert shares[FILMS.index("LiI")] == pytest.approx(0.3, abs=0.01)
    below, above = (
        film[side][np.argsort(surface.midpoint[side, 0]), FILMS.index("LiI")]
        for side in (lithium, counter)
    )
    at = [np.interp(np.arange(0.5, 40), np.sort(surface.midpoint[s, 0]), f)
          for s, f in ((lithium, below), (counter, above))]  # fmt: skip
    assert np.abs(at[0] - at[1]).mean() > 0.1, "a layout of its own"


def test_without_a_composition_the_counter_electrode_has_the_default_film() -> None:
    cell, surface = thin_cell()
    film = initial_film(cell, surface, FILMS, Sei(), "sei")
    assert np.all(film.fractions[:, FILMS.index("matrix")] == 1)


def test_film_on_the_counter_electrode_stays_where_it_is_on_any_mesh() -> None:
    cell, surface = thin_cell()
    film = initial_film(cell, surface, FILMS, PATCHES, "sei")
    shifted = read_geometry(
        shipped.geometries()["flat.geo"], MeshSizes(0.2, 2.0, counter=0.31), {"height": 29}
    )
    new = extract_surface(shifted)
    parent = np.zeros(new.size, dtype=np.int64)
    connected = new.working
    advance = np.zeros(surface.size)
    parents = FacetParents(surface, new, cell, shifted, connected, advance, parent)
    blank = SurfaceState.of_thickness(
        np.tile(np.eye(len(FILMS))[0], (new.size, 1)), np.zeros(new.size), np.zeros(new.size),
        np.zeros(new.size, dtype=np.int64), FILMS,
    )  # fmt: skip
    motion = CounterKeepsFilm.of(Unchanged(), cell, surface, film)
    moved = motion.carry(
        FilmStep(parents, film, blank, FilmMarkers.none(), np.zeros_like(film.volumes), 1.0)
    )
    carried = moved.seen
    counter, before = new.on("counter"), surface.on("counter")
    laid = new.area @ np.hstack([carried.fractions, carried.volumes])
    assert moved.change.laid == pytest.approx(laid)
    assert np.array_equal(carried.fractions[~counter], blank.fractions[~counter])
    assert carried.thickness[counter] == pytest.approx(20e-9)
    shares = new.area[counter] @ carried.fractions[counter]
    assert shares == pytest.approx(surface.area[before] @ film.fractions[before], abs=0.1)


class Unchanged:
    """A film motion that leaves the inherited film as it is."""

    def start(
        self, cell: Cell, surface: Surface, film: SurfaceState
    ) -> tuple[SurfaceState, FilmMarkers]:
        return film, FilmMarkers.none()

    def carry(self, step: FilmStep) -> CarriedFilm:
        film = step.inherited
        laid = step.parents.new.area @ np.hstack([film.fractions, film.volumes])
        none = np.zeros_like(laid)
        return CarriedFilm(film, step.markers, FilmChange(none, none, laid, none, none > 0.0))


def test_the_counter_electrode_has_its_mesh_size() -> None:
    cell, surface = thin_cell()
    counter = surface.on("counter")
    assert surface.area[counter].max() < 0.3
    fine = target_sizes(cell, surface, MeshSizes(0.25, 2.0, counter=0.25))
    assert fine[np.unique(surface.facets[counter])].max() < 0.3
    coarse = target_sizes(cell, surface, MeshSizes(0.25, 2.0))
    assert coarse[np.unique(surface.facets[counter])].min() > 1.5
