"""Dissipation: non-negative, and the energy balance, for every electrolyte law."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from helpers.cells_for_results import flat, state_of
from helpers.states import changed

from deposition.analysis.dissipation import dissipation
from deposition.common.constants import FARADAY, GAS_CONSTANT, MICROMETRE
from deposition.laws.concentrated import Nyman, ValoenReimers
from deposition.laws.electrolyte import ElectrolyteLaw, NernstPlanck, Ohmic
from deposition.mesh.cell import ELECTROLYTE, Floats
from deposition.simulation.state import State
from deposition.verification.bench import scenario, states

T = 298.15
LAWS = (NernstPlanck(0.35, 0.38, 1000.0, T), Ohmic(0.35), ValoenReimers(T), Nyman(T))


def with_fields(c: tuple[float, ...], phi: tuple[float, ...]) -> State:
    """A state whose c and φ are c0 + c·x and φ·x (per µm)."""
    state = state_of(flat(2))
    points, wet = state.cell.points, state.cell.vertices_of(ELECTROLYTE)
    fields = 1000.0 + points @ np.array(c), points @ np.array(phi)
    concentration, potential = (np.where(wet, field, np.nan) for field in fields)
    return changed(state, concentration=concentration, potential=potential)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: type(law).__name__)
def test_heat_is_positive_whatever_the_gradients(law: ElectrolyteLaw) -> None:
    rng = np.random.default_rng(1)
    heat = dissipation(law, T)
    for _ in range(50):
        c, phi = rng.normal(0.0, 5.0, 2), rng.normal(0.0, 1e-2, 2)
        assert heat(with_fields(tuple(c), tuple(phi))).min() > 0.0


@pytest.mark.parametrize("law", LAWS, ids=lambda law: type(law).__name__)
def test_uniform_salt_gives_joule_heat(law: ElectrolyteLaw) -> None:
    field = 1e-3 / MICROMETRE
    exact = law.conductivity_at(1000.0) * field**2
    assert dissipation(law, T)(with_fields((0.0, 0.0), (0.0, 1e-3))) == pytest.approx(exact)


def test_cations_at_rest_leave_the_dissipation_of_the_anions() -> None:
    """With φ = -(RT/F) ln c, ∇μ₊ = 0: only the anions diffuse."""
    law = LAWS[0]
    state = with_fields((0.0, 3.0), (0.0, 0.0))
    c: Floats = state.concentration
    boltzmann = changed(state, potential=-GAS_CONSTANT * T / FARADAY * np.log(c))
    wet = state.cell.simplices[state.cell.in_region(ELECTROLYTE)]
    mean = c[wet].mean(axis=1)
    gradient = 3.0 / MICROMETRE
    assert isinstance(law, NernstPlanck)
    exact = 4.0 * GAS_CONSTANT * T * law.anion_diffusivity * gradient**2 / mean
    assert dissipation(law, T)(boltzmann) == pytest.approx(exact, rel=1e-3)


@pytest.mark.solve
@pytest.mark.parametrize(
    ("name", "share"), [("e2_galvanostatic_step", 0.13), ("c4_transient_concentrated", 0.19)]
)
def test_power_becomes_heat_and_free_energy_of_the_salt(name: str, share: float) -> None:
    """V I = heat + ∫ (μ₊ + μ₋)(c) ∂c/∂t in every time step of a transient, without SEI: power and
    heat as means of its two ends.

    In some time step at least ``share`` of the power is stored in the salt.
    """
    settings = scenario(
        name, "protocol.duration=1 s", "time.first_step=10 ms", "time.max_step=10 ms"
    )
    law, temperature = settings.electrolyte_law, settings.temperature
    run = list(states(settings))
    shares = []
    for before, state in pairwise(run[1:]):
        wet, ends = state.cell.in_region(ELECTROLYTE), (before, state)
        volume = state.cell.volumes[wet] * MICROMETRE**2
        was, c = (s.concentration[s.cell.simplices[wet]].mean(axis=1) for s in ends)
        energy = stored(law, temperature, 0.5 * (c + was)) * (c - was) / state.time_step @ volume
        heat = np.mean([dissipation(law, temperature)(s) @ volume for s in ends])
        area = state.surface.area[state.surface.working] * MICROMETRE
        current = [s.current_density[s.surface.working] @ area for s in ends]
        power = np.mean([s.voltage * flow for s, flow in zip(ends, current, strict=True)])
        assert heat + energy == pytest.approx(power, rel=2e-3)
        shares.append(energy / power)
    assert max(shares) > share


def stored(law: ElectrolyteLaw, temperature: float, c: Floats) -> Floats:
    """μ₊ + μ₋ = ∫ 2RT (1 + dln f/dln c) dln c from 1 mol/L to c (m,), mol/m³; J/mol."""
    along = np.linspace(np.log(1000.0), np.log(c), 200)
    each = 2.0 * GAS_CONSTANT * temperature * law.thermodynamic_factor_at(np.exp(along))
    return np.asarray(np.trapezoid(each * np.ones_like(along), along, axis=0))


def test_a_law_with_a_wrong_potential_violates_the_second_law() -> None:
    """Nernst-Planck law without its logarithm: negative dissipation where φ rises with c."""

    class Wrong(NernstPlanck):
        nernst = 0.0

    rise = 10.0
    state = with_fields((0.0, rise), (0.0, 1.46 * GAS_CONSTANT * T / FARADAY * rise / 1000.0))
    for law, kept in ((Wrong, False), (NernstPlanck, True)):
        heat = dissipation(law(0.35, 0.02, 1000.0, T), T)(state)
        assert bool(np.all(heat > 0.0)) == kept
