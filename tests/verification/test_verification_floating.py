"""Verification of floating dead lithium: exact solutions, and wrong physics."""

from __future__ import annotations

import numpy as np
import pytest

import deposition.verification.cases.f1_floating_disc as f1
import deposition.verification.cases.f2_moving_disc as f2
import deposition.verification.cases.f3_floating_sphere as f3
from deposition.verification.bench import scenario


def test_a_disc_far_from_others_takes_twice_the_current_of_its_cross_section() -> None:
    settings = scenario("f1_floating_disc")
    bare = f1.amplitudes(settings, 0.0)
    # i1 = 2 i0, and the local field of a row of perfect conductors, 1/(1 + π²a²/3W²), of 10 A/m².
    row = (np.pi * f1.RADIUS / f1.WIDTH) ** 2 / 3.0
    assert bare[0] == pytest.approx(20.0 / (1.0 + row), rel=1e-3)
    assert np.abs(bare[1:]).max() < 1e-2 * bare[0]
    assert np.abs(f1.amplitudes(settings, 1.0)).max() < 0.01


@pytest.mark.solve
def test_another_film_fails_the_disc(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = f1.amplitudes
    monkeypatch.setattr(f1, "amplitudes", lambda settings, film: exact(settings, 1.1 * film))
    missed = {check.quantity for check in f1.compare().checks if not check.passed}
    assert "i1" in missed


def test_the_speed_is_proportional_to_the_molar_volume() -> None:
    settings = scenario("f2_moving_disc")
    twice = scenario("f2_moving_disc", "lithium.molar_volume=26 cm^3/mol")
    assert f2.speed(twice, 1e-5) == pytest.approx(2.0 * f2.speed(settings, 1e-5), rel=1e-3)


def test_a_perfect_sphere_takes_three_times_the_current_of_its_cross_section() -> None:
    settings, film = f3.covered()
    perfect = f3.exact_amplitude(settings, 0.0)
    lattice = 9.0336 / f3.SPACING**3
    assert perfect == pytest.approx(30.0 / (1.0 + lattice), rel=1e-5)  # 3 i0, i0 = 10 A/m²
    # κR/a = 1.05; it scatters a little of the field the other way: κR > a.
    assert f3.exact_amplitude(settings, film) == pytest.approx(30.0 / 3.1, rel=1e-3)


@pytest.mark.solve
def test_another_film_fails_the_sphere() -> None:
    settings, film = f3.covered("mesh.surface_size=0.3 um")
    checks, _ = f3.compare_one("film", settings, 1.1 * film)
    assert not checks[0].passed
