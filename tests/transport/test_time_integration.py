"""One time step: second order, exact balances, an error estimate that falls as Δt²."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.small_models import C0, T, begin, model, physics, slab

from deposition.common.constants import MICROMETRE
from deposition.interface.salt_transfer import salt_content
from deposition.interface.state import InterfaceState
from deposition.laws.electrodes import PositiveElectrode
from deposition.laws.electrolyte import Ohmic
from deposition.laws.first_order import FirstOrder
from deposition.laws.kinetics import ButlerVolmer
from deposition.laws.open_circuit import LithiumIronPhosphate
from deposition.laws.reactions import Species
from deposition.mesh.cell import COUNTER, ELECTROLYTE, Floats
from deposition.protocol import ConstantCurrent, ConstantVoltage
from deposition.simulation.model import Model
from deposition.transport.physics import StepSolution

pytestmark = pytest.mark.solve

GAP = 8.0
LOAD = ConstantCurrent(100.0)
LFP = PositiveElectrode(
    LithiumIronPhosphate(), ButlerVolmer(2.0, C0, T), capacity=36000.0, lithiation=0.6
)
TIME = 0.1
"""s; L²/(π² D) is 0.02 s."""


def fixed(a: Model) -> Model:
    """The model with walls that stay."""
    return replace(a, transport=replace(a.transport, electrodes=replace(
        a.transport.electrodes, move=False)))  # fmt: skip


def after(a: Model, state: InterfaceState, steps: int, load: object = LOAD) -> list[StepSolution]:
    """Equal steps to ``TIME`` on the same cell."""
    found = []
    for _ in range(steps):
        found.append(a.integrate(state, TIME / steps, load))  # type: ignore[arg-type]
        state = replace(state, fields=found[-1].end.fields)
    return found


def lowest(steps: list[StepSolution]) -> float:
    return float(np.nanmin(steps[-1].end.concentration))


@pytest.mark.parametrize("load", [LOAD, ConstantVoltage(0.02)], ids=["current", "voltage"])
def test_concentration_and_voltage_are_of_second_order(load: object) -> None:
    a = fixed(model(100.0))
    state = begin(a, slab(GAP, width=1.0))
    runs = [after(a, state, count, load) for count in (8, 16, 32, 64)]
    for quantity in (lowest, lambda steps: steps[-1].end.voltage + steps[-1].end.total_current):
        differences = np.abs(np.diff([quantity(run) for run in runs]))
        orders = np.log2(differences[:-1] / differences[1:])
        assert orders.min() > 1.8, orders


def test_the_error_estimate_falls_with_the_square_of_the_step() -> None:
    a = fixed(model(100.0))
    state = begin(a, slab(GAP, width=1.0))
    begun = replace(state, fields=after(a, state, 64)[-1].end.fields)
    errors = [a.integrate(begun, step, LOAD).error for step in (4e-3, 2e-3, 1e-3)]
    assert errors[0] / errors[1] == pytest.approx(4.0, rel=0.15)
    assert errors[1] / errors[2] == pytest.approx(4.0, rel=0.15)


def test_a_concentration_that_stays_has_no_error() -> None:
    a = model(100.0, transport=replace(physics(), electrolyte=Ohmic(0.35)))
    assert a.integrate(begin(a, slab(GAP, width=1.0)), 10.0, LOAD).error < 0.02


def test_salt_changes_by_what_the_walls_push() -> None:
    """Both walls push c v Δt; on the frozen cell the content changes by their difference."""
    a = fixed(model(100.0))
    state = begin(a, slab(GAP, width=1.0))
    content = salt_content(state.cell, state.fields.concentration).sum()
    for one in after(a, state, 4):
        found = salt_content(state.cell, one.end.concentration).sum()
        assert found == pytest.approx(content, rel=1e-13)


def test_what_passes_is_what_a_positive_electrode_loses() -> None:
    """x changes by -∫I dt/(Q A), with the mean current of the step, under a voltage too."""
    a = model()
    opposite = replace(a.transport.electrodes, counter=LFP)
    a = replace(a, transport=replace(a.transport, electrodes=opposite))
    state = begin(a, slab(GAP, width=1.0))
    start = LFP.lithiation
    state = replace(state, fields=replace(state.fields, lithiation=start))
    area = float(state.surface.area[state.surface.on(COUNTER)].sum()) * 1e-6
    one = a.integrate(state, 0.05, ConstantVoltage(3.6))
    change = one.end.fields.lithiation - start
    assert change == pytest.approx(-one.total_current * 0.05 / (LFP.capacity * area), rel=1e-9)
    assert one.end.total_current != pytest.approx(one.total_current, rel=1e-6)


@pytest.mark.parametrize("length", [1e-3, 0.1, 10.0])
def test_a_species_that_reacts_away_is_nowhere_negative(length: float) -> None:
    """In steps that are shorter and far longer than the time that it takes; what is missing at the
    end has reacted."""
    oxidant = Species("oxidant", 0, 2.0, 2e-10)
    a = fixed(
        model(transport=physics(dissolved=(oxidant,), reactions=(FirstOrder("oxidant", 1e-3),)))
    )
    state = begin(a, slab(GAP, width=1.0))
    wet = state.cell.vertices_of(ELECTROLYTE)[:, None]
    dissolved: Floats = np.where(wet, oxidant.initial, np.nan)
    state = replace(state, fields=replace(state.fields, dissolved=dissolved))
    rest = ConstantCurrent(0.0)
    one = a.integrate(state, length, rest)
    left = one.end.fields.dissolved[:, 0]
    assert np.nanmin(left) >= 0.0
    gone = float(salt_content(state.cell, oxidant.initial - left).sum())
    rate = float(-one.mean.chemical_rate @ state.surface.area)
    assert rate * length == pytest.approx(gone * MICROMETRE, rel=1e-9)
