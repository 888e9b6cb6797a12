"""Verification of concentrated electrolytes and separators: exact solutions, and wrong physics."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.transport_cases import BE

import deposition.verification.cases.c1_virtual_laboratory as c1
import deposition.verification.cases.c2_dilute_limit as c2
import deposition.verification.cases.c3_steady_concentrated as c3
import deposition.verification.cases.c4_transient_concentrated as c4
import deposition.verification.cases.c5_separator as c5
import deposition.verification.cases.c6_sand_in_a_separator as c6
from deposition.laws.concentrated import LandesfeindEcDmc, LandesfeindEmcFec, Nyman
from deposition.laws.electrolyte import ElectrolyteLaw
from deposition.laws.separator import Pores
from deposition.scenario import Scenario
from deposition.verification import Check
from deposition.verification.bench import scenario

Checks = list[Check] | tuple[Check, ...]
DMC = ("Landesfeind EC:DMC", "LiPF6 in EC:DMC (Landesfeind)")


def missed(checks: Checks) -> list[str]:
    """Quantities whose errors exceed their bounds."""
    return [check.quantity for check in checks if not check.passed]


# --- exact solutions --------------------------------------------------------------------------


def test_the_steady_profile_of_the_dilute_limit_is_a_straight_line() -> None:
    from helpers.concentrated import DILUTE

    profile = c3.exact(DILUTE, 50.0, 1000.0)
    share = 50.0 * 50e-6 / (4.0 * 96485.33 * BE.cation_diffusivity * 1000.0)
    np.testing.assert_allclose(profile.c[[0, -1]], 1000.0 * np.array([1 + share, 1 - share]), 1e-6)
    assert 1e3 * profile.drop[-1] == pytest.approx(19.011, rel=1e-4)


def test_the_method_of_lines_becomes_steady() -> None:
    law = Nyman(298.15)
    steady = c3.exact(law, 300.0, 1000.0)
    late = c4.method_of_lines(law, 300.0, 1000.0, np.array([60.0]))[:, 0]
    assert late.mean() == pytest.approx(1000.0, rel=1e-12)
    np.testing.assert_allclose(c4.ends(law, 300.0, late), steady.c[[0, -1]], rtol=1e-5)
    assert c4.voltage(law, 300.0, late) == pytest.approx(steady.drop[-1], rel=1e-5)


# --- wrong physics ----------------------------------------------------------------------------


class NoThermodynamics(LandesfeindEcDmc):
    """An ideal solution of the same κ, D and t+."""

    def thermodynamic_factor_at(self, c: object) -> float:
        """1."""
        return 1.0


class OneTransference(LandesfeindEcDmc):
    """t+ as at 1 mol/L everywhere."""

    def transference_at(self, c: object) -> object:
        """t+ at 1 mol/L."""
        return super().transference_at(1000.0)


@pytest.mark.solve
@pytest.mark.parametrize(
    ("kind", "which"), [(NoThermodynamics, "V"), (OneTransference, "c, cathode")]
)
def test_wrong_physics_fails_the_steady_cell(
    monkeypatch: pytest.MonkeyPatch, kind: type[LandesfeindEcDmc], which: str
) -> None:
    def wrong(_: Scenario) -> ElectrolyteLaw:
        return kind(298.15)

    monkeypatch.setattr(Scenario, "electrolyte_law", property(wrong))
    exact = c3.exact
    monkeypatch.setattr(c3, "exact", lambda _, *given: exact(LandesfeindEcDmc(298.15), *given))
    assert f"{DMC[0]}: {which}" in " ".join(missed(c3.compare_one(*DMC)[0]))


@pytest.mark.solve
@pytest.mark.parametrize("pores", [Pores(0.4, 1.6), Pores(0.42, 1.5)])
def test_wrong_pores_fail_the_separator(monkeypatch: pytest.MonkeyPatch, pores: Pores) -> None:
    monkeypatch.setattr(Scenario, "pores", pores)
    assert missed(c5.compare_one(0.4, 1.5, (1.0,))[0])


@pytest.mark.solve
def test_a_second_logarithm_fails_the_dilute_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("deposition.laws.concentrated.Concentrated.nernst", 1.0)
    one, other = c2.both(1.0)
    assert c2.difference(one, other)[0] > 0.05


def test_the_transient_depends_on_the_diffusivity() -> None:
    known = c1.AT_ONE_MOLAR["Nyman"]
    slower = known._replace(diffusivity=0.8 * known.diffusivity)
    right, wrong = (c1.exact_transient(each, np.array([0.4]))[0] for each in (known, slower))
    assert abs(wrong / right - 1.0) > 0.01


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("conductivity_at", "κ"),
        ("diffusivity_at", "D"),
        ("transference_at", "t+"),
        ("thermodynamic_factor_at", "dln f"),
    ],
)
def test_a_wrong_coefficient_of_a_measured_electrolyte_fails(
    name: str, unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = getattr(LandesfeindEmcFec, name)
    monkeypatch.setattr(LandesfeindEmcFec, name, lambda law, c: 1.0001 * right(law, c))
    label = "Landesfeind EMC:FEC"
    settings = scenario("c1_virtual_laboratory", f"electrolyte.name={c1.ELECTROLYTES[label]}")
    compared = c1.fitted(c1.AT_ONE_MOLAR[label], settings)
    off = [what for what, (exact, found) in compared if abs(found / exact - 1.0) > 1e-5]
    assert len(off) == 1 and unit in off[0]


@pytest.mark.slow
def test_another_sand_s_time_fails_its_case(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = scenario("c6_sand_in_a_separator")
    time, length = c6.exact(settings)
    free = c6.exact(scenario("c6_sand_in_a_separator", "separator.porosity=1"))
    assert time / free[0] == pytest.approx(0.5**2.5)
    monkeypatch.setattr(c6, "exact", lambda _: (1.05 * time, length))
    assert missed(c6.compare().checks)
