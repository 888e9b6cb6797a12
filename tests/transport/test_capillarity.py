"""Capillarity: curvature of known surfaces, its sign, and the exact decay rate of a ripple."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.boxes import box_on, current_through, lithium_below, salt

from deposition.common.constants import FARADAY
from deposition.laws.electrodes import Electrodes, Lithium, Reservoir
from deposition.laws.electrolyte import Ohmic
from deposition.laws.kinetics import ButlerVolmer
from deposition.mesh.cell import Cell, Floats
from deposition.mesh.surface import extract_surface
from deposition.transport.capillarity import Curvature, lithium_curvature
from deposition.transport.controls import TotalCurrent
from deposition.transport.physics import TransportPhysics
from deposition.transport.problem import TransportProblem

GAMMA, MOLAR_VOLUME, KAPPA = 0.5, 1.2998e-5, 0.35


def curvature_of(cell: Cell) -> tuple[Curvature, Floats]:
    """Curvature, and the midpoints of its facets."""
    surface = extract_surface(cell)
    curvature = lithium_curvature(cell, surface, surface.on("lithium"))
    return curvature, surface.midpoint[curvature.facets]


def uneven(low: float, high: float, count: int, seed: int = 1) -> Floats:
    """Points from low to high whose spacing varies by a factor of about three."""
    steps = np.random.default_rng(seed).uniform(0.5, 1.5, count)
    return low + (high - low) * np.concatenate([[0.0], np.cumsum(steps) / steps.sum()])


def half_disc(radius: float, count: int, outward: bool) -> Cell:
    """Lithium inside (or outside) a half circle that stands at right angles on the box wall."""
    radii = radius * (1.0 + np.array([-0.4, -0.2, 0.0, 0.2, 0.4]))
    polar = box_on([uneven(0.0, np.pi, count), radii], lithium_below(radius))
    angle, r = polar.points.T
    r = r if outward else 2.0 * radius - r
    return polar.with_points(
        np.column_stack([(-r if outward else r) * np.cos(angle), r * np.sin(angle)])
    )


@pytest.mark.parametrize("outward", [True, False])
@pytest.mark.parametrize("count", [20, 80])
def test_curvature_of_a_circle_on_uneven_vertices(count: int, outward: bool) -> None:
    curvature, _ = curvature_of(half_disc(3.0, count, outward))
    sign = 1.0 if outward else -1.0
    error = np.abs(curvature.now * 3e-6 * sign - 1.0).max()
    assert error < 0.5 * np.pi / count


def test_curvature_of_a_sphere() -> None:
    angle = np.linspace(0.25 * np.pi, 0.75 * np.pi, 25)
    turn = np.linspace(0.0, 0.5 * np.pi, 25)
    cell = box_on([angle, turn, np.array([1.0, 1.5, 2.0, 2.5, 3.0])], lithium_below(2.0))
    theta, phi, r = cell.points.T
    planar = r * np.sin(theta)
    cell = cell.with_points(
        np.column_stack([planar * np.cos(phi), planar * np.sin(phi), r * np.cos(theta)])
    )
    curvature, where = curvature_of(cell)
    inside = np.abs(where[:, 2]) < 1.0
    np.testing.assert_allclose(curvature.now[inside] * 2e-6, 2.0, rtol=0.02)


def test_a_plane_has_no_curvature_up_to_the_walls_in_two_and_three_dimensions() -> None:
    for axes in ([uneven(0, 5, 7)], [uneven(0, 5, 7), uneven(0, 4, 5, seed=2)]):
        curvature, _ = curvature_of(box_on([*axes, np.array([-1.0, 0.0, 1.0])], lithium_below(0.0)))
        assert np.abs(curvature.now).max() < 1e-6


def ripple(wavelength: float, amplitude: float, height: float, columns: int = 24) -> Cell:
    """Half a wave of lithium, y = A cos kx, under a flat counter electrode at ``height``."""
    layers = height * np.linspace(0.0, 1.0, 2 * columns + 1) ** 1.5
    below = -np.array([1.0, 0.5]) * 0.2 * wavelength
    cell = box_on(
        [np.linspace(0.0, 0.5 * wavelength, columns + 1), np.concatenate([below, layers])],
        lithium_below(0.0),
    )
    x, y = cell.points.T
    fade = np.where(y > 0, 1.0 - y / height, 1.0)
    return cell.with_points(
        np.column_stack([x, y + fade * amplitude * np.cos(2.0 * np.pi * x / wavelength)])
    )


def test_a_crest_is_convex_and_a_trough_concave() -> None:
    curvature, where = curvature_of(ripple(20.0, 0.1, 20.0))
    k = 2.0 * np.pi / 20.0
    exact = 0.1 * k**2 * np.cos(k * where[:, 0]) * 1e6
    np.testing.assert_allclose(curvature.now, exact, atol=0.02 * np.abs(exact).max())


def rate(
    wavelength: float, resistance: float, current_density: float, height: float, step: float
) -> float:
    """(dA/dt)/A, 1/s, from the first Fourier component of the current on a given ripple."""
    amplitude = 0.02 * wavelength / (2.0 * np.pi)
    cell = ripple(wavelength, amplitude, height)
    surface = extract_surface(cell)
    physics = TransportPhysics(
        Ohmic(KAPPA),
        ButlerVolmer(1e9, 1000.0, 298.15),
        298.15,
        1000.0,
        Electrodes(Lithium(MOLAR_VOLUME, GAMMA), Reservoir()),
    )
    film = np.full(surface.size, resistance)
    total = current_through(cell, current_density)
    current = TransportProblem(cell, surface, physics).solve(
        salt(cell), film, TotalCurrent(total), step
    )
    chosen = surface.working
    width = surface.area[chosen] * np.abs(surface.normal[chosen, 1])
    wave = np.cos(2.0 * np.pi * surface.midpoint[chosen, 0] / wavelength)
    speed = current.current_density[chosen] * MOLAR_VOLUME / FARADAY * 1e6
    speed = speed * surface.area[chosen] / width  # normal speed to vertical speed
    return 2.0 * float((speed * wave * width).sum() / width.sum()) / amplitude


def exact_rate(
    wavelength: float, resistance: float, current_density: float, height: float
) -> float:
    """Linear stability of a film-covered electrode with capillarity under a counter at height H.

    ω = (V_m/F) [i - κ (γ V_m/F) k²] / [κ R + tanh(kH)/k]
    """
    k = 2.0 * np.pi / (wavelength * 1e-6)
    dv_di = current_density - KAPPA * GAMMA * MOLAR_VOLUME / FARADAY * k**2
    return MOLAR_VOLUME / FARADAY * dv_di / (KAPPA * resistance + np.tanh(k * height * 1e-6) / k)


@pytest.mark.solve
@pytest.mark.parametrize(
    ("wavelength", "resistance", "current_density", "height"),
    [
        (20.0, 1e-4, 10.0, 40.0),
        (20.0, 1e-3, 10.0, 40.0),
        (20.0, 1e-2, 10.0, 40.0),
        (50.0, 1e-4, 10.0, 20.0),
        (20.0, 1e-4, 0.0, 40.0),
        (1.0, 1e-3, 0.0, 4.0),
    ],
)
def test_growth_and_smoothing_rates(
    wavelength: float, resistance: float, current_density: float, height: float
) -> None:
    exact = exact_rate(wavelength, resistance, current_density, height)
    computed = rate(wavelength, resistance, current_density, height, 1e-6)
    assert computed == pytest.approx(exact, rel=0.02)


def test_published_rate_of_the_reference() -> None:
    """ω(λ = 20 µm, 1 ohm cm², 10 A/m², far counter) = 2.7072e-5 1/s."""
    assert exact_rate(20.0, 1e-4, 10.0, 1e3) == pytest.approx(2.7072e-5, rel=1e-3)
    assert exact_rate(1.0, 1e-3, 0.0, 1e3) == pytest.approx(-3.58e-4, rel=1e-3)


@pytest.mark.solve
def test_a_step_far_beyond_the_explicit_limit_decays_like_backward_euler() -> None:
    """At i = 0 a step Δt changes the amplitude at the rate ω/(1 - ωΔt): never past flat."""
    slow = exact_rate(1.0, 1e-3, 0.0, 4.0)
    step = 20.0 / abs(slow)
    expected = slow / (1.0 - slow * step)
    assert rate(1.0, 1e-3, 0.0, 4.0, step) == pytest.approx(expected, rel=0.02)
