"""Manufactured solutions: the exact fields, and the loss of the orders with wrong physics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import basix.ufl
import numpy as np
import pytest
import ufl

from deposition.common.constants import FARADAY
from deposition.laws.electrolyte import NernstPlanck
from deposition.transport.bulk import Bulk
from deposition.transport.bulk_form import compile_bulk
from deposition.verification import Findings
from deposition.verification.bench import scenario
from deposition.verification.cases import n3_backward_euler
from deposition.verification.manufactured import LONG, Bench, errors_after

pytestmark = pytest.mark.solve

NAMES = ("n1_manufactured", "n2_manufactured_3d")


def missed(findings: Findings) -> list[str]:
    return [f"{c.quantity}: {c.computed:.3f}" for c in findings.checks if not c.passed]


# --- the exact solution ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_no_anion_crosses_a_wall_and_the_film_law_holds(name: str) -> None:
    """With the fluxes of the law at the boundary; film resistances are positive."""
    bench = Bench.of(scenario(name))
    exact, surface, physics = bench.exact, bench.start.surface, bench.model.transport
    x = surface.midpoint.T * 1e-6
    fields = (
        exact.concentration(np, x),
        exact.slopes(exact.concentration, x),
        exact.slopes(exact.potential, x),
    )
    current, film = bench.wall()
    normal = surface.normal.T
    anions = (exact.law.anion_flux(*fields) * normal).sum(axis=0)
    np.testing.assert_allclose((exact.law.current(*fields) * normal).sum(axis=0), current)
    assert np.abs(anions).max() < 1e-12 * np.abs(current).max() / FARADAY
    assert film.min() > 0.0 and film.max() > 5.0 * film.min()
    assert np.all(np.sign(current) == np.where(surface.working, 1.0, -1.0))
    eta = -bench.voltage * surface.working - exact.potential(np, x) + film * current
    eta -= 8.31446 * 298.15 / FARADAY * np.log(fields[0] / physics.concentration)
    law = physics.kinetics.residual(eta, current, fields[0])
    assert np.abs(law.value).max() < 1e-6


def test_the_fields_agree_in_numpy_and_ufl() -> None:
    exact = Bench.of(scenario("n1_manufactured"), 0.2).exact
    x = ufl.SpatialCoordinate(ufl.Mesh(basix.ufl.element("P", "triangle", 1, shape=(2,))))
    place, time = (3e-6, 7e-6), 2.0
    for field in (exact.concentration, exact.potential):
        assert field(ufl, x, time)(place) == pytest.approx(field(np, np.array(place), time))


def test_complex_steps_are_derivatives() -> None:
    exact = Bench.of(scenario("n1_manufactured"), 0.2).exact
    place, time, step = np.array([3e-6, 7e-6]), 2.0, 1e-9
    for field in (exact.concentration, exact.potential):
        ahead, behind = (field(np, place[:, None] + s * np.eye(2), time) for s in (step, -step))
        slope = exact.slopes(field, place, time)
        np.testing.assert_allclose(slope, (ahead - behind) / (2.0 * step), rtol=1e-6)


def test_fluxes_of_the_exact_fields_are_those_of_the_law() -> None:
    """They are implemented independently."""
    exact = Bench.of(scenario("n1_manufactured"), 0.2).exact
    domain = ufl.Mesh(basix.ufl.element("P", "triangle", 1, shape=(2,)))
    x, place, time = ufl.SpatialCoordinate(domain), np.array([3e-6, 7e-6]), 2.0
    slopes = (exact.slopes(field, place, time) for field in (exact.concentration, exact.potential))
    law_of = exact.concentration(np, place, time), *slopes
    laws = exact.law.anion_flux, exact.law.current
    for flux, law in zip(exact.fluxes(x, time), laws, strict=True):
        found = [ufl.algorithms.expand_derivatives(flux[k])(tuple(place)) for k in range(2)]
        np.testing.assert_allclose(found, law(*law_of), rtol=1e-9)


# --- wrong physics --------------------------------------------------------------------------------


def orders(benches: Sequence[Bench]) -> tuple[float, float]:
    """Orders of c in L2 and of i_n between two meshes."""
    coarse, fine = (errors_after(bench, LONG) for bench in benches)
    ratio = np.log(coarse.size / fine.size)
    return (
        float(np.log(coarse.concentration / fine.concentration) / ratio),
        float(np.log(coarse.current / fine.current) / ratio),
    )


def benches() -> list[Bench]:
    sizes = [f"{h} um" for h in (2, 1)]
    edges = [(f"mesh.surface_size={h}", f"mesh.coarse_size={h}") for h in sizes]
    return [Bench.of(scenario("n1_manufactured", *both)) for both in edges]


def test_another_transference_number_does_not_converge() -> None:
    wrong = [
        replace(b, exact=replace(b.exact, law=replace(b.exact.law, t_plus=0.40))) for b in benches()
    ]
    assert max(orders(wrong)) < 0.5


def test_a_film_of_another_resistance_does_not_converge(monkeypatch: pytest.MonkeyPatch) -> None:
    meshes = benches()
    wall = Bench.wall
    monkeypatch.setattr(
        Bench, "wall", lambda self, time=0.0: (wall(self, time)[0], 1.02 * wall(self, time)[1])
    )
    assert orders(meshes)[1] < 0.5


def in_time(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Missed checks of N3 on a coarser mesh and with longer steps."""
    monkeypatch.setattr(n3_backward_euler, "SIZE", "1 um")
    monkeypatch.setattr(n3_backward_euler, "STEPS", (4, 8))
    return missed(n3_backward_euler.compare())


def test_twice_the_storage_term_fails_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(n3_backward_euler, "SLACK", 0.2)
    made = Bulk.__init__

    def doubled(self: Bulk, *given: Any) -> None:
        made(self, *given)
        self._capacity *= 2.0

    monkeypatch.setattr(Bulk, "__init__", doubled)
    assert len(in_time(monkeypatch)) == 3


@pytest.fixture
def halved_anion_flux(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The law of the program, and its compiled forms, with half of N₋."""
    flux = NernstPlanck.anion_flux
    monkeypatch.setattr(NernstPlanck, "anion_flux", lambda *given: 0.5 * flux(*given))
    compile_bulk.cache_clear()
    yield
    compile_bulk.cache_clear()


@pytest.mark.usefixtures("halved_anion_flux")
def test_half_of_the_anion_flux_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(n3_backward_euler, "SLACK", 0.2)
    assert len(in_time(monkeypatch)) == 3
    assert max(orders(benches())) < 0.5
