"""Verification of iodine and nitrate: exact solutions, and the traps that fail them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from deposition.common.constants import FARADAY
from deposition.common.errors import ScenarioError
from deposition.laws.iodine import IODIDE, TRIIODIDE, IodineOnLithium
from deposition.laws.reactions import CATION, AtFacets, Rates
from deposition.transport import traces
from deposition.transport.film_growth import FilmGrowth
from deposition.transport.traces import Traces
from deposition.verification.bench import scenario
from deposition.verification.case import Check
from deposition.verification.cases import (
    i1_dissolving_sphere,
    i2_square,
    i3_stefan,
    i4_traces_under_current,
    i5_closed_gap,
    i6_oxide_film,
    i7_nitrate_film,
    i8_corrosion_potential,
    i9_mossy_layer,
)


def missed(checks: Any) -> list[str]:
    """Quantities whose errors exceed their bounds."""
    found: list[Check] = list(checks)
    return [check.quantity for check in found if not check.passed]


def test_exact_solutions_have_the_numbers_of_closed_forms() -> None:
    """Of a sphere in an infinite bath, Stefan's λ, a closed gap, a film."""
    far = scenario("i1_dissolving_sphere", "geometry.parameters.outer=1e9")
    whole = i1_dissolving_sphere.spent(far, 2.5e-6) / (2.0 * far.lithium.molar_volume * 10.0)
    assert whole == pytest.approx(2.5e-6 / 1e-5 / (2.0 * 1.2998e-5 * 10.0) + 120.21, rel=1e-4)
    strong = scenario("i3_stefan")
    assert i3_stefan.parameter(strong) == pytest.approx(0.126407, rel=1e-4)
    times = np.array([0.1, 1.0])
    assert i5_closed_gap.mean(10.0, times) == pytest.approx([0.726118, 0.113496], abs=1e-6)
    film = i7_nitrate_film.thickness(scenario("i7_nitrate_film"), np.array([60.0, 36000.0]))
    assert film == pytest.approx([0.036509e-9, 2.178336e-9], rel=1e-4)


@pytest.mark.solve
@pytest.mark.parametrize(
    "checks",
    [
        lambda: i2_square.compare().checks,
        lambda: i4_traces_under_current.compare().checks,
        lambda: i7_nitrate_film.compare().checks,
        lambda: i8_corrosion_potential.compare().checks,
        lambda: i9_mossy_layer.compare().checks,
    ],
    ids=["I2", "I4", "I7", "I8", "I9"],
)
def test_cases_pass(checks: Callable[[], Any]) -> None:
    assert missed(checks()) == []


def wrong(species: dict[str, float], charge: float, metal: float) -> Callable[..., Rates]:
    """Rates of triiodide on lithium with other numbers, mol per mol of I3⁻."""

    def rates(self: IodineOnLithium, at: AtFacets) -> Rates:
        r = at.concentration[TRIIODIDE] * 1e-6
        return Rates(
            {name: r * n for name, n in species.items()},
            charge=r * (charge * FARADAY) if charge else None,
            metal=r * metal if metal else None,
        )

    return rates


@pytest.mark.parametrize(
    ("species", "charge", "metal"),
    [
        ({TRIIODIDE: 1.0, IODIDE: -3.0, CATION: -2.0}, 0.0, 2.0),
        ({TRIIODIDE: 1.0, IODIDE: -3.0, CATION: -3.0}, 0.0, -3.0),
        ({TRIIODIDE: 1.0, IODIDE: 3.0, CATION: -2.0}, 0.0, -2.0),
        ({TRIIODIDE: 1.0, IODIDE: -3.0, CATION: -2.0}, 2.0, -2.0),
        ({TRIIODIDE: 1.0, IODIDE: -3.0}, 2.0, -2.0),
    ],
    ids=["sign of r in v", "1 : 3", "sign of I-", "both pictures", "lithium twice"],
)
def test_a_wrong_balance_is_refused_when_it_is_loaded(
    monkeypatch: pytest.MonkeyPatch, species: dict[str, float], charge: float, metal: float
) -> None:
    monkeypatch.setattr(IodineOnLithium, "rates", wrong(species, charge, metal))
    with pytest.raises(ScenarioError, match="does not conserve"):
        scenario("i2_square")


@pytest.mark.solve
def test_a_clipped_concentration_loses_iodine(monkeypatch: pytest.MonkeyPatch) -> None:
    solve = Traces.solve

    def clipped(self: Traces, *given: Any) -> Any:
        found = solve(self, *given)
        return replace(found, concentration=np.maximum(found.concentration, 1e-2))

    monkeypatch.setattr(Traces, "solve", clipped)
    checks, _ = i5_closed_gap.compare_one(10.0, (0.1,))
    assert "Da = 10, Dt/L² = 0.1: iodine" in missed(checks)


@pytest.mark.solve
def test_grains_that_make_too_little_iodide_lose_iodine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "TAKEN", {TRIIODIDE: 1.0, IODIDE: -2.0})
    checks, _ = i9_mossy_layer.compare_one(*i9_mossy_layer.run_with(1e-6, 4.0), "wrong")
    assert "wrong: iodine" in missed(checks)


@pytest.mark.solve
def test_a_film_that_is_consumed_without_a_limit_becomes_negative(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    label = "10 mM, at once, 25 µm"
    assert missed(i6_oxide_film.compare_one(label, *i6_oxide_film.LAYERS[label])[0]) == []
    monkeypatch.setattr(
        FilmGrowth, "_with_what_is_there", lambda self, found: (found, np.zeros(1, dtype=bool))
    )
    checks, _ = i6_oxide_film.compare_one(label, *i6_oxide_film.LAYERS[label])
    assert f"{label}: volume below zero" in missed(checks)
