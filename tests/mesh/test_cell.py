"""Cell and Surface: identities that hold for any simplex mesh, in 2D and in 3D.

The divergence theorem and projected areas are exact for any simplex mesh, so that they reveal a
wrong normal, a missing facet and a facet that is counted twice.
"""

from __future__ import annotations

import numpy as np
import pytest
from helpers.boxes import box
from hypothesis import given
from hypothesis import strategies as st

from deposition.common import package_data as shipped
from deposition.geometry import MeshSizes, read_geometry
from deposition.mesh.cell import (
    Cell,
    FacetTable,
    facet_measures,
    facet_normals,
    lexicographic_order,
    match_rows,
    region_kind,
    rename,
    simplex_means,
    simplex_volumes,
    sorted_rows,
    star_of,
    touching,
)
from deposition.mesh.surface import extract_surface, label_components

GEOMETRIES = ["be-dead-li.geo", "be-3d.geo"]


@pytest.fixture(scope="module", params=GEOMETRIES)
def cell(request: pytest.FixtureRequest) -> Cell:
    size = 0.5 if request.param == "be-dead-li.geo" else 1.0
    return read_geometry(shipped.geometries()[request.param], MeshSizes(size, 4.0))


def test_regions_fill_the_box(cell: Cell) -> None:
    kinds = {region_kind(name) for name in cell.regions}
    assert kinds == {"electrolyte", "lithium", "dead_lithium"}
    box = np.prod(np.ptp(cell.points, axis=0))
    assert sum(cell.volume(kind) for kind in kinds) == pytest.approx(box)


def test_each_facet_has_the_simplices_that_contain_it(cell: Cell) -> None:
    table = cell.all_facets
    for side in (0, 1):
        has = table.simplices[:, side] >= 0
        corners = cell.simplices[table.simplices[has, side]]
        inside = (corners[:, :, None] == table.vertices[has][:, None, :]).any(axis=1)
        assert inside.all()
    twice = np.count_nonzero(table.simplices >= 0)
    assert twice == (cell.dim + 1) * len(cell.simplices)
    assert len(np.unique(table.vertices, axis=0)) == len(table.vertices)
    inner = table.simplices[~table.outer()]
    assert (inner[:, 0] < inner[:, 1]).all()


def test_the_mean_over_corners_is_that_of_a_linear_field(cell: Cell) -> None:
    facets = cell.all_facets.vertices
    np.testing.assert_allclose(
        simplex_means(cell.points, facets), cell.points[facets].mean(axis=1), atol=1e-12
    )
    height = simplex_means(cell.points[:, -1], cell.simplices)
    np.testing.assert_allclose(height, cell.points[cell.simplices].mean(axis=1)[:, -1], atol=1e-12)


def test_exterior_facets_lie_on_the_box(cell: Cell) -> None:
    outer = cell.points[cell.all_facets.vertices[cell.all_facets.outer()]]
    low, high = cell.points.min(axis=0), cell.points.max(axis=0)
    sides = np.concatenate([np.isclose(outer, low), np.isclose(outer, high)], axis=2)
    assert np.all(sides.all(axis=1).sum(axis=1) == 1)


def test_facets_are_found_whatever_the_order_of_their_corners(cell: Cell) -> None:
    table = cell.all_facets
    assert np.array_equal(table.find(table.vertices[:, ::-1]), np.arange(len(table.vertices)))
    assert table.find(np.full((1, cell.dim), len(cell.points))) == [-1]


def test_the_surface_closes_each_metal(cell: Cell) -> None:
    surface = extract_surface(cell)
    outward = np.einsum("ij,ij->i", surface.midpoint, surface.normal) * surface.area
    dead = surface.on("dead_lithium")
    # Divergence theorem, the normal pointing into the metal: sum x·n A = -d V.
    assert -outward[dead].sum() / cell.dim == pytest.approx(cell.volume("dead_lithium"))
    closed = (surface.normal * surface.area[:, None])[dead].sum(axis=0)
    assert np.allclose(closed, 0, atol=1e-9)


def test_normals_point_into_the_metal(cell: Cell) -> None:
    surface = extract_surface(cell)
    assert np.allclose(np.linalg.norm(surface.normal, axis=1), 1)
    up = np.eye(cell.dim)[-1]
    assert np.allclose(surface.normal[surface.on("lithium")], -up)
    assert np.allclose(surface.normal[surface.on("counter")], up)


def test_every_surface_facet_has_electrolyte_on_one_side(cell: Cell) -> None:
    surface = extract_surface(cell)
    sides = cell.all_facets.simplices[cell.all_facets.find(surface.facets)]
    wet = np.where(sides >= 0, cell.in_region("electrolyte")[sides], False)
    assert np.all(wet.sum(axis=1) == 1)
    assert np.array_equal(sides[:, 1] < 0, surface.on("counter"))
    assert np.array_equal(surface.working, surface.on("lithium", "collector"))


def test_scaled_points_scale_the_surface_and_keep_its_topology(cell: Cell) -> None:
    moved = cell.with_points(cell.points * 2.0)
    before, after = extract_surface(cell), extract_surface(moved)
    assert np.array_equal(before.facets, after.facets)
    assert np.allclose(after.area, before.area * 2.0 ** (cell.dim - 1))
    assert np.allclose(after.normal, before.normal)
    assert np.allclose(moved.volumes, cell.volumes * 2.0**cell.dim)


def test_named_facets(cell: Cell) -> None:
    spots = cell.named_facets("sei:hot_spot")
    assert facet_measures(cell.points, spots).sum() == pytest.approx(6 if cell.dim == 2 else 20)
    assert cell.named_facets("sei:nothing").shape == (0, cell.dim)


def test_components_are_connected_through_facets(cell: Cell) -> None:
    metal = cell.in_region("lithium") | cell.in_region("dead_lithium")
    label = label_components(cell, metal)
    assert set(label[~metal]) == {-1}
    assert set(label[metal]) == {0, 1}
    assert len(set(label[cell.in_region("lithium")])) == 1


def test_a_shared_corner_does_not_connect() -> None:
    points = np.array([[0.0, 0], [1, 0], [0, 1], [-1, 0], [0, -1]])
    simplices = np.array([[0, 1, 2], [0, 3, 4]])
    empty = np.empty((0, 2), dtype=np.int64)
    cell = Cell(points, simplices, np.zeros(2, int), ("lithium",), empty, empty[:, 0], ())
    assert label_components(cell, np.array([True, True])).tolist() == [0, 1]


@given(st.integers(2, 3), st.integers(0, 2**32))
def test_measures_are_those_of_the_parallelepiped(dim: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(dim + 1, dim))
    simplex = np.arange(dim + 1)[None, :]
    volume = simplex_volumes(points, simplex)[0]
    swapped = simplex_volumes(points, simplex[:, [1, 0, *range(2, dim + 1)]])[0]
    assert swapped == pytest.approx(-volume)
    table = FacetTable.of(simplex)
    areas = facet_measures(points, table.vertices)
    normals = facet_normals(points, table.vertices)
    for facet, area, normal in zip(table.vertices, areas, normals, strict=True):
        apex = points[np.setdiff1d(simplex[0], facet)[0]]
        height = abs((apex - points[facet[0]]) @ normal)
        assert height * area / dim == pytest.approx(abs(volume), rel=1e-9)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=20), st.integers(0, 99))
def test_rows_are_matched(rows: list[tuple[int, int]], seed: int) -> None:
    table = np.array(sorted(set(rows)), dtype=np.int64).reshape(-1, 2)
    wanted = np.random.default_rng(seed).integers(0, 6, size=(10, 2))
    found = match_rows(table, wanted)
    assert np.array_equal(table[found[found >= 0]], wanted[found >= 0])
    assert all((a, b) not in rows for a, b in wanted[found < 0])


@pytest.mark.parametrize("columns", [1, 2, 3])
@pytest.mark.parametrize("count", [0, 1, 200])
def test_rows_are_sorted_and_ordered(columns: int, count: int) -> None:
    rows = np.random.default_rng(columns).integers(0, 9, (count, columns))
    within = sorted_rows(rows)
    np.testing.assert_array_equal(within, np.sort(rows, axis=1))
    # Stable: with few indices many rows are equal.
    np.testing.assert_array_equal(lexicographic_order(rows), np.lexsort(rows.T[::-1]))


def test_simplices_around_vertices(cell: Cell) -> None:
    marked = np.zeros(len(cell.points), dtype=bool)
    marked[[3, 17]] = True
    around = np.isin(cell.simplices, [3, 17]).any(axis=1)
    np.testing.assert_array_equal(touching(marked, cell.simplices), around)
    own = np.flatnonzero((cell.simplices == 17).any(axis=1))
    np.testing.assert_array_equal(star_of(17, cell.simplices), own)


def test_topology_is_found_once_and_shared(cell: Cell) -> None:
    surface = extract_surface(cell)
    moved = cell.with_points(cell.points * 2.0)
    renamed = rename(cell, cell.in_region("lithium"), "dead_lithium")
    assert moved.all_facets is cell.all_facets is renamed.all_facets
    assert extract_surface(moved).facets is surface.facets
    assert not np.array_equal(extract_surface(renamed).electrode, surface.electrode)
    metal = cell.in_region("lithium")
    assert label_components(moved, metal) is label_components(renamed, metal)
    with pytest.raises(ValueError, match="read-only"):
        label_components(cell, metal)[0] = 7


@pytest.mark.parametrize("dim", [2, 3])
def test_volumes_of_simplices_that_have_not_moved_are_kept(dim: int) -> None:
    cell = box([0.0] * dim, [3.0] * dim, [3] * dim)
    before = cell.volumes
    points = cell.points.copy()
    inner = int(np.flatnonzero(((points > 0.5) & (points < 1.5)).all(axis=1))[0])
    points[inner] += np.array([0.1, 0.2, 0.3])[:dim]
    moved = cell.with_points(points)
    fresh = simplex_volumes(points, cell.simplices)
    np.testing.assert_array_equal(moved.volumes, fresh)
    around = (cell.simplices == inner).any(axis=1)
    assert np.any(fresh[around] != before[around])
    np.testing.assert_array_equal(cell.volumes, before)
