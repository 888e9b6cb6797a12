"""Verification at stationary interfaces: exact solutions, and wrong physics."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from helpers.transport_cases import BE, C_I_BE, C_I_BE_LN

import deposition.verification.cases.e1_steady_cell as e1
import deposition.verification.cases.e2_galvanostatic_step as e2
import deposition.verification.cases.e3_sand as e3
import deposition.verification.cases.e4_bruce_vincent as e4
import deposition.verification.cases.e5a_flush as e5a
import deposition.verification.cases.e5b_wedge as e5b
import deposition.verification.cases.e5c_bump as e5c
import deposition.verification.cases.e6_cylinders as e6
import deposition.verification.cases.e6b_patches as e6b
import deposition.verification.cases.e6c_calibrated as e6c
import deposition.verification.cases.k1_film_law as k1
import deposition.verification.cases.k2_tangent as k2
from deposition.laws.electrolyte import NernstPlanck
from deposition.verification import Check
from deposition.verification.bench import scenario

Checks = list[Check] | tuple[Check, ...]


def missed(checks: Checks) -> list[str]:
    """Quantities whose errors exceed their bounds."""
    return [check.quantity for check in checks if not check.passed]


# --- exact solutions --------------------------------------------------------------------------


def test_concentration_and_voltage_of_a_galvanostatic_step() -> None:
    far = np.array([e2.GAP])
    found = [e2.exact_concentration(BE, 50.0, far, time)[0] for time in e2.TIMES]
    np.testing.assert_allclose(found, [982.701, 945.295, 879.417, 821.738, 817.120], atol=0.02)
    assert 1e3 * e2.exact_voltage(BE, 50.0, 1e-9) == pytest.approx(7.143, rel=1e-3)
    assert 1e3 * e2.exact_voltage(BE, 50.0, 1e3) == pytest.approx(19.011, rel=1e-3)


@pytest.mark.parametrize(
    ("law", "density", "seconds"),
    [
        (BE, 1000.0, 0.8354),
        (C_I_BE_LN, 1000.0, 3.623),
        (BE, 100.0, 83.5),
        (C_I_BE, 100.0, 128.0),
        (C_I_BE_LN, 100.0, 362.3),
    ],
)
def test_sand_times(law: NernstPlanck, density: float, seconds: float) -> None:
    assert e3.sand_time(law, density) == pytest.approx(seconds, rel=1e-3)


@pytest.mark.parametrize("law", [BE, C_I_BE, C_I_BE_LN])
@pytest.mark.parametrize("resistance", [0.0, 2e-4])
def test_a_small_voltage_returns_the_transference_number(
    law: NernstPlanck, resistance: float
) -> None:
    first, steady = e4.exact_currents(law, 1e-4, resistance)
    assert e4.transference(first, steady, 1e-4, resistance) == pytest.approx(law.t_plus, rel=1e-6)


def test_the_transient_between_the_two_currents() -> None:
    early, late = e4.exact_transient(BE, np.array([1e-3, 1e3]))
    assert early == pytest.approx(1.0, abs=0.02)
    assert late == pytest.approx(0.38, rel=1e-6)


def test_middle_of_flush_electrodes() -> None:
    found = [e5a.exact_shape(ratio, np.zeros(1))[0] for ratio in e5a.RATIOS]
    np.testing.assert_allclose(found, [0.6492, 0.6808, 0.7249, 0.7564], atol=5e-5)


@pytest.mark.parametrize("ratio", e5a.RATIOS)
def test_mean_current_of_flush_electrodes_is_one(ratio: float) -> None:
    # sin takes the infinite edge out of the integral.
    angle = np.linspace(0.0, 0.5 * np.pi, 20001)[:-1]
    shape = e5a.exact_shape(ratio, np.sin(angle)) * np.cos(angle)
    assert np.trapezoid(shape, angle) == pytest.approx(1.0, rel=1e-3)


def test_lattice_sums() -> None:
    n = np.arange(-400, 401)
    distance = np.hypot(n[:, None], n)
    distance[400, 400] = np.inf
    inside = distance < 400
    # What lies beyond a circle is an integral: 2π/400.
    total = (distance[inside] ** -3.0).sum() + 2.0 * np.pi / 400
    assert e5c.lattice_sum(3) == pytest.approx(total, rel=1e-4)
    assert e5c.lattice_sum(2) == pytest.approx(np.pi**2 / 3.0)


# --- wrong physics ----------------------------------------------------------------------------

PARTS: dict[str, Callable[[], Checks]] = {
    "E1, one electrolyte": lambda: e1.compare_one("BE")[0],
    "E2, one time": lambda: e2.compare_one(0.1),
    "E3, one run": lambda: e3.compare_one(0, "BE", 1000.0)[0],
    "E4, one electrolyte": lambda: e4.compare_one("C-I-BE-LN", "film")[0],
    "E4, without a film": lambda: e4.compare_one("BE", "none")[0],
    "E5a, one length": lambda: e5a.compare_one(1.0)[0],
    "E5b": lambda: e5b.compare().checks,
    "E5c, 2D": lambda: e5c.compare_one(2, 0.05)[0],
    "E6": lambda: e6.compare().checks,
    "E6b": lambda: e6b.compare().checks,
    "E6c, one cell": lambda: [*e6c.narrow_cell("c-i-be-calibrated"), e6c.block()],
    "K1": lambda: k1.compare().checks,
}
"""Short parts of the cases."""


@pytest.mark.solve
def test_the_voltage_requires_small_elements_at_the_counter_electrode(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(e2, "scenario", also(e2, "mesh.counter_size=2 um"))
    c, voltage = e2.compare_one(0.1)
    assert c.passed
    assert voltage.error == pytest.approx(2.9e-3, abs=5e-4)


def also(module: ModuleType, override: str) -> Callable[..., Any]:
    """``scenario`` of a module with one more override."""
    return lambda name, *overrides: scenario(name, *overrides, override)


@pytest.mark.solve
@pytest.mark.parametrize(
    ("module", "name", "value", "case"),
    [
        (e1, "limiting_density", lambda *given: 273.4, "E1, one electrolyte"),
        (e2, "GAP", 52e-6, "E2, one time"),
        pytest.param(e3, "GAP", 2.4, "E3, one run", marks=pytest.mark.slow),
        pytest.param(
            *(e3.sand, "sand_time", lambda *given: 0.8354, "E3, one run"), marks=pytest.mark.slow
        ),
        (e4, "scenario", "kinetics.exchange_current_density=1e3 A/m^2", "E4, one electrolyte"),
        (e4, "scenario", "time.first_step=0.3 s", "E4, without a film"),
        (e5a, "scenario", "geometry.parameters.height=10.5", "E5a, one length"),
        (e5b, "scenario", "kinetics.exchange_current_density=1e4 A/m^2", "E5b"),
        (e5c, "scenario", "geometry.parameters.radius=1.03", "E5c, 2D"),
        (e6, "OUTER", 21.0, "E6"),
        (e6b, "scenario", "kinetics.exchange_current_density=2 A/m^2", "E6b"),
        (e6c, "charge_transfer_resistance", lambda settings: 2e-4, "E6c, one cell"),
        (k1, "thermal_voltage", lambda temperature: 1.00001 * temperature / 11604.518, "K1"),
    ],
)
def test_wrong_physics_fails_its_case(
    module: ModuleType, name: str, value: Any, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, also(module, value) if name == "scenario" else value)
    assert missed(PARTS[case]())


@pytest.mark.solve
def test_a_wrong_entry_of_the_jacobian_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    system = k2.system_of("e5c_bump.geo", (), "lithium")
    random = np.random.default_rng(1)
    x = k2.random_state(system, random, at_rest=False)
    right = system.tangent
    monkeypatch.setattr(system, "tangent", lambda y: right(y) * (1.0 + 1e-6))
    assert k2.tangent_error(system, x, random) > 1e-7
