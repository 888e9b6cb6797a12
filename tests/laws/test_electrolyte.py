"""Electrolyte laws: diffusivities of the paper's electrolytes, identities between the fluxes."""

from __future__ import annotations

import numpy as np
import pytest

from deposition.common.constants import FARADAY
from deposition.laws.electrolyte import NernstPlanck, Ohmic
from deposition.laws.thermodynamics import thermal_voltage

PAPER = [
    # kappa, t_plus, D+, D-, D of physics table C3
    (0.35, 0.38, 3.542e-11, 5.778e-11, 4.392e-11),
    (0.28, 0.54, 4.026e-11, 3.430e-11, 3.704e-11),
    (0.38, 0.71, 7.184e-11, 2.934e-11, 4.167e-11),
]
C = np.array([400.0, 1000.0, 1900.0])
GRADIENT = np.array([3e6, -2e6, 5e6])
FIELD = np.array([-40.0, 100.0, 7.0])


@pytest.mark.parametrize(("kappa", "t_plus", "cation", "anion", "salt"), PAPER)
def test_diffusivities_follow_from_conductivity_and_transference(
    kappa: float, t_plus: float, cation: float, anion: float, salt: float
) -> None:
    law = NernstPlanck(kappa, t_plus, 1000.0, 298.15)
    assert law.cation_diffusivity == pytest.approx(cation, rel=3e-4)
    assert law.anion_diffusivity == pytest.approx(anion, rel=3e-4)
    assert law.salt_diffusivity == pytest.approx(salt, rel=3e-4)


def test_current_is_the_difference_of_the_ion_fluxes() -> None:
    law = NernstPlanck(0.35, 0.38, 1000.0, 298.15)
    per_volt = 1.0 / thermal_voltage(298.15)
    cations = -law.cation_diffusivity * (GRADIENT + per_volt * C * FIELD)
    anions = law.anion_flux(C, GRADIENT, FIELD)
    expected = FARADAY * (cations - anions)
    np.testing.assert_allclose(law.current(C, GRADIENT, FIELD), expected, rtol=1e-12)


def test_anions_in_equilibrium_do_not_flow() -> None:
    law = NernstPlanck(0.35, 0.38, 1000.0, 298.15)
    at_rest = thermal_voltage(298.15) * GRADIENT / C
    scale = law.anion_diffusivity * np.abs(GRADIENT)
    np.testing.assert_array_less(np.abs(law.anion_flux(C, GRADIENT, at_rest)), 1e-12 * scale)


def test_conductivity_grows_with_the_salt_and_is_given_at_c0() -> None:
    law = NernstPlanck(0.35, 0.38, 1000.0, 298.15)
    np.testing.assert_allclose(law.conductivity_at(C), 0.35 * C / 1000.0)


def test_an_ohmic_electrolyte_knows_no_concentration() -> None:
    law = Ohmic(0.35)
    np.testing.assert_allclose(law.current(C, GRADIENT, FIELD), -0.35 * FIELD)
    assert law.nernst == 0.0


def test_sands_time_is_that_of_the_verification_cases() -> None:
    """E3 and C6 have formulas of their own."""
    from helpers.transport_cases import BE

    from deposition.laws.sand import limiting_density, sand_time
    from deposition.verification.bench import scenario
    from deposition.verification.cases import c6_sand_in_a_separator, e3_sand

    assert sand_time(BE, BE.concentration, -100.0) == pytest.approx(e3_sand.sand_time(BE, 100.0))
    settings = scenario("c6_sand_in_a_separator")
    exact, _ = c6_sand_in_a_separator.exact(settings)
    at = (settings.electrolyte.concentration, c6_sand_in_a_separator.DENSITY)
    assert sand_time(settings.electrolyte_law, *at, settings.pores) == pytest.approx(exact)
    assert sand_time(Ohmic(1.0), 1000.0, 100.0) == np.inf
    steady = 4.0 * FARADAY * BE.cation_diffusivity * BE.concentration / 50e-6
    assert limiting_density(BE, BE.concentration, 50e-6) == pytest.approx(steady)
    assert limiting_density(Ohmic(1.0), 1000.0, 50e-6) == np.inf
    assert sand_time(BE, 1000.0, 0.0) == np.inf


def test_the_limiting_current_of_layers_is_that_of_the_verification_case() -> None:
    """C7 has formulas of its own: at the limit c at the cathode is 0."""
    from deposition.laws.sand import Layers, limiting_density, limiting_density_over
    from deposition.laws.separator import Pores, PoresInCell
    from deposition.verification.bench import scenario
    from deposition.verification.cases import c7_separator_region as c7

    settings = scenario("c7_separator_region")
    law, c0, pores = settings.electrolyte_law, settings.electrolyte.concentration, settings.pores
    fallen = c0 - c7.Layers.of(settings).cathode  # at 20 A/m²
    layers = Layers(np.array([c7.FREE, c7.POROUS]), PoresInCell(np.array([1.0, 0.4]), 1.5))
    assert limiting_density_over(law, c0, layers.mean_path) == pytest.approx(20.0 * c0 / fallen)
    assert layers.paths.sum() == pytest.approx(c7.FREE + c7.POROUS / pores.transport_efficiency)
    uniform = Layers(np.array([1e-5, 3e-5]), PoresInCell(np.array([0.4, 0.4]), 1.5))
    both = limiting_density_over(law, c0, uniform.mean_path)
    assert both == pytest.approx(limiting_density(law, c0, 4e-5, Pores(0.4, 1.5)))
