"""Kinetics: the closed inverse of the symmetric Butler-Volmer law, and its derivatives."""

from __future__ import annotations

import numpy as np
import pytest

from deposition.laws.kinetics import ButlerVolmer
from deposition.laws.thermodynamics import capillarity, wagner
from deposition.verification.cases.k1_film_law import butler_volmer

LAW = ButlerVolmer(exchange_current_density=100.0, concentration=1000.0, temperature=298.15)
SIZES = np.logspace(-6, 6, 49)
CURRENTS = np.concatenate([-SIZES[::-1], [0.0], SIZES])


def test_the_residual_inverts_direct_butler_volmer_over_twelve_decades() -> None:
    c = np.full_like(CURRENTS, 730.0)
    overpotential = -LAW.residual(np.zeros_like(c), CURRENTS, c).value
    direct = butler_volmer(100.0 * np.sqrt(c / 1000.0), overpotential, 298.15)
    np.testing.assert_allclose(direct, CURRENTS, rtol=1e-12, atol=0.0)
    np.testing.assert_allclose(LAW.current(overpotential, c), CURRENTS, rtol=1e-12, atol=0.0)


def test_plating_needs_a_negative_overpotential() -> None:
    assert LAW.current(np.array([-0.01]), np.array([1000.0]))[0] > 0.0


@pytest.mark.parametrize("name", ["overpotential", "current", "concentration"])
def test_derivatives_agree_with_finite_differences(name: str) -> None:
    values = {
        "overpotential": np.full_like(CURRENTS, 0.02),
        "current": CURRENTS,
        "concentration": np.full_like(CURRENTS, 730.0),
    }
    step = {"overpotential": 1e-4, "current": 1e-4 * (1.0 + np.abs(CURRENTS)), "concentration": 0.1}
    up = LAW.residual(**{**values, name: values[name] + step[name]}).value
    down = LAW.residual(**{**values, name: values[name] - step[name]}).value
    slope = getattr(LAW.residual(**values), f"by_{name}")
    np.testing.assert_allclose((up - down) / (2.0 * step[name]), slope, rtol=1e-6, atol=1e-14)


def test_charge_transfer_resistance_at_rest_is_rt_over_f_i0() -> None:
    c = np.array([1000.0])
    assert LAW.residual(np.zeros(1), np.zeros(1), c).by_current[0] == pytest.approx(
        2.56926e-4, rel=1e-5
    )


def test_capillary_shift_of_a_one_micrometre_bump() -> None:
    assert capillarity(0.5, 1.2998e-5) / 1e-6 == pytest.approx(0.067e-3, rel=0.01)


def test_wagner_number_takes_the_parallel_mean() -> None:
    number = wagner(np.array([1e-4, 3e-4]), np.array([1.0, 3.0]), 0.35, 0.133, 40e-6)
    assert number.length == pytest.approx(0.35 * 2e-4)
    assert number.number == pytest.approx(0.35 * 2e-4 / 40e-6)
    assert number.steady_conductivity == 0.133
