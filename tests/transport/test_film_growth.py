"""SEI growth over one step: the film equation, its derivatives, and its rows in the system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from helpers.boxes import current_through, flat_cell, salt
from helpers.transport_cases import C0, physics

from deposition.common.constants import FARADAY
from deposition.common.errors import SolveError
from deposition.laws.dual import Dual
from deposition.laws.reactions import SALT, AtFacets
from deposition.laws.sei_columns import SeiColumns
from deposition.laws.sei_growth import GrowthReaction, LinearParabolic, SeiGrowth, SeiGrowthLaws
from deposition.mesh.cell import Floats
from deposition.mesh.surface import SurfaceState, extract_surface
from deposition.transport.controls import TotalCurrent
from deposition.transport.film_growth import FilmGrowth, FilmReaction
from deposition.transport.problem import TransportProblem
from deposition.verification.cases.k2_tangent import random_state, tangent_error

VOLUME = 1.4844e-5
START = 5e-9 / VOLUME


@dataclass(frozen=True)
class Driven:
    """A rate that depends on everything: film, concentration, potentials."""

    electrons: float = 2.0
    lithium: float = 2.0
    on: tuple[str, ...] = ("lithium",)
    species: Mapping[str, float] = field(default_factory=dict)

    def rate(self, film: SeiColumns, at: AtFacets) -> Mapping[str, Dual]:
        """A rate that depends on everything."""
        drive = ((at.potential - at.metal) * 5.0).exp()
        return {"a": at.concentration[SALT] * drive / (1e3 + film.thickness("a") * 1e12)}


@dataclass(frozen=True)
class Explosive(Driven):
    """A rate that grows with the square of the film."""

    def rate(self, film: SeiColumns, at: AtFacets) -> Mapping[str, Dual]:
        """A rate without a bound."""
        return {"a": film.amounts["a"] * film.amounts["a"] * 1e6}


def at_facets(potential: float = -0.01, c: float = C0) -> AtFacets:
    ones = np.ones(2)
    return AtFacets(
        {SALT: Dual.variable(SALT, c * ones)},
        Dual.variable("potential", potential * ones),
        Dual.variable("metal", 0.02 * ones),
        Dual.variable("current", ones),
        Dual.variable("curvature", 0.0 * ones),
        1e-4 * ones,
    )


def growth(law: SeiGrowth, step: float) -> FilmGrowth:
    share = np.array([1.0, 0.5])
    film = SeiColumns({"a": share}, {"a": Dual(START * share)}, {"a": VOLUME})
    return FilmGrowth((FilmReaction(GrowthReaction(law), np.arange(2)),), film, step)


@pytest.mark.parametrize(("step", "bound"), [(1.0, 1e-8), (1e3, 2e-3), (1e6, 2e-2)])
def test_the_step_follows_the_exact_film(step: float, bound: float) -> None:
    """δ/k + δ²/2D is linear in time; the film doubles in the second step, and more in the third."""
    k, d = 2.4e-9, 2e-18
    law = LinearParabolic("a", k, d, 4541.0, 2.0, 2.0)
    formed = growth(law, step).rates(at_facets())[0][0].sei
    found = 5e-9 + formed["a"].value[0] * step * VOLUME
    grown = VOLUME * 4541.0 * step / 2.0 + 5e-9 / k + (5e-9) ** 2 / (2 * d)
    exact = d * (-1.0 / k + np.sqrt(1.0 / k**2 + 2.0 * grown / d))
    assert found == pytest.approx(exact, rel=bound)
    assert formed["a"].value[1] == pytest.approx(0.5 * formed["a"].value[0], rel=1e-12)


@pytest.mark.parametrize("variable", ["potential", "anion"])
def test_the_mean_rate_has_its_exact_derivative(variable: str) -> None:
    def mean(shift: float) -> Dual:
        at = at_facets(-0.01 + shift) if variable == "potential" else at_facets(c=C0 + shift)
        return growth(Driven(), 200.0).rates(at)[0][0].sei["a"]

    h = 1e-4 if variable == "potential" else 1.0
    finite = (mean(h).value - mean(-h).value) / (2.0 * h)
    np.testing.assert_allclose(mean(0.0).by[variable], finite, rtol=1e-6)
    assert np.all(finite != 0.0)


def test_a_film_equation_without_solution_is_an_error() -> None:
    with pytest.raises(SolveError, match="E312"):
        growth(Explosive(), 1e6).rates(at_facets())


def problem_with_growth() -> tuple[TransportProblem, SurfaceState, Floats]:
    cell = flat_cell(10.0, 10.0, layers=10)
    surface = extract_surface(cell)
    on = surface.on("lithium").astype(float)
    film = SurfaceState.of_thickness(
        np.column_stack([0.5 * on, 1.0 - 0.5 * on]),
        np.full(surface.size, 5e-9),
        np.zeros(surface.size),
        np.zeros(surface.size, dtype=np.int64),
        ("a", "b"),
    )
    laws = SeiGrowthLaws((Driven(),), ("a", "b"), (VOLUME, np.nan))
    return TransportProblem(cell, surface, replace(physics(), growth=laws)), film, salt(cell)


@pytest.mark.solve
@pytest.mark.parametrize("step", [1.0, 100.0])
def test_the_tangent_with_growth(step: float) -> None:
    problem, film, start = problem_with_growth()
    resistance = np.full(problem.surface.size, 1e-3)
    system = problem.system(start, resistance, TotalCurrent(1e-5), step, film=film)
    random = np.random.default_rng(2)
    assert tangent_error(system, random_state(system, random, False), random) < 1e-7


@pytest.mark.solve
def test_the_film_takes_its_charge_from_the_metal() -> None:
    """At rest the lithium dissolves by what the film takes; under current the sum is applied."""
    problem, film, start = problem_with_growth()
    surface = problem.surface
    resistance = np.full(surface.size, 1e-3)
    working = surface.working
    for density in (0.0, 5.0):
        total = TotalCurrent(current_through(problem.cell, density))
        fields = problem.solve(start, resistance, total, 10.0, film=film).fields
        side = fields.side_current
        charge = 2.0 * FARADAY * fields.sei_growth[:, 0] / VOLUME
        np.testing.assert_allclose(side, charge, rtol=1e-12)
        assert side[working].min() > 0.0 and np.all(side[~working] == 0.0)
        flow = fields.total_current_density * surface.area
        assert flow[working].sum() == pytest.approx(density * 10.0, abs=1e-8)
        assert flow.sum() == pytest.approx(0.0, abs=1e-8)
