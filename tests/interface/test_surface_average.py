"""Gaussian average along a surface: exact on a wave and a border, blind to gaps, conservative."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.boxes import box
from scipy.special import erf

from deposition.interface.surface_average import SurfaceAverage
from deposition.mesh.cell import Floats, Ints, facet_measures
from deposition.mesh.surface import extract_surface

LENGTH = 1.0


def line(places: Floats) -> tuple[Floats, Ints]:
    """A straight polyline through places (v,) on the x axis: its points and facets."""
    count = len(places)
    points = np.column_stack([places, np.zeros(count)])
    return points, np.column_stack([np.arange(count - 1), np.arange(1, count)])


def average(points: Floats, facets: Ints, length: float = LENGTH) -> SurfaceAverage:
    return SurfaceAverage(points, facets, facet_measures(points, facets), length)


def of_facets(one: SurfaceAverage, density: Floats) -> Floats:
    """(f,) average of a density (f,) that is constant on each facet."""
    count, corners = one.facets.shape
    weight = np.full((count, corners), 1.0 / corners)
    amounts = (density * one.area)[:, None]
    return one.on_facets(one.at_vertices(np.arange(count), weight, amounts))[:, 0]


@pytest.mark.parametrize("wavelength", [20.0, 10.0, 5.0])
def test_a_wave_keeps_its_shape_and_loses_what_a_gaussian_takes(wavelength: float) -> None:
    errors = []
    for count in (100, 200):
        points, facets = line(np.linspace(0.0, 20.0, count + 1, dtype=np.float64))
        one = average(points, facets)
        wave = np.cos(2.0 * np.pi / wavelength * points[facets, 0].mean(axis=1))
        exact = np.exp(-0.5 * (2.0 * np.pi / wavelength * LENGTH) ** 2) * wave
        errors.append(float(np.abs(of_facets(one, wave) - exact).max()))
    assert errors[0] < 0.01
    assert errors[1] < 0.3 * errors[0], "of second order in the mesh size"


def test_a_border_between_mirrors_on_an_uneven_mesh() -> None:
    inner = np.random.default_rng(3).uniform(-0.3, 0.3, 39) + np.arange(1, 40)
    points, facets = line(0.25 * np.concatenate([[0.0], inner, [40.0]]))
    one = average(points, facets)
    middle = points[facets, 0].mean(axis=1)
    border = 0.25 * inner[8]
    found = of_facets(one, (middle < border).astype(float))
    images = [20.0 * k + side * border for k in (-1, 0, 1) for side in (1, -1)]
    signs = [1, -1] * 3
    exact = sum(
        0.5 * sign * erf((place - middle) / np.sqrt(2.0) / LENGTH)
        for place, sign in zip(images, signs, strict=True)
    )
    assert np.abs(found - exact).max() < 0.01
    assert found @ one.area == pytest.approx(border, rel=1e-12)


def test_the_total_is_kept_and_none_of_it_is_negative() -> None:
    points, facets = line(np.concatenate([np.linspace(0.0, 4.0, 17), [4.01, 4.3, 7.0, 8.0]]))
    one = average(points, facets)
    rng = np.random.default_rng(1)
    share, facet = rng.uniform(size=50), rng.integers(0, len(facets), 50)
    amounts = rng.uniform(size=(50, 3))
    density = one.at_vertices(facet, np.column_stack([1.0 - share, share]), amounts)
    assert one.area @ one.on_facets(density) == pytest.approx(amounts.sum(axis=0), rel=1e-12)
    single = one.at_vertices(np.array([2]), np.array([[0.5, 0.5]]), np.ones((1, 1)))
    assert single.min() > -1e-9 * single.max()


def test_the_other_side_of_a_gap_is_far_away() -> None:
    """A U of 10 µm arms, 0.2 µm apart: the distance is that along the arms."""
    down = np.column_stack([np.zeros(41), np.linspace(10.0, 0.0, 41)])
    up = np.column_stack([np.full(41, 0.2), np.linspace(0.0, 10.0, 41)])
    points = np.concatenate([down, up])
    facets = np.column_stack([np.arange(81), np.arange(1, 82)])
    one = average(points, facets)
    top_left = np.zeros(81)
    top_left[:8] = 1.0
    found = of_facets(one, top_left)
    assert found[0] > 0.8
    assert found[-8:].max() < 1e-9


def test_sheets_share_no_vertex() -> None:
    cell = box((0.0, -1.0), (8.0, 4.0), (32, 20))
    surface = extract_surface(cell)
    on = np.flatnonzero(surface.working)
    sheet = (surface.midpoint[on, 0] > 4.0).astype(np.int64)
    one = SurfaceAverage.of(cell, surface.facets[on], surface.area[on], sheet, LENGTH)
    assert len(one.points) == len(np.unique(surface.facets[on])) + 1
    found = of_facets(one, 1.0 - sheet)
    np.testing.assert_allclose(found, 1.0 - sheet, atol=1e-9)


def test_a_disc_in_three_dimensions() -> None:
    """G ∗ disc of radius a at its centre: 1 - exp(-a²/2L²)."""
    cell = box((0.0, 0.0, -1.0), (8.0, 8.0, 1.0), (40, 40, 4))
    surface = extract_surface(cell)
    on = np.flatnonzero(surface.working)
    sheet = np.zeros(len(on), dtype=np.int64)
    one = SurfaceAverage.of(cell, surface.facets[on], surface.area[on], sheet, LENGTH)
    away = np.linalg.norm(surface.midpoint[on, :2] - 4.0, axis=1)
    disc = (away < 2.0).astype(float)
    radius = np.sqrt(disc @ one.area / np.pi)
    found = of_facets(one, disc)
    centre = found[away < 0.3].mean()
    assert centre == pytest.approx(1.0 - np.exp(-0.5 * radius**2), rel=0.02)
    assert found @ one.area == pytest.approx(disc @ one.area, rel=1e-12)
