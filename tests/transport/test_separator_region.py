"""A separator as a region beside free electrolyte: exact profile, uniform pores, refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.boxes import box_on, salt
from helpers.transport_cases import BE, C0, FOREVER, T, height, physics, solve

from deposition.common.constants import FARADAY, GAS_CONSTANT
from deposition.common.errors import ScenarioError
from deposition.interface.salt_transfer import salt_content
from deposition.laws.first_order import FirstOrder
from deposition.laws.reactions import Species
from deposition.laws.separator import Pores, PoresInCell
from deposition.mesh.cell import ELECTROLYTE, LITHIUM, SEPARATOR, Cell, Floats
from deposition.mesh.surface import extract_surface
from deposition.scenario import Scenario
from deposition.simulation.initial import begin
from deposition.transport.bulk import Bulk
from deposition.transport.controls import TotalCurrent
from deposition.transport.problem import TransportProblem

PORES = Pores(0.4, 1.5)
FREE_UM, POROUS_UM = 20.0, 25.0


def layered(free: float = FREE_UM, porous: float = POROUS_UM, dim: int = 2) -> Cell:
    """Lithium, ``free`` µm of electrolyte and ``porous`` µm of separator in 18 layers each."""
    across = np.array([0.0, 1.0])
    up = np.concatenate(
        [[-1.0], np.linspace(0.0, free, 19)[:-1], free + np.linspace(0.0, porous, 19)]
    )

    def region(centre: Floats) -> np.ndarray:
        wet = np.where(centre[:, -1] < free, ELECTROLYTE, SEPARATOR)
        return np.where(centre[:, -1] < 0.0, LITHIUM, wet)

    return replace(box_on([across] * (dim - 1) + [up], region), porosity=PORES.porosity)


# --- the cell -------------------------------------------------------------------------------------


def test_a_separator_is_electrolyte_with_a_fraction_of_its_own() -> None:
    cell = layered()
    free, porous = cell.free_electrolyte, cell.in_region(SEPARATOR)
    assert (cell.in_region(ELECTROLYTE) == free | porous).all() and not (free & porous).any()
    fraction = cell.electrolyte_fraction
    assert set(fraction[free]) == {1.0} and set(fraction[porous]) == {0.4}
    assert not fraction[cell.in_region(LITHIUM)].any()
    total = C0 * (FREE_UM + 0.4 * POROUS_UM)
    assert salt_content(cell, salt(cell)).sum() == pytest.approx(total, rel=1e-14)


def test_the_pores_in_front_of_each_facet() -> None:
    cell = layered()
    surface = extract_surface(cell)
    porosity = PORES.in_cell(cell).at_facets(cell, surface)
    np.testing.assert_array_equal(porosity, np.where(surface.working, 1.0, 0.4))
    assert PORES.at_working_electrode(cell, surface).porosity == 1.0
    gap = replace(
        cell, regions=tuple(name.replace(SEPARATOR, ELECTROLYTE) for name in cell.regions)
    )
    assert set(PORES.in_cell(gap).porosity) == {0.4}
    assert PORES.at_working_electrode(gap, surface) == PORES


# --- in the solver --------------------------------------------------------------------------------


@pytest.mark.solve
@pytest.mark.parametrize("dim", [2, 3])
def test_the_steady_profile_is_a_straight_line_in_each_layer(dim: int) -> None:
    """Slopes as 1 : ε^-b, V = 2 (RT/F) ln[c(anode)/c(cathode)], ∫ ε c dV as at the start."""
    cell = layered(dim=dim)
    laws = replace(physics(BE, exchange=1e9, moves=False), pores=PORES)
    solution, _ = solve(cell, 20.0, laws, FOREVER)
    c, y = solution.concentration, height(cell)
    slope = (1.0 - BE.t_plus) * 20.0 / (FARADAY * BE.salt_diffusivity) * 1e-6
    rise = slope * (np.minimum(y, FREE_UM) + np.maximum(y - FREE_UM, 0.0) / 0.4**1.5)
    wet = np.isfinite(c)
    np.testing.assert_allclose(c[wet], (rise + c[y == 0.0].mean())[wet], rtol=1e-6)
    before = salt_content(cell, salt(cell)).sum()
    assert salt_content(cell, c).sum() == pytest.approx(before, rel=1e-12)
    ratio = c[y == FREE_UM + POROUS_UM].mean() / c[y == 0.0].mean()
    assert solution.voltage == pytest.approx(2 * GAS_CONSTANT * T / FARADAY * np.log(ratio), 1e-4)


@pytest.mark.solve
def test_the_walls_push_the_electrolyte_in_front_of_them() -> None:
    """∫ ε c dV rises by (c v at the lithium - ε c v at the counter electrode) Δt."""
    cell, time, current = layered(), 5.0, 20.0
    laws = replace(physics(BE), pores=PORES)
    solution, _ = solve(cell, current, laws, time_step=time)
    c, y = solution.concentration, height(cell)
    per_current = laws.electrodes.lithium.molar_volume / FARADAY
    ends = c[y == 0.0].mean() - 0.4 * c[y == FREE_UM + POROUS_UM].mean()
    gained = salt_content(cell, c).sum() - salt_content(cell, salt(cell)).sum()
    assert gained == pytest.approx(per_current * current * time * 1e6 * ends, rel=1e-9)


@pytest.mark.solve
@pytest.mark.parametrize("dim", [2, 3])
def test_pores_of_each_simplex_give_the_equations_of_uniform_ones(dim: int) -> None:
    """One simplex with another ε selects the form with ε^b in each simplex."""
    cell = layered(dim=dim)
    used, local = np.unique(cell.simplices[cell.in_region(ELECTROLYTE)], return_inverse=True)
    simplices = local.reshape(-1, dim + 1)
    same = np.full(len(simplices), 0.4)
    other = np.append(same[:-1], np.nextafter(0.4, 1.0))
    one, two = (
        Bulk(cell.points[used] * 1e-6, simplices, BE, PoresInCell(each, 1.5), C0, 0.0257)
        for each in (same, other)
    )
    np.testing.assert_array_equal(one.vertex_of_node, two.vertex_of_node)
    x = 1.0 + np.random.default_rng(1).random(2 * one.nodes)
    np.testing.assert_allclose(
        one.residual(x, 0.9 * x, 1.0), two.residual(x, 0.9 * x, 1.0), atol=1e-11
    )
    np.testing.assert_allclose(one.tangent(x, 1.0), two.tangent(x, 1.0), rtol=1e-9, atol=1e-12)


@pytest.mark.solve
@pytest.mark.parametrize("trace", [True, False])
def test_a_further_species_diffuses_through_both_layers(trace: bool) -> None:
    """From a reservoir to a reaction at the lithium: N = c0/[1/k + (L₁ + L₂/ε^b)/D]."""
    cell, k, diffusivity = layered(), 1e-6, 1e-10
    surface = extract_surface(cell)
    one = Species("one", 0, 3.0, diffusivity, trace)
    reaction = FirstOrder("one", k, on=("lithium",))
    laws = physics(BE, counter="reservoir", moves=False, dissolved=(one,), reactions=(reaction,))
    problem = TransportProblem(cell, surface, replace(laws, pores=PORES))
    film, control = np.zeros(surface.size), TotalCurrent(0.0)
    found = problem.solve(salt(cell), film, control, FOREVER)
    path = (FREE_UM + POROUS_UM / 0.4**1.5) * 1e-6
    exact = 3.0 / (1.0 / k + path / diffusivity)
    at_lithium = found.fields.dissolved[height(cell) == 0.0, 0].mean()
    assert k * at_lithium == pytest.approx(exact, rel=1e-5)


# --- from a scenario ------------------------------------------------------------------------------


def test_the_porosity_of_a_scenario_is_that_of_the_region() -> None:
    start = begin(Scenario.load("be", [*FLAT, "separator.porosity=0.4"]))
    assert start.cell.porosity == 0.4
    assert start.cell.volumes[start.cell.in_region(SEPARATOR)].sum() == pytest.approx(5.0 * 2.0)


def test_a_region_without_a_porosity_is_refused() -> None:
    with pytest.raises(ScenarioError, match=r"states no porosity.*\[E427\]"):
        begin(Scenario.load("be", FLAT))


FLAT = [
    "geometry.file=flat.geo",
    "geometry.parameters={width = 2, height = 4, separator = 5}",
    "interface=fixed",
]
