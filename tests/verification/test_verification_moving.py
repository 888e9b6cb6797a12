"""Verification of the moving interface: exact shapes, and wrong physics."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import sqrt
from typing import Any

import numpy as np
import pytest
from helpers.states import changed
from scipy.integrate import quad

from deposition.common.errors import VerificationError
from deposition.interface import state_transfer
from deposition.interface.film_transport import AdvectedFilm, CarriedFilm, FilmStep
from deposition.interface.salt_transfer import TransferredFields, salt_content, transfer_fields
from deposition.mesh.cell import ELECTROLYTE, Cell, Floats
from deposition.scenario import Scenario
from deposition.simulation.state import State
from deposition.transport.fields import Fields
from deposition.transport.walls import Walls
from deposition.verification import offset_curves
from deposition.verification.bench import states
from deposition.verification.case import Family
from deposition.verification.cases import (
    e11a_salt,
    e11a_voltage,
    e11b_cylinder,
    e11c_corner,
    e11c_discs,
    e11d_neck,
    e11d_pocket,
    e11e_channel,
    e12a_flat,
    e12b_wave,
    e12c_groove,
    e12d_circle,
)
from deposition.verification.catalogue import all_cases


def test_cases_are_found() -> None:
    names = {case.name for case in all_cases() if case.family is Family.MOVING}
    assert names >= {
        "E11a-V", "E11a-c", "E11b", "E11c-corner", "E11c-discs", "E11d-neck", "E11d-pocket",
    }  # fmt: skip


def test_speed_of_a_film_limited_surface() -> None:
    """10 V over 1 ohm m²: 10 A/m², 1.347 nm/s, plating and stripping."""
    plating = offset_curves.advancing("e11c_corner", 1.5, 4)
    stripping = offset_curves.advancing("e11c_corner", -1.5, 4)
    assert offset_curves.speed(plating) == pytest.approx(1.3471e-3, rel=1e-3)
    assert offset_curves.speed(stripping) == -offset_curves.speed(plating)
    assert plating.time.max_step == pytest.approx(1.5 / 4 / offset_curves.speed(plating))


@pytest.mark.parametrize("discs", [e11c_discs.MERGING, e11c_discs.SEPARATION])
def test_area_and_length_of_discs_are_those_of_their_curve(discs: e11c_discs.Discs) -> None:
    x, y = discs.curve.T
    assert np.hypot(np.diff(x), np.diff(y)).sum() == pytest.approx(discs.length, rel=1e-3)
    assert -np.trapezoid(y, x) == pytest.approx(discs.area, rel=1e-3)


@pytest.mark.parametrize("s", [1.5, -1.5])
def test_points_of_the_corner_lie_on_it(s: float) -> None:
    np.testing.assert_allclose(e11c_corner.deviation(e11c_corner.curve(s), s), 0.0, atol=1e-12)
    x, y = e11c_corner.curve(s).T
    assert -np.trapezoid(y, x) == pytest.approx(e11c_corner.area(s), rel=1e-3)


def test_areas_of_neck_and_pocket_by_integration() -> None:
    radius, middle, s = e11d_neck.RADIUS, e11d_neck.MIDDLE, 0.5 * e11d_neck.NECK
    discs = e11c_discs.Discs(radius, middle, -s)
    assert e11d_neck.area_left(s) == pytest.approx(2.0 * discs.area)
    whole, _ = quad(lambda y: sqrt(radius**2 - (y - 2 * middle) ** 2), middle, 2 * middle + radius)
    assert e11d_neck.area_left(0.0) == pytest.approx(2.0 * whole)
    assert e11d_pocket.pocket_area(e11d_pocket.CONTACT) > 1.0


def test_salt_at_moving_interfaces_is_initially_uniform_and_conserved() -> None:
    salt = e11a_salt.Salt.of(e11a_salt.in_steps(1.0, 10))
    z = np.linspace(0.0, e11a_salt.GAP, 2001, dtype=np.float64)
    early = e11a_salt.concentration(salt, z, 1e-3)
    np.testing.assert_allclose(early[200:-200], 1000.0, rtol=1e-5)
    for time in (0.1, 5.0, 1e3):
        c = e11a_salt.concentration(salt, z, time)
        assert np.trapezoid(c, z) / e11a_salt.GAP == pytest.approx(1000.0, rel=1e-5)
    # Without the displacement, c at the cathode would be 817.1 (E1).
    assert e11a_salt.concentration(salt, z[:1], 1e3)[0] == pytest.approx(820.9, abs=0.3)


@pytest.mark.solve
def test_another_displacement_in_a_separator_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    name, pores = "e11a_concentrated", "separator.porosity=0.5"
    settings = e11a_salt.in_steps(8.0, 40, pores, name=name)
    displaced = Walls.displaced
    # Without the porosity: N₋·n = -c v.
    monkeypatch.setattr(Walls, "displaced", lambda *given: 2.0 * displaced(*given))
    checks, _ = e11a_salt.compare_one("separator", settings)
    assert not checks[2].passed


@pytest.mark.solve
@pytest.mark.parametrize("time", e11a_salt.TIMES)
def test_without_displaced_anions_the_salt_correction_is_too_large(
    monkeypatch: pytest.MonkeyPatch, time: float
) -> None:
    displaced = Walls.displaced
    monkeypatch.setattr(Walls, "displaced", lambda *given: 0.0 * displaced(*given))
    settings = e11a_salt.in_steps(time, e11a_salt.TIMES[time])
    checks, _ = e11a_salt.compare_one("no displacement", settings)
    correction = checks[3]
    assert correction.error > 2.0 * correction.bound


@pytest.mark.solve
def test_one_wrong_voltage_of_a_run_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def one_off(settings: Scenario) -> Iterator[State]:
        for n, state in enumerate(states(settings)):
            yield changed(state, voltage=1.002 * state.voltage) if n == 7 else state

    monkeypatch.setattr(e11a_voltage, "states", one_off)
    checks, _ = e11a_voltage.compare_one("fixed", 0.5)
    assert [n for n, check in enumerate(checks) if not check.passed] == [4]


@pytest.mark.solve
def test_another_current_fails_the_cylinder(monkeypatch: pytest.MonkeyPatch) -> None:
    current = e11b_cylinder.current
    monkeypatch.setattr(e11b_cylinder, "current", lambda settings: 1.05 * current(settings))
    _, checks, _ = e11b_cylinder.compare_one(0.4)
    kept = [check.quantity for check in checks if check.passed]
    assert kept == ["spread of the radius, over the radius"]


@pytest.mark.solve
def test_another_advance_fails_the_merging_discs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(e11c_discs, "SIZES", (0.4, 0.2))

    def too_short(name: str, distance: float, *others: Any) -> Scenario:
        return offset_curves.advancing(name, 0.95 * distance, *others)

    monkeypatch.setattr(e11c_discs, "advancing", too_short)
    checks, _ = e11c_discs.compare_one(e11c_discs.MERGING, "merging")
    assert not any(check.passed for check in checks)


@pytest.mark.solve
def test_an_advected_film_fails_the_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    def advected(*given: Any) -> Scenario:
        return offset_curves.advancing(*given, "sei.motion=advected")

    monkeypatch.setattr(e11e_channel, "SIZES", (0.4, 0.2))
    monkeypatch.setattr(e11e_channel, "advancing", advected)
    checks = e11e_channel.compare().checks
    # Outside the channel, far from its film, nothing changes.
    kept = {check.quantity for check in checks if check.passed}
    assert kept == {"height outside the channel"}
    assert (checks[-1].order or 0.0) < 0.5


@pytest.mark.solve
def test_a_uniform_concentration_fails_the_pocket(monkeypatch: pytest.MonkeyPatch) -> None:
    def stirred(
        old: Cell, fields: Fields, target: Floats, new: Cell, closed: bool, *others: Any
    ) -> TransferredFields:
        carried = transfer_fields(old, fields, target, new, closed, *others)
        c = salt_content(new, carried.concentration).sum() / new.volume(ELECTROLYTE)
        return replace(carried, concentration=np.where(np.isnan(carried.concentration), np.nan, c))

    monkeypatch.setattr(state_transfer, "transfer_fields", stirred)
    checks, _ = e11d_pocket.compare_one(0.2)
    assert checks[3].error > 0.05


# --- film that travels -------------------------------------------------------------------------


def test_share_that_crosses_the_wall_of_a_groove() -> None:
    assert e12c_groove.exact_share(5.0) == 0.0
    assert e12c_groove.exact_share(7.0) == pytest.approx(0.3244, abs=2e-4)
    assert e12c_groove.exact_share(10.0) == pytest.approx(0.5327, abs=2e-4)


def test_amplitude_of_the_wave_of_film() -> None:
    """The values of the formula by hand: g2/g1 = 0.03126, Ĝ = 0.8209, θ = 0.9411."""
    settings = e12b_wave.scenario("e12b_wave")
    covered, contrast = e12b_wave.stripes(0.02)
    assert covered == pytest.approx(0.5, abs=1e-3)
    assert contrast == pytest.approx(0.02, rel=0.02)
    assert e12b_wave.exact_amplitude(settings, 4.85) == pytest.approx(0.6275 * contrast, rel=5e-3)


def test_times_of_a_cylinder_that_outgrows_its_film() -> None:
    settings = e12d_circle.scenario("e12d_circle")
    radii = np.linspace(3.0, 4.5, 2001)
    exact = e12d_circle.times(settings, radii)
    speed = 1.3471e-3 * (1.0 + 4.0 * 3.0 / radii)  # g1 = 5 g2; 10 V over 1 ohm m² without film
    assert exact[-1] == pytest.approx(np.trapezoid(1.0 / speed, radii), rel=1e-3)


@pytest.mark.solve
@pytest.mark.parametrize("case", ["E12a", "E12c", "E12d"])
def test_film_travels_as_in_the_exact_solutions(case: str) -> None:
    (found,) = (one for one in all_cases() if one.name == case)
    assert [check for check in found.compare().checks if not check.passed] == []


@pytest.mark.solve
def test_film_that_is_lost_on_one_facet_fails_the_case(monkeypatch: pytest.MonkeyPatch) -> None:
    carry = AdvectedFilm.carry

    def lossy(motion: AdvectedFilm, step: FilmStep) -> CarriedFilm:
        carried = carry(motion, step)
        markers = carried.markers
        return replace(carried, markers=markers.only(markers.facet != markers.facet[0]))

    monkeypatch.setattr(AdvectedFilm, "carry", lossy)
    with pytest.raises(VerificationError, match=r"film_error is .* after step 1;.*\[E800\]"):
        e12a_flat.compare()
