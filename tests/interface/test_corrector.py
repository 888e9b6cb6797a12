"""The corrector: motion of second order in the step, and charge that is that of the lithium."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.small_models import (
    C0,
    RESISTANCE,
    V_M,
    T,
    begin,
    model,
    moving_interface,
    physics,
    slab,
)

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.laws.electrolyte import Ohmic
from deposition.laws.kinetics import ButlerVolmer
from deposition.mesh.cell import Cell, metal_volume
from deposition.protocol import ConstantVoltage, ProtocolPlan, ProtocolStep
from deposition.simulation.loop import time_loop
from deposition.simulation.state import State
from deposition.simulation.time_step import StepControl

pytestmark = pytest.mark.solve

GAP, CONDUCTIVITY, VOLTS = 8.0, 0.05, 0.02
"""µm, S/m (the gap has the resistance of 1.6 ohm cm²), V."""


def grown(steps: int) -> State:
    """Flat lithium under a voltage that closes a part of a gap, in equal steps."""
    ohmic = replace(physics(recedes=False), electrolyte=Ohmic(CONDUCTIVITY))
    plan = ProtocolPlan((ProtocolStep(ConstantVoltage(VOLTS), duration=duration()),))
    step = duration() / steps
    a = replace(
        model(),
        transport=ohmic,
        interface=moving_interface(recedes=False),
        plan=plan,
        control=StepControl(step, step, np.inf),
    )
    *_, last = time_loop(a, begin(a, slab(GAP, width=1.0)))
    assert last.step == steps
    return last


def time_of(height: float) -> float:
    """Time (s) in which lithium grows by a height (µm): [(L h - h²/2)/κ + R h] F/(V_m V)."""
    h, gap = height * MICROMETRE, GAP * MICROMETRE
    path = (gap * h - 0.5 * h**2) / CONDUCTIVITY + RESISTANCE[0] * h
    return FARADAY * path / (V_M * VOLTS)


def duration() -> float:
    """Time for 0.4 µm, without the resistance of charge transfer."""
    return time_of(0.4)


def height(state: State) -> float:
    """Mean height of the deposit, µm."""
    return metal_volume(state.cell) - 1.0


def test_growth_under_a_voltage_is_of_second_order() -> None:
    """The current rises as the gap becomes narrower, within a step as from step to step."""
    heights = np.array([height(grown(steps)) for steps in (2, 4, 8)])
    # The current rises by 3 %: a method of first order differs by 1e-3 and more.
    assert np.ptp(heights) < 3e-5
    assert heights[-1] == pytest.approx(0.4, rel=2e-2), "R_ct is 1 % of the resistance"


def test_charge_is_that_of_the_lithium_under_a_voltage_too() -> None:
    last = grown(4)
    plated = last.net_areal_charge * V_M / FARADAY / MICROMETRE
    assert plated == pytest.approx(height(last), rel=1e-6)
    assert last.balance.faraday_error < 1e-6


def rippled(amplitude: float) -> Cell:
    """Lithium under 4 µm of electrolyte with the surface y = a cos(2πx/L), L = 4 µm."""
    cell = slab(4.0, width=4.0, metal=1.0, size=0.25)
    x, y = cell.points.T
    # Nothing moves at the bottom and at the counter electrode.
    share = np.where(y > 0.0, 1.0 - y / 4.0, 1.0 + y)
    return cell.with_points(np.column_stack([x, y + amplitude * share * np.cos(0.5 * np.pi * x)]))


def amplitude_after(steps: int) -> float:
    """Amplitude of a ripple after 0.06 µm under ohmic control, in steps without a cut."""
    ohmic = replace(
        physics(recedes=False), electrolyte=Ohmic(CONDUCTIVITY), kinetics=ButlerVolmer(1e6, C0, T)
    )
    a = model(
        current_density=100.0,
        microns=0.06,
        transport=ohmic,
        interface=moving_interface(recedes=False),
        film_conductivity=np.array([1.0, 1.0, np.inf]),
    )
    step = 0.06 * MICROMETRE * FARADAY / (V_M * 100.0) / steps
    a = replace(a, control=StepControl(step, step, np.inf))
    *_, last = time_loop(a, begin(a, rippled(0.1)))
    assert last.step == steps
    surface = last.surface
    x, y = last.cell.points[np.unique(surface.facets[surface.working])].T
    order = np.argsort(x)
    wave = y[order] * np.cos(0.5 * np.pi * x[order])
    return float(np.trapezoid(wave, x[order]) / 2.0)


def test_a_ripple_grows_with_second_order_in_the_step() -> None:
    """Where the field is stronger on the crests, currents change as the surface moves."""
    found = np.array([amplitude_after(steps) for steps in (1, 2, 4)])
    first, second = np.diff(found)
    assert found[-1] > 1.05 * 0.1, "it grows by more than a twentieth"
    assert np.log2(first / second) > 1.8


def test_the_step_follows_from_the_movement_by_the_corrector() -> None:
    """A step whose corrector moved the surface too far is taken again, in proportion."""
    control = StepControl(1.0, 100.0, np.inf, surface=0.1)
    assert control.uncorrected(0.13) and not control.uncorrected(0.11)
    assert control.corrected(10.0, 0.2) == pytest.approx(0.9 * 5.0)
    assert control.corrected(10.0, 0.0) == control.corrected(10.0, 1e-6) == 20.0
    assert StepControl(1.0, 100.0, np.inf).corrected(10.0, 5.0) == 20.0, "no bound"
