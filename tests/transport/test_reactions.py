"""Dissolved species and chemical reactions at the walls, against exact solutions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from helpers.boxes import box, flat_cell
from helpers.transport_cases import FOREVER, V_M, T, physics, solve

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.common.errors import PluginError
from deposition.laws.dual import Dual
from deposition.laws.first_order import FirstOrder
from deposition.laws.reactions import AtFacets, Rates, Species, check_closed
from deposition.laws.thermodynamics import thermal_voltage
from deposition.mesh.cell import COUNTER, LITHIUM

OXIDANT = Species("oxidant", 0, 10.0, 2e-10)
GAP = 20.0
STILL: dict[str, Any] = {"moves": False, "counter": "reservoir", "dissolved": (OXIDANT,)}


@pytest.mark.solve
@pytest.mark.parametrize("dim", [2, 3])
@pytest.mark.parametrize("rate", [1e-6, 1e-5, 1e3])
def test_flux_to_a_wall_is_limited_by_diffusion_and_rate(dim: int, rate: float) -> None:
    """N = c/(L/D + 1/k), and lithium is lost at ν N; no current flows."""
    laws = physics(**STILL, reactions=(FirstOrder("oxidant", rate, 2.0),))
    cell = flat_cell(1.0 if dim == 3 else 4.0, GAP, 1, 20, dim)
    solution, surface = solve(cell, 0.0, laws)
    flux = OXIDANT.initial / (GAP * MICROMETRE / OXIDANT.diffusivity + 1.0 / rate)
    lithium = surface.on(LITHIUM)
    np.testing.assert_allclose(solution.fields.chemical_rate[lithium], -2.0 * flux, rtol=1e-7)
    assert np.all(solution.fields.chemical_rate[surface.on(COUNTER)] == 0.0)
    np.testing.assert_allclose(solution.current_density, 0.0, atol=1e-7)
    height = cell.points[:, -1]
    wet = height >= 0.0
    exact = OXIDANT.initial - flux / OXIDANT.diffusivity * (GAP - height[wet]) * MICROMETRE
    found = solution.fields.dissolved[wet, 0]
    np.testing.assert_allclose(found, exact, atol=1e-7 * OXIDANT.initial)
    assert np.isnan(solution.fields.dissolved[~wet]).all()


@pytest.mark.solve
def test_a_charged_trace_migrates() -> None:
    """Under a current, a trace that does not react follows Boltzmann: c_k exp(z φF/RT) = const."""
    trace = Species("trace", -2, 1e-6, 3e-10)
    laws = physics(moves=False, counter="reservoir", dissolved=(trace,))
    cell = flat_cell(4.0, GAP, 1, 200)
    solution, _ = solve(cell, 5.0, laws)
    wet = cell.points[:, -1] >= 0.0
    c = solution.fields.dissolved[wet, 0]
    level = c * np.exp(trace.charge * solution.potential[wet] / thermal_voltage(T))
    assert np.ptp(c) > 0.02 * trace.initial
    np.testing.assert_allclose(level, trace.initial, rtol=1e-4)


@pytest.mark.solve
def test_the_mass_of_a_species_is_balanced_over_a_step() -> None:
    """Without a reservoir: what the walls consume is what the electrolyte loses."""
    laws = physics(moves=False, dissolved=(OXIDANT,), reactions=(FirstOrder("oxidant", 1e-5),))
    cell = flat_cell(4.0, GAP, 1, 30)
    solution, surface = solve(cell, 0.0, laws, time_step=0.5)
    wet = cell.in_region("electrolyte")
    c = solution.fields.dissolved[:, 0][cell.simplices[wet]].mean(axis=1)
    lost = float((cell.volumes[wet] * (OXIDANT.initial - c)).sum()) * MICROMETRE**2
    consumed = -0.5 * float(solution.fields.chemical_rate @ surface.area) * MICROMETRE
    assert lost == pytest.approx(consumed, rel=1e-9)
    assert lost > 0.01 * OXIDANT.initial * GAP * 4.0 * MICROMETRE**2


@pytest.mark.solve
def test_an_insulated_block_reacts_without_a_current() -> None:
    def block(x: np.ndarray) -> np.ndarray:
        return (abs(x[:, 0] - 5.0) < 2.0) & (abs(x[:, 1] - 5.0) < 2.0)

    cell = box(
        (0.0, -1.0), (10.0, 10.0), (20, 22), {LITHIUM: lambda x: x[:, 1] < 0, "dead_lithium": block}
    )
    laws = physics(**STILL, reactions=(FirstOrder("oxidant", 1e-5, on=("dead_lithium",)),))
    solution, surface = solve(cell, 5.0, laws)
    dead = surface.on("dead_lithium")
    assert np.all(solution.fields.chemical_rate[dead] < 0.0)
    assert np.all(solution.fields.chemical_rate[~dead] == 0.0)
    assert np.all(solution.current_density[dead] == 0.0)
    assert np.isnan(solution.fields.metal_potential[dead]).all()


@pytest.mark.solve
def test_the_wall_recedes_and_pushes_nothing_away() -> None:
    """Stefan flow: with a moving wall the flux at the reservoir is that at the wall less ε c v."""
    fast = replace(OXIDANT, initial=1000.0)
    moving = {**STILL, "moves": True, "dissolved": (fast,)}
    laws = physics(**moving, reactions=(FirstOrder("oxidant", 1e-6, 3.0),))
    solution, surface = solve(flat_cell(4.0, GAP, 1, 400), 0.0, laws, FOREVER)
    rate = float(-solution.fields.chemical_rate[surface.on(LITHIUM)].mean()) / 3.0
    wall = rate / 1e-6
    speed = -3.0 * rate * V_M
    through = (fast.initial - wall) / (GAP * MICROMETRE) * fast.diffusivity
    assert through == pytest.approx(rate - wall * speed, rel=1e-6)


@dataclass(frozen=True)
class Open:
    """A reaction that takes a charged species and gives no charge."""

    on: tuple[str, ...] = ("lithium",)

    def rates(self, at: AtFacets) -> Rates:
        taken = at.concentration["ion"] * 1e-6
        return Rates({"ion": taken})


def test_a_reaction_that_does_not_close_is_refused_by_name() -> None:
    one = np.ones(2)
    at = AtFacets(
        {"ion": Dual(one)}, Dual(one), Dual(one), Dual(one), Dual(one), one
    )  # fmt: skip
    with pytest.raises(PluginError, match=r"my:Open. does not conserve charge.*\[E310\]"):
        check_closed("my:Open", Open().rates(at), {"ion": -1, "Li+": 1})
    with pytest.raises(PluginError, match=r"exchanges ion.*\[E309\]"):
        check_closed("my:Open", Open().rates(at), {"Li+": 1})
    per_charge = np.full(2, 1.0 / FARADAY)
    closed = Rates({"Li+": Dual(per_charge)}, charge=Dual(one), metal=Dual(per_charge))
    check_closed("my:Open", closed, {"Li+": 1})
    lost = Rates({"Li+": Dual(per_charge)}, charge=Dual(one))
    with pytest.raises(PluginError, match=r"lithium.*\[E310\]"):
        check_closed("my:Open", lost, {"Li+": 1})
