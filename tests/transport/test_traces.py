"""Traces against exact solutions, and against the coupled system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from helpers.boxes import current_through, flat_cell, salt
from helpers.transport_cases import BE, C0, physics
from scipy.optimize import brentq

from deposition.common.constants import MICROMETRE
from deposition.common.errors import SolveError
from deposition.laws.first_order import FirstOrder
from deposition.laws.reactions import AtFacets, BoundaryReaction, Rates, Species
from deposition.mesh.cell import Cell, Floats
from deposition.mesh.surface import extract_surface
from deposition.transport.controls import TotalCurrent
from deposition.transport.physics import Solution
from deposition.transport.problem import TransportProblem

pytestmark = pytest.mark.solve

L, D = 25.0, 1e-10
FOREVER = 1e7


@dataclass(frozen=True)
class Turned:
    """One species becomes ν of another, N = k c, without lithium."""

    species: str
    product: str
    rate: float
    yields: float
    on: tuple[str, ...]

    def rates(self, at: AtFacets) -> Rates:
        """What is consumed and what forms."""
        consumed = at.concentration[self.species] * self.rate
        return Rates({self.species: consumed, self.product: consumed * -self.yields})


@dataclass(frozen=True)
class SecondOrder(FirstOrder):
    """N = k c²."""

    def rates(self, at: AtFacets) -> Rates:
        """What is consumed."""
        c = at.concentration[self.species]
        consumed = c * c * self.rate_constant
        return Rates({self.species: consumed}, metal=-consumed, products=consumed)


def solved(
    cell: Cell,
    species: tuple[Species, ...],
    reactions: tuple[BoundaryReaction, ...],
    steps: list[float],
    density: float = 0.0,
    **changes: Any,
) -> Solution:
    """The last of several steps of a cell that does not move."""
    settings: dict[str, Any] = {
        "moves": False,
        "dissolved": species,
        "reactions": reactions,
        **changes,
    }
    surface = extract_surface(cell)
    problem = TransportProblem(cell, surface, physics(BE, **settings))
    control = TotalCurrent(current_through(cell, density))
    c, dissolved, guess, found = salt(cell, C0), None, None, None
    for step in steps:
        found = problem.solve(c, np.zeros(surface.size), control, step, guess, dissolved)
        c, dissolved, guess = found.concentration, found.fields.dissolved, found.fields
    assert found is not None
    return found


def test_a_sink_at_one_wall_of_a_closed_gap() -> None:
    """c̄/c0 = Σ 2 Da²/[b² (b² + Da² + Da)] e^(-b² D t/L²), b tan b = Da."""
    da, until = 1.0, 1.0
    roots = [
        brentq(lambda b: b * np.sin(b) - da * np.cos(b), n * np.pi + 1e-9, (n + 0.5) * np.pi)
        for n in range(20)
    ]
    b = np.array(roots)
    exact = (2.0 * da**2 / (b**2 * (b**2 + da**2 + da)) * np.exp(-(b**2) * until)).sum()
    assert exact == pytest.approx(0.470397, abs=1e-6)
    cell = flat_cell(1.0, L, layers=100)
    rate = da * D / (L * MICROMETRE)
    seconds = until * (L * MICROMETRE) ** 2 / D
    one = Species("one", 0, 3.0, D, trace=True)
    means = []
    for count in (100, 200):
        found = solved(
            cell, (one,), (FirstOrder("one", rate, on=("lithium",)),), [seconds / count] * count
        )
        means.append(mean(cell, found.fields.dissolved[:, 0]) / 3.0)
    assert 2.0 * means[1] - means[0] == pytest.approx(exact, rel=2e-4)


def mean(cell: Cell, field: Floats) -> float:
    """Mean over the electrolyte of a field of one coordinate."""
    height = cell.points[:, -1]
    order = np.argsort(height[height >= 0.0], kind="stable")
    x, c = height[height >= 0.0][order], field[height >= 0.0][order]
    return float(np.trapezoid(c, x) / L)


def test_the_shuttle_of_a_couple() -> None:
    """N = I_tot/(3 [1/k + L/2D3 + L/2D1]): both diffuse, one wall oxidises at once."""
    cell, total, k, d1 = flat_cell(1.0, L, layers=50), 27.4, 1e-6, 2e-10
    species = (
        Species("I3", 0, total / 3.0, D, trace=True),
        Species("I", 0, 0.0, d1, trace=True),
    )
    reactions = (
        Turned("I3", "I", k, 3.0, ("lithium",)),
        Turned("I", "I3", 1e3, 1.0 / 3.0, ("counter",)),
    )
    found = solved(cell, species, reactions, [100.0] * 5)
    c3, c1 = found.fields.dissolved.T
    at_lithium = np.abs(cell.points[:, 1]) < 1e-9
    gap = L * MICROMETRE
    exact = total / (3.0 * (1.0 / k + gap / (2.0 * D) + gap / (2.0 * d1)))
    assert k * c3[at_lithium].mean() == pytest.approx(exact, rel=1e-6)
    assert mean(cell, 3.0 * c3 + c1) == pytest.approx(total, rel=1e-9)


def test_an_inert_anion_keeps_its_ratio_to_the_salt() -> None:
    cell = flat_cell(1.0, 50.0, layers=50)
    trace = Species("inert", -1, 1.0, 3e-11, trace=True)
    found = solved(cell, (trace,), (), [FOREVER], density=50.0)
    wet = np.isfinite(found.concentration)
    ratio = found.fields.dissolved[wet, 0] / found.concentration[wet]
    assert np.ptp(found.concentration[wet]) > 300.0
    # The mean of c in a simplex stands for c: 1e-3 on this mesh, second order.
    np.testing.assert_allclose(ratio / ratio.mean(), 1.0, atol=2e-3)


@pytest.mark.parametrize("charge", [-1, 0])
def test_the_coupled_system_becomes_that_of_a_trace(charge: int) -> None:
    """The difference falls as c_k/c."""
    cell, steps = flat_cell(1.0, L, layers=20), [1.0] * 5
    differences = []
    for initial in (20.0, 2.0):
        pair = []
        for trace in (True, False):
            one = Species("one", charge, initial, D, trace)
            reaction = (FirstOrder("one", 1e-5, on=("lithium",)),) if charge == 0 else ()
            pair.append(solved(cell, (one,), reaction, steps, density=20.0).fields.dissolved[:, 0])
        differences.append(float(np.nanmax(np.abs(pair[0] - pair[1]))) / initial)
    if charge == 0:
        assert max(differences) < 1e-9
    else:
        assert differences[1] == pytest.approx(0.1 * differences[0], rel=0.1)
        assert differences[0] > 1e-6


def test_a_rate_that_is_not_linear() -> None:
    """N = k c² = D (c0 - c)/L at a reservoir."""
    cell, k = flat_cell(1.0, L, layers=20), 1e-5
    one = Species("one", 0, 2.0, D, trace=True)
    found = solved(
        cell, (one,), (SecondOrder("one", k, on=("lithium",)),), [FOREVER], counter="reservoir"
    )
    slope = D / (L * MICROMETRE)
    exact = (-slope + np.sqrt(slope**2 + 4.0 * k * slope * 2.0)) / (2.0 * k)
    at_lithium = np.abs(cell.points[:, 1]) < 1e-9
    assert found.fields.dissolved[at_lithium, 0] == pytest.approx(exact, rel=1e-6)
    rate = found.fields.chemical_rate
    np.testing.assert_array_equal(rate, found.fields.trace_rate)
    assert rate.min() == pytest.approx(-k * exact**2, rel=1e-6)


def test_a_product_may_start_at_zero_in_the_salt_too() -> None:
    cell = flat_cell(1.0, L, layers=20)
    pair = tuple(Species(name, 0, c, D) for name, c in (("a", 2.0), ("b", 0.0)))
    found = solved(cell, pair, (Turned("a", "b", 1e-5, 1.0, ("lithium",)),), [10.0])
    a, b = found.fields.dissolved.T
    assert mean(cell, a + b) == pytest.approx(2.0, rel=1e-9)
    assert np.nanmax(b) > 0.1


def test_a_rate_that_explodes_is_an_error() -> None:
    cell = flat_cell(1.0, L, layers=20)
    one = Species("one", 0, 2.0, D, trace=True)
    with pytest.raises(SolveError, match="E313"):
        solved(cell, (one,), (SecondOrder("one", -1.0, on=("lithium",)),), [1e3])
