"""Verification of ripples: published rates, and wrong physics."""

from __future__ import annotations

import numpy as np
import pytest

from deposition.verification.bench import states
from deposition.verification.case import relative
from deposition.verification.cases import e8a_growth_rate as initial
from deposition.verification.cases import e8b_amplitude as over_a_run
from deposition.verification.cases import e8c_smoothing as smoothing
from deposition.verification.ripple import (
    AT_REST,
    BARE,
    NO_CAPILLARITY,
    NO_RESISTANCE,
    amplitude,
    growth_rate,
    present_rate,
    rippled,
    wave_number,
)

NO_FILM = "sei.default_film=none"


def film(ohm_cm2: float) -> str:
    """Override for a uniform film."""
    return f"sei.films.even.resistance={ohm_cm2} ohm cm^2"


@pytest.mark.parametrize(
    ("changes", "published"),
    [
        ((NO_FILM,), 3.2475e-4),
        ((film(1),), 2.7072e-5),
        ((film(10),), 2.9268e-6),
        ((film(100),), 2.9507e-7),
        ((NO_FILM, NO_CAPILLARITY), 4.2322e-4),
        ((film(1), NO_CAPILLARITY), 3.5281e-5),
        ((film(10), NO_CAPILLARITY), 3.8143e-6),
        ((film(100), NO_CAPILLARITY), 3.8455e-7),
    ],
)
def test_published_rates_at_20_um(changes: tuple[str, ...], published: float) -> None:
    assert growth_rate(rippled(20.0, 0.25, *changes)) == pytest.approx(published, rel=1e-4)


def test_published_rates_of_smoothing_and_under_a_near_counter() -> None:
    near = rippled(50.0, 0.5, "geometry.parameters.height=20")
    assert growth_rate(near) == pytest.approx(3.0265e-5, rel=1e-4)
    bare, covered = (rippled(1.0, 0.02, AT_REST, each) for each in (NO_FILM, film(10)))
    assert growth_rate(bare) == pytest.approx(-0.788, rel=1e-3)
    assert growth_rate(covered) == pytest.approx(-3.58e-4, rel=1e-3)


def test_the_fastest_ripple_at_1_ohm_cm2_is_the_published_one() -> None:
    waves = np.linspace(30.0, 45.0, 151)
    fastest = waves[np.argmax([growth_rate(rippled(wave, 0.25)) for wave in waves])]
    assert fastest == pytest.approx(37.2, abs=0.15)


@pytest.mark.solve
def test_amplitude_of_the_geometry() -> None:
    settings = rippled(20.0, 0.25)
    first = next(states(settings))
    chords = (wave_number(settings) * 0.25) ** 2 / 12.0
    exact = 0.02 / wave_number(settings)
    assert amplitude(settings, first) == pytest.approx(exact, rel=1.2 * chords)


@pytest.mark.solve
def test_the_rate_without_resistance_is_the_published_one() -> None:
    check = initial.compare_without_resistance("")
    assert check.computed == pytest.approx(3.2475e-4, rel=0.01)
    bare = initial.compare_initial("", rippled(20.0, 0.125, *BARE))
    assert not relative("", check.exact, bare.computed, initial.BOUND).passed


@pytest.mark.solve
@pytest.mark.parametrize(
    "wrong",
    [
        ("lithium.surface_energy=0.6 J/m^2",),
        ("electrolyte.conductivity=4 mS/cm",),
        (film(1.1),),
        ("protocol.current_density=1.1 mA/cm^2",),
    ],
)
def test_a_wrong_parameter_misses_the_bound(wrong: tuple[str, ...]) -> None:
    settings = rippled(20.0, 0.25)
    computed = present_rate(settings, next(states(settings)))
    exact = growth_rate(rippled(20.0, 0.25, *wrong))
    assert not relative("", exact, computed, initial.BOUND).passed


@pytest.mark.solve
def test_steady_nernst_planck_conducts_with_the_cations_alone() -> None:
    check = initial.compare_steady("")
    assert check.passed
    settings = rippled(20.0, 0.25, *initial.STEADY)
    assert not relative("", growth_rate(settings), check.computed, initial.BOUND).passed


@pytest.mark.solve
def test_amplitude_over_a_run() -> None:
    settings = over_a_run.plating(20.0, 0.25, 1.0, *BARE, NO_CAPILLARITY)
    check, _ = over_a_run.history("", settings)
    assert check.passed
    smoothed = growth_rate(over_a_run.plating(20.0, 0.25, 1.0, *BARE))
    assert not relative("", smoothed, check.computed, over_a_run.BOUND).passed


@pytest.mark.solve
def test_amplitude_without_resistance_is_not_that_of_bare_lithium() -> None:
    """Capillarity alone makes the run well-posed; R_ct of bare lithium would slow it by 7 %."""
    check, _ = over_a_run.history("", over_a_run.plating(20.0, 0.125, 1.0, NO_RESISTANCE))
    assert check.passed
    bare = growth_rate(rippled(20.0, 0.125, *BARE))
    assert not relative("", bare, check.computed, over_a_run.BOUND).passed


def test_without_resistance_or_capillarity_short_perturbations_dominate() -> None:
    """Therefore there is no such run: the ripple grows by e^0.31, a perturbation of 2h by e^25."""
    free = (NO_RESISTANCE, NO_CAPILLARITY)
    duration = over_a_run.plating(20.0, 0.125, 1.0, *free).protocol.duration or 0.0
    ripple, noise = (growth_rate(rippled(wave, 0.02, *free)) for wave in (20.0, 2.0 * 0.125))
    assert ripple * duration == pytest.approx(0.314, abs=1e-3)
    assert noise * duration == pytest.approx(25.1, abs=0.1)


def test_the_explicit_limit_of_smoothing() -> None:
    assert smoothing.explicit_limit() == pytest.approx(8.9, abs=0.05)
