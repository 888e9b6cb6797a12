"""Checks of film that travels: resolution of its average, and growth of small differences."""

from __future__ import annotations

import math

import pytest

from deposition import Scenario
from deposition.check.check import check_scenario
from deposition.verification.bench import scenario

SWAPPED = ("sei.films.LiI.resistance=20 ohm cm^2", "sei.films.matrix.resistance=2 ohm cm^2")
"""The default film conducts ten times better than the patches."""


def findings(*changes: str) -> tuple[str, str]:
    """Facts and warnings about ``c-i-be`` with changes."""
    report = check_scenario(Scenario.load("c-i-be", changes))
    return "\n".join(report.facts), "\n".join(report.warnings)


@pytest.mark.parametrize(
    ("length", "motion", "warned"),
    [
        ("0.59 um", "advected", True),
        ("0.6 um", "advected", False),
        ("0.3 um", "stationary", False),
    ],
)
def test_the_average_needs_two_surface_elements(length: str, motion: str, warned: bool) -> None:
    _, warnings = findings(f"sei.dilution_length={length}", f"sei.motion={motion}")
    assert ("less than two surface elements (0.6 µm)" in warnings) == warned


def test_a_fixed_interface_moves_no_film() -> None:
    facts, warnings = findings("interface=fixed", "sei.dilution_length=0.1 um", *SWAPPED)
    assert "dilution_length" not in warnings and "small differences" not in facts


def test_a_film_that_conducts_best_makes_waves_only() -> None:
    facts, warnings = findings()
    assert "small differences" not in facts + warnings


def test_amplification_where_the_default_film_conducts_better() -> None:
    """By hand: exp(0.8578 √[g_k (g_d - g_k)] / ḡ · 4.85 µm / 1 µm), R_ct = 0.0257 ohm cm²."""
    facts, warnings = findings(*SWAPPED)
    patch, default = 1.0 / 20.0257, 1.0 / 2.0257
    mean = 0.4 * patch + 0.6 * default
    exponent = 0.8578 * math.sqrt(patch * (default - patch)) / mean * 4.85
    assert exponent == pytest.approx(1.96, abs=0.01)
    said = "(matrix) conducts better than LiI: small differences of the film grow up to "
    assert f"{said}{math.exp(exponent):.2f}"[:-1] in facts
    assert "small differences" not in warnings
    _, warnings = findings(*SWAPPED, "sei.dilution_length=0.6 um")
    assert said in warnings and "raise sei.dilution_length" in warnings


@pytest.mark.process
def test_amplification_per_height_where_a_voltage_is_applied() -> None:
    """A film of 2 kohm cm² all over and a default film of half of it: √[g (2g - g)]/g = 1."""
    start = scenario("e12d_circle", "sei.films.film.resistance=1e3 ohm cm^2")
    facts = "\n".join(check_scenario(start).facts)
    assert "up to 2.36 times per µm of deposit" in facts


def test_new_surface_without_film_beside_film_is_said() -> None:
    _, warnings = findings("sei.default_film=none")
    assert 'the default film is "none": surface that forms where LiI stretches' in warnings
    assert "set sei.default_film to the film that forms on new lithium" in warnings
    _, warnings = findings("sei.default_film=none", "sei.motion=stationary")
    assert '"none"' not in warnings
