"""Growth axis: names, coordinates along and across, and where it is undefined."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deposition.common import package_data as shipped
from deposition.common.errors import GeometryError
from deposition.geometry import MeshSizes, read_geometry
from deposition.geometry.growth import find_growth_axis, with_growth_axis
from deposition.mesh.cell import COUNTER, Cell, Floats
from deposition.mesh.footprint import projected_area
from deposition.mesh.growth_axis import UPWARDS, GrowthAxis
from deposition.mesh.surface import extract_surface

PARTS = st.floats(-1.0, 1.0)


@pytest.mark.parametrize(
    ("text", "direction"),
    [("+x", (1.0, 0.0)), ("x", (1.0, 0.0)), ("-x", (-1.0, 0.0)), ("-y", (0.0, -1.0)), ("+y", ())],
)
def test_a_coordinate_axis_has_a_name(text: str, direction: tuple[float, ...]) -> None:
    axis = GrowthAxis.parse(text, 2)
    assert axis.direction == direction
    if direction:
        assert axis.name == f"{'' if text[0] in '+-' else '+'}{text}"


@given(st.lists(PARTS, min_size=2, max_size=3).filter(lambda parts: np.linalg.norm(parts) > 0.1))
def test_turned_coordinates_are_a_rotation_that_ends_along_the_axis(parts: list[float]) -> None:
    axis, unit = GrowthAxis.of(parts), np.array(parts) / np.linalg.norm(parts)
    rows = axis.rows(len(parts))
    assert rows @ rows.T == pytest.approx(np.eye(len(parts)), abs=1e-12)
    assert np.linalg.det(rows) == pytest.approx(1.0)
    assert axis.turned(unit)[-1] == pytest.approx(1.0, abs=1e-5)
    if not axis.is_upwards:
        again = GrowthAxis.parse(axis.name, len(parts))
        assert again.direction == pytest.approx(axis.direction, abs=1e-15)


@pytest.mark.parametrize("text", ["z", "0.6 0.8 0", "0 0", "nan 1", "sideways"])
def test_a_direction_that_a_plane_cell_does_not_have_is_refused(flat: Cell, text: str) -> None:
    file = shipped.geometries()["flat.geo"]
    with pytest.raises(GeometryError, match=r'flat\.geo: geometry\.growth_axis.*"\+x".*E148'):
        with_growth_axis(flat, text, file)


@pytest.fixture(scope="module")
def flat() -> Cell:
    return read_geometry(shipped.geometries()["bump.geo"], MeshSizes(1.0, 4.0))


def moved(cell: Cell, matrix: Floats, shift: float = 0.0) -> Cell:
    """The cell under x -> M x + shift, its simplices oriented positively, with its growth axis."""
    simplices = cell.simplices.copy()
    if np.linalg.det(matrix) < 0.0:
        simplices[:, -2:] = simplices[:, :-3:-1]
    points = cell.points @ matrix.T + shift
    new = replace(cell, points=points, simplices=simplices)
    return replace(new, growth=find_growth_axis(new))


def rotation(degrees: float) -> Floats:
    angle = np.deg2rad(degrees)
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


@given(st.sampled_from([0.0, 90.0, 180.0, 270.0, 33.0]), st.booleans(), st.sampled_from([0.0, 1e6]))
def test_the_axis_turns_with_the_cell(
    flat: Cell, degrees: float, mirrored: bool, shift: float
) -> None:
    matrix = rotation(degrees) @ np.diag([-1.0 if mirrored else 1.0, 1.0])
    turned = moved(flat, matrix, shift)
    assert turned.growth.turned(matrix @ [0.0, 1.0]) == pytest.approx([0.0, 1.0], abs=1e-6)
    assert projected_area(turned) == pytest.approx(projected_area(flat), rel=1e-6)


def test_a_cell_whose_electrodes_do_not_face_each_other_has_no_axis(flat: Cell) -> None:
    table = flat.all_facets
    outer = table.vertices[table.outer()]
    place = flat.points[outer].mean(axis=1)
    low, high = flat.points.min(axis=0), flat.points.max(axis=0)
    surface = extract_surface(flat)
    above = place[:, 1] > flat.points[surface.facets[surface.working]][..., 1].max() + 1.0
    left, right = (above & np.isclose(place[:, 0], end[0]) for end in (low, high))
    area = float(surface.area[surface.working].sum())
    for counter in (left, left | right):
        facets = outer[counter]
        of = np.zeros(len(facets), dtype=np.int64)
        sideways = flat.with_boundaries(facets, of, (COUNTER,))
        assert find_growth_axis(sideways) == GrowthAxis(
            electrode_area=pytest.approx(area)  # type: ignore[arg-type]
        )
    assert find_growth_axis(flat) == UPWARDS
