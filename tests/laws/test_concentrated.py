"""Concentrated electrolytes: published values, identities, and a run of their own."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from helpers.boxes import box, flat_cell
from helpers.cells_for_results import flat, state_of
from helpers.concentrated import DILUTE
from helpers.states import changed
from helpers.transport_cases import BE, C0, V_M, T, physics, solve
from rich.console import Console

from deposition.check.check import check_scenario
from deposition.cli.pages import library_page
from deposition.common.constants import FARADAY, GAS_CONSTANT
from deposition.laws.concentrated import (
    Concentrated,
    ConstantConcentrated,
    Fitted,
    LandesfeindEcDmc,
    LandesfeindEcEmc,
    LandesfeindEmcFec,
    Nyman,
    ValoenReimers,
)
from deposition.laws.electrolyte import NernstPlanck, Ohmic
from deposition.laws.flux import lithium_flux
from deposition.laws.separator import FREE, Pores
from deposition.laws.thermodynamics import thermal_voltage
from deposition.library import library
from deposition.mesh.cell import Cell, Floats
from deposition.mesh.surface import extract_surface
from deposition.recorders.extrapolation import Extrapolation
from deposition.scenario import Scenario
from deposition.scenario.electrolyte import FITTED
from deposition.transport.physics import Depleted, Solution

C = np.array([400.0, 1000.0, 1900.0])
GRADIENT = np.array([3e6, -2e6, 5e6])
FIELD = np.array([-40.0, 100.0, 7.0])
SETS = (ValoenReimers, Nyman, LandesfeindEcDmc, LandesfeindEcEmc, LandesfeindEmcFec)


PUBLISHED = [
    # law, κ, D, t+, 1 + dlnf/dlnc at 1 mol/L and 298.15 K
    (ValoenReimers, 1.194, 3.22e-10, 0.38, 2.13),
    (Nyman, 0.949, 1.77e-10, 0.2594, None),
    (LandesfeindEcDmc, 1.182, 2.90e-10, 0.325, 2.20),
    (LandesfeindEcEmc, 0.913, 2.89e-10, 0.221, 2.18),
    (LandesfeindEmcFec, 0.553, 3.07e-10, None, 1.16),
]


@pytest.mark.parametrize(("kind", "kappa", "diffusivity", "t_plus", "factor"), PUBLISHED)
def test_properties_at_one_molar(
    kind: type[Fitted],
    kappa: float,
    diffusivity: float,
    t_plus: float | None,
    factor: float | None,
) -> None:
    law = kind(T)
    assert law.conductivity_at(C0) == pytest.approx(kappa, rel=1e-3)
    assert law.diffusivity_at(C0) == pytest.approx(diffusivity, rel=2e-3)
    assert t_plus is None or law.transference_at(C0) == pytest.approx(t_plus, abs=5e-4)
    assert factor is None or law.thermodynamic_factor_at(C0) == pytest.approx(factor, abs=5e-3)


ZAVALIS = [
    # c, t+, dlnf/dlnc of the same measurements, as tabulated later
    (200.0, 0.37, 0.0),
    (500.0, 0.322, 0.29),
    (800.0, 0.27, 0.695),
    (1000.0, 0.251, 1.0),
    (1200.0, 0.248, 1.32),
    (1600.0, 0.236, 2.07),
    (2000.0, 0.11, 2.5),
]


@pytest.mark.parametrize(("c", "t_plus", "slope"), ZAVALIS)
def test_nyman_s_thermodynamic_factor_has_the_sign_of_the_table(
    c: float, t_plus: float, slope: float
) -> None:
    law = Nyman(T)
    assert law.transference_at(c) == pytest.approx(t_plus, abs=0.025)
    assert law.thermodynamic_factor_at(c) == pytest.approx(1.0 + slope, rel=0.05)


def activation_energy(kind: type[Fitted], of: str) -> float:
    """kJ/mol, from the values at 288 and 308 K."""
    cold, warm = (float(getattr(kind(at), of)(C0)) for at in (288.0, 308.0))
    return 1e-3 * GAS_CONSTANT * float(np.log(warm / cold)) / (1.0 / 288.0 - 1.0 / 308.0)


@pytest.mark.parametrize(
    ("kind", "conduction", "diffusion"),
    [(ValoenReimers, 13.1, 22.9), (Nyman, 17.0, 17.0), (LandesfeindEcDmc, 13.4, 18.7)],
)
def test_activation_energies(kind: type[Fitted], conduction: float, diffusion: float) -> None:
    assert activation_energy(kind, "conductivity_at") == pytest.approx(conduction, abs=0.06)
    assert activation_energy(kind, "diffusivity_at") == pytest.approx(diffusion, abs=0.06)


def test_the_current_fraction_of_landesfeind_s_electrolyte() -> None:
    law = LandesfeindEcDmc(T)
    assert law.newman_number_at(C0) == pytest.approx(2.18, rel=5e-3)
    assert law.steady_conductivity_at(C0) / law.conductivity_at(C0) == pytest.approx(
        0.315, rel=2e-3
    )


@pytest.mark.parametrize("kind", SETS)
def test_properties_stay_positive_on_the_way_to_a_solution(kind: type[Fitted]) -> None:
    """At the edges of the temperatures measured, from nothing to ten times what was measured."""
    c = np.geomspace(1e-9, 10.0 * kind.measured.concentration[1], 2000)
    for temperature in kind.measured.temperature:
        law = kind(temperature)
        for of in (law.conductivity_at, law.diffusivity_at, law.thermodynamic_factor_at):
            assert np.all(np.isfinite(of(c)) & (of(c) > 0.0))
        low = c < 300.0
        assert np.all(np.diff(law.conductivity_at(c[low])) > 0.0)


@pytest.mark.parametrize("kind", SETS)
def test_beyond_what_was_measured_nothing_changes(kind: type[Fitted]) -> None:
    law, most = kind(T), kind.measured.concentration[1]
    assert law.diffusivity_at(5.0 * most) == pytest.approx(float(law.diffusivity_at(most)))


def test_a_fit_far_from_its_temperatures_is_not_sound() -> None:
    assert not ValoenReimers(T).fault()
    assert ValoenReimers(240.0).fault()
    assert ValoenReimers(170.0).fault(), "below the pole of the diffusivity"
    assert LandesfeindEcDmc(220.0).fault()


# --- the potential ---------------------------------------------------------------------------


def test_the_dilute_limit_is_nernst_planck_with_the_potential_shifted() -> None:
    newman = FIELD + thermal_voltage(T) * GRADIENT / C
    for of in ("current", "anion_flux"):
        expected = getattr(BE, of)(C, GRADIENT, FIELD)
        np.testing.assert_allclose(getattr(DILUTE, of)(C, GRADIENT, newman), expected, rtol=1e-12)
    np.testing.assert_allclose(DILUTE.steady_conductivity_at(C), BE.steady_conductivity_at(C))


@pytest.mark.parametrize("law", [*(kind(T) for kind in SETS), DILUTE])
def test_without_current_the_salt_diffuses(law: Concentrated) -> None:
    """∇φ that stops the current leaves N₋ = N₊ = -D ∇c."""
    part = (1.0 - law.transference_at(C)) * law.thermodynamic_factor_at(C)
    at_rest = 2.0 * thermal_voltage(T) * part * GRADIENT / C
    diffusion = -law.diffusivity_at(C) * GRADIENT
    np.testing.assert_allclose(law.anion_flux(C, GRADIENT, at_rest), diffusion)
    scale = law.conductivity_at(C) * np.abs(at_rest)
    np.testing.assert_array_less(np.abs(law.current(C, GRADIENT, at_rest)), 1e-12 * scale)


@pytest.mark.parametrize("law", [*(kind(T) for kind in SETS), DILUTE, BE])
def test_a_steady_cell_conducts_as_the_law_says(law: Any) -> None:
    """In small gradients, with N₋ = 0: i/(∇φ + ∇E_eq) is κ/(1 + Ne)."""
    c, slope = np.array([C0]), np.array([1.0])
    # N₋ is linear in the gradient of φ: find where it vanishes.
    still, pushed = (law.anion_flux(c, slope, np.array([field])) for field in (0.0, 1.0))
    field = -still / (pushed - still)
    driving = field + law.nernst * thermal_voltage(T) * slope / c
    found = -law.current(c, slope, field) / driving
    assert found == pytest.approx(law.steady_conductivity_at(C0), rel=1e-10)


def test_an_ohmic_electrolyte_conducts_as_well_when_steady() -> None:
    assert Ohmic(0.35).steady_conductivity_at(C0) == 0.35


# --- the separator ---------------------------------------------------------------------------


def test_pores_slow_every_flux_alike() -> None:
    pores = Pores(0.4, 1.5)
    assert pores.transport_efficiency == pytest.approx(0.4**1.5)
    assert FREE.transport_efficiency == 1.0
    c, field, cell = C[:2], np.ones((2, 2)), flat_cell(1.0, 1.0, 1, 1)
    free = lithium_flux(BE)(cell, c, field, field)
    np.testing.assert_allclose(lithium_flux(BE, pores)(cell, c, field, field), 0.4**1.5 * free)


@pytest.mark.solve
@pytest.mark.parametrize("law", [BE, Nyman(T)])
def test_growing_into_a_separator_keeps_the_salt(law: Any) -> None:
    """ε c before and after a long step: what the moving walls push aside stays in the pores."""
    cell = box((0.0, -1.0), (4.0, 8.0), (4, 18))
    laws = replace(physics(law), pores=Pores(0.4, 1.5))
    before = C0 * cell.volume("electrolyte")
    solution, surface = solve(cell, 20.0, laws, time_step=5.0)
    wet = cell.in_region("electrolyte")
    after = solution.concentration[cell.simplices[wet]].mean(axis=1) @ cell.volumes[wet]
    # The counter electrode recedes as fast as the lithium grows: their pushes are those of their
    # own concentrations.
    speed = 20.0 * V_M / FARADAY * 5.0 * 1e6
    ends = [
        solution.concentration[np.unique(surface.facets[side])].mean()
        for side in (surface.working, ~surface.working)
    ]
    assert after - before == pytest.approx(speed * 4.0 * (ends[0] - ends[1]), rel=1e-4, abs=1e-9)


# --- in the solver ---------------------------------------------------------------------------


class Doubled(ConstantConcentrated):
    """Newman's potential, and the logarithm in E_eq nevertheless."""

    nernst = 1.0


class Forgotten(NernstPlanck):
    """The Nernst-Planck potential, and no logarithm in E_eq."""

    nernst = 0.0


def gap(cells: int) -> Cell:
    """50 µm between two planes."""
    return box((0.0, -1.0), (1.0, 50.0), (1, 51 * cells))


def steady_voltage(law: Any) -> float:
    """Of the steady cell E1 at 50 A/m², without film and charge transfer."""
    laws = physics(law, exchange=1e9, surface_energy=0.0, moves=False)
    return solve(gap(2), 50.0, laws)[0].voltage


@pytest.mark.solve
def test_the_logarithm_is_counted_once() -> None:
    """V = 2 (RT/F) ln[(1 + J)/(1 - J)]; with Newman's potential and a logarithm half of it more,
    with that of Nernst-Planck and none half of it less: 9.5 mV of 19 mV."""
    share = 50.0 * 50e-6 / (4.0 * FARADAY * BE.cation_diffusivity * C0)
    exact = 4.0 * thermal_voltage(T) * float(np.arctanh(share))
    assert exact == pytest.approx(19.011e-3, rel=1e-4)
    assert steady_voltage(BE) == pytest.approx(exact, rel=1e-4)
    assert steady_voltage(DILUTE) == pytest.approx(exact, rel=1e-4)
    doubled = Doubled(**vars(DILUTE))
    forgotten = Forgotten(**vars(BE))
    assert steady_voltage(doubled) == pytest.approx(1.5 * exact, rel=1e-4)
    assert steady_voltage(forgotten) == pytest.approx(0.5 * exact, rel=1e-4)


def even(law: Any, cells: int) -> Solution:
    """After 0.5 s at 400 A/m² under one film, on cells of 1/``cells`` µm; all across is alike."""
    cell = box((0.0, -1.0), (1.0 / cells, 12.0), (1, 13 * cells))
    laws = physics(law, moves=False, surface_energy=0.0)
    return solve(cell, 400.0, laws, time_step=0.5, film=1e-5)[0]


@pytest.mark.solve
def test_both_potentials_make_the_same_cell_to_eight_digits() -> None:
    """c to rounding, because no potential matters to it where all across is alike; the voltage and
    φ_N - φ_NP at the electrodes as fast as the cells allow."""
    one, other = even(BE, 128), even(DILUTE, 128)
    wet = np.isfinite(one.concentration)
    c = one.concentration[wet]
    assert c.min() < 0.8 * C0 and c.max() > 1.2 * C0, "steep"
    np.testing.assert_allclose(other.concentration[wet], c, rtol=1e-12)
    np.testing.assert_allclose(other.current_density, one.current_density, rtol=1e-12)
    assert other.voltage == pytest.approx(one.voltage, rel=1e-8)
    shift = (other.fields.potential[wet] - one.fields.potential[wet]) / thermal_voltage(T)
    np.testing.assert_allclose(shift, np.log(c / C0), atol=1e-8)


def rms(values: Floats) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(values**2)))


def patched(law: Any, cells: int) -> Solution:
    """After 0.1 s at 400 A/m² under two films, on cells of 1/``cells`` µm."""
    cell = box((0.0, -1.0), (6.0, 12.0), (6 * cells, 13 * cells))
    x = extract_surface(cell).midpoint[:, 0]
    film = np.where(x < 2.0, 1e-5, 2e-4)
    laws = physics(law, moves=False)
    return solve(cell, 400.0, laws, time_step=0.1, film=film)[0]


@pytest.mark.solve
def test_both_potentials_make_the_same_cell() -> None:
    """c, voltage and i_n under patches, in a steep transient, and φ but for (RT/F) ln(c/c0).

    P1 functions cannot hold both potentials exactly, so that the two differ as their errors do:
    about a quarter on cells half as large.  Where the film changes the potential has a kink.
    """
    apart = []
    for cells in (2, 4):
        one, other = patched(BE, cells), patched(DILUTE, cells)
        wet = np.isfinite(one.concentration)
        c = one.concentration[wet]
        assert c.min() < 0.8 * C0, "steep"
        shift = other.fields.potential[wet] - one.fields.potential[wet]
        apart.append(
            [
                abs(one.voltage - other.voltage) / one.voltage,
                rms(other.concentration[wet] - c) / C0,
                rms(shift / thermal_voltage(T) - np.log(c / C0)),
            ]
        )
        np.testing.assert_allclose(one.current_density, other.current_density, rtol=5e-3)
    coarse, fine = np.array(apart)
    assert np.all(fine < [3e-5, 2e-5, 2e-4])
    assert np.all(coarse / fine > 3.0)


@pytest.mark.solve
@pytest.mark.parametrize(
    "law", [*(kind(T) for kind in SETS), DILUTE], ids=lambda law: type(law).__name__
)
def test_depletion_under_any_law_says_so(law: Any) -> None:
    """Twice what the electrolyte can carry in the long run, steady and in steps."""
    limit = 2.0 * FARADAY * law.diffusivity_at(C0) * C0 / ((1.0 - law.transference_at(C0)) * 50e-6)
    laws = physics(law, moves=False)
    with pytest.raises(Depleted, match="E304"):
        solve(gap(1), 3.0 * float(limit), laws)
    cell, time = gap(1), 50e-6**2 / float(law.diffusivity_at(C0))
    c = None
    with pytest.raises(Depleted, match="E304"):
        for _ in range(100):
            solution, _ = solve(cell, 3.0 * float(limit), laws, 0.01 * time, concentration=c)
            c = solution.concentration
            assert np.nanmin(c) > 0.0


@pytest.mark.solve
@pytest.mark.parametrize("law", [kind(T) for kind in SETS], ids=lambda law: type(law).__name__)
def test_newton_finds_the_way_under_any_law(law: Any) -> None:
    """From an even concentration straight to a steep steady state."""
    limit = 2.0 * FARADAY * law.diffusivity_at(C0) * C0 / ((1.0 - law.transference_at(C0)) * 50e-6)
    laws = physics(law, moves=False)
    solution, _ = solve(gap(1), 0.6 * float(limit), laws)
    assert solution.newton_iterations <= 30
    wet = np.isfinite(solution.concentration)
    assert np.nanmin(solution.concentration[wet]) > 0.0


# --- beyond what was measured ----------------------------------------------------------------


def test_a_check_warns_of_what_was_not_measured() -> None:
    overrides = ["electrolyte.concentration=2.5 mol/L", "temperature=310 K"]
    warnings = check_scenario(Scenario.load("lipf6-nyman", overrides)).warnings
    assert any("0.2 to 2 mol/L, and starts at 2.5 mol/L" in warning for warning in warnings)
    assert any("measured at 298.15 K, and the temperature is 310 K" in w for w in warnings)
    assert not check_scenario(Scenario.load("lipf6-nyman")).warnings


@pytest.mark.parametrize(("law", "said"), [(Nyman(T), 1), (ValoenReimers(T), 0), (BE, 0)])
def test_a_run_warns_once_when_the_salt_leaves_it(law: Any, said: int) -> None:
    screen = io.StringIO()
    recorder = Extrapolation(Console(file=screen, width=300), "a run", law)
    state = state_of(flat(2))
    for share in (1.0, 0.1, 0.1):
        recorder.record(changed(state, step=3, concentration=share * state.concentration))
    recorder.close()
    assert screen.getvalue().count("measured from 0.2 to 2 mol/L") == said


def test_the_library_shows_what_a_measured_electrolyte_is_like() -> None:
    console = Console(width=1000)
    with console.capture() as captured:
        console.print(library_page("LiPF6 in EC:DMC (Landesfeind)"))
    said = captured.get()
    assert "κ = 1.182 S/m, D = 2.905e-10 m²/s, t₊ = 0.325, 1 + dln f/dln c = 2.2" in said
    assert "current fraction 0.315. Measured from 0.1 to 3 mol/L, from 263.15 to 323.15 K" in said


def test_every_law_of_the_library_is_a_measured_one() -> None:
    laws = {entry.law.name for entry in library().electrolytes.values() if entry.law}
    assert laws == set(FITTED)
