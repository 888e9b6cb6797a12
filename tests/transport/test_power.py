"""Power by mechanism: it adds up in every cell, and is the heat of the electrolyte when steady."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from helpers.tiny import tiny

from deposition import Scenario, run, simulate
from deposition.analysis.dissipation import dissipation
from deposition.common.constants import MICROMETRE
from deposition.laws.electrodes import PositiveElectrode
from deposition.mesh.cell import ELECTROLYTE
from deposition.mesh.footprint import projected_area_m2
from deposition.simulation.state import State

pytestmark = pytest.mark.solve

CELLS = {
    "moving": ("c-i-be", ()),
    "concentrated": ("lipf6-landesfeind", ()),
    "positive electrode": ("lfp-c-i-be-ln", ("counter.resistance=5 ohm cm^2",)),
    "floating": ("dead-li-floating", ()),
    "growing SEI": ("sei-growth", ()),
    "separator": ("lipf6-separator", ()),
    "reservoir": ("c-i-be", ("counter.kind=reservoir",)),
    "swept": ("cv-be", ()),
}


def some(name: str, overrides: tuple[str, ...]) -> Iterator[State]:
    """The first states of a scenario on a coarse mesh."""
    coarse = ("mesh.surface_size=1 um", "mesh.coarse_size=5 um")
    yield from islice(simulate(Scenario.load(name, (*coarse, *overrides))), 5)


def supplied(scenario_name: str, overrides: tuple[str, ...], state: State) -> float:
    """I (V - U) per projected area, W/m²."""
    counter = Scenario.load(scenario_name, overrides).electrodes.counter
    potential = 0.0
    if isinstance(counter, PositiveElectrode):
        potential = counter.open_circuit.potential(state.fields.lithiation)[0]
    return state.applied_current_density * (state.voltage - potential)


@pytest.mark.parametrize("cell", CELLS)
def test_the_mechanisms_add_up_to_the_power_of_the_cell(cell: str) -> None:
    name, overrides = CELLS[cell]
    for state in some(name, overrides):
        losses, power = state.run_state.losses, supplied(name, overrides, state)
        size = sum(abs(part) for part in losses.by_mechanism.values())
        # The open-circuit potential of 3.4 V is rounded to 1e-16 of itself.
        rounding = 1e-9 * abs(state.applied_current_density)
        assert abs(losses.total - power) <= 1e-9 * size + rounding
        assert losses.ohmic >= 0.0 and losses.film >= 0.0 and losses.charge_transfer >= 0.0


def test_in_a_steady_state_it_is_the_heat_of_the_electrolyte() -> None:
    settings = ("interface=fixed", "protocol.capacity=20 mAh/cm^2", "mesh.coarse_size=2 um")
    scenario = Scenario.load("be", ("mesh.surface_size=1 um", *settings))
    *_, last = simulate(scenario)
    heat = dissipation(scenario.electrolyte_law, scenario.temperature)(last)
    volume = last.cell.volumes[last.cell.in_region(ELECTROLYTE)] * MICROMETRE**last.cell.dim
    expected = float(heat @ volume) / projected_area_m2(last.cell)
    losses = last.run_state.losses
    assert losses.ohmic + losses.concentration == pytest.approx(expected, rel=2e-3)


def test_history_and_summary(tmp_path: Path) -> None:
    result = run(tiny(tmp_path), tmp_path / "tiny", quiet=True, pictures=False)
    history = result.history
    names = [name for name in history if name.startswith("power_")]
    total = sum(np.asarray(history[name]) for name in names)
    power = np.asarray(history["voltage_V"] * history["current_density_A_m2"])
    np.testing.assert_allclose(total, power, rtol=1e-8)
    assert "power_film_W_m2" in names and "power_positive_electrode_W_m2" not in names
    volts = math.fsum(result["overpotential_mV"].values())
    assert volts == pytest.approx(1e3 * result["cell_voltage_steady_V"], rel=1e-9)
