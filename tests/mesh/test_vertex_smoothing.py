"""Bad triangles: improved where they are, without a change of any outline."""

from __future__ import annotations

import numpy as np
from helpers.boxes import box

from deposition.mesh.cell import metal_volume
from deposition.mesh.edge_flips import FIXED
from deposition.mesh.quality import mean_ratio
from deposition.mesh.surface import extract_surface
from deposition.mesh.vertex_smoothing import LAYERS, without_bad_triangles

LEAST = 0.25


def spoilt(way: float):
    """A box in which a vertex two rows above the surface has moved down by ``way``."""
    cell = box((0.0, -4.0), (8.0, 4.0), (16, 16))
    points = cell.points.copy()
    vertex = int(np.argmin(np.linalg.norm(points - (4.0, 1.0), axis=1)))
    points[vertex, 1] -= way
    return cell.with_points(points)


def test_triangles_that_a_move_has_inverted_are_improved() -> None:
    """A vertex that has passed the next row is brought back; surface and volumes stay."""
    cell = spoilt(0.6)
    assert mean_ratio(cell.points, cell.simplices).min() < 0.0
    points, simplices = without_bad_triangles(cell.points, cell.simplices, cell.region, LEAST)
    assert mean_ratio(points, simplices).min() > LEAST
    surface = extract_surface(cell).facets
    np.testing.assert_array_equal(points[surface], cell.points[surface])
    assert metal_volume(cell.with_points(points)) == metal_volume(cell)


def test_the_mesh_further_away_stays() -> None:
    cell = spoilt(0.45)
    points, simplices = without_bad_triangles(cell.points, cell.simplices, cell.region, LEAST)
    far = np.abs(cell.points - (4.0, 0.5)).max(axis=1) > 0.5 * (LAYERS + 2)
    np.testing.assert_array_equal(points[far], cell.points[far])
    around = far[cell.simplices].all(axis=1)
    np.testing.assert_array_equal(simplices[around], cell.simplices[around])


def test_nothing_changes_without_a_bad_triangle_or_where_the_mesh_stays() -> None:
    good, bad = spoilt(0.0), spoilt(0.45)
    points, simplices = without_bad_triangles(good.points, good.simplices, good.region, LEAST)
    assert points is good.points and simplices is good.simplices
    fixed = np.full(len(bad.simplices), FIXED)
    points, simplices = without_bad_triangles(bad.points, bad.simplices, fixed, LEAST)
    np.testing.assert_array_equal(points, bad.points)
    assert simplices is bad.simplices
