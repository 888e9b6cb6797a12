"""Laws of charge transfer beside the symmetric one: settings, inverses, limits, whole cells."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from helpers.boxes import flat_cell
from helpers.tiny import tiny
from helpers.transport_cases import physics, solve, with_collector
from hypothesis import given
from hypothesis import strategies as st

from deposition.check.check import check_scenario
from deposition.check.wagner import charge_transfer_resistance
from deposition.common import units
from deposition.common.constants import FARADAY
from deposition.common.errors import ScenarioError, SolveError
from deposition.laws.butler_volmer import UnequalButlerVolmer
from deposition.laws.kinetics import ButlerVolmer, Linear
from deposition.laws.marcus import MarcusHushChidsey
from deposition.laws.thermodynamics import thermal_voltage
from deposition.scenario import Scenario
from deposition.verification import explicit_kinetics as written
from deposition.verification.bench import last_state
from deposition.verification.case import Check
from deposition.verification.cases import k2_tangent as k2
from deposition.verification.cases import k3_kinetics_laws as k3
from deposition.verification.cases import k4_cell_with_each_law as k4

STATE = (100.0, 1000.0, 298.15)
EV = FARADAY
LAMBDA = units.MOLAR_ENERGY.parse("0.3 eV")
MARCUS = ("kinetics.law=marcus-hush-chidsey", "kinetics.reorganisation_energy=0.3 eV")


def law_of(*changes: str) -> object:
    return Scenario.load("be", changes).kinetics_law


def missed(checks: list[Check]) -> list[str]:
    return [check.quantity for check in checks if not check.passed]


# --- settings --------------------------------------------------------------------------------


def test_the_law_of_a_scenario() -> None:
    at_rest = (1e4, 1000.0, 298.15)
    assert law_of() == ButlerVolmer(*at_rest)
    assert law_of("kinetics.alpha_a=0.4", "kinetics.alpha_c=0.4") == ButlerVolmer(
        *at_rest, 0.4, 0.4
    )
    assert law_of("kinetics.alpha_a=0.3") == UnequalButlerVolmer(*at_rest, 0.3, 0.3, 0.5)
    assert law_of("kinetics.law=linear", "kinetics.concentration_exponent=0") == Linear(
        *at_rest, 0.0, 1.0
    )
    assert law_of(*MARCUS) == MarcusHushChidsey(
        *at_rest, 0.5, reorganisation_energy=units.MOLAR_ENERGY.parse("0.3 eV")
    )


def test_what_is_resolved_is_read_back(tmp_path: Path) -> None:
    for changes in ((), MARCUS, ("kinetics.law=linear", "kinetics.alpha_c=0.3")):
        scenario = Scenario.load("be", changes)
        file = tmp_path / "be.toml"
        file.write_text(scenario.resolved_toml(), encoding="utf-8")
        assert Scenario.load(file) == scenario


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            ("kinetics.law=marcus-hush-chidsey",),
            r"reorganisation_energy is missing.*0\.3 eV.*\[E021\]",
        ),
        ((*MARCUS, "kinetics.alpha_c=0.4"), r"alpha_c is not .*butler-volmer.*\[E020\]"),
        (("kinetics.reorganisation_energy=0.3 eV",), r'law = "marcus-hush-chidsey".*\[E020\]'),
        (
            ("kinetics.law=linear", "kinetics.reorganisation_energy=0.3 eV"),
            r'law = "marcus-hush-chidsey".*\[E020\]',
        ),
        ((*MARCUS, "kinetics.reorganisation_energy=20 eV"), r"kinetics\.reorg.*\[E210\]"),
        (("kinetics.law=tafel",), r"kinetics\.law.*butler-volmer.*\[E030\]"),
        (("kinetics.alpha_a=0",), r"kinetics\.alpha_a.*greater than 0 \[E025\]"),
        (("kinetics.alpha_a=half",), r"kinetics\.alpha_a.*\[E024\]"),
    ],
)
def test_invalid_kinetics_are_rejected(changes: tuple[str, ...], message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        Scenario.load("be", changes)


# --- laws ------------------------------------------------------------------------------------


def test_the_symmetric_law_is_bit_for_bit_what_it_was() -> None:
    """Pinned results hang on the last bit of it."""
    random = np.random.default_rng(0)
    eta, c = random.normal(size=1000), random.uniform(1.0, 3000.0, 1000)
    current = random.normal(size=1000) * 10.0 ** random.uniform(-8.0, 6.0, 1000)
    exchange, thermal = 100.0 * np.sqrt(c / 1000.0), thermal_voltage(298.15)
    ratio = current / (2.0 * exchange)
    slope = thermal / (exchange * np.hypot(1.0, ratio))
    found = ButlerVolmer(*STATE).residual(eta, current, c)
    np.testing.assert_array_equal(found.value, eta + 2.0 * thermal * np.arcsinh(ratio))
    np.testing.assert_array_equal(found.by_current, slope)
    np.testing.assert_array_equal(found.by_concentration, -slope * current / (2.0 * c))


SIZES = st.floats(min_value=1e-12, max_value=1e15)
ALPHAS = st.floats(min_value=0.01, max_value=2.0)


@given(SIZES, st.sampled_from([1.0, -1.0]), ALPHAS, ALPHAS)
def test_the_unequal_law_is_inverted_for_any_current(
    size: float, sign: float, alpha_a: float, alpha_c: float
) -> None:
    law = UnequalButlerVolmer(*STATE, 0.5, alpha_a, alpha_c)
    rate = np.array([sign * size])
    drive, slope = law.drive(rate)
    assert law.rate(drive)[0] == pytest.approx(rate[0], rel=1e-11)
    assert slope[0] > 0.0


@given(st.floats(min_value=0.01, max_value=10.0), st.floats(min_value=-12.0, max_value=-1e-4))
def test_marcus_is_inverted_up_to_its_limit(electronvolts: float, below: float) -> None:
    law = MarcusHushChidsey(*STATE, reorganisation_energy=electronvolts * EV)
    limit = float(law.limit(np.array([1000.0]))[0]) / 100.0
    rate = np.array([limit * 10.0**below])
    assert law.rate(law.drive(rate)[0])[0] == pytest.approx(rate[0], rel=1e-11)


def test_equal_coefficients_have_the_closed_inverse() -> None:
    rate = np.concatenate([-np.logspace(-6, 6, 30), [0.0], np.logspace(-6, 6, 30)])
    for alpha in (0.2, 0.5, 1.3):
        closed, _ = ButlerVolmer(*STATE, 0.5, alpha).drive(rate)
        found, _ = UnequalButlerVolmer(*STATE, 0.5, alpha, alpha).drive(rate)
        np.testing.assert_allclose(found, closed, rtol=1e-12)


@pytest.mark.parametrize("electronvolts", [0.01, 0.05, 0.3, 1.0, 10.0])
def test_the_sum_over_nodes_is_the_integral(electronvolts: float) -> None:
    law = MarcusHushChidsey(*STATE, reorganisation_energy=electronvolts * EV)
    integral = written.marcus_hush_chidsey(law.reduced_energy)
    for drive in (1e-6, 0.5, 3.0, law.reduced_energy, 2.0 * law.reduced_energy + 10.0):
        assert law.rate(np.array([drive]))[0] == pytest.approx(integral(-drive), rel=1e-10)
        assert law.rate(np.array([-drive]))[0] == pytest.approx(integral(drive), rel=1e-10)


def test_beyond_its_limit_marcus_goes_on_growing() -> None:
    law = MarcusHushChidsey(*STATE, reorganisation_energy=0.3 * EV)
    limit = float(law.limit(np.array([1000.0]))[0])
    current = limit * np.array([0.9, 0.999, 0.99999, 1.0, 1.1, 10.0])
    even, rest = np.full(6, 1000.0), np.zeros(6)
    g = law.residual(rest, current, even)
    assert np.all(np.diff(g.value) > 0.0) and np.all(np.isfinite(g.value))
    assert np.all(g.by_current > 0.0)


@pytest.mark.parametrize(
    ("changes", "order"),
    [((), 1.0), (("kinetics.alpha_a=0.3", "kinetics.alpha_c=0.6"), 0.9), (MARCUS, 1.0)],
)
def test_charge_transfer_resistance_of_every_law(changes: tuple[str, ...], order: float) -> None:
    transfer = charge_transfer_resistance(Scenario.load("be", changes))
    assert transfer == pytest.approx(thermal_voltage(298.15) / (order * 1e4), rel=1e-12)
    linear = Scenario.load("be", ["kinetics.law=linear", *changes] if changes != MARCUS else [])
    assert charge_transfer_resistance(linear) == pytest.approx(transfer, rel=1e-12)


# --- cells -----------------------------------------------------------------------------------


TOO_MUCH = (*MARCUS, "kinetics.exchange_current_density=1 A/m^2")


@pytest.mark.solve
def test_a_current_beyond_the_limit_ends_with_its_reason(tmp_path: Path) -> None:
    scenario = tiny(tmp_path, *TOO_MUCH, "protocol.current_density=100 A/m^2")
    (warning,) = check_scenario(scenario).warnings
    assert "charge transfer can drive 83.71 A/m² at any potential, less than the 100" in warning
    with pytest.raises(SolveError, match=r"100 A/m².*E300"):
        last_state(scenario)


@pytest.mark.solve
def test_a_high_voltage_drives_the_limit(tmp_path: Path) -> None:
    change = (
        "protocol.voltage=2 V",
        "interface=fixed",
        "protocol.duration=1 s",
        "sei.default_film=none",
    )
    scenario = tiny(tmp_path, *TOO_MUCH, *change, "sei.composition={low = 1.0}")
    state = last_state(scenario)
    limit = 83.71 * np.sqrt(np.nanmin(state.concentration) / 1000.0)
    assert state.current_density[state.surface.working] == pytest.approx(limit, rel=2e-3)


def test_k3_keeps_its_bounds() -> None:
    assert missed(list(k3.compare().checks)) == []


def test_k3_sees_broken_physics(monkeypatch: pytest.MonkeyPatch) -> None:
    right = k3.pairs()
    wrong = {
        "α = 0.35": written.butler_volmer(0.35, 0.35000001),
        "αa = 0.3, αc = 0.7": written.butler_volmer(0.7, 0.3),
        "linear": written.linear(1.0),
        "Marcus-Hush-Chidsey": written.marcus_hush_chidsey(11.68),
    }
    for name, law in wrong.items():
        checks, _ = k3.compare_law(name, right[name]._replace(written=law))
        assert missed(checks), name
    monkeypatch.setattr(k3, "I_00", 101.0)
    assert "MHC: R_ct at equilibrium" not in missed(k3.compare_limits())
    monkeypatch.setattr(k3, "thermal_voltage", lambda _: 0.0257)
    assert "MHC: R_ct at equilibrium" in missed(k3.compare_limits())


@pytest.mark.solve
@pytest.mark.parametrize("name", k4.LAWS)
def test_k4_at_one_current(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(k4, "CURRENTS", (100.0,))
    checks, _ = k4.compare_law(name, k4.LAWS[name])
    assert missed(checks) == []
    assert checks[0].error < 1e-4


@pytest.mark.solve
def test_k4_sees_broken_physics(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(k4, "CURRENTS", (100.0,))
    for name, other in (("α = ½", "linear"), ("linear", "Marcus-Hush-Chidsey")):
        checks, _ = k4.compare_law(name, k4.LAWS[name]._replace(written=k4.LAWS[other].written))
        assert missed(checks)


def test_written_marcus_in_its_limits() -> None:
    """exp(u/2) - exp(-u/2) as λ grows; √(4πΛ)/k(0) at high drive."""
    assert written.marcus_hush_chidsey(2e3)(-2.0) == pytest.approx(2.0 * math.sinh(1.0), rel=1e-3)
    reduced = 11.7
    limit = math.sqrt(4.0 * math.pi * reduced) / written.at_rest(reduced)
    assert written.marcus_hush_chidsey(reduced)(-80.0) == pytest.approx(limit, rel=1e-12)


ALL = {
    "unequal": UnequalButlerVolmer(1e3, 1000.0, 298.15, 0.3, 0.3, 0.7),
    "linear": Linear(1e3, 1000.0, 298.15, 0.5, 0.9),
    "Marcus": MarcusHushChidsey(1e3, 1000.0, 298.15, reorganisation_energy=0.3 * EV),
}


@pytest.mark.solve
@pytest.mark.parametrize("name", ALL)
def test_a_bare_collector_plates_but_is_not_stripped(name: str) -> None:
    cell = with_collector(flat_cell(8.0, 10.0, columns=16, layers=10))
    laws = physics(kinetics=ALL[name])
    plating, surface = solve(cell, 5.0, laws, 1.0, 1e-4)
    stripping, _ = solve(cell, -5.0, laws, 1.0, 1e-4)
    collector = surface.on("collector")
    assert plating.current_density[collector].min() > 4.0
    np.testing.assert_allclose(stripping.current_density[collector], 0.0, atol=1e-30)
    assert stripping.current_density[surface.on("lithium")].max() < -8.0


@pytest.mark.solve
@pytest.mark.parametrize(
    "law",
    [
        ("kinetics.alpha_a=0.3", "kinetics.alpha_c=0.6"),
        ("kinetics.law=linear", "kinetics.concentration_exponent=1"),
        MARCUS,
    ],
)
@pytest.mark.parametrize("at_rest", [True, False])
def test_tangent_of_newton_s_method(law: tuple[str, ...], at_rest: bool) -> None:
    system = k2.system_of("e5c_bump.geo", law, "lithium")
    random = np.random.default_rng(3)
    x = k2.random_state(system, random, at_rest)
    assert k2.tangent_error(system, x, random) < 1e-7
